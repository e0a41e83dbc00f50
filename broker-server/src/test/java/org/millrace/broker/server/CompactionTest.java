package org.millrace.broker.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.broker.server.RetentionTest.queue;
import static org.millrace.broker.server.RetentionTest.topic;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.wire.Address;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.SessionKind;
import org.millrace.wire.frame.Frame.SubscriptionKind;

/** Of each key the newest message is kept. */
class CompactionTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    private TestBroker broker = new TestBroker();
    private TestClient client;
    private int session;

    @BeforeEach
    void connect() {
        client = broker.connect("me");
        session = client.session(SessionKind.DIRECT);
    }

    /** {@code key=text}, or a key alone without body; each a message of its own. */
    private void send(int producer, String... messages) {
        for (String message : messages) {
            int equals = message.indexOf('=');
            String key = equals < 0 ? message : message.substring(0, equals);
            String text = equals < 0 ? null : message.substring(equals + 1);
            client.askDone(
                    id ->
                            new Frame.Send(
                                    id,
                                    producer,
                                    true,
                                    4,
                                    0,
                                    client.keyed(
                                            producer,
                                            List.of(key),
                                            Collections.singletonList(text))));
        }
    }

    private List<String> take(Address address, SubscriptionKind kind, String name) {
        int consumer = client.consumer(session, address, kind, name, "", 1_000);
        List<TestClient.Got> got = client.take(consumer);
        client.acknowledge(session, got);
        client.closeConsumer(consumer, Long.MAX_VALUE);
        return got.stream().map(TestClient.Got::text).toList();
    }

    private List<String> history(String topic) {
        return take(topic(topic, "from=earliest"), SubscriptionKind.NON_DURABLE, "");
    }

    @Test
    void replayOfACompactedTopicGivesTheNewestOfEachKeyInOrder() {
        int producer = client.producer(session, topic("prices", "compaction=true"));
        send(producer, "a=1", "b=1", "a=2", "c=1", "a=3", "b=2");
        broker.advance(SOON);
        assertThat(history("prices")).containsExactly("1", "3", "2");
        broker.restartAfterCrash();
        connect();
        assertThat(history("prices")).containsExactly("1", "3", "2");
    }

    @Test
    void aDurableSubscriptionMissesNothingThatItHasNotFinished() {
        int producer = client.producer(session, topic("prices", "compaction=true"));
        assertThat(take(topic("prices", ""), SubscriptionKind.DURABLE, "sub")).isEmpty();
        send(producer, "a=1", "a=2", "a=3");
        broker.advance(Duration.ofMinutes(5));
        assertThat(take(topic("prices", ""), SubscriptionKind.DURABLE, "sub"))
                .containsExactly("1", "2", "3");
        broker.advance(Duration.ofMinutes(5));
        assertThat(history("prices")).containsExactly("3");
    }

    @Test
    void aSubscriptionThatIsMovedBackGetsThroughTheGaps() {
        int producer = client.producer(session, topic("prices", "compaction=true"));
        assertThat(take(topic("prices", ""), SubscriptionKind.DURABLE, "sub")).isEmpty();
        for (int i = 0; i < 300; i++) {
            send(producer, "key" + i % 3 + "=" + i);
        }
        take(topic("prices", ""), SubscriptionKind.DURABLE, "sub");
        broker.advance(SOON);
        assertThat(take(topic("prices", "from=earliest"), SubscriptionKind.DURABLE, "sub"))
                .containsExactly("297", "298", "299");
        broker.restartAfterCrash();
        connect();
        assertThat(take(topic("prices", ""), SubscriptionKind.DURABLE, "sub")).isEmpty();
    }

    @Test
    void aMessageWithoutBodyDeletesItsKeyAndGoesALittleLater() {
        int producer =
                client.producer(
                        session, topic("prices", "compaction=true&tombstoneRetention=PT1H"));
        send(producer, "a=1", "b=1", "a");
        broker.advance(SOON);
        assertThat(broker.backlog()).isEqualTo(2);
        broker.advance(Duration.ofHours(2));
        send(producer, "c=1");
        broker.advance(SOON);
        assertThat(history("prices")).containsExactly("1", "1");
        assertThat(broker.backlog()).isEqualTo(2);
    }

    @Test
    void whatHasNoKeyIsRefused() {
        int producer = client.producer(session, topic("prices", "compaction=true"));
        client.askRefused(
                ErrorCode.INVALID_ARGUMENT,
                id ->
                        new Frame.Send(
                                id,
                                producer,
                                true,
                                4,
                                0,
                                client.keyed(producer, List.of(""), List.of("x"))));
        assertThat(broker.backlog()).isZero();
    }

    @Test
    void aQueueKeepsTheNewestOfWhatIsAcknowledgedAndAllThatIsNot() {
        int producer = client.producer(session, queue("orders", ""));
        send(producer, "a=1", "a=2", "a=3");
        broker.alter(queue("orders", ""), Map.of("compaction", Optional.of("true")));
        broker.advance(SOON);
        int consumer = client.queueConsumer(session, "orders", 100);
        List<TestClient.Got> got = client.take(consumer);
        assertThat(got).hasSize(3);
        client.acknowledge(session, got);
        client.closeConsumer(consumer, Long.MAX_VALUE);
        broker.advance(SOON);
        assertThat(broker.backlog()).isEqualTo(1);
        int replay =
                client.consumer(
                        session,
                        queue("orders", "from=earliest"),
                        SubscriptionKind.QUEUE,
                        "",
                        "",
                        100);
        assertThat(client.takeTexts(replay)).containsExactly("3");
    }

    @Test
    void aNewerMessageReplacesAnOlderOneOfAnotherPriority() {
        int producer = client.producer(session, topic("prices", "compaction=true"));
        for (int priority : List.of(4, 9, 0)) {
            client.askDone(
                    id ->
                            new Frame.Send(
                                    id,
                                    producer,
                                    true,
                                    priority,
                                    0,
                                    client.keyed(
                                            producer,
                                            TestClient.header().priority(priority).persistent(),
                                            List.of("key"),
                                            List.of("priority " + priority))));
        }
        broker.advance(SOON);
        assertThat(history("prices")).containsExactly("priority 0");
    }

    @Test
    void diskIsGivenBack(@TempDir Path directory) throws Exception {
        broker = TestBroker.onDisk(directory);
        connect();
        int producer = client.producer(session, topic("prices", "compaction=true"));
        String large = "x".repeat(30_000);
        for (int i = 0; i < 600; i++) {
            send(producer, "key" + i % 5 + "=" + i + large);
        }
        broker.run();
        long before = DiskGivenBackTest.logBytes(directory);
        assertThat(before).isGreaterThan(8_000_000);
        broker.advance(SOON);
        assertThat(DiskGivenBackTest.logBytes(directory)).isLessThan(before / 2);
        List<String> left = new ArrayList<>();
        for (String text : history("prices")) {
            left.add(text.replace("x", ""));
        }
        assertThat(left).endsWith("595", "596", "597", "598", "599");
        assertThat(Arrays.asList(directory.toFile().list())).isNotEmpty();
        assertThat(broker.failures).isEmpty();
    }
}
