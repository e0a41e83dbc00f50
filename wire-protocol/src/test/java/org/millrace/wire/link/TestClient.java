package org.millrace.wire.link;

import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.millrace.wire.MillraceUri.Endpoint;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.Authenticate;
import org.millrace.wire.frame.Frame.Authenticated;
import org.millrace.wire.frame.Frame.Hello;
import org.millrace.wire.frame.Frame.Welcome;

/** The client's end for tests: keeps what it hears until the test asks. */
final class TestClient implements LinkListener {
    static final int PATIENCE_SECONDS = 20;

    final CompletableFuture<String> closed = new CompletableFuture<>();
    final CompletableFuture<Void> drained = new CompletableFuture<>();
    private final BlockingQueue<Frame> heard = new LinkedBlockingQueue<>();
    private volatile Link link;

    @Override
    public void onOpen(Link opened) {
        link = opened;
    }

    @Override
    public void onFrame(Frame frame) {
        heard.add(frame);
    }

    @Override
    public void onReadComplete() {}

    @Override
    public void onDrained() {
        drained.complete(null);
    }

    @Override
    public void onClose(String reason) {
        closed.complete(reason);
    }

    /** Connects and goes through the handshake. */
    static TestClient opened(LinkConnector connector, Endpoint endpoint)
            throws InterruptedException, ExecutionException, TimeoutException {
        TestClient client = new TestClient();
        open(client, connector, endpoint);
        return client;
    }

    static void open(TestClient client, LinkConnector connector, Endpoint endpoint)
            throws InterruptedException, ExecutionException, TimeoutException {
        connector
                .connect(endpoint, client)
                .toCompletableFuture()
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        client.send(new Hello(1, 1, 0, "test"));
        client.hear(Welcome.class);
        client.send(new Authenticate("ANONYMOUS", ByteBuffer.allocate(0)));
        client.hear(Authenticated.class);
    }

    Link link() {
        return link;
    }

    void send(Frame frame) {
        link.write(frame);
        link.flush();
    }

    <F extends Frame> F hear(Class<F> expected) throws InterruptedException {
        Frame frame = heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (frame == null) {
            throw new AssertionError(
                    "expected %s, heard nothing; closed: %s"
                            .formatted(expected, closed.getNow("not")));
        }
        return expected.cast(frame);
    }

    /** After the link is closed. */
    boolean heardNothingMore() {
        return heard.isEmpty();
    }

    String closedBecause() throws InterruptedException, ExecutionException, TimeoutException {
        return closed.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
