package org.millrace.broker.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.broker.server.TestClient.queue;
import static org.millrace.broker.server.TestClient.topic;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.broker.settings.BrokerSettings;
import org.millrace.wire.Address;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.DeliveryRange;
import org.millrace.wire.frame.Frame.SessionKind;
import org.millrace.wire.frame.Frame.SubscriptionKind;
import org.millrace.wire.frame.FrameCodec;
import org.millrace.wire.record.RecordBatch;

/** What clients say that no client of ours would, and sizes at the limit. */
class HarshConditionsTest {
    private final SlowEngine engine = new SlowEngine();
    private final TestBroker broker =
            TestBroker.onEngines(small(), TestBroker.SEED, engine::newEngine);
    private final TestClient client = broker.connect();
    private final int session = client.session(SessionKind.DIRECT);

    private static final int FRAME_BYTES = 64 * 1024;

    private static BrokerSettings small() {
        BrokerSettings usual = BrokerSettings.DEFAULTS;
        return new BrokerSettings(
                usual.name(),
                FRAME_BYTES,
                usual.idleTimeout(),
                usual.handshakeTimeout(),
                usual.maxOutstandingBytes(),
                usual.maxTransactionBytes(),
                usual.maxUnsettled(),
                usual.maxDestinations(),
                usual.resumeGrace(),
                usual.takeoverDelay(),
                usual.horizonStep(),
                usual.destinations());
    }

    private TestClient.Got delivered(String queue) {
        client.send(client.producer(session, queue(queue)), "a");
        return client.take(client.queueConsumer(session, queue, 1)).get(0);
    }

    // ---------------------------------------------------------------- ranges

    private void acknowledge(Frame.Outcome outcome, DeliveryRange... ranges) {
        client.askDone(id -> new Frame.Acknowledge(id, session, outcome, "bad", List.of(ranges)));
    }

    @Test
    void aMessageThatIsRejectedTwiceInOneFrameIsOneLetter() {
        long id = delivered("q").deliveryId();

        acknowledge(Frame.Outcome.REJECT, new DeliveryRange(id, id), new DeliveryRange(id, id));

        assertThat(client.browse("DLQ.queue.q", "")).containsExactly("a");
    }

    @Test
    void whereThereIsNoFurtherWayItComesBackOnce() {
        long id = delivered("DLQ.q").deliveryId();

        acknowledge(Frame.Outcome.REJECT, new DeliveryRange(0, id), new DeliveryRange(id, id + 7));

        assertThat(broker.failures).isEmpty();
        broker.advance(SlowEngine.DELAY);
        assertThat(client.browse("DLQ.q", "")).containsExactly("a");
    }

    @Test
    void rangesInAnyOrderNameEachDeliveryOnce() {
        client.send(client.producer(session, queue("q")), "1", "2", "3", "4", "5");
        int consumer = client.queueConsumer(session, "q", 5);
        long first = client.take(consumer).get(0).deliveryId();

        acknowledge(
                Frame.Outcome.ACCEPT,
                new DeliveryRange(first + 3, first + 3),
                new DeliveryRange(first, first + 1),
                new DeliveryRange(first + 1, first + 1),
                new DeliveryRange(first + 1, first),
                new DeliveryRange(first, first + 1));
        client.ask(id -> new Frame.CloseSession(id, session));

        assertThat(client.browse("q", "")).containsExactly("3", "5");
    }

    @Test
    void oneDeliveryTwiceInABranchIsGivenBackOnce() {
        client.send(client.producer(session, queue("q")), "a");
        int xa = client.session(SessionKind.XA);
        long id = client.take(client.queueConsumer(xa, "q", 1)).get(0).deliveryId();
        Frame.XaBranch branch =
                new Frame.XaBranch(
                        7, ByteBuffer.wrap(new byte[] {1}), ByteBuffer.wrap(new byte[] {2}));
        client.ask(ask -> new Frame.Xa(ask, xa, Frame.XaOperation.START, branch, 0, 0));
        client.askDone(
                ask ->
                        new Frame.Acknowledge(
                                ask,
                                xa,
                                Frame.Outcome.ACCEPT,
                                "",
                                List.of(new DeliveryRange(id, id), new DeliveryRange(id, id))));
        client.ask(ask -> new Frame.Xa(ask, xa, Frame.XaOperation.END_FAIL, branch, 0, 0));
        client.ask(ask -> new Frame.Xa(ask, xa, Frame.XaOperation.ROLLBACK, branch, 0, 0));

        assertThat(client.browse("q", "")).containsExactly("a");
    }

    // ---------------------------------------------------------------- producers

    @Test
    void nobodySendsAsAnotherProducerInATransaction() {
        int transacted = client.session(SessionKind.TRANSACTED);
        int producer = client.producer(transacted, queue("q"));
        RecordBatch others = client.batch(session, 0, TestClient.header().persistent(), "a");

        client.askRefused(
                ErrorCode.INVALID_ARGUMENT, id -> new Frame.Send(id, producer, true, 4, 0, others));
    }

    // ---------------------------------------------------------------- sizes

    /** A link takes no larger ones; it fails, and with it the loop. */
    private static void checkSizes(List<? extends Frame> frames) {
        for (Frame frame : frames) {
            ByteBuffer encoded = ByteBuffer.allocate(16 * FRAME_BYTES);
            FrameCodec.encode(frame, encoded);
            assertThat(encoded.position() - FrameCodec.LENGTH_BYTES)
                    .isLessThanOrEqualTo(FRAME_BYTES);
        }
    }

    @Test
    void everyFrameOfDeliveriesIsWithinTheLimit() {
        int producer = client.producer(session, queue("q"));
        List<String> sent = new ArrayList<>();
        for (int size : new int[] {100, 60_000, 65_000, 30_000, 40_000, 1, 65_100, 1}) {
            sent.add("x".repeat(size));
        }
        for (int i = 0; i < 2000; i++) {
            sent.add("");
        }
        sent.forEach(each -> client.send(producer, each));

        List<String> shown = client.browse("q", "");
        List<String> got = client.takeTexts(client.queueConsumer(session, "q", 10_000));

        assertThat(shown).isEqualTo(sent);
        assertThat(got).isEqualTo(sent);
        checkSizes(client.heard(Frame.Deliver.class));
        checkSizes(client.heard(Frame.BrowsePage.class));
    }

    @Test
    void whatIsLargerThanAFrameMayBeNowIsGivenUp() {
        TestBroker large =
                TestBroker.onEngines(BrokerSettings.DEFAULTS, TestBroker.SEED, engine::newEngine);
        TestClient before = large.connect();
        int producer = before.producer(before.session(SessionKind.DIRECT), queue("q"));
        before.send(producer, "x".repeat(FRAME_BYTES), "small");
        large.crash();

        broker.restartAfterCrash();
        TestClient after = broker.connect();
        int again = after.session(SessionKind.DIRECT);
        assertThat(after.takeTexts(after.queueConsumer(again, "q", 2))).containsExactly("small");
        int letters = after.queueConsumer(again, "DLQ.queue.q", 2);

        assertThat(after.takeTexts(letters)).isEmpty();
        assertThat(after.browse("DLQ.queue.q", "")).isEmpty();
        checkSizes(after.heard(Frame.Deliver.class));
        assertThat(broker.failures).isEmpty();
    }

    // ---------------------------------------------------------------- numbers

    @ParameterizedTest
    @ValueSource(
            strings = {"-P100000000000D", "-PT9223372036854775807S", "-P300000000000D", "-P9999D"})
    void whatIsLongerAgoThanTimeIsTheBeginning(String from) {
        client.producer(session, new Address(Address.Kind.TOPIC, "t", "retention=P1D"));
        client.send(client.producer(session, topic("t")), "a");

        int consumer =
                client.consumer(
                        session,
                        new Address(Address.Kind.TOPIC, "t", "from=" + from),
                        SubscriptionKind.NON_DURABLE,
                        "",
                        "",
                        10);

        assertThat(client.takeTexts(consumer)).containsExactly("a");
    }

    @Test
    void aTimeAgoIsNotAhead() {
        client.refusedConsumer(
                ErrorCode.INVALID_DESTINATION,
                session,
                new Address(Address.Kind.TOPIC, "t", "from=-PT-9223372036854775807S"),
                SubscriptionKind.NON_DURABLE,
                "");
    }
}
