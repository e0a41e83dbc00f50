package org.millrace.broker.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.broker.server.RetentionTest.queue;
import static org.millrace.broker.server.RetentionTest.topic;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.wire.frame.Frame.SessionKind;
import org.millrace.wire.frame.Frame.SubscriptionKind;

/** On real files: what nobody needs any more takes no room. */
class DiskGivenBackTest {
    /** What fills many of the small segments of this store. */
    private static final int MESSAGES = 600;

    private static final String BODY = "x".repeat(30_000);

    @TempDir Path directory;
    private TestBroker broker;
    private TestClient client;
    private int session;

    @BeforeEach
    void start() {
        broker = TestBroker.onDisk(directory);
        client = broker.connect("me");
        session = client.session(SessionKind.DIRECT);
    }

    /** Bytes of all segments in a data directory. */
    static long logBytes(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("logs"))) {
            return files.filter(file -> file.toString().endsWith(".log"))
                    .mapToLong(DiskGivenBackTest::size)
                    .sum();
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void fill(int producer) {
        for (int i = 0; i < MESSAGES; i++) {
            client.send(producer, BODY);
        }
        broker.run();
    }

    @Test
    void aQueueIsTrimmedBehindItsFloor() throws IOException {
        fill(client.producer(session, queue("orders", "")));
        long full = logBytes(directory);
        assertThat(full).isGreaterThan(8_000_000);
        int consumer = client.queueConsumer(session, "orders", MESSAGES);
        List<TestClient.Got> got = client.take(consumer);

        client.acknowledge(session, got.subList(0, MESSAGES / 2));
        broker.run();
        assertThat(logBytes(directory)).isLessThan(full * 2 / 3);

        client.acknowledge(session, got.subList(MESSAGES / 2, MESSAGES));
        broker.run();
        assertThat(logBytes(directory)).isLessThan(full / 10);
    }

    @Test
    void aTopicIsTrimmedBehindItsSlowestDurableSubscription() throws IOException {
        int slow = durable("slow", 0);
        client.closeConsumer(slow, 0);
        int fast = durable("fast", MESSAGES);
        fill(client.producer(session, topic("news", "")));
        long full = logBytes(directory);
        assertThat(full).isGreaterThan(8_000_000);

        client.acknowledge(session, client.take(fast));
        broker.run();
        assertThat(logBytes(directory)).isEqualTo(full);

        client.acknowledge(session, client.take(durable("slow", MESSAGES)));
        broker.run();
        assertThat(logBytes(directory)).isLessThan(full / 10);
    }

    private int durable(String name, int credit) {
        return client.consumer(
                session, topic("news", ""), SubscriptionKind.DURABLE, name, "", credit);
    }
}
