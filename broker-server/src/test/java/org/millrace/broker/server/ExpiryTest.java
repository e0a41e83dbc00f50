package org.millrace.broker.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.broker.server.TestClient.queue;
import static org.millrace.broker.server.TestClient.topic;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.Spec;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.SessionKind;
import org.millrace.wire.frame.Frame.SubscriptionKind;

class ExpiryTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration SWEEP = Duration.ofSeconds(6);

    private final TestBroker broker = new TestBroker();
    private final TestClient client = broker.connect();
    private final int session = client.session(SessionKind.DIRECT);
    private final int producer = client.producer(session, queue("q"));

    private static TestMessage expiring(String text, Duration time) {
        return TestMessage.of(text).expiringIn(time);
    }

    @Test
    @Spec("HDR-17")
    void expiredMessagesLeaveAQueueThatNobodyReads() {
        client.send(producer, expiring("a", MINUTE), TestMessage.of("b"), expiring("c", MINUTE));
        assertThat(broker.backlog()).isEqualTo(3);

        broker.advance(MINUTE.plus(SWEEP));

        assertThat(broker.backlog()).isEqualTo(2);
        assertThat(client.browse("q", "")).containsExactly("b");
        int consumer = client.queueConsumer(session, "q", 10);
        client.acknowledge(session, client.take(consumer));
        assertThat(broker.backlog()).isZero();
    }

    @Test
    void theyLeaveADurableSubscriptionWithoutConsumerAndStayGone() {
        TestClient named = broker.connect("c");
        int reader = durable(named);
        named.closeConsumer(reader, Long.MAX_VALUE);
        client.send(client.producer(session, topic("t")), expiring("a", MINUTE));

        broker.advance(MINUTE.plus(SWEEP));
        assertThat(broker.backlog()).isZero();

        broker.restartAfterCrash();
        TestClient after = broker.connect("c");
        assertThat(after.take(durable(after))).isEmpty();
    }

    private static int durable(TestClient client) {
        int session = client.session(SessionKind.DIRECT);
        return client.consumer(session, topic("t"), SubscriptionKind.DURABLE, "d", "", 10);
    }

    @Test
    void theyLeaveThoughNobodyUsesTheQueueAfterARestart() {
        client.send(producer, expiring("a", MINUTE), expiring("b", MINUTE));
        broker.restartAfterCrash();
        assertThat(broker.backlog()).isEqualTo(2);
        broker.advance(MINUTE.plus(SWEEP));
        assertThat(broker.backlog()).isZero();

        broker.stop();
        broker.advance(MINUTE);
        broker.start();
        assertThat(broker.connect().browse("q", "")).isEmpty();
    }

    @Test
    void whatExpiredDuringAStopLeavesSoonAfterTheStart() {
        client.send(producer, expiring("a", MINUTE), TestMessage.of("b"));
        broker.stop();
        broker.advance(MINUTE);
        broker.start();
        broker.advance(Duration.ofSeconds(1));
        assertThat(broker.backlog()).isEqualTo(1);
    }

    @Test
    void aMessageThatIsHeldIsSweptWhenItComesBack() {
        client.send(producer, expiring("a", MINUTE));
        int consumer = client.queueConsumer(session, "q", 1);
        List<TestClient.Got> held = client.take(consumer);
        broker.advance(MINUTE.plus(SWEEP));
        assertThat(broker.backlog()).isEqualTo(1);

        client.release(session, held);
        client.closeConsumer(consumer, Long.MAX_VALUE);
        broker.advance(SWEEP);

        assertThat(broker.backlog()).isZero();
    }

    @Test
    void manyExpireInBoundedStepsAndEachInItsTime() {
        int count = 20_000;
        long now = broker.nowMillis();
        for (int i = 0; i < count; i += 100) {
            String[] texts =
                    IntStream.range(i, i + 100).mapToObj(n -> "m" + n).toArray(String[]::new);
            long expiration = now + (i < count / 2 ? 60_000 : 120_000);
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
                                            TestClient.header().persistent().expiration(expiration),
                                            texts)));
        }
        broker.advance(MINUTE.plus(SWEEP));
        assertThat(broker.backlog()).isEqualTo(count / 2);
        broker.advance(MINUTE.plus(SWEEP));
        assertThat(broker.backlog()).isZero();
        assertThat(broker.failures).isEmpty();
    }

    @Test
    void aMessageThatNeverExpiresCostsNoTimer() {
        client.send(producer, "a");
        client.send(producer, expiring("far", Duration.ofDays(3650)));
        broker.advance(Duration.ofDays(30));
        assertThat(client.browse("q", "")).containsExactly("a", "far");
    }
}
