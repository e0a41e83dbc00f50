package org.millrace.broker.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.millrace.broker.server.TestClient.queue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.millrace.broker.settings.BrokerSettings;
import org.millrace.persistence.HeapLogEngine;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.SessionKind;

/** TX-1, TX-3, TX-4, TX-5, TX-6, TX-9. */
class TransactionTest {
    private static final BrokerSettings SMALL =
            new BrokerSettings(
                    "small",
                    1 << 20,
                    BrokerSettings.DEFAULTS.idleTimeout(),
                    BrokerSettings.DEFAULTS.handshakeTimeout(),
                    1 << 20,
                    2_000,
                    1_000,
                    100,
                    BrokerSettings.DEFAULTS.resumeGrace(),
                    BrokerSettings.DEFAULTS.takeoverDelay(),
                    1024,
                    BrokerSettings.DEFAULTS.destinations());

    private final TestBroker broker = new TestBroker(SMALL);
    private final TestClient client = broker.connect();
    private final int session = client.session(SessionKind.TRANSACTED);
    private final int producer = client.producer(session, queue("out"));
    private final TestClient other = broker.connect();
    private final int otherSession = other.session(SessionKind.DIRECT);
    private long commits;

    @Test
    void sendsAndAcknowledgementsCountTogetherAtCommit() {
        feed("in", "a", "b");
        int consumer = client.queueConsumer(session, "in", 10);
        int reader = other.queueConsumer(otherSession, "out", 10);
        client.acknowledge(session, client.take(consumer));
        client.send(producer, "x", "y");
        assertThat(other.take(reader)).isEmpty();

        commit();

        assertThat(other.takeTexts(reader)).containsExactly("x", "y");
        broker.restartAfterCrash();
        TestClient after = broker.connect();
        int again = after.queueConsumer(after.session(SessionKind.DIRECT), "in", 10);
        assertThat(after.take(again)).isEmpty();
    }

    private void feed(String queue, String... texts) {
        other.send(other.producer(otherSession, queue(queue)), texts);
    }

    private void commit() {
        client.askDone(id -> new Frame.Commit(id, session, commits++));
    }

    @Test
    void rollbackForgetsSendsAndCountsWhatWasSeen() {
        feed("in", "a", "b", "c");
        int consumer = client.queueConsumer(session, "in", 3);
        List<TestClient.Got> got = client.take(consumer);
        client.acknowledge(session, got.subList(0, 1));
        client.send(producer, "x");

        Frame answer =
                client.ask(
                        id ->
                                new Frame.Rollback(
                                        id, session, TestClient.ranges(got.subList(0, 2))));
        assertThat(answer).isInstanceOf(Frame.SessionReset.class);
        commit();
        client.say(new Frame.Credit(consumer, 3));

        assertThat(client.take(consumer))
                .extracting(TestClient.Got::text, TestClient.Got::count)
                .containsExactly(tuple("a", 2), tuple("b", 2), tuple("c", 1));
        int reader = other.queueConsumer(otherSession, "out", 10);
        assertThat(other.take(reader)).isEmpty();
    }

    @Test
    void whatWasNotCommittedIsForgottenWithTheLink() {
        feed("in", "a");
        int consumer = client.queueConsumer(session, "in", 3);
        client.acknowledge(session, client.take(consumer));
        client.send(producer, "x");

        client.cut();

        int reader = other.queueConsumer(otherSession, "out", 10);
        int again = other.queueConsumer(otherSession, "in", 10);
        assertThat(other.take(reader)).isEmpty();
        assertThat(other.take(again)).extracting(TestClient.Got::count).containsExactly(2);
    }

    @Test
    void aCommitWithoutRoomIsRolledBackWhole() {
        feed("in", "a");
        int consumer = client.queueConsumer(session, "in", 3);
        client.acknowledge(session, client.take(consumer));
        client.send(producer, "x");
        broker.engine.setRoom(HeapLogEngine.Room.NONE);

        client.askRefused(ErrorCode.ROLLED_BACK, id -> new Frame.Commit(id, session, commits++));

        broker.engine.setRoom(HeapLogEngine.Room.AVAILABLE);
        assertThat(client.take(consumer))
                .extracting(TestClient.Got::text, TestClient.Got::count)
                .containsExactly(tuple("a", 2));
        commit();
        int reader = other.queueConsumer(otherSession, "out", 10);
        assertThat(other.take(reader)).isEmpty();
    }

    @Test
    void aTransactionThatIsTooLargeRefusesTheNextSend() {
        client.send(producer, "x".repeat(1_000));
        client.askRefused(
                ErrorCode.RESOURCE_LIMIT,
                id ->
                        new Frame.Send(
                                id,
                                producer,
                                true,
                                4,
                                0,
                                client.batch(
                                        producer,
                                        TestClient.header().persistent(),
                                        "y".repeat(1_000))));
        commit();
        int reader = other.queueConsumer(otherSession, "out", 10);
        assertThat(other.takeTexts(reader)).hasSize(1);
    }

    @Test
    void aRefusedSendThatNobodyHeardOfDoomsTheCommit() {
        client.say(
                new Frame.Send(
                        Frame.NO_REPLY,
                        producer,
                        true,
                        4,
                        0,
                        client.batch(producer, TestClient.header(), "z".repeat(3_000))));
        client.send(producer, "x");
        client.askRefused(ErrorCode.ROLLED_BACK, id -> new Frame.Commit(id, session, commits++));
        commit();
    }

    @Test
    void whetherACommitHappenedCanBeAskedAfterACrash() {
        client.send(producer, "x");
        commit();
        long producerId = client.producerIdOf(session);

        broker.restartAfterCrash();
        TestClient after = broker.connect();

        assertThat(after.ask(id -> new Frame.AskCommit(id, producerId, 0)))
                .isInstanceOfSatisfying(
                        Frame.CommitOutcome.class,
                        outcome -> assertThat(outcome.committed()).isTrue());
        assertThat(after.ask(id -> new Frame.AskCommit(id, producerId, 1)))
                .isInstanceOfSatisfying(
                        Frame.CommitOutcome.class,
                        outcome -> assertThat(outcome.committed()).isFalse());
    }

    @Test
    void onlyTransactedSessionsCommit() {
        client.askRefused(ErrorCode.ILLEGAL_STATE, id -> new Frame.Recover(id, session, List.of()));
        other.askRefused(ErrorCode.ILLEGAL_STATE, id -> new Frame.Commit(id, otherSession, 0));
        other.askRefused(
                ErrorCode.ILLEGAL_STATE, id -> new Frame.Rollback(id, otherSession, List.of()));
    }
}
