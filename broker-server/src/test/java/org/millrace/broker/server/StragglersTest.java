package org.millrace.broker.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.broker.server.RetentionTest.queue;
import static org.millrace.broker.server.RetentionTest.topic;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.SessionKind;
import org.millrace.wire.frame.Frame.SubscriptionKind;

/** Few unfinished messages do not keep in the store what follows them. */
class StragglersTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final int MANY = 3_000;

    private TestBroker broker = new TestBroker();
    private TestClient client;
    private int session;

    @BeforeEach
    void connect() {
        client = broker.connect("me");
        session = client.session(SessionKind.DIRECT);
    }

    private void fill(int producer, String body) {
        for (int i = 0; i < MANY; i++) {
            client.send(producer, i + body);
        }
    }

    /** Acknowledges all but these. */
    private void finishAllBut(List<TestClient.Got> got, Integer... stragglers) {
        List<TestClient.Got> finished = new ArrayList<>(got);
        for (int index : stragglers) {
            finished.remove(got.get(index));
        }
        client.acknowledge(session, finished);
    }

    private static List<String> texts(List<TestClient.Got> got) {
        return got.stream().map(TestClient.Got::text).toList();
    }

    @Test
    void aConsumerThatSitsOnMessagesKeepsOnlyThose() {
        fill(client.producer(session, queue("orders", "")), "");
        List<TestClient.Got> got = client.take(client.queueConsumer(session, "orders", MANY));
        finishAllBut(got, 0, 700, 2_998);
        assertThat(broker.backlog()).isEqualTo(MANY);

        broker.advance(SOON);

        // Behind the last one that is finished everything counts as needed.
        assertThat(broker.backlog()).isEqualTo(3);
        client.acknowledge(session, List.of(got.get(700)));
        client.acknowledge(session, List.of(got.get(0)));
        broker.run();
        assertThat(broker.backlog()).isEqualTo(1);
        client.acknowledge(session, List.of(got.get(2_998)));
        broker.run();
        assertThat(broker.backlog()).isZero();
    }

    @Test
    void whatIsLeftComesAgainInOrderWithItsCountAfterACrash() {
        fill(client.producer(session, queue("orders", "")), "");
        List<TestClient.Got> got = client.take(client.queueConsumer(session, "orders", MANY));
        finishAllBut(got, 5, 6, 1_500);
        broker.advance(SOON);
        client.ask(
                id ->
                        new Frame.Recover(
                                id,
                                session,
                                TestClient.ranges(
                                        List.of(got.get(5), got.get(6), got.get(1_500)))));
        broker.restartAfterCrash();
        connect();
        assertThat(client.browseNext(client.browser("orders", ""), 10).messages()).hasSize(3);
        List<TestClient.Got> again = client.take(client.queueConsumer(session, "orders", MANY));
        assertThat(texts(again)).containsExactly("5", "6", "1500");
        assertThat(again).extracting(TestClient.Got::count).containsOnly(2);
    }

    @Test
    void aKeyWaitsBehindItsStraggler() {
        int producer = client.producer(session, queue("orders", ""));
        int sitting = client.queueConsumer(session, "orders", 1);
        keyed(producer, "key", "first");
        TestClient.Got first = client.take(sitting).get(0);
        int working = client.queueConsumer(session, "orders", MANY + 10);
        fill(producer, "");
        keyed(producer, "key", "second");
        keyed(producer, "other", "third");
        List<TestClient.Got> got = client.take(working);
        assertThat(texts(got)).contains("third").doesNotContain("second");
        client.acknowledge(session, got);

        broker.advance(SOON);

        assertThat(broker.backlog()).isEqualTo(2);
        client.acknowledge(session, List.of(first));
        client.say(new Frame.Credit(sitting, 10));
        broker.advance(SOON);
        List<String> next = new ArrayList<>(texts(client.take(sitting)));
        next.addAll(texts(client.take(working)));
        assertThat(next).containsExactly("second");
    }

    private void keyed(int producer, String key, String text) {
        client.askDone(
                id ->
                        new Frame.Send(
                                id,
                                producer,
                                true,
                                4,
                                0,
                                client.keyed(
                                        producer, List.of(key), Collections.singletonList(text))));
    }

    @Test
    void whatAnySubscriptionNeedsStays() {
        int one = durable("one");
        int two = durable("two");
        fill(client.producer(session, topic("news", "")), "");
        finishAllBut(client.take(one), 10, 20);
        List<TestClient.Got> second = client.take(two);
        client.acknowledge(session, second.subList(0, 2_000));

        broker.advance(SOON);

        assertThat(broker.backlog()).isEqualTo(2 + 1_000);
        client.acknowledge(session, second.subList(2_000, MANY));
        broker.advance(SOON);
        assertThat(broker.backlog()).isEqualTo(2);
    }

    private int durable(String name) {
        return client.consumer(
                session, topic("news", ""), SubscriptionKind.DURABLE, name, "", MANY);
    }

    @Test
    void historyIsKeptWhole() {
        fill(client.producer(session, queue("orders", "retention=P1D")), "");
        List<TestClient.Got> got = client.take(client.queueConsumer(session, "orders", MANY));
        finishAllBut(got, 0);
        broker.advance(SOON);
        assertThat(broker.backlog()).isEqualTo(MANY);
    }

    @Test
    void diskIsGivenBack(@TempDir Path directory) throws Exception {
        broker = TestBroker.onDisk(directory);
        connect();
        fill(client.producer(session, queue("orders", "")), "x".repeat(6_000));
        long full = DiskGivenBackTest.logBytes(directory);
        assertThat(full).isGreaterThan(10_000_000);
        List<TestClient.Got> got = client.take(client.queueConsumer(session, "orders", MANY));
        finishAllBut(got, 0, 1_000, 2_000);

        broker.advance(SOON);

        assertThat(DiskGivenBackTest.logBytes(directory)).isLessThan(full / 3);
        client.ask(
                id ->
                        new Frame.Recover(
                                id,
                                session,
                                TestClient.ranges(
                                        List.of(got.get(0), got.get(1_000), got.get(2_000)))));
        int consumer = client.queueConsumer(session, "orders", 10);
        List<TestClient.Got> again = client.take(consumer);
        assertThat(again.stream().map(each -> each.text().replace("x", "")).toList())
                .containsExactly("0", "1000", "2000");
        client.acknowledge(session, again);
        broker.run();
        assertThat(DiskGivenBackTest.logBytes(directory)).isLessThan(full / 10);
        assertThat(broker.failures).isEmpty();
    }
}
