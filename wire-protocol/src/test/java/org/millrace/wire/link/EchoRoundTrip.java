package org.millrace.wire.link;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.millrace.foundation.Loop;
import org.millrace.foundation.ThreadLoop;
import org.millrace.wire.MillraceUri.Endpoint;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.Done;
import org.millrace.wire.frame.Frame.Send;
import org.millrace.wire.frame.LinkEnd;
import org.millrace.wire.frame.RandomFrames;
import org.millrace.wire.record.RecordBatch;

/**
 * Measures links alone: 1 KiB sends answered at once, one in flight and many. Run by hand; prints a
 * line for each transport.
 */
public final class EchoRoundTrip {
    private static final int WARM_UP = 30_000;
    private static final int ROUNDS = 100_000;
    private static final int PIPELINED = 1_000_000;
    private static final int WINDOW = 1_000;

    private final Link link;
    private final AtomicLong answered;
    private final Semaphore window;
    private final RecordBatch batch = new RandomFrames(new SplittableRandom(1)).batch(1024);
    private long requestId;

    private EchoRoundTrip(Link link, AtomicLong answered, Semaphore window) {
        this.link = link;
        this.answered = answered;
        this.window = window;
    }

    public static void main(String[] arguments)
            throws InterruptedException, ExecutionException, TimeoutException, IOException {
        tcp();
        inVm();
    }

    private static void tcp()
            throws InterruptedException, ExecutionException, TimeoutException, IOException {
        try (NettyLoop brokerLoop = loop("broker");
                NettyLoop clientLoop = loop("client");
                LinkServer server =
                        new LinkServer(
                                brokerLoop, LinkSettings.of(LinkEnd.BROKER), EchoBroker::new)) {
            server.start("127.0.0.1", 0);
            measure(
                    "tcp",
                    new LinkConnector(clientLoop, LinkSettings.of(LinkEnd.CLIENT)),
                    new Endpoint.Tcp("127.0.0.1", server.port()));
        }
    }

    private static NettyLoop loop(String name) {
        return NettyLoop.start(name, InstantSource.system(), Throwable::printStackTrace);
    }

    private static void inVm() throws InterruptedException, ExecutionException, TimeoutException {
        try (ThreadLoop brokerLoop =
                        new ThreadLoop("b", InstantSource.system(), Throwable::printStackTrace);
                ThreadLoop clientLoop =
                        new ThreadLoop("c", InstantSource.system(), Throwable::printStackTrace);
                VmServer server =
                        new VmServer(
                                brokerLoop, LinkSettings.of(LinkEnd.BROKER), EchoBroker::new)) {
            server.start("echo");
            Loop loop = clientLoop;
            measure(
                    "vm",
                    new LinkConnector(loop, LinkSettings.of(LinkEnd.CLIENT)),
                    new Endpoint.InVm("echo"));
        }
    }

    private static void measure(String name, LinkConnector connector, Endpoint endpoint)
            throws InterruptedException, ExecutionException, TimeoutException {
        TestClient client = TestClient.opened(connector, endpoint);
        client.link().close();
        client.closedBecause();
        AtomicLong answered = new AtomicLong();
        Semaphore window = new Semaphore(WINDOW);
        Thread asker = Thread.currentThread();
        Answers answers = new Answers(answered, window, asker);
        Link link = connector.connect(endpoint, answers).toCompletableFuture().get();
        link.write(new Frame.Hello(1, 1, 0, ""));
        link.flush();
        answers.welcomed.acquire();
        link.write(new Frame.Authenticate("ANONYMOUS", ByteBuffer.allocate(0)));
        link.flush();
        answers.welcomed.acquire();
        EchoRoundTrip echo = new EchoRoundTrip(link, answered, window);
        echo.roundTrips(WARM_UP);
        long[] nanos = echo.roundTrips(ROUNDS);
        echo.pipelined(PIPELINED / 5);
        double perSecond = echo.pipelined(PIPELINED);
        Arrays.sort(nanos);
        System.out.printf(
                "%-10s round trip of 1 KiB: 10%% %.1f, median %.1f us, 99%% %.1f us; %d in flight: %,.0f/s%n",
                name,
                nanos[ROUNDS / 10] / 1e3,
                nanos[ROUNDS / 2] / 1e3,
                nanos[ROUNDS / 100 * 99] / 1e3,
                WINDOW,
                perSecond);
        link.close();
    }

    private long[] roundTrips(int count) {
        long[] nanos = new long[count];
        for (int i = 0; i < count; i++) {
            long start = System.nanoTime();
            send();
            link.flush();
            while (answered.get() < requestId) {
                LockSupport.parkNanos(1_000_000);
            }
            nanos[i] = System.nanoTime() - start;
        }
        return nanos;
    }

    private double pipelined(int count) throws InterruptedException {
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            window.acquire();
            send();
            link.flush();
        }
        while (answered.get() < requestId) {
            LockSupport.parkNanos(1_000_000);
        }
        return count / ((System.nanoTime() - start) / 1e9);
    }

    private void send() {
        link.write(new Send(++requestId, 1, true, 4, 0, batch));
    }

    private static final class Answers implements LinkListener {
        private final AtomicLong answered;
        private final Semaphore window;
        private final Thread asker;
        private final Semaphore welcomed = new Semaphore(0);

        Answers(AtomicLong answered, Semaphore window, Thread asker) {
            this.answered = answered;
            this.window = window;
            this.asker = asker;
        }

        @Override
        public void onOpen(Link link) {}

        @Override
        public void onFrame(Frame frame) {
            if (frame instanceof Done done) {
                answered.set(done.requestId());
                if (window.availablePermits() < WINDOW) {
                    window.release();
                }
                LockSupport.unpark(asker);
            } else {
                welcomed.release();
            }
        }

        @Override
        public void onReadComplete() {}

        @Override
        public void onDrained() {}

        @Override
        public void onClose(String reason) {}
    }
}
