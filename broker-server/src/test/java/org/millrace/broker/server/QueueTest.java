package org.millrace.broker.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.broker.server.TestClient.queue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.SessionKind;

/** QUE-1, QUE-2, ORD-1, REL-6, RCV-5, RCV-7. */
class QueueTest {
    private final TestBroker broker = new TestBroker();
    private final TestClient client = broker.connect();
    private final int session = client.session(SessionKind.DIRECT);
    private final int producer = client.producer(session, queue("orders"));

    @Test
    void messagesArriveInOrderAndOnce() {
        client.send(producer, "a", "b", "c");
        int consumer = client.queueConsumer(session, "orders", 2);

        List<TestClient.Got> got = client.take(consumer);
        assertThat(got).extracting(TestClient.Got::text).containsExactly("a", "b");
        assertThat(got).extracting(TestClient.Got::count).containsOnly(1);
        client.acknowledge(session, got);
        client.say(new Frame.Credit(consumer, 10));
        assertThat(client.takeTexts(consumer)).containsExactly("c");
        client.send(producer, "d");
        assertThat(client.takeTexts(consumer)).containsExactly("d");
    }

    @Test
    void competingConsumersAreServedInTheOrderInWhichTheyWait() {
        client.hasSeenAll = true;
        int first = client.queueConsumer(session, "orders", 10);
        int second = client.queueConsumer(session, "orders", 10);

        client.send(producer, "a");
        client.send(producer, "b");
        client.send(producer, "c");

        assertThat(client.takeTexts(first)).containsExactly("a", "c");
        assertThat(client.takeTexts(second)).containsExactly("b");
    }

    @Test
    void acknowledgedMessagesDoNotComeBackAndOthersDoAfterACrash() {
        client.send(producer, "a", "b", "c", "d");
        int consumer = client.queueConsumer(session, "orders", 3);
        List<TestClient.Got> got = client.take(consumer);
        client.acknowledge(session, List.of(got.get(1)));

        broker.restartAfterCrash();
        TestClient after = broker.connect();
        int again = after.queueConsumer(after.session(SessionKind.DIRECT), "orders", 10);

        assertThat(after.take(again))
                .extracting(TestClient.Got::text, TestClient.Got::count)
                .containsExactly(
                        org.assertj.core.api.Assertions.tuple("a", 2),
                        org.assertj.core.api.Assertions.tuple("c", 2),
                        org.assertj.core.api.Assertions.tuple("d", 2));
    }

    @Test
    void whatIsSentAfterACrashIsNotTakenForRedelivered() {
        client.send(producer, "a");
        client.queueConsumer(session, "orders", 1);

        broker.restartAfterCrash();
        TestClient after = broker.connect();
        int afterSession = after.session(SessionKind.DIRECT);
        after.send(after.producer(afterSession, queue("orders")), "b");
        int again = after.queueConsumer(afterSession, "orders", 10);

        assertThat(after.take(again)).extracting(TestClient.Got::count).containsExactly(2, 1);
    }

    @Test
    void aCleanStopKeepsCountsExact() {
        client.send(producer, "a", "b");
        client.queueConsumer(session, "orders", 1);

        broker.stop();
        broker.start();
        TestClient after = broker.connect();
        int again = after.queueConsumer(after.session(SessionKind.DIRECT), "orders", 10);

        assertThat(client.heard(Frame.Goodbye.class)).hasSize(1);
        assertThat(after.take(again)).extracting(TestClient.Got::count).containsExactly(2, 1);
    }

    @Test
    void whatALostLinkHeldGoesToOthersAsRedelivered() {
        client.send(producer, "a", "b", "c");
        TestClient doomed = broker.connect();
        int doomedSession = doomed.session(SessionKind.DIRECT);
        int reader = doomed.queueConsumer(doomedSession, "orders", 2);
        assertThat(doomed.takeTexts(reader)).containsExactly("a", "b");
        int consumer = client.queueConsumer(session, "orders", 10);
        assertThat(client.takeTexts(consumer)).containsExactly("c");

        doomed.cut();

        assertThat(client.take(consumer)).extracting(TestClient.Got::count).containsExactly(2, 2);
    }

    @Test
    void aClosedConsumerGivesBackWhatItHasNotSeen() {
        client.send(producer, "a", "b", "c");
        int consumer = client.queueConsumer(session, "orders", 3);
        List<TestClient.Got> got = client.take(consumer);
        client.closeConsumer(consumer, got.get(0).deliveryId());

        int next = client.queueConsumer(session, "orders", 10);
        List<TestClient.Got> rest = client.take(next);
        assertThat(rest).extracting(TestClient.Got::text).containsExactly("b", "c");
        assertThat(rest).extracting(TestClient.Got::count).containsOnly(1);
        client.acknowledge(session, got);
        client.askDone(id -> new Frame.CloseSession(id, session));
        TestClient other = broker.connect();
        int last = other.queueConsumer(other.session(SessionKind.DIRECT), "orders", 10);
        assertThat(other.takeTexts(last)).containsExactly("b", "c");
    }

    @Test
    void aMillionBytesOfCreditDoNotMakeARunUnbounded() {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            texts.add("m" + i);
        }
        client.send(producer, texts.toArray(String[]::new));
        int consumer = client.queueConsumer(session, "orders", 1_000_000);

        assertThat(client.takeTexts(consumer)).isEqualTo(texts);
        assertThat(client.heard(Frame.Deliver.class).size()).isGreaterThan(4);
    }

    @Test
    void aCongestedLinkGetsNothingUntilItHasRoom() {
        int consumer = client.queueConsumer(session, "orders", 10);
        client.congested = true;
        client.send(producer, "a");
        assertThat(client.take(consumer)).isEmpty();
    }

    @Test
    void expiredMessagesAreSkippedAndSettled() {
        long soon = broker.nowMillis() + 1_000;
        client.askDone(
                id ->
                        new Frame.Send(
                                id,
                                producer,
                                true,
                                4,
                                0,
                                client.batch(
                                        producer,
                                        TestClient.header().persistent().expiration(soon),
                                        "old")));
        client.send(producer, "new");
        broker.advance(java.time.Duration.ofSeconds(2));

        int consumer = client.queueConsumer(session, "orders", 10);

        List<TestClient.Got> got = client.take(consumer);
        assertThat(got).extracting(TestClient.Got::text).containsExactly("new");
        client.acknowledge(session, got);
        broker.restartAfterCrash();
        TestClient after = broker.connect();
        int again = after.queueConsumer(after.session(SessionKind.DIRECT), "orders", 10);
        assertThat(after.take(again)).isEmpty();
    }

    @Test
    void higherPrioritiesComeFirst() {
        for (int priority : new int[] {4, 9, 0, 4, 7}) {
            client.askDone(
                    id ->
                            new Frame.Send(
                                    id,
                                    producer,
                                    true,
                                    priority,
                                    0,
                                    client.batch(
                                            producer,
                                            TestClient.header().persistent().priority(priority),
                                            "p" + priority)));
        }
        int consumer = client.queueConsumer(session, "orders", 10);
        assertThat(client.takeTexts(consumer)).containsExactly("p9", "p7", "p4", "p4", "p0");
    }
}
