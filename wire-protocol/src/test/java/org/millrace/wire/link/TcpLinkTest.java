package org.millrace.wire.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.Loop;
import org.millrace.wire.MillraceUri.Endpoint;
import org.millrace.wire.frame.LinkEnd;

class TcpLinkTest extends LinkContract {
    @Override
    Loop newLoop(String name, BlockingQueue<Throwable> failures) {
        return NettyLoop.start(name, clock(), failures::add);
    }

    @Override
    void close(Loop loop) {
        ((NettyLoop) loop).close();
    }

    @Override
    AutoCloseable listen(Loop loop, Supplier<LinkListener> listeners) throws IOException {
        LinkServer server =
                new LinkServer((NettyLoop) loop, LinkSettings.of(LinkEnd.BROKER), listeners);
        server.start("127.0.0.1", 0);
        return server;
    }

    @Override
    Endpoint endpoint(AutoCloseable server) {
        return new Endpoint.Tcp("127.0.0.1", ((LinkServer) server).port());
    }

    @Test
    void aRefusedConnectNamesHostPortAndCause() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        try (NettyLoop loop = NettyLoop.start("refused", clock(), Throwable::printStackTrace)) {
            LinkConnector connector = new LinkConnector(loop, LinkSettings.of(LinkEnd.CLIENT));
            TestClient client = new TestClient();
            assertThatThrownBy(
                            () ->
                                    connector
                                            .connect(new Endpoint.Tcp("127.0.0.1", free), client)
                                            .toCompletableFuture()
                                            .get(20, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(LinkConnectException.class)
                    .hasMessageContaining("cannot connect to 127.0.0.1:" + free)
                    .hasMessageContaining("Connection refused");
            assertThat(client.closed).isNotDone();
        }
    }

    @Test
    void aPortInUseIsNamed() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                NettyLoop loop = NettyLoop.start("taken", clock(), Throwable::printStackTrace)) {
            LinkServer server =
                    new LinkServer(loop, LinkSettings.of(LinkEnd.BROKER), EchoBroker::new);
            assertThatThrownBy(() -> server.start("127.0.0.1", taken.getLocalPort()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("cannot listen on 127.0.0.1:" + taken.getLocalPort())
                    .hasMessageContaining("in use");
            server.close();
        }
    }
}
