package org.millrace.broker.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.millrace.broker.server.TestClient.queue;
import static org.millrace.broker.server.TestClient.topic;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.Spec;
import org.millrace.persistence.Change;
import org.millrace.persistence.DestinationRow;
import org.millrace.persistence.HeapLogEngine;
import org.millrace.persistence.UnitOfWork;
import org.millrace.wire.Address;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.SessionKind;
import org.millrace.wire.frame.Frame.SubscriptionKind;
import org.millrace.wire.record.JmsHeader;
import org.millrace.wire.record.MessageProperties;
import org.millrace.wire.record.Record;

class DeadLetterTest {
    private final TestBroker broker = new TestBroker();
    private final TestClient client = broker.connect();
    private final int session = client.session(SessionKind.DIRECT);
    private final int producer = client.producer(session, queue("q"));

    /** Delivers until nothing comes any more; gives the counts of the attempts. */
    private List<Integer> failUntilGone(int consumer) {
        List<Integer> counts = new ArrayList<>();
        for (int attempt = 0; attempt < 30; attempt++) {
            List<TestClient.Got> got = client.take(consumer);
            if (got.isEmpty()) {
                return counts;
            }
            counts.add(got.get(0).count());
            client.ask(id -> new Frame.Recover(id, session, TestClient.ranges(got)));
            client.say(new Frame.Credit(consumer, 1));
        }
        throw new AssertionError("it was delivered for ever: " + counts);
    }

    private Record onlyLetter(String queue) {
        Frame.BrowsePage page = client.browseNext(client.browser(queue, ""), 10);
        assertThat(page.messages()).hasSize(1);
        Frame.Delivery only = page.messages().get(0);
        return Record.delivered(only.record(), only.offset(), only.timestamp());
    }

    @Test
    @Spec("LSE-1")
    void afterTenAttemptsAMessageGoesToTheDeadLetterQueueUnchanged() {
        client.send(producer, TestMessage.of("poison").priority(7).with("color", "red"));
        client.send(producer, TestMessage.of("good").priority(1));
        int consumer = client.queueConsumer(session, "q", 1);

        List<Integer> counts = new ArrayList<>();
        for (int attempt = 1; attempt <= 10; attempt++) {
            List<TestClient.Got> got = client.take(consumer);
            assertThat(got).extracting(TestClient.Got::text).containsExactly("poison");
            counts.add(got.get(0).count());
            client.ask(id -> new Frame.Recover(id, session, TestClient.ranges(got)));
            client.say(new Frame.Credit(consumer, 1));
        }

        assertThat(counts).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
        assertThat(client.takeTexts(consumer)).containsExactly("good");
        Record letter = onlyLetter("DLQ.queue.q");
        assertThat(TestClient.text(letter)).isEqualTo("poison");
        assertThat(JmsHeader.of(letter).priority()).isEqualTo(7);
        assertThat(JmsHeader.of(letter).isPersistent()).isTrue();
        assertThat(new MessageProperties().read(letter).toMap())
                .contains(
                        entry("color", "red"),
                        entry("JMS_Millrace_Origin", "queue:q"),
                        entry("JMS_Millrace_DeliveryCount", 10))
                .containsKey("JMS_Millrace_Cause");
    }

    @Test
    void theDeadLetterSurvivesACrashAndTheMessageDoesNotComeBack() {
        client.send(producer, "poison");
        failUntilGone(client.queueConsumer(session, "q", 1));

        broker.restartAfterCrash();

        TestClient after = broker.connect();
        assertThat(after.browse("DLQ.queue.q", "")).containsExactly("poison");
        assertThat(after.browse("q", "")).isEmpty();
        assertThat(broker.backlog()).isEqualTo(1);
    }

    @Test
    void aDeadLetterQueueHasNoLimit() {
        client.send(client.producer(session, queue("DLQ.queue.q")), "a");
        int consumer = client.queueConsumer(session, "DLQ.queue.q", 1);
        for (int attempt = 1; attempt <= 25; attempt++) {
            List<TestClient.Got> got = client.take(consumer);
            assertThat(got.get(0).count()).isEqualTo(attempt);
            client.ask(id -> new Frame.Recover(id, session, TestClient.ranges(got)));
            client.say(new Frame.Credit(consumer, 1));
        }
    }

    @Test
    void rejectingGoesThereAtOnceWithTheCause() {
        client.send(producer, "bad", "good");
        int consumer = client.queueConsumer(session, "q", 2);
        List<TestClient.Got> got = client.take(consumer);

        client.askDone(
                id ->
                        new Frame.Acknowledge(
                                id,
                                session,
                                Frame.Outcome.REJECT,
                                "not XML",
                                TestClient.ranges(got.get(0))));
        client.acknowledge(session, List.of(got.get(1)));

        Record letter = onlyLetter("DLQ.queue.q");
        assertThat(new MessageProperties().read(letter).toMap())
                .contains(
                        entry("JMS_Millrace_Cause", "not XML"),
                        entry("JMS_Millrace_DeliveryCount", 1));
        assertThat(client.browse("q", "")).isEmpty();
        assertThat(broker.backlog()).isEqualTo(1);
        client.askDone(
                id ->
                        new Frame.Acknowledge(
                                id,
                                session,
                                Frame.Outcome.REJECT,
                                "again",
                                TestClient.ranges(got)));
    }

    @Test
    void aRejectionInATransactionCountsWithTheCommit() {
        int transacted = client.session(SessionKind.TRANSACTED);
        client.send(producer, "bad");
        int consumer = client.queueConsumer(transacted, "q", 1);
        List<TestClient.Got> got = client.take(consumer);
        reject(transacted, got);
        client.ask(id -> new Frame.Rollback(id, transacted, List.of()));
        assertThat(client.browse("DLQ.queue.q", "")).isEmpty();

        client.say(new Frame.Credit(consumer, 1));
        reject(transacted, client.take(consumer));
        assertThat(client.browse("DLQ.queue.q", "")).isEmpty();
        client.askDone(id -> new Frame.Commit(id, transacted, 0));

        assertThat(client.browse("DLQ.queue.q", "")).containsExactly("bad");
        assertThat(client.browse("q", "")).isEmpty();
    }

    private void reject(int inSession, List<TestClient.Got> got) {
        client.askDone(
                id ->
                        new Frame.Acknowledge(
                                id,
                                inSession,
                                Frame.Outcome.REJECT,
                                "bad",
                                TestClient.ranges(got)));
    }

    @Test
    void rollbackAndClosingTheSessionCountAsAttempts() {
        client.send(producer, "poison");
        int attempts = 0;
        for (int round = 0; round < 5; round++) {
            int transacted = client.session(SessionKind.TRANSACTED);
            int consumer = client.queueConsumer(transacted, "q", 1);
            List<TestClient.Got> got = client.take(consumer);
            assertThat(got.get(0).count()).isEqualTo(++attempts);
            client.ask(id -> new Frame.Rollback(id, transacted, TestClient.ranges(got)));
            client.say(new Frame.Credit(consumer, 1));
            assertThat(client.take(consumer).get(0).count()).isEqualTo(++attempts);
            client.closeConsumer(consumer, Long.MAX_VALUE);
            client.askDone(id -> new Frame.CloseSession(id, transacted));
        }
        assertThat(client.browse("DLQ.queue.q", "")).containsExactly("poison");
    }

    @Test
    void lostLinksNeverGiveAMessageUp() {
        client.send(producer, "a");
        for (int round = 1; round <= 15; round++) {
            TestClient doomed = broker.connect();
            int consumer = doomed.queueConsumer(doomed.session(SessionKind.DIRECT), "q", 1);
            assertThat(doomed.take(consumer).get(0).count()).isEqualTo(round);
            doomed.cut();
        }
        assertThat(client.browse("q", "")).containsExactly("a");
    }

    @Test
    void ofATopicItIsTheMessageOfOneSubscription() {
        TestClient named = broker.connect("c");
        int namedSession = named.session(SessionKind.DIRECT);
        int reader =
                named.consumer(namedSession, topic("t"), SubscriptionKind.DURABLE, "d", "", 10);
        int other = client.topicConsumer(session, "t", 10);
        client.send(client.producer(session, topic("t")), "m");
        List<TestClient.Got> got = named.take(reader);
        named.askDone(
                id ->
                        new Frame.Acknowledge(
                                id,
                                namedSession,
                                Frame.Outcome.REJECT,
                                "bad",
                                TestClient.ranges(got)));

        assertThat(client.takeTexts(other)).containsExactly("m");
        Record letter = onlyLetter("DLQ.topic.t");
        assertThat(new MessageProperties().read(letter).toMap())
                .contains(
                        entry("JMS_Millrace_Origin", "topic:t"),
                        entry("JMS_Millrace_Subscription", "'d' of client 'c'"));
    }

    @Test
    void temporaryDestinationsShareOne() {
        Address temporary = client.temporary(Address.Kind.TEMPORARY_QUEUE);
        client.send(client.producer(session, temporary), "m");
        reject(
                session,
                client.take(
                        client.consumer(session, temporary, SubscriptionKind.QUEUE, "", "", 1)));
        assertThat(client.browse("DLQ.temporary", "")).containsExactly("m");
    }

    @Test
    void withoutRoomItWaitsWithNobodyAndIsMovedLater() {
        client.send(producer, "bad");
        int consumer = client.queueConsumer(session, "q", 1);
        List<TestClient.Got> got = client.take(consumer);
        client.say(new Frame.OpenBrowser(77, 77, queue("DLQ.queue.q"), ""));
        broker.engine.setRoom(HeapLogEngine.Room.NONE);
        long request =
                client.request(
                        id ->
                                new Frame.Acknowledge(
                                        id,
                                        session,
                                        Frame.Outcome.REJECT,
                                        "bad",
                                        TestClient.ranges(got)));
        broker.advance(Duration.ofSeconds(7));
        assertThat(client.isAnswered(request)).isFalse();

        broker.engine.setRoom(HeapLogEngine.Room.AVAILABLE);
        broker.advance(Duration.ofSeconds(7));

        assertThat(client.isAnswered(request)).isTrue();
        assertThat(client.browse("DLQ.queue.q", "")).containsExactly("bad");
        assertThat(client.browse("q", "")).isEmpty();
    }

    @Test
    void aDestinationMayHaveItsOwnLimitDelayAndQueue() {
        broker.stop();
        broker.engine.recover();
        broker.engine.commit(
                UnitOfWork.of(
                        new Change.PutDestination(
                                new DestinationRow(
                                        500,
                                        DestinationRow.Kind.TOPIC,
                                        "t",
                                        1,
                                        Map.of(
                                                "maxDeliveries", "2",
                                                "redeliveryDelayMillis", "60000",
                                                "deadLetterQueue", "poison")))));
        broker.engine.close();
        broker.start();
        TestClient next = broker.connect();
        int nextSession = next.session(SessionKind.DIRECT);
        int consumer = next.topicConsumer(nextSession, "t", 1);
        next.send(next.producer(nextSession, topic("t")), "m");
        List<TestClient.Got> first = next.take(consumer);
        next.ask(id -> new Frame.Recover(id, nextSession, TestClient.ranges(first)));
        next.say(new Frame.Credit(consumer, 1));
        assertThat(next.take(consumer)).isEmpty();
        broker.advance(Duration.ofMinutes(1));
        List<TestClient.Got> second = next.take(consumer);
        assertThat(second).extracting(TestClient.Got::count).containsExactly(2);
        next.ask(id -> new Frame.Recover(id, nextSession, TestClient.ranges(second)));

        assertThat(next.browse("poison", "")).containsExactly("m");
    }
}
