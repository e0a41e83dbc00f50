package org.millrace.broker.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.broker.server.TestClient.queue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.foundation.Spec;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.SessionKind;
import org.millrace.wire.frame.Frame.SubscriptionKind;
import org.millrace.wire.record.RecordBatch;

/** Consumers with selectors on one queue (SEL-70 and what follows from it). */
class SelectiveQueueTest {
    private static final int OTHERS = 500_000;
    private static final int PER_BATCH = 1000;

    /** Messages whose {@code n} is 0, then one whose {@code n} is 1. */
    private static void fill(TestClient client, int producer, int others) {
        String[] texts = new String[PER_BATCH];
        Arrays.fill(texts, "other");
        for (int sent = 0; sent < others; sent += PER_BATCH) {
            RecordBatch batch = client.batch(producer, Map.of("n", 0), texts);
            client.askDone(id -> new Frame.Send(id, producer, true, 4, 0, batch));
            client.heard.clear();
        }
        client.send(producer, TestMessage.of("the one").with("n", 1));
    }

    private static int selective(TestClient client, int session, String selector, int credit) {
        return client.consumer(session, queue("q"), SubscriptionKind.QUEUE, "", selector, credit);
    }

    private static void findTheOneBehindTheOthers(TestBroker broker) {
        TestClient client = broker.connect();
        client.hasSeenAll = true;
        int session = client.session(SessionKind.DIRECT);
        fill(client, client.producer(session, queue("q")), OTHERS);
        int picky = selective(client, session, "n = 1", 10);

        List<TestClient.Got> got = client.take(picky);
        assertThat(got).extracting(TestClient.Got::text).containsExactly("the one");
        client.acknowledge(session, got);
        int second = selective(client, session, "n < 0", 10);
        assertThat(client.take(second)).isEmpty();

        int all = client.queueConsumer(session, "q", OTHERS + 10);
        List<TestClient.Got> rest = client.take(all);
        assertThat(rest).hasSize(OTHERS);
        assertThat(rest).extracting(TestClient.Got::count).containsOnly(1);
    }

    @Test
    @Spec({"SEL-70", "SEL-73"})
    void aSelectiveConsumerReachesTheOneMatchBehindHalfAMillionInMemory() {
        findTheOneBehindTheOthers(new TestBroker());
    }

    @Test
    @Spec({"SEL-70", "SEL-73"})
    void aSelectiveConsumerReachesTheOneMatchBehindHalfAMillionOnDisk(@TempDir Path directory) {
        TestBroker broker = TestBroker.onDisk(directory);
        TestClient client = broker.connect();
        int session = client.session(SessionKind.DIRECT);
        fill(client, client.producer(session, queue("q")), OTHERS);
        long before = TestBroker.usedBytes();

        int picky = selective(client, session, "n = 1", 10);
        assertThat(client.takeTexts(picky)).containsExactly("the one");

        assertThat(TestBroker.usedBytes() - before)
                .as("bytes held by the scan")
                .isLessThan(8 << 20);
        assertThat(broker.failures).isEmpty();
        broker.crash();
    }

    @Test
    void aSelectorThatFindsNothingDoesNotHoldUpAnother() {
        TestBroker broker = new TestBroker();
        TestClient client = broker.connect();
        int session = client.session(SessionKind.DIRECT);
        fill(client, client.producer(session, queue("q")), 100_000);
        int nothing = selective(client, session, "n = 2", 0);
        int zeros = selective(client, session, "n = 0", 0);
        client.post(new Frame.Credit(nothing, 10));
        client.post(new Frame.Credit(zeros, 10));

        // The whole scan of the other takes about 100 turns.
        for (int step = 0; step < 20; step++) {
            broker.world.step();
        }

        assertThat(client.heard(Frame.Deliver.class)).isNotEmpty();
    }

    @Test
    void disjointSelectorsShareAQueueEachInOrder() {
        TestBroker broker = new TestBroker();
        TestClient client = broker.connect();
        int session = client.session(SessionKind.DIRECT);
        int producer = client.producer(session, queue("q"));
        for (int i = 0; i < 20; i++) {
            client.send(producer, TestMessage.of("m" + i).with("odd", i % 2 == 1));
        }
        int odd = selective(client, session, "odd", 100);
        int even = selective(client, session, "NOT odd", 100);

        assertThat(client.takeTexts(odd)).hasSize(10).startsWith("m1", "m3").endsWith("m19");
        assertThat(client.takeTexts(even)).hasSize(10).startsWith("m0", "m2").endsWith("m18");
        assertThat(client.browse("q", "")).isEmpty();
    }
}
