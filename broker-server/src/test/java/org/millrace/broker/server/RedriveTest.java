package org.millrace.broker.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.millrace.broker.server.TestClient.queue;
import static org.millrace.broker.server.TestClient.topic;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.millrace.broker.destination.Redrive;
import org.millrace.broker.loop.Answer;
import org.millrace.broker.loop.RefusedException;
import org.millrace.persistence.HeapLogEngine;
import org.millrace.wire.Address;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.SessionKind;
import org.millrace.wire.frame.Frame.SubscriptionKind;
import org.millrace.wire.record.JmsHeader;
import org.millrace.wire.record.MessageProperties;
import org.millrace.wire.record.Record;

/** Dead letters go back to where they failed. */
class RedriveTest {
    private static final Address DLQ = queue("DLQ.queue.q");

    private final TestBroker broker = new TestBroker();
    private TestClient client = broker.connect();
    private int session = client.session(SessionKind.DIRECT);
    private final List<Redrive.Outcome> outcomes = new ArrayList<>();
    private final List<RefusedException> refusals = new ArrayList<>();

    private Redrive.Running begin(Redrive.Request request) {
        return broker.redrive(request, Answer.of(outcomes::add, refusals::add));
    }

    private Redrive.Outcome redrive(Redrive.Request request) {
        begin(request);
        assertThat(refusals).isEmpty();
        assertThat(outcomes).hasSize(1);
        return outcomes.remove(0);
    }

    private void reject(TestClient by, int bySession, List<TestClient.Got> got) {
        by.askDone(
                id ->
                        new Frame.Acknowledge(
                                id,
                                bySession,
                                Frame.Outcome.REJECT,
                                "bad",
                                TestClient.ranges(got)));
    }

    /** Sends to queue q, and all of it becomes dead letters. */
    private void deadLetters(TestMessage... messages) {
        client.send(client.producer(session, queue("q")), messages);
        int consumer = client.queueConsumer(session, "q", messages.length);
        List<TestClient.Got> got = client.take(consumer);
        assertThat(got).hasSize(messages.length);
        reject(client, session, got);
        client.closeConsumer(consumer, Long.MAX_VALUE);
    }

    private static TestMessage[] numbers(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> TestMessage.of(String.valueOf(i)))
                .toArray(TestMessage[]::new);
    }

    private Record onlyIn(String queue) {
        Frame.BrowsePage page = client.browseNext(client.browser(queue, ""), 10);
        assertThat(page.messages()).hasSize(1);
        Frame.Delivery only = page.messages().get(0);
        return Record.delivered(only.record(), only.offset(), only.timestamp());
    }

    @Test
    void aMessageBeginsAnewAndKeepsOnlyTheNumberOfItsRedrives() {
        deadLetters(TestMessage.of("m").priority(7).with("color", "red"));

        Redrive.Outcome outcome = redrive(Redrive.everything(DLQ));

        assertThat(outcome.end()).isEqualTo(Redrive.End.FINISHED);
        assertThat(outcome.progress().redriven()).isEqualTo(1);
        assertThat(outcome.progress().byOrigin()).containsExactly(entry("queue:q", 1L));
        assertThat(client.browse("DLQ.queue.q", "")).isEmpty();
        Record back = onlyIn("q");
        assertThat(JmsHeader.of(back).priority()).isEqualTo(7);
        assertThat(new MessageProperties().read(back).toMap())
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("color", "red", "JMS_Millrace_Redrives", 1));
        int consumer = client.queueConsumer(session, "q", 1);
        List<TestClient.Got> got = client.take(consumer);
        assertThat(got).extracting(TestClient.Got::count).containsExactly(1);

        reject(client, session, got);
        client.closeConsumer(consumer, Long.MAX_VALUE);
        redrive(Redrive.everything(DLQ));
        assertThat(new MessageProperties().read(onlyIn("q")).toMap())
                .containsEntry("JMS_Millrace_Redrives", 2);
        assertThat(broker.backlog()).isEqualTo(1);
    }

    @Test
    void ofATopicOnlyTheSubscriptionThatFailedGetsIt() {
        TestClient named = broker.connect("c");
        int namedSession = named.session(SessionKind.DIRECT);
        int failing =
                named.consumer(namedSession, topic("t"), SubscriptionKind.DURABLE, "f", "", 10);
        int other = named.consumer(namedSession, topic("t"), SubscriptionKind.DURABLE, "o", "", 10);
        int passing = client.topicConsumer(session, "t", 10);
        client.send(client.producer(session, topic("t")), "m");
        reject(named, namedSession, named.take(failing));
        named.acknowledge(namedSession, named.take(other));
        assertThat(client.takeTexts(passing)).containsExactly("m");
        named.say(new Frame.Credit(failing, 1));

        Redrive.Outcome outcome = redrive(Redrive.everything(queue("DLQ.topic.t")));

        assertThat(outcome.progress().byOrigin())
                .containsExactly(entry("topic:t 'f' of client 'c'", 1L));
        assertThat(named.take(failing))
                .extracting(TestClient.Got::text, TestClient.Got::count)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("m", 1));
        assertThat(named.take(other)).isEmpty();
        assertThat(client.take(passing)).isEmpty();
    }

    @Test
    void itSurvivesACrashOnBothSides() {
        deadLetters(numbers(3));
        redrive(Redrive.everything(DLQ).selecting("JMS_Millrace_Offset < 2"));

        broker.restartAfterCrash();
        client = broker.connect();

        assertThat(client.browse("q", "")).containsExactly("0", "1");
        assertThat(client.browse("DLQ.queue.q", "")).containsExactly("2");
        assertThat(broker.backlog()).isEqualTo(3);
    }

    @Test
    void aDryRunSaysWhatWouldBeAndChangesNothing() {
        deadLetters(numbers(5));
        client.send(client.producer(session, DLQ), "not a letter");

        Redrive.Progress progress =
                redrive(Redrive.everything(DLQ).with(Redrive.Mode.DRY_RUN)).progress();

        assertThat(progress.redriven()).isEqualTo(5);
        assertThat(progress.notLetters()).isEqualTo(1);
        assertThat(client.browse("DLQ.queue.q", "")).hasSize(6);
        assertThat(client.browse("q", "")).isEmpty();
    }

    @Test
    void whatHasNoHomeOrIsHeldStays() {
        TestClient named = broker.connect("c");
        int namedSession = named.session(SessionKind.DIRECT);
        int reader =
                named.consumer(namedSession, topic("t"), SubscriptionKind.DURABLE, "d", "", 10);
        client.send(client.producer(session, topic("t")), "a", "b");
        reject(named, namedSession, named.take(reader));
        named.closeConsumer(reader, Long.MAX_VALUE);
        int holder = client.queueConsumer(session, "DLQ.topic.t", 1);
        List<TestClient.Got> held = client.take(holder);
        named.askDone(id -> new Frame.Unsubscribe(id, "d"));

        Redrive.Progress progress = redrive(Redrive.everything(queue("DLQ.topic.t"))).progress();

        assertThat(progress.redriven()).isZero();
        assertThat(progress.held()).isEqualTo(1);
        assertThat(progress.homeless()).isEqualTo(1);
        client.release(session, held);
        assertThat(client.browse("DLQ.topic.t", "")).containsExactly("a", "b");
    }

    @Test
    void theRateIsKeptAndItCanBeCancelled() {
        deadLetters(numbers(1000));

        Redrive.Running running = begin(Redrive.everything(DLQ).paced(100));
        broker.advance(Duration.ofSeconds(5));

        assertThat(running.progress().redriven()).isBetween(480L, 520L);
        running.cancel();
        broker.advance(Duration.ofSeconds(1));
        assertThat(outcomes).hasSize(1);
        assertThat(outcomes.get(0).end()).isEqualTo(Redrive.End.CANCELLED);
        long back = outcomes.get(0).progress().redriven();
        assertThat(client.browse("DLQ.queue.q", "")).hasSize((int) (1000 - back));
        assertThat(broker.backlog()).isEqualTo(1000);
    }

    @Test
    void atMostSoManyGoBackInTheirOrder() {
        deadLetters(numbers(600));

        assertThat(redrive(Redrive.everything(DLQ).atMost(300)).progress().redriven())
                .isEqualTo(300);

        assertThat(client.browse("q", ""))
                .containsExactlyElementsOf(
                        IntStream.range(0, 300).mapToObj(String::valueOf).toList());
        assertThat(client.browse("DLQ.queue.q", "")).hasSize(300).startsWith("300");
    }

    @Test
    void withoutRoomItStopsAndNothingIsLost() {
        deadLetters(numbers(3));
        broker.engine.setRoom(HeapLogEngine.Room.NONE);

        Redrive.Outcome outcome = redrive(Redrive.everything(DLQ));

        assertThat(outcome.end()).isEqualTo(Redrive.End.STOPPED);
        assertThat(outcome.why()).isNotEmpty();
        broker.engine.setRoom(HeapLogEngine.Room.AVAILABLE);
        int consumer = client.queueConsumer(session, "DLQ.queue.q", 10);
        assertThat(client.takeTexts(consumer)).containsExactly("0", "1", "2");
    }

    @Test
    void whatExpiredComesBackWithoutExpiration() {
        Address q = new Address(Address.Kind.QUEUE, "q", "expiryQueue=late");
        client.send(
                client.producer(session, q), TestMessage.of("m").expiringIn(Duration.ofSeconds(1)));
        broker.advance(Duration.ofSeconds(10));

        redrive(Redrive.everything(queue("late")));
        broker.advance(Duration.ofMinutes(1));

        assertThat(client.browse("q", "")).containsExactly("m");
        assertThat(JmsHeader.of(onlyIn("q")).expiration()).isZero();
    }

    @Test
    void badRequestsAreRefused() {
        deadLetters(numbers(1));
        begin(Redrive.everything(queue("nowhere")));
        begin(Redrive.everything(DLQ).selecting("color ="));
        begin(Redrive.everything(topic("t")));
        begin(Redrive.everything(DLQ).paced(-1));

        assertThat(refusals)
                .extracting(RefusedException::code)
                .containsExactly(
                        ErrorCode.INVALID_DESTINATION,
                        ErrorCode.INVALID_SELECTOR,
                        ErrorCode.INVALID_ARGUMENT,
                        ErrorCode.INVALID_ARGUMENT);
        assertThat(outcomes).isEmpty();
    }
}
