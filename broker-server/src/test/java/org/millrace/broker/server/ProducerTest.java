package org.millrace.broker.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.broker.server.TestClient.header;
import static org.millrace.broker.server.TestClient.queue;

import org.junit.jupiter.api.Test;
import org.millrace.broker.settings.BrokerSettings;
import org.millrace.persistence.HeapLogEngine;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.SessionKind;
import org.millrace.wire.record.RecordBatch;

/** REL-3, ASY-2: a resend is stored once, a refused send can be sent again. */
class ProducerTest {
    private final TestBroker broker = new TestBroker();
    private final TestClient client = broker.connect();
    private final int session = client.session(SessionKind.DIRECT);
    private final int producer = client.producer(session, queue("q"));

    private Frame.Send send(long id, int through, RecordBatch batch) {
        return new Frame.Send(id, through, true, 4, 0, batch);
    }

    private RecordBatch batch(int sequence, String... texts) {
        return client.batch(session, sequence, header().persistent(), texts);
    }

    @Test
    void aResendIsStoredOnceAndJoinsTheOneOnItsWay() {
        long first = client.request(id -> send(id, producer, batch(0, "a", "b")));
        long second = client.request(id -> send(id, producer, batch(0, "a", "b")));
        broker.run();
        client.askDone(id -> send(id, producer, batch(0, "a", "b")));
        client.askRefused(ErrorCode.INVALID_ARGUMENT, id -> send(id, producer, batch(1, "b", "c")));

        assertThat(client.answer(first)).isInstanceOf(Frame.Done.class);
        assertThat(client.answer(second)).isInstanceOf(Frame.Done.class);
        int consumer = client.queueConsumer(session, "q", 10);
        assertThat(client.takeTexts(consumer)).containsExactly("a", "b");
    }

    @Test
    void aResendAfterACrashIsRecognised() {
        RecordBatch batch = batch(0, "a");
        RecordBatch again = batch.copy();
        client.askDone(id -> send(id, producer, batch));
        long producerId = client.producerIdOf(session);

        broker.restartAfterCrash();
        TestClient after = broker.connect();
        int resumed = after.session(SessionKind.DIRECT, producerId);
        assertThat(after.producerIdOf(resumed)).isEqualTo(producerId);
        int through = after.producer(resumed, queue("q"));
        after.askDone(id -> send(id, through, again));

        int consumer = after.queueConsumer(resumed, "q", 10);
        assertThat(after.takeTexts(consumer)).containsExactly("a");
    }

    @Test
    void aRefusedSendLeavesAGapThatCanBeFilled() {
        client.askDone(id -> send(id, producer, batch(0, "a")));
        broker.engine.setRoom(HeapLogEngine.Room.NONE);
        client.askRefused(ErrorCode.RESOURCE_LIMIT, id -> send(id, producer, batch(1, "b")));
        broker.engine.setRoom(HeapLogEngine.Room.AVAILABLE);
        client.askDone(id -> send(id, producer, batch(2, "c")));
        client.askDone(id -> send(id, producer, batch(1, "b")));

        int consumer = client.queueConsumer(session, "q", 10);
        assertThat(client.takeTexts(consumer)).containsExactly("a", "c", "b");
    }

    @Test
    void batchesThatAreNotAcceptableAreRefused() {
        client.askRefused(
                ErrorCode.INVALID_ARGUMENT,
                id -> new Frame.Send(id, producer, true, 11, 0, batch(0, "a")));
        long tomorrow = broker.nowMillis() + 86_400_000;
        client.askRefused(
                ErrorCode.INVALID_ARGUMENT,
                id -> new Frame.Send(id, producer, true, 4, tomorrow, batch(0, "a")));
        client.askRefused(
                ErrorCode.ILLEGAL_STATE, id -> new Frame.Send(id, 77, true, 4, 0, batch(0, "a")));
        client.askDone(id -> send(id, producer, batch(0, "a")));
    }

    @Test
    void aConnectionWithTooMuchUnderWayIsNotRead() {
        BrokerSettings defaults = BrokerSettings.DEFAULTS;
        TestBroker narrow =
                new TestBroker(
                        new BrokerSettings(
                                "narrow",
                                defaults.maxFrameBytes(),
                                defaults.idleTimeout(),
                                defaults.handshakeTimeout(),
                                1_000,
                                defaults.maxTransactionBytes(),
                                defaults.maxUnsettled(),
                                defaults.maxDestinations(),
                                defaults.resumeGrace(),
                                defaults.takeoverDelay(),
                                defaults.horizonStep(),
                                defaults.destinations()));
        TestClient fast = narrow.connect();
        int fastProducer = fast.producer(fast.session(SessionKind.DIRECT), queue("q"));
        boolean[] wasRead = {true};
        for (int i = 0; i < 20; i++) {
            fast.post(
                    send(
                            Frame.NO_REPLY,
                            fastProducer,
                            fast.batch(fastProducer, header().persistent(), "x".repeat(100))));
            narrow.loop().execute(() -> wasRead[0] &= fast.reading);
        }
        narrow.run();
        assertThat(wasRead[0]).isFalse();
        assertThat(fast.reading).isTrue();
    }

    @Test
    void nonPersistentMessagesAreDelivered() {
        client.askDone(
                id ->
                        new Frame.Send(
                                id, producer, false, 4, 0, client.batch(producer, header(), "n")));
        int consumer = client.queueConsumer(session, "q", 10);
        client.acknowledge(session, client.take(consumer));
        client.send(producer, "p");
        assertThat(client.takeTexts(consumer)).containsExactly("p");
    }
}
