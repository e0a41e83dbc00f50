package org.millrace.broker.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.broker.server.TestClient.queue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.SessionKind;
import org.millrace.wire.frame.Frame.SubscriptionKind;

/** QUE-3, SUB-4, CNS-1: what one consumer buffers is not withheld from another. */
class PrefetchTest {
    private final TestBroker broker = new TestBroker();
    private final TestClient holder = broker.connect();
    private final int holderSession = holder.session(SessionKind.DIRECT);
    private final int producer = holder.producer(holderSession, queue("q"));
    private final TestClient other = broker.connect();
    private final int otherSession = other.session(SessionKind.DIRECT);

    @Test
    void aNewConsumerMakesTheHolderGiveBackWhatItHasNotSeen() {
        holder.send(producer, "a", "b", "c");
        int hoarder = holder.queueConsumer(holderSession, "q", 100);
        List<TestClient.Got> held = holder.take(hoarder);

        int late = other.queueConsumer(otherSession, "q", 2);
        assertThat(holder.heard(Frame.Reclaim.class)).containsExactly(new Frame.Reclaim(hoarder));
        holder.say(new Frame.Release(0, holderSession, TestClient.ranges(held.subList(1, 3))));

        List<TestClient.Got> got = other.take(late);
        assertThat(got).extracting(TestClient.Got::text).containsExactly("b");
        assertThat(holder.takeTexts(hoarder)).as("its turn again").containsExactly("c");

        other.acknowledge(otherSession, got);
        assertThat(holder.heard(Frame.Reclaim.class)).as("the other is hungry again").hasSize(2);
    }

    @Test
    void twoIdleConsumersDoNotThrowOneMessageToAndFroForEver() {
        int first = holder.queueConsumer(holderSession, "q", 100);
        int second = other.queueConsumer(otherSession, "q", 100);
        holder.send(producer, "a");
        for (int round = 0; round < 10; round++) {
            broker.advance(Duration.ofSeconds(1));
            for (TestClient.Got got : holder.take(first)) {
                holder.say(new Frame.Release(0, holderSession, TestClient.ranges(got)));
            }
            for (TestClient.Got got : other.take(second)) {
                other.say(new Frame.Release(0, otherSession, TestClient.ranges(got)));
            }
        }
        int reclaims =
                holder.heard(Frame.Reclaim.class).size() + other.heard(Frame.Reclaim.class).size();
        assertThat(reclaims).isLessThanOrEqualTo(2);
    }

    @Test
    void drainIsAnsweredAfterWhatOthersGaveBack() {
        int hoarder = holder.queueConsumer(holderSession, "q", 100);
        int puller = other.queueConsumer(otherSession, "q", 0);
        holder.send(producer, "a");
        List<TestClient.Got> held = holder.take(hoarder);

        other.post(new Frame.Credit(puller, 1));
        long drain = other.request(id -> new Frame.Drain(id, puller));
        broker.run();
        assertThat(other.isAnswered(drain)).isFalse();
        holder.say(new Frame.Release(0, holderSession, TestClient.ranges(held)));

        assertThat(other.takeTexts(puller)).containsExactly("a");
        assertThat(other.isAnswered(drain)).isTrue();
    }

    @Test
    void drainOfAnEmptyQueueIsAnsweredAtOnceAndASilentHolderHoldsItUpForAWhileOnly() {
        int puller = other.queueConsumer(otherSession, "q", 1);
        other.askDone(id -> new Frame.Drain(id, puller));
        int hoarder = holder.queueConsumer(holderSession, "q", 100);
        other.closeConsumer(puller, 0);
        holder.send(producer, "a");
        assertThat(holder.take(hoarder)).hasSize(1);

        int second = other.queueConsumer(otherSession, "q", 1);
        long drain = other.request(id -> new Frame.Drain(id, second));
        broker.advance(Duration.ofSeconds(1));
        assertThat(other.isAnswered(drain)).isFalse();
        broker.advance(Duration.ofSeconds(2));
        assertThat(other.isAnswered(drain)).isTrue();
    }

    @Test
    void selectiveConsumersNeitherStarveNorConsumeForOthers() {
        holder.send(producer, "a", "b");
        holder.askDone(
                id ->
                        new Frame.Send(
                                id,
                                producer,
                                true,
                                4,
                                0,
                                holder.batch(
                                        producer,
                                        TestClient.header().persistent().type("special"),
                                        "c")));
        int selective =
                other.consumer(
                        otherSession,
                        queue("q"),
                        SubscriptionKind.QUEUE,
                        "",
                        "JMSType = 'special'",
                        10);
        assertThat(other.takeTexts(selective)).containsExactly("c");
        int all = holder.queueConsumer(holderSession, "q", 10);
        assertThat(holder.takeTexts(all)).containsExactly("a", "b");
    }
}
