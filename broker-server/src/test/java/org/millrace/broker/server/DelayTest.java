package org.millrace.broker.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.broker.server.TestClient.queue;
import static org.millrace.broker.server.TestClient.topic;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.foundation.Spec;
import org.millrace.persistence.HeapLogEngine;
import org.millrace.persistence.PartitionBounds;
import org.millrace.persistence.PartitionId;
import org.millrace.wire.Address;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.SessionKind;
import org.millrace.wire.frame.Frame.SubscriptionKind;
import org.millrace.wire.record.JmsHeader;
import org.millrace.wire.record.JmsHeaderBuilder;
import org.millrace.wire.record.Record;
import org.millrace.wire.record.RecordBatch;

class DelayTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final int MILLION = 1_000_000;
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final TestBroker broker = new TestBroker();
    private final TestClient client = broker.connect();
    private final int session = client.session(SessionKind.DIRECT);
    private final int producer = client.producer(session, queue("q"));

    private static TestMessage delayed(String text, Duration delay) {
        return TestMessage.of(text).delayed(delay);
    }

    @Test
    @Spec({"HDR-16", "BRW-4"})
    void aDelayedMessageIsHiddenUntilItsTimeAndNeverEarly() {
        int consumer = client.queueConsumer(session, "q", 10);
        client.send(producer, delayed("late", MINUTE), TestMessage.of("now"));

        assertThat(client.takeTexts(consumer)).containsExactly("now");
        broker.advance(MINUTE.minusMillis(1));
        assertThat(client.takeTexts(consumer)).isEmpty();
        assertThat(client.browse("q", "")).isEmpty();
        broker.advance(Duration.ofMillis(1));
        assertThat(client.takeTexts(consumer)).containsExactly("late");
    }

    @Test
    @Spec("HDR-16")
    void aBrowserShowsADelayedMessageOnceItIsDue() {
        client.send(producer, delayed("late", MINUTE));
        broker.advance(MINUTE);
        assertThat(client.browse("q", "")).containsExactly("late");
    }

    @Test
    void messagesComeInTheOrderOfTheirTimeThenOfTheirSending() {
        int consumer = client.queueConsumer(session, "q", 10);
        client.send(
                producer,
                delayed("c", Duration.ofSeconds(3)),
                delayed("a", SECOND),
                delayed("b1", Duration.ofSeconds(2)),
                delayed("b2", Duration.ofSeconds(2)));
        broker.advance(MINUTE);
        assertThat(client.takeTexts(consumer)).containsExactly("a", "b1", "b2", "c");
    }

    @Test
    @Spec("SND-6")
    void persistentOnesSurviveACrashAndAStopAndComeInTheOrderOfTime() {
        client.send(producer, delayed("b", MINUTE.plusSeconds(1)), delayed("a", MINUTE));
        broker.restartAfterCrash();
        broker.advance(SECOND);
        broker.stop();
        broker.advance(MINUTE);
        broker.start();

        TestClient after = broker.connect();
        int consumer = after.queueConsumer(after.session(SessionKind.DIRECT), "q", 10);
        assertThat(after.takeTexts(consumer)).containsExactly("a", "b");
        assertThat(after.take(consumer)).isEmpty();
    }

    @Test
    @Spec("SND-6")
    void theyComeDueThoughNobodyUsesTheQueueAfterARestart() {
        client.send(producer, delayed("a", MINUTE));
        broker.restartAfterCrash();
        broker.advance(MINUTE);
        broker.restartAfterCrash();

        TestClient after = broker.connect();
        assertThat(after.browse("q", "")).containsExactly("a");
    }

    @Test
    @Spec("SND-7")
    void delayAppliesToNonPersistentMessages() {
        int consumer = client.queueConsumer(session, "q", 10);
        client.send(producer, delayed("late", MINUTE).nonPersistent());
        broker.advance(MINUTE.minusMillis(1));
        assertThat(client.takeTexts(consumer)).isEmpty();
        broker.advance(SECOND);
        assertThat(client.takeTexts(consumer)).containsExactly("late");
    }

    @Test
    @Spec("HDR-26")
    void aMessageThatExpiresBeforeItsTimeIsDropped() {
        int consumer = client.queueConsumer(session, "q", 10);
        client.send(
                producer,
                delayed("gone", MINUTE).expiringIn(Duration.ofSeconds(30)),
                delayed("kept", MINUTE).expiringIn(Duration.ofSeconds(90)));
        broker.advance(MINUTE);
        assertThat(client.takeTexts(consumer)).containsExactly("kept");
        assertThat(scheduledBounds().startOffset()).isEqualTo(2);
    }

    /** Of the only scheduled log there is. */
    private PartitionBounds scheduledBounds() {
        return broker.partitions().stream()
                .filter(each -> each.lane() == PartitionId.SCHEDULED_LANE)
                .map(broker.engine::bounds)
                .findAny()
                .orElseThrow();
    }

    @Test
    @Spec("HDR-15")
    void priorityCountsWhenTheyAreDue() {
        client.send(
                producer,
                delayed("low", SECOND).priority(1),
                delayed("high", SECOND).priority(8),
                TestMessage.of("normal"));
        broker.advance(MINUTE);
        int consumer = client.queueConsumer(session, "q", 10);
        assertThat(client.takeTexts(consumer)).containsExactly("high", "normal", "low");
    }

    @Test
    @Spec("SND-5")
    void onATopicItGoesToThoseThatExistedWhenItWasSent() {
        TestClient named = broker.connect("c1");
        int nextSession = named.session(SessionKind.DIRECT);
        int stays = durable(named, nextSession, "stays", "");
        int picky = durable(named, nextSession, "picky", "color = 'red'");
        int leaves = durable(named, nextSession, "leaves", "");
        int plain = client.topicConsumer(session, "t", 10);
        int toTopic = client.producer(session, topic("t"));
        client.send(
                toTopic,
                delayed("red", MINUTE).with("color", "red"),
                delayed("blue", MINUTE).with("color", "blue"));

        named.closeConsumer(leaves, Long.MAX_VALUE);
        named.askDone(id -> new Frame.Unsubscribe(id, "leaves"));
        int again = durable(named, nextSession, "leaves", "");
        int tooLate = client.topicConsumer(session, "t", 10);
        broker.advance(MINUTE);
        client.send(toTopic, "now");

        assertThat(named.takeTexts(stays)).containsExactly("red", "blue", "now");
        assertThat(named.takeTexts(picky)).containsExactly("red");
        assertThat(named.takeTexts(again)).containsExactly("now");
        assertThat(client.takeTexts(plain)).containsExactly("red", "blue", "now");
        assertThat(client.takeTexts(tooLate)).containsExactly("now");
    }

    private static int durable(TestClient client, int session, String name, String selector) {
        return client.consumer(session, topic("t"), SubscriptionKind.DURABLE, name, selector, 10);
    }

    @Test
    @Spec({"SND-5", "SND-6"})
    void thatHoldsAcrossARestart() {
        TestClient named = broker.connect("c1");
        int early = durable(named, named.session(SessionKind.DIRECT), "early", "");
        assertThat(early).isPositive();
        client.send(client.producer(session, topic("t")), delayed("m", MINUTE));
        broker.restartAfterCrash();
        TestClient after = broker.connect("c1");
        int nextSession = after.session(SessionKind.DIRECT);
        int tooLate = durable(after, nextSession, "late", "");
        broker.advance(MINUTE);

        assertThat(after.takeTexts(durable(after, nextSession, "early", ""))).containsExactly("m");
        assertThat(after.takeTexts(tooLate)).isEmpty();
    }

    @Test
    @Spec({"SND-8", "HDR-14"})
    void inATransactionTheDelayStartsWithTheSend() {
        int transacted = client.session(SessionKind.TRANSACTED);
        int held = client.producer(transacted, queue("q"));
        int consumer = client.queueConsumer(session, "q", 10);
        client.send(held, delayed("slow", MINUTE), delayed("fast", SECOND));
        broker.advance(Duration.ofSeconds(30));
        assertThat(client.takeTexts(consumer)).isEmpty();

        client.askDone(id -> new Frame.Commit(id, transacted, 0));

        assertThat(client.takeTexts(consumer)).containsExactly("fast");
        broker.advance(Duration.ofSeconds(30).minusMillis(1));
        assertThat(client.takeTexts(consumer)).isEmpty();
        broker.advance(SECOND);
        assertThat(client.takeTexts(consumer)).containsExactly("slow");
    }

    @Test
    @Spec({"SND-8", "SND-5"})
    void whoSubscribesBetweenSendAndCommitGetsNothingOfIt() {
        int transacted = client.session(SessionKind.TRANSACTED);
        int held = client.producer(transacted, topic("t"));
        int early = client.topicConsumer(session, "t", 10);
        client.send(held, delayed("slow", MINUTE), delayed("fast", SECOND));
        int late = client.topicConsumer(session, "t", 10);
        broker.advance(Duration.ofSeconds(30));
        client.askDone(id -> new Frame.Commit(id, transacted, 0));
        broker.advance(MINUTE);

        assertThat(client.takeTexts(early)).containsExactly("fast", "slow");
        assertThat(client.takeTexts(late)).isEmpty();
    }

    @Test
    void whatWasRolledBackNeverComes() {
        int transacted = client.session(SessionKind.TRANSACTED);
        client.send(client.producer(transacted, queue("q")), delayed("never", SECOND));
        client.ask(id -> new Frame.Rollback(id, transacted, List.of()));
        broker.advance(MINUTE);
        assertThat(client.browse("q", "")).isEmpty();
    }

    @Test
    void aResendIsStoredOnce() {
        long at = broker.nowMillis() + 1000;
        JmsHeaderBuilder header = TestClient.header().persistent().deliveryTime(at);
        RecordBatch batch = client.batch(session, 0, header, "once");
        RecordBatch again = batch.copy();
        client.askDone(id -> new Frame.Send(id, producer, true, 4, at, batch));
        broker.advance(MINUTE);
        client.askDone(id -> new Frame.Send(id, producer, true, 4, at, again));
        broker.advance(MINUTE);
        assertThat(client.browse("q", "")).containsExactly("once");
    }

    @Test
    void aDeliveryTimeOtherThanTheMessageSaysIsRefused() {
        RecordBatch batch = client.batch(producer, TestClient.header(), "a");
        client.askRefused(
                ErrorCode.INVALID_ARGUMENT,
                id -> new Frame.Send(id, producer, true, 4, broker.nowMillis() + 60_000, batch));
    }

    @Test
    void withoutRoomTheyWaitUntilThereIsSome() {
        int consumer = client.queueConsumer(session, "q", 10);
        client.send(producer, delayed("a", SECOND), delayed("b", SECOND.multipliedBy(2)));
        broker.engine.setRoom(HeapLogEngine.Room.NONE);
        broker.advance(MINUTE);
        assertThat(client.takeTexts(consumer)).isEmpty();

        broker.engine.setRoom(HeapLogEngine.Room.AVAILABLE);
        broker.advance(SECOND);

        assertThat(client.takeTexts(consumer)).containsExactly("a", "b");
        assertThat(broker.failures).isEmpty();
    }

    @Test
    void theFarthestFutureIsRepresentable() {
        RecordBatch batch =
                client.batch(
                        producer,
                        TestClient.header().persistent().deliveryTime(Long.MAX_VALUE),
                        "never");
        client.askDone(id -> new Frame.Send(id, producer, true, 4, Long.MAX_VALUE, batch));
        broker.advance(Duration.ofDays(400));
        assertThat(client.browse("q", "")).isEmpty();
    }

    @Test
    void delayWorksOnTemporaryQueuesAndEndsWithThem() {
        Address temporary = client.temporary(Address.Kind.TEMPORARY_QUEUE);
        int consumer = client.consumer(session, temporary, SubscriptionKind.QUEUE, "", "", 10);
        int toTemporary = client.producer(session, temporary);
        client.send(toTemporary, delayed("a", SECOND), delayed("b", MINUTE));
        broker.advance(SECOND);
        assertThat(client.takeTexts(consumer)).containsExactly("a");
        client.closeConsumer(consumer, Long.MAX_VALUE);
        client.askDone(id -> new Frame.DeleteTemporary(id, temporary));
        broker.advance(MINUTE);
        assertThat(broker.failures).isEmpty();
    }

    @Test
    void aMillionThatWaitTakeLessThan32BytesEachAndComeInTheirOrder(@TempDir Path directory) {
        TestBroker onDisk = TestBroker.onDisk(directory);
        TestClient sender = onDisk.connect();
        int to = sender.producer(sender.session(SessionKind.DIRECT), queue("q"));
        SplittableRandom random = new SplittableRandom(TestBroker.SEED);
        String[] texts = new String[1000];
        Arrays.fill(texts, "waits");
        long before = TestBroker.usedBytes();
        for (int sent = 0; sent < MILLION; sent += texts.length) {
            long at = onDisk.nowMillis() + 60_000 + random.nextInt(60_000);
            RecordBatch batch =
                    sender.batch(to, TestClient.header().persistent().deliveryTime(at), texts);
            sender.askDone(id -> new Frame.Send(id, to, true, 4, at, batch));
            sender.heard.clear();
        }
        double each = (TestBroker.usedBytes() - before) / (double) MILLION;
        System.out.printf("%.1f bytes for each delayed message%n", each);
        assertThat(each).isLessThan(32);

        onDisk.advance(Duration.ofMinutes(1));
        assertThat(sender.browse("q", "")).isEmpty();
        onDisk.advance(Duration.ofMinutes(1));
        Frame.BrowsePage page = sender.browseNext(sender.browser("q", ""), 1000);
        long last = 0;
        for (Frame.Delivery shown : page.messages()) {
            Record record = Record.delivered(shown.record(), shown.offset(), shown.timestamp());
            assertThat(JmsHeader.of(record).deliveryTime()).isGreaterThanOrEqualTo(last);
            last = JmsHeader.of(record).deliveryTime();
        }
        assertThat(page.messages()).hasSize(1000);
        assertThat(onDisk.failures).isEmpty();
        onDisk.crash();
    }

    @Test
    void manyComeDueInStepsAndALongDelayHoldsUpNoLog() {
        client.send(producer, delayed("year", Duration.ofDays(365)));
        int total = 0;
        for (int round = 0; round < 150; round++) {
            long at = broker.nowMillis() + 1000;
            String[] texts = new String[1000];
            Arrays.fill(texts, "m" + round);
            RecordBatch batch =
                    client.batch(
                            producer, TestClient.header().persistent().deliveryTime(at), texts);
            client.askDone(id -> new Frame.Send(id, producer, true, 4, at, batch));
            total += texts.length;
        }
        int consumer = client.queueConsumer(session, "q", total);
        broker.advance(MINUTE);

        List<String> got = new ArrayList<>(client.takeTexts(consumer));
        assertThat(got)
                .hasSize(total)
                .isSortedAccordingTo(
                        Comparator.comparingInt(text -> Integer.parseInt(text.substring(1))));
        assertThat(scheduledBounds().startOffset()).isGreaterThan(100_000);
        broker.restartAfterCrash();
        broker.advance(Duration.ofDays(365));
        assertThat(broker.connect().browse("q", "")).contains("year");
    }
}
