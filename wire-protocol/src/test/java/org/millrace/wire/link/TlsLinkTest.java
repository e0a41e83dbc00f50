package org.millrace.wire.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.foundation.Loop;
import org.millrace.wire.MillraceUri.Endpoint;
import org.millrace.wire.frame.LinkEnd;

class TlsLinkTest extends LinkContract {
    @TempDir private static Path directory;
    private static TlsFiles broker;
    private static TlsFiles client;

    @BeforeAll
    static void createCertificates() throws Exception {
        broker = TestCertificates.create(directory, "broker", "ip:127.0.0.1");
        client = TestCertificates.create(directory, "client", "dns:client");
    }

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
        return listen(loop, TestCertificates.trusting(broker, client), listeners);
    }

    private static LinkServer listen(Loop loop, TlsFiles files, Supplier<LinkListener> listeners)
            throws IOException {
        LinkServer server =
                new LinkServer(
                        (NettyLoop) loop,
                        LinkSettings.of(LinkEnd.BROKER),
                        Optional.of(Tls.broker(files)),
                        listeners);
        server.start("127.0.0.1", 0);
        return server;
    }

    @Override
    Endpoint endpoint(AutoCloseable server) {
        return new Endpoint.Tcp("127.0.0.1", ((LinkServer) server).port());
    }

    @Override
    LinkConnector connector(Loop loop, LinkSettings settings) {
        return connector(loop, settings, TestCertificates.trusting(client, broker));
    }

    private static LinkConnector connector(Loop loop, LinkSettings settings, TlsFiles files) {
        try {
            Tls tls = Tls.client(files, Tls.HostCheck.STRICT);
            return new LinkConnector(loop, settings, Optional.of(tls));
        } catch (IOException unusable) {
            throw new IllegalStateException(unusable);
        }
    }

    /** Connects to a broker of its own; what comes of it. */
    private static Link connect(TlsFiles brokerFiles, TlsFiles clientFiles, String host)
            throws Exception {
        try (NettyLoop loop = NettyLoop.start("tls", clock(), Throwable::printStackTrace);
                LinkServer server = listen(loop, brokerFiles, EchoBroker::new)) {
            return connector(loop, LinkSettings.of(LinkEnd.CLIENT), clientFiles)
                    .connect(new Endpoint.Tcp(host, server.port()), new TestClient())
                    .toCompletableFuture()
                    .get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void aClientWithoutACertificateIsWelcomeWhereNoneIsDemanded() throws Exception {
        TlsFiles trusting = TestCertificates.trusting(TestCertificates.nobody(), broker);
        assertThat(connect(broker, trusting, "127.0.0.1")).isNotNull();
    }

    @Test
    void aBrokerThatNobodyVouchesForIsRefused() {
        assertThatThrownBy(() -> connect(broker, TestCertificates.nobody(), "127.0.0.1"))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(LinkConnectException.class)
                .hasMessageContaining("TLS handshake failed")
                .hasMessageContaining("certification path");
    }

    @Test
    void aCertificateForAnotherHostIsRefused() {
        TlsFiles trusting = TestCertificates.trusting(TestCertificates.nobody(), broker);
        assertThatThrownBy(() -> connect(broker, trusting, "localhost"))
                .hasMessageContaining("TLS handshake failed")
                .hasMessageContaining("localhost");
    }

    @Test
    void filesThatCannotBeUsedAreNamed() {
        TlsFiles keyIsNone =
                new TlsFiles(
                        broker.certificate(),
                        broker.certificate(),
                        Optional.empty(),
                        Optional.empty());
        assertThatThrownBy(() -> Tls.broker(TestCertificates.nobody()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("a certificate");
        assertThatThrownBy(() -> Tls.broker(keyIsNone))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("broker.crt");
        TlsFiles missing =
                new TlsFiles(
                        Optional.of(directory.resolve("none.crt")),
                        broker.key(),
                        Optional.empty(),
                        Optional.empty());
        assertThatThrownBy(() -> Tls.client(missing, Tls.HostCheck.STRICT))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("none.crt cannot be read");
    }
}
