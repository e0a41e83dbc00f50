package org.millrace.wire.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.millrace.foundation.Check;
import org.millrace.foundation.Loop;
import org.millrace.wire.MillraceUri.Endpoint;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.Done;
import org.millrace.wire.frame.Frame.Goodbye;
import org.millrace.wire.frame.Frame.Send;
import org.millrace.wire.frame.Frame.SetClientId;
import org.millrace.wire.frame.LinkEnd;
import org.millrace.wire.frame.ProtocolException;
import org.millrace.wire.frame.RandomFrames;
import org.millrace.wire.record.RecordBatch;

/** What every link promises, whatever carries its bytes. */
@Timeout(60)
@SuppressWarnings("InterruptedExceptionSwallowed") // a test that is interrupted fails
abstract class LinkContract {
    private static final RecordBatch BATCH =
            new RandomFrames(new SplittableRandom(7)).batch(10_000);
    private static final LinkSettings CLIENT =
            LinkSettings.of(LinkEnd.CLIENT).withWaterMarks(50_000, 200_000, 100_000_000);

    private final BlockingQueue<EchoBroker> accepted = new LinkedBlockingQueue<>();
    private final BlockingQueue<Throwable> brokerLoopFailures = new LinkedBlockingQueue<>();
    private Supplier<EchoBroker> brokers = EchoBroker::new;
    private Loop brokerLoop;
    private Loop clientLoop;
    private AutoCloseable server;

    abstract Loop newLoop(String name, BlockingQueue<Throwable> failures);

    abstract void close(Loop loop);

    abstract AutoCloseable listen(Loop loop, Supplier<LinkListener> listeners) throws IOException;

    abstract Endpoint endpoint(AutoCloseable server);

    LinkConnector connector(Loop loop, LinkSettings settings) {
        return new LinkConnector(loop, settings);
    }

    @BeforeEach
    final void start() throws IOException {
        brokerLoop = newLoop("test-broker", brokerLoopFailures);
        clientLoop = newLoop("test-client", new LinkedBlockingQueue<>());
        server =
                listen(
                        brokerLoop,
                        () -> {
                            EchoBroker broker = brokers.get();
                            accepted.add(broker);
                            return broker;
                        });
    }

    @AfterEach
    final void stop() throws Exception {
        server.close();
        close(clientLoop);
        close(brokerLoop);
    }

    private TestClient connect() throws Exception {
        return TestClient.opened(connector(clientLoop, CLIENT), endpoint(server));
    }

    private EchoBroker nextAccepted() throws InterruptedException {
        return accepted.poll(TestClient.PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void framesOfManyThreadsArriveEachInItsThreadsOrder() throws Exception {
        TestClient client = connect();
        int threads = 4;
        int each = 2_000;
        List<Thread> writers = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            long base = (t + 1) * 1_000_000L;
            boolean pauses = t % 2 == 0;
            writers.add(new Thread(() -> writeMany(client.link(), base, each, pauses)));
        }
        writers.forEach(Thread::start);

        long[] last = new long[threads];
        for (int i = 0; i < threads * each; i++) {
            long id = client.hear(Done.class).requestId();
            int thread = (int) (id / 1_000_000) - 1;
            assertThat(id % 1_000_000).isEqualTo(last[thread]++);
        }
        for (Thread writer : writers) {
            writer.join();
        }
    }

    private static void writeMany(Link link, long base, int count, boolean pauses) {
        for (int i = 0; i < count; i++) {
            link.write(new SetClientId(base + i, "c"));
            link.flush();
            if (pauses) {
                LockSupport.parkNanos(5_000);
            }
        }
    }

    @Test
    void aThreadThatIsInterruptedSendsWithoutHarmToTheLink() throws Exception {
        TestClient client = connect();
        Thread.currentThread().interrupt();
        client.link().write(new SetClientId(1, "x"));
        client.link().flush();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(client.hear(Done.class).requestId()).isEqualTo(1);
        client.send(new SetClientId(2, "x"));
        assertThat(client.hear(Done.class).requestId()).isEqualTo(2);
    }

    @Test
    void aLinkThatEndsLeavesOthersAlone() throws Exception {
        TestClient first = connect();
        TestClient second = connect();
        EchoBroker firstBroker = nextAccepted();

        first.link().close();

        assertThat(first.closedBecause()).isEqualTo("closed by this end");
        assertThat(firstBroker.closed.get(20, TimeUnit.SECONDS)).contains("closed");
        second.send(new SetClientId(5, "x"));
        assertThat(second.hear(Done.class).requestId()).isEqualTo(5);
        assertThat(second.closed).isNotDone();
    }

    @Test
    void whatWasWrittenBeforeCloseArrivesAndNothingAfter() throws Exception {
        TestClient client = connect();
        EchoBroker broker = nextAccepted();
        broker.link.write(new Done(41));
        broker.link.write(new Done(42));
        broker.link.close();
        broker.link.write(new Done(43));
        broker.link.flush();
        broker.link.close();

        assertThat(client.hear(Done.class).requestId()).isEqualTo(41);
        assertThat(client.hear(Done.class).requestId()).isEqualTo(42);
        assertThat(client.closedBecause()).contains("closed");
        client.send(new SetClientId(1, "dropped"));
        assertThat(client.heardNothingMore()).isTrue();
    }

    @Test
    void aReaderThatStopsCongestsTheWriterUntilItGoesOn() throws Exception {
        TestClient client = connect();
        EchoBroker broker = nextAccepted();
        broker.link.setReading(false);
        long sent = 0;
        while (!client.link().isCongested()) {
            client.send(new Send(++sent, 1, true, 4, 0, BATCH));
            assertThat(sent).as("sends without congestion").isLessThan(10_000);
        }

        broker.link.setReading(true);

        client.drained.get(20, TimeUnit.SECONDS);
        for (long id = 1; id <= sent; id++) {
            assertThat(client.hear(Done.class).requestId()).isEqualTo(id);
        }
    }

    @Test
    void aWriterThatIgnoresCongestionLosesTheLink() throws Exception {
        TestClient client = new TestClient();
        LinkSettings tight = CLIENT.withWaterMarks(10_000, 20_000, 3_000_000);
        TestClient.open(client, connector(clientLoop, tight), endpoint(server));
        EchoBroker broker = nextAccepted();
        broker.link.setReading(false);
        for (int i = 1; i <= 5_000 && !client.closed.isDone(); i++) {
            client.send(new Send(i, 1, true, 4, 0, BATCH));
        }
        assertThat(client.closedBecause()).contains("takes too little").contains("at most 3000000");
    }

    @Test
    void aListenerThatFailsLosesItsLinkOnly() throws Exception {
        TestClient healthy = connect();
        brokers =
                () ->
                        new EchoBroker() {
                            @Override
                            public void onFrame(Frame frame) {
                                if (frame instanceof SetClientId) {
                                    throw new UnsupportedOperationException("not there yet");
                                }
                                super.onFrame(frame);
                            }
                        };
        TestClient unlucky = connect();
        unlucky.send(new SetClientId(1, "x"));

        assertThat(unlucky.hear(Goodbye.class).message()).contains("not there yet");
        assertThat(unlucky.closedBecause()).contains("goodbye").contains("INTERNAL");
        healthy.send(new SetClientId(5, "x"));
        assertThat(healthy.hear(Done.class).requestId()).isEqualTo(5);
        assertThat(brokerLoopFailures).isEmpty();
    }

    @Test
    void aBrokenInvariantIsHandedToTheOwnerOfTheLoop() throws Exception {
        brokers =
                () ->
                        new EchoBroker() {
                            @Override
                            public void onFrame(Frame frame) {
                                Check.invariant(!(frame instanceof SetClientId), "broken");
                                super.onFrame(frame);
                            }
                        };
        TestClient client = connect();
        client.send(new SetClientId(1, "x"));
        assertThat(brokerLoopFailures.poll(20, TimeUnit.SECONDS)).hasMessage("broken");
    }

    @Test
    void aFrameOverTheLimitIsRefusedAndTheLinkGoesOn() throws Exception {
        TestClient client = connect();
        assertThatThrownBy(() -> client.link().write(new SetClientId(1, "x".repeat(100_000))))
                .isInstanceOf(ProtocolException.class);
        client.send(new SetClientId(2, "x"));
        assertThat(client.hear(Done.class).requestId()).isEqualTo(2);
    }

    @Test
    void anEndThatDoesNotAuthenticateIsSentAway() throws Exception {
        TestClient client = new TestClient();
        CompletableFuture<Link> opened =
                connector(
                                clientLoop,
                                CLIENT.withTimeouts(
                                        java.time.Duration.ofMillis(50),
                                        java.time.Duration.ofSeconds(5)))
                        .connect(endpoint(server), client)
                        .toCompletableFuture();
        assertThat(opened.get(20, TimeUnit.SECONDS)).isNotNull();
        assertThat(client.closedBecause()).contains("not authenticated within 50 ms");
    }

    static InstantSource clock() {
        return InstantSource.system();
    }
}
