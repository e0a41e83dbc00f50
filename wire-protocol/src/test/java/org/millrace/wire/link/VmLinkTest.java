package org.millrace.wire.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.Loop;
import org.millrace.foundation.ThreadLoop;
import org.millrace.wire.MillraceUri.Endpoint;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.LinkEnd;

class VmLinkTest extends LinkContract {
    private static final String NAME = "vm-link-test";

    @Override
    Loop newLoop(String name, BlockingQueue<Throwable> failures) {
        return new ThreadLoop(name, clock(), failures::add);
    }

    @Override
    void close(Loop loop) {
        ((ThreadLoop) loop).close();
    }

    @Override
    AutoCloseable listen(Loop loop, Supplier<LinkListener> listeners) {
        VmServer server = new VmServer(loop, LinkSettings.of(LinkEnd.BROKER), listeners);
        server.start(NAME);
        return server;
    }

    @Override
    Endpoint endpoint(AutoCloseable server) {
        return new Endpoint.InVm(NAME);
    }

    @Test
    void aNameIsTakenOnce() {
        try (ThreadLoop loop = new ThreadLoop("x", clock(), Throwable::printStackTrace)) {
            VmServer second = new VmServer(loop, LinkSettings.of(LinkEnd.BROKER), EchoBroker::new);
            assertThatThrownBy(() -> second.start(NAME))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("vm://" + NAME);
        }
    }

    @Test
    void aNameThatNobodyListensOnTellsWhyNoBrokerWasStarted() {
        try (ThreadLoop loop = new ThreadLoop("x", clock(), Throwable::printStackTrace)) {
            LinkConnector connector = new LinkConnector(loop, LinkSettings.of(LinkEnd.CLIENT));
            assertThatThrownBy(
                            () ->
                                    connector
                                            .connect(new Endpoint.InVm("absent"), new TestClient())
                                            .toCompletableFuture()
                                            .get(20, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(LinkConnectException.class)
                    .hasMessageContaining("vm://absent")
                    .hasMessageContaining("embedded broker failed: not a name of this test");
        }
    }

    @Test
    void aNameThatNobodyListensOnStartsAnEmbeddedBroker()
            throws InterruptedException, ExecutionException, TimeoutException {
        try (ThreadLoop loop = new ThreadLoop("x", clock(), Throwable::printStackTrace)) {
            LinkConnector connector = new LinkConnector(loop, LinkSettings.of(LinkEnd.CLIENT));
            TestClient client = TestClient.opened(connector, new Endpoint.InVm(TestStarter.NAME));
            client.send(new Frame.SetClientId(1, "x"));
            assertThat(client.hear(Frame.Done.class).requestId()).isEqualTo(1);
        } finally {
            TestStarter.stop();
        }
    }
}
