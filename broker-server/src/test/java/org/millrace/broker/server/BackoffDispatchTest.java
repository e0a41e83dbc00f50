package org.millrace.broker.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.Spec;
import org.millrace.persistence.HeapLogEngine;
import org.millrace.wire.Address;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.SessionKind;
import org.millrace.wire.frame.Frame.SubscriptionKind;
import org.millrace.wire.record.JmsHeader;
import org.millrace.wire.record.MessageProperties;
import org.millrace.wire.record.Record;

/** Rests between attempts, and what dead letters and expired messages tell. */
class BackoffDispatchTest {
    private final TestBroker broker = new TestBroker();
    private TestClient client = broker.connect();
    private int session = client.session(SessionKind.DIRECT);

    private static Address queue(String name, String options) {
        return new Address(Address.Kind.QUEUE, name, options);
    }

    private int consumer(Address from, int credit) {
        return client.consumer(session, from, SubscriptionKind.QUEUE, "", "", credit);
    }

    private void fail(int consumer, List<TestClient.Got> got, String cause) {
        List<Frame.DeliveryFailure> causes =
                cause.isEmpty()
                        ? List.of()
                        : List.of(new Frame.DeliveryFailure(got.get(0).deliveryId(), cause));
        client.ask(id -> new Frame.Recover(id, session, TestClient.ranges(got), causes));
        client.say(new Frame.Credit(consumer, 1));
    }

    private Map<String, Object> onlyLetter(String queue) {
        Frame.BrowsePage page = client.browseNext(client.browser(queue, ""), 10);
        assertThat(page.messages()).hasSize(1);
        return new MessageProperties().read(record(page.messages().get(0))).toMap();
    }

    private static Record record(Frame.Delivery delivery) {
        return Record.delivered(delivery.record(), delivery.offset(), delivery.timestamp());
    }

    @Test
    @Spec("LSE-1")
    void restsGrowAndOthersPassMeanwhile() {
        Address orders =
                queue(
                        "orders",
                        "redeliveryDelayMillis=1000&redeliveryMultiplier=2"
                                + "&maxRedeliveryDelayMillis=3000&maxDeliveries=5");
        int producer = client.producer(session, orders);
        client.send(producer, "poison");
        int consumer = consumer(orders, 1);
        List<TestClient.Got> got = client.take(consumer);
        List<Long> rests = new ArrayList<>();
        for (String other : List.of("b", "c", "d", "e")) {
            fail(consumer, got, "");
            client.send(producer, other);
            List<TestClient.Got> passed = client.take(consumer);
            assertThat(passed).extracting(TestClient.Got::text).containsExactly(other);
            client.acknowledge(session, passed);
            client.say(new Frame.Credit(consumer, 1));
            long before = broker.nowMillis();
            while ((got = client.take(consumer)).isEmpty()) {
                broker.advance(Duration.ofMillis(100));
            }
            assertThat(got).extracting(TestClient.Got::text).containsExactly("poison");
            rests.add(broker.nowMillis() - before);
        }
        fail(consumer, got, "");

        assertThat(rests).containsExactly(1000L, 2000L, 3000L, 3000L);
        assertThat(onlyLetter("DLQ.queue.orders")).containsEntry("JMS_Millrace_DeliveryCount", 5);
    }

    @Test
    void thousandsThatRestDoNotHoldUpOneThatDoesNot() {
        Address q = queue("q", "redeliveryDelayMillis=60000");
        int producer = client.producer(session, q);
        int consumer = consumer(q, 3000);
        client.send(
                producer,
                IntStream.range(0, 3000).mapToObj(String::valueOf).toArray(String[]::new));
        List<TestClient.Got> all = client.take(consumer);
        assertThat(all).hasSize(3000);
        client.ask(id -> new Frame.Recover(id, session, TestClient.ranges(all)));
        client.say(new Frame.Credit(consumer, 4000));

        client.send(producer, "new");

        assertThat(client.takeTexts(consumer)).containsExactly("new");
        broker.advance(Duration.ofMinutes(1));
        assertThat(client.take(consumer)).hasSize(3000).allMatch(got -> got.count() == 2);
    }

    @Test
    void aRestHoldsUpItsKeyAndNoOther() {
        Address q = queue("q", "redeliveryDelayMillis=1000");
        int producer = client.producer(session, q);
        client.sendKeyed(producer, "k", "k1", "k2");
        client.sendKeyed(producer, "o", "o1", "o2");
        int consumer = consumer(q, 1);
        fail(consumer, client.take(consumer), "");
        client.say(new Frame.Credit(consumer, 10));
        assertThat(client.takeTexts(consumer)).containsExactly("o1", "o2");

        broker.advance(Duration.ofSeconds(2));

        assertThat(client.takeTexts(consumer)).containsExactly("k1", "k2");
    }

    @Test
    void countsSurviveARestartAndItRestsOnceMore() {
        Address q = queue("q", "redeliveryDelayMillis=60000");
        client.send(client.producer(session, q), "a");
        int consumer = consumer(q, 1);
        fail(consumer, client.take(consumer), "");
        broker.stop();
        broker.start();
        client = broker.connect();
        session = client.session(SessionKind.DIRECT);
        int again = consumer(q, 1);
        assertThat(client.take(again)).isEmpty();

        broker.advance(Duration.ofMinutes(1));

        assertThat(client.take(again)).extracting(TestClient.Got::count).containsExactly(2);
    }

    @Test
    void aLetterTellsWhereItWasAndWhatHappenedWhen() {
        Address q = queue("q", "maxDeliveries=3");
        client.send(client.producer(session, q), "first", "poison");
        int consumer = consumer(q, 1);
        client.acknowledge(session, client.take(consumer));
        client.say(new Frame.Credit(consumer, 1));
        long first = broker.nowMillis();
        fail(consumer, client.take(consumer), "java.lang.ArithmeticException: / by zero");
        broker.advance(Duration.ofSeconds(5));
        fail(consumer, client.take(consumer), "org.example.NoSuchAccount: 4711");
        long last = broker.nowMillis();
        List<TestClient.Got> third = client.take(consumer);
        broker.advance(Duration.ofSeconds(1));
        fail(consumer, third, "");

        assertThat(onlyLetter("DLQ.queue.q"))
                .contains(
                        entry("JMS_Millrace_Origin", "queue:q"),
                        entry("JMS_Millrace_Partition", 0),
                        entry("JMS_Millrace_Offset", 1L),
                        entry("JMS_Millrace_Cause", "org.example.NoSuchAccount: 4711"),
                        entry("JMS_Millrace_FirstDelivery", first),
                        entry("JMS_Millrace_LastDelivery", last),
                        entry("JMS_Millrace_DeliveryCount", 3));
        assertThat(
                        client.browse(
                                "DLQ.queue.q",
                                "JMS_Millrace_Cause LIKE 'org.example.%'"
                                        + " AND JMS_Millrace_DeliveryCount = 3"))
                .containsExactly("poison");
    }

    @Test
    void whatFailsInASharedDeadLetterQueueStaysThere() {
        Address a = queue("a", "deadLetterQueue=poison&maxDeliveries=1");
        client.send(client.producer(session, a), "m");
        int consumer = consumer(a, 1);
        fail(consumer, client.take(consumer), "");
        Address poison = queue("poison", "");
        int there = consumer(poison, 1);
        for (int attempt = 1; attempt <= 15; attempt++) {
            List<TestClient.Got> got = client.take(there);
            assertThat(got).extracting(TestClient.Got::count).containsExactly(attempt);
            fail(there, got, "");
        }
        List<TestClient.Got> got = client.take(there);
        client.askDone(
                id ->
                        new Frame.Acknowledge(
                                id,
                                session,
                                Frame.Outcome.REJECT,
                                "unreadable",
                                TestClient.ranges(got)));
        client.say(new Frame.Credit(there, 1));
        assertThat(client.take(there)).isEmpty();

        broker.advance(Duration.ofSeconds(5));

        assertThat(client.takeTexts(there)).containsExactly("m");
        assertThat(broker.backlog()).isEqualTo(1);
    }

    @Test
    @Spec("HDR-17")
    void expiredMessagesGoToTheExpiryQueueWithAndWithoutConsumer() {
        Address q = queue("q", "expiryQueue=late");
        int producer = client.producer(session, q);
        TestMessage brief = TestMessage.of("brief").expiringIn(Duration.ofSeconds(1));
        client.send(producer, brief, TestMessage.of("lasting"));
        long expiration = broker.nowMillis() + 1000;

        broker.advance(Duration.ofSeconds(10));

        assertThat(client.browse("q", "")).containsExactly("lasting");
        assertThat(onlyLetter("late"))
                .contains(
                        entry("JMS_Millrace_Origin", "queue:q"),
                        entry("JMS_Millrace_Cause", "expired"),
                        entry("JMS_Millrace_Expiration", expiration),
                        entry("JMS_Millrace_DeliveryCount", 0));
        Frame.Delivery letter = client.browseNext(client.browser("late", ""), 10).messages().get(0);
        assertThat(JmsHeader.of(record(letter)).expiration()).isZero();

        broker.restartAfterCrash();
        client = broker.connect();
        session = client.session(SessionKind.DIRECT);
        assertThat(client.browse("late", "")).containsExactly("brief");
        assertThat(client.browse("q", "")).containsExactly("lasting");
        assertThat(broker.backlog()).isEqualTo(2);
    }

    @Test
    void whatTheExpiryQueueHasNoRoomForGoesThereLater() {
        Address q = queue("q", "expiryQueue=late");
        client.send(
                client.producer(session, q),
                TestMessage.of("brief").expiringIn(Duration.ofSeconds(1)));
        broker.engine.setRoom(HeapLogEngine.Room.NONE);
        broker.advance(Duration.ofSeconds(2));
        assertThat(client.take(consumer(q, 1))).isEmpty();
        broker.engine.setRoom(HeapLogEngine.Room.AVAILABLE);

        broker.advance(Duration.ofSeconds(30));

        assertThat(client.browse("late", "")).containsExactly("brief");
        assertThat(broker.backlog()).isEqualTo(1);
    }

    @Test
    void whatTheExpiryQueueHadNoRoomForGoesThereWithoutAnybodyComingBy() {
        client.send(
                client.producer(session, queue("q", "expiryQueue=late")),
                TestMessage.of("brief").expiringIn(Duration.ofSeconds(1)));
        client.producer(session, queue("late", ""));
        broker.engine.setRoom(HeapLogEngine.Room.NONE);
        broker.advance(Duration.ofSeconds(10));
        assertThat(client.browse("late", "")).isEmpty();
        broker.engine.setRoom(HeapLogEngine.Room.AVAILABLE);

        broker.advance(Duration.ofSeconds(30));

        assertThat(client.browse("late", "")).containsExactly("brief");
        assertThat(broker.backlog()).isEqualTo(1);
    }

    @Test
    void manyExpireInBoundedSteps() {
        Address q = queue("q", "expiryQueue=late");
        int producer = client.producer(session, q);
        for (int i = 0; i < 5000; i++) {
            client.send(
                    producer, TestMessage.of(String.valueOf(i)).expiringIn(Duration.ofSeconds(9)));
        }

        broker.advance(Duration.ofSeconds(60));

        assertThat(client.take(consumer(queue("late", ""), 9000))).hasSize(5000);
        assertThat(client.browse("q", "")).isEmpty();
        assertThat(broker.backlog()).isEqualTo(5000);
    }

    @Test
    void ofATopicOnlyWhatASubscriptionWouldHaveGot() {
        TestClient named = broker.connect("c");
        int namedSession = named.session(SessionKind.DIRECT);
        Address t = new Address(Address.Kind.TOPIC, "t", "expiryQueue=late");
        int red =
                named.consumer(namedSession, t, SubscriptionKind.DURABLE, "d", "color = 'red'", 0);
        named.closeConsumer(red, Long.MAX_VALUE);
        int producer = client.producer(session, t);
        TestMessage brief = TestMessage.of("red").expiringIn(Duration.ofSeconds(1));
        client.send(producer, brief.with("color", "red"));
        client.send(
                producer,
                TestMessage.of("blue").expiringIn(Duration.ofSeconds(1)).with("color", "blue"));

        broker.advance(Duration.ofSeconds(10));

        assertThat(client.browse("late", "")).containsExactly("red");
        assertThat(onlyLetter("late"))
                .containsEntry("JMS_Millrace_Subscription", "'d' of client 'c'");
        assertThat(broker.backlog()).isEqualTo(1);
    }

    @Test
    void expiredInItsBufferTheClientSaysSoAndInATransactionToo() {
        int transacted = client.session(SessionKind.TRANSACTED);
        Address q = queue("q", "expiryQueue=late");
        client.send(
                client.producer(session, q),
                TestMessage.of("brief").expiringIn(Duration.ofSeconds(1)));
        int consumer = client.consumer(transacted, q, SubscriptionKind.QUEUE, "", "", 1);
        List<TestClient.Got> got = client.take(consumer);
        broker.advance(Duration.ofSeconds(2));
        client.askDone(
                id ->
                        new Frame.Acknowledge(
                                id, transacted, Frame.Outcome.EXPIRE, "", TestClient.ranges(got)));
        client.ask(id -> new Frame.Rollback(id, transacted, List.of()));

        assertThat(client.browse("late", "")).containsExactly("brief");
        assertThat(broker.backlog()).isEqualTo(1);
    }

    @Test
    void whatExpiredBeforeItCameDueGoesThereToo() {
        Address q = queue("q", "expiryQueue=late");
        client.send(
                client.producer(session, q),
                TestMessage.of("m")
                        .expiringIn(Duration.ofSeconds(1))
                        .delayed(Duration.ofMinutes(1)));

        broker.advance(Duration.ofMinutes(2));

        assertThat(client.browse("late", "")).containsExactly("m");
        assertThat(client.browse("q", "")).isEmpty();
    }

    @Test
    void delaysThatContradictEachOtherAreRefused() {
        client.askRefused(
                ErrorCode.INVALID_DESTINATION,
                id ->
                        new Frame.OpenProducer(
                                id,
                                session,
                                77,
                                queue(
                                        "x",
                                        "redeliveryDelayMillis=5000&maxRedeliveryDelayMillis=100")));
        client.askRefused(
                ErrorCode.INVALID_DESTINATION,
                id ->
                        new Frame.OpenProducer(
                                id, session, 78, queue("x", "redeliveryMultiplier=0.5")));
    }
}
