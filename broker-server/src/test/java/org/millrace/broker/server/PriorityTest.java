package org.millrace.broker.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.broker.server.TestClient.queue;
import static org.millrace.broker.server.TestClient.topic;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.Spec;
import org.millrace.persistence.PartitionId;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.SessionKind;
import org.millrace.wire.frame.Frame.SubscriptionKind;

/** Priority lanes (HDR-18, ORD-2, LOG-4). */
class PriorityTest {
    private final TestBroker broker = new TestBroker();
    private final TestClient client = broker.connect();
    private final int session = client.session(SessionKind.DIRECT);
    private final int producer = client.producer(session, queue("q"));

    /** Sent in random order of priorities; the text is priority, colon, number. */
    private List<String> sendMixed(int to, int count) {
        SplittableRandom random = new SplittableRandom(TestBroker.SEED);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int priority = random.nextInt(10);
            texts.add(priority + ":" + i);
            client.send(to, TestMessage.of(priority + ":" + i).priority(priority));
        }
        return texts;
    }

    /** The sort is stable: within a priority the order of sending. */
    private static List<String> byPriority(List<String> texts) {
        return texts.stream()
                .sorted(Comparator.comparing((String text) -> text.charAt(0)).reversed())
                .toList();
    }

    @Test
    @Spec({"HDR-18", "ORD-2"})
    void theHighestComesFirstWhateverTheBacklogAndEachInItsOrder() {
        List<String> sent = sendMixed(producer, 3000);

        int consumer = client.queueConsumer(session, "q", 10_000);

        assertThat(client.takeTexts(consumer)).isEqualTo(byPriority(sent));
    }

    @Test
    @Spec("HDR-18")
    void aHighOneOvertakesABacklogOfNormalOnes() {
        client.send(producer, IntStream.range(0, 3000).mapToObj(i -> "n").toArray(String[]::new));
        int consumer = client.queueConsumer(session, "q", 10);
        assertThat(client.take(consumer)).hasSize(10);
        client.send(producer, TestMessage.of("high").priority(5));

        client.say(new Frame.Credit(consumer, 1));

        assertThat(client.takeTexts(consumer)).containsExactly("high");
    }

    @Test
    @Spec("HDR-18")
    void lanesAreThereAfterARestart() {
        List<String> sent = sendMixed(producer, 100);
        broker.restartAfterCrash();
        TestClient after = broker.connect();

        assertThat(after.browse("q", "")).isEqualTo(byPriority(sent));
        int consumer = after.queueConsumer(after.session(SessionKind.DIRECT), "q", 1000);
        assertThat(after.takeTexts(consumer)).isEqualTo(byPriority(sent));
    }

    @Test
    @Spec("HDR-18")
    void onTopicsTheBacklogOfEachSubscriptionIsOrderedSo() {
        TestClient named = broker.connect("c");
        int namedSession = named.session(SessionKind.DIRECT);
        int durable =
                named.consumer(namedSession, topic("t"), SubscriptionKind.DURABLE, "d", "", 0);
        int toTopic = client.producer(session, topic("t"));
        List<String> sent = sendMixed(toTopic, 200);
        int late = client.topicConsumer(session, "t", 1000);
        client.send(toTopic, TestMessage.of("0:later").priority(0));
        named.say(new Frame.Credit(durable, 1000));

        List<String> all = new ArrayList<>(sent);
        all.add("0:later");
        assertThat(named.takeTexts(durable)).isEqualTo(byPriority(all));
        assertThat(client.takeTexts(late)).containsExactly("0:later");
    }

    @Test
    void whoSetsNoPriorityHasOneLane() {
        client.send(producer, "a");
        assertThat(broker.partitions())
                .extracting(PartitionId::lane)
                .containsExactly(PartitionId.NORMAL_LANE);
        client.send(producer, TestMessage.of("b").priority(9));
        assertThat(broker.partitions())
                .extracting(PartitionId::lane)
                .containsExactly(PartitionId.NORMAL_LANE, 9);
    }

    @Test
    void redeliveredOnesKeepTheirPlaceAcrossLanes() {
        client.send(
                producer,
                TestMessage.of("n1"),
                TestMessage.of("h1").priority(9),
                TestMessage.of("n2"),
                TestMessage.of("h2").priority(9));
        int consumer = client.queueConsumer(session, "q", 3);
        List<TestClient.Got> got = client.take(consumer);
        assertThat(got).extracting(TestClient.Got::text).containsExactly("h1", "h2", "n1");
        client.ask(id -> new Frame.Recover(id, session, TestClient.ranges(got)));
        client.say(new Frame.Credit(consumer, 10));

        assertThat(client.takeTexts(consumer)).containsExactly("h1", "h2", "n1", "n2");
    }
}
