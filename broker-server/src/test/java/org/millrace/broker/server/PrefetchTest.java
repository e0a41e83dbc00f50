package org.millrace.broker.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.broker.server.TestClient.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
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

    /** ORD-1, ORD-9: each of two listeners sees ascending offsets, whatever their speed. */
    @Test
    void consumersOfDifferentSpeedEachReceiveInOrder() {
        int slow = holder.queueConsumer(holderSession, "q", 20);
        int fast = other.queueConsumer(otherSession, "q", 20);
        List<String> sent = new ArrayList<>();
        for (int i = 100; i < 400; i++) {
            sent.add("m" + i);
        }
        holder.send(producer, sent.toArray(String[]::new));
        List<String> bySlow = new ArrayList<>();
        List<String> byFast = new ArrayList<>();
        List<TestClient.Got> buffer = new ArrayList<>();
        int reclaims = 0;
        for (int round = 0; bySlow.size() + byFast.size() < sent.size(); round++) {
            assertThat(round).as("rounds for %s", bySlow).isLessThan(2_000);
            List<TestClient.Got> got = other.take(fast);
            got.forEach(each -> byFast.add(each.text()));
            if (!got.isEmpty()) {
                other.acknowledge(otherSession, got);
                other.say(new Frame.Credit(fast, got.size()));
            }
            buffer.addAll(holder.take(slow));
            if (holder.heard(Frame.Reclaim.class).size() > reclaims) {
                reclaims = holder.heard(Frame.Reclaim.class).size();
                holder.say(new Frame.Release(0, holderSession, TestClient.ranges(buffer)));
                holder.say(new Frame.Credit(slow, buffer.size()));
                buffer.clear();
            } else if (!buffer.isEmpty()) {
                TestClient.Got seen = buffer.remove(0);
                bySlow.add(seen.text());
                holder.acknowledge(holderSession, List.of(seen));
                holder.say(new Frame.Credit(slow, 1));
            }
            broker.advance(Duration.ofMillis(10));
        }
        assertThat(bySlow).isSorted();
        assertThat(byFast).isSorted();
        assertThat(Stream.concat(bySlow.stream(), byFast.stream()).sorted().toList())
                .isEqualTo(sent);
    }

    /**
     * ADR-0003: a consumer that is past it waits for what a busy one holds; not for an idle one.
     */
    @Test
    void whatAStuckConsumerHoldsIsTakenOverAfterAWhile() {
        int stuck = holder.queueConsumer(holderSession, "q", 2);
        int busy = other.queueConsumer(otherSession, "q", 10);
        holder.send(producer, "a", "b", "c", "d", "e");
        List<TestClient.Got> held = holder.take(stuck);
        List<TestClient.Got> got = other.take(busy);
        assertThat(held).extracting(TestClient.Got::text).containsExactly("a", "c");
        assertThat(got).extracting(TestClient.Got::text).containsExactly("b", "d", "e");
        other.acknowledge(otherSession, got);

        broker.advance(Duration.ofMillis(900));
        assertThat(holder.heard(Frame.Reclaim.class)).isEmpty();
        other.askDone(id -> new Frame.Drain(id, busy));
        broker.advance(Duration.ofMillis(200));
        assertThat(holder.heard(Frame.Reclaim.class)).hasSize(1);
        holder.say(new Frame.Release(0, holderSession, TestClient.ranges(held.get(1))));

        assertThat(other.takeTexts(busy)).containsExactly("c");
    }

    @Test
    void whatAClosedConsumerGaveBackGoesToThoseWhoArePastItWhenNobodyElseIsThere() {
        int first = holder.queueConsumer(holderSession, "q", 2);
        int second = other.queueConsumer(otherSession, "q", 10);
        holder.send(producer, "a", "b", "c");
        assertThat(holder.takeTexts(first)).containsExactly("a", "c");
        assertThat(other.takeTexts(second)).containsExactly("b");

        holder.closeConsumer(first, 0);

        assertThat(other.takeTexts(second)).containsExactly("a", "c");
    }

    /** What was given back in order is not kept for ever for those who could take it so. */
    @Test
    void whatNobodyTakesInOrderGoesToAnybodyAfterAWhile() {
        int first = holder.queueConsumer(holderSession, "q", 1);
        int idle = holder.queueConsumer(holderSession, "q", 0);
        int second = other.queueConsumer(otherSession, "q", 10);
        holder.send(producer, "a", "b");
        assertThat(holder.takeTexts(first)).containsExactly("a");
        assertThat(other.takeTexts(second)).containsExactly("b");

        holder.closeConsumer(first, 0);
        assertThat(other.takeTexts(second)).as("the idle one could take it").isEmpty();
        broker.advance(Duration.ofMillis(1_100));

        assertThat(other.takeTexts(second)).containsExactly("a");
        holder.closeConsumer(idle, 0);
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
