package org.millrace.broker.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.broker.server.RetentionTest.queue;
import static org.millrace.broker.server.RetentionTest.topic;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.millrace.broker.destination.Position;
import org.millrace.broker.destination.Replay;
import org.millrace.broker.loop.Answer;
import org.millrace.broker.settings.BrokerSettings;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.SessionKind;
import org.millrace.wire.frame.Frame.SubscriptionKind;

/** Consumers that begin in the past, and subscriptions that are moved there. */
@ParameterizedClass
@EnumSource(TestBroker.Timing.class)
class ReplayTest {
    private final TestBroker broker;
    private TestClient client;
    private int session;
    private final int producer;

    ReplayTest(TestBroker.Timing timing) {
        broker = new TestBroker(BrokerSettings.DEFAULTS, TestBroker.SEED, timing);
        client = broker.connect("me");
        session = client.session(SessionKind.DIRECT);
        producer = client.producer(session, topic("news", "retention=P1D"));
    }

    private int consumer(String options, SubscriptionKind kind, String name) {
        return client.consumer(session, topic("news", options), kind, name, "", 100);
    }

    private List<String> from(String options) {
        return client.takeTexts(consumer(options, SubscriptionKind.NON_DURABLE, ""));
    }

    private void refused(ErrorCode code, String options, SubscriptionKind kind, String name) {
        client.refusedConsumer(code, session, topic("news", options), kind, name);
    }

    private void refused(String options) {
        refused(ErrorCode.INVALID_DESTINATION, options, SubscriptionKind.NON_DURABLE, "");
    }

    @Test
    void aConsumerBeginsWhereItsTopicSays() {
        client.send(producer, "a");
        broker.advance(Duration.ofMinutes(10));
        String between = broker.world.clock().instant().minusSeconds(60).toString();
        client.send(producer, "b", "c");
        broker.advance(Duration.ofMinutes(10));

        assertThat(from("from=earliest")).containsExactly("a", "b", "c");
        assertThat(from("from=latest")).isEmpty();
        assertThat(from("")).isEmpty();
        assertThat(from("from=offset:2")).containsExactly("c");
        assertThat(from("from=offset:3")).isEmpty();
        assertThat(from("from=" + between)).containsExactly("b", "c");
        assertThat(from("from=-PT15M")).containsExactly("b", "c");
        assertThat(from("from=-PT2H")).containsExactly("a", "b", "c");
        assertThat(from("retention=PT24H&from=earliest")).containsExactly("a", "b", "c");
    }

    @Test
    void everyKindOfTopicSubscriptionBeginsThereAndGoesOn() {
        client.send(producer, "a");
        for (SubscriptionKind kind : SubscriptionKind.values()) {
            if (kind != SubscriptionKind.QUEUE) {
                String name = kind == SubscriptionKind.NON_DURABLE ? "" : kind.name();
                int consumer = consumer("from=earliest", kind, name);
                List<TestClient.Got> got = client.take(consumer);
                assertThat(got).extracting(TestClient.Got::text).first().isEqualTo("a");
                assertThat(got).extracting(TestClient.Got::count).containsOnly(1);
                client.send(producer, kind.name());
                assertThat(client.takeTexts(consumer)).containsExactly(kind.name());
            }
        }
    }

    @Test
    void placesThatAreNotThereAreRefusedAndCreateNothing() {
        client.send(producer, "a");
        refused("from=offset:2");
        refused("from=offset:-1");
        refused("from=2001-01-01T00:00:00Z");
        refused("from=2101-01-01T00:00:00Z");
        refused("from=");
        for (String options : List.of("from=2026-11-01T00:00:00Z", "from=offset:1")) {
            client.refusedConsumer(
                    ErrorCode.INVALID_DESTINATION,
                    session,
                    topic("unknown", options),
                    SubscriptionKind.NON_DURABLE,
                    "");
        }
        assertThat(broker.engine.recover().destinations()).hasSize(1);
        broker.advance(Duration.ofDays(3));
        client.send(producer, "b");
        refused("from=offset:0");
        refused("from=2026-11-01T00:00:01Z");
        assertThat(from("from=offset:1")).containsExactly("b");
    }

    @Test
    void anInactiveDurableSubscriptionIsMovedForGood() {
        int consumer = consumer("", SubscriptionKind.DURABLE, "sub");
        client.send(producer, "a", "b", "c");
        client.acknowledge(session, client.take(consumer));
        client.closeConsumer(consumer, Long.MAX_VALUE);

        int moved = consumer("from=offset:1", SubscriptionKind.DURABLE, "sub");
        List<TestClient.Got> again = client.take(moved);
        assertThat(again).extracting(TestClient.Got::text).containsExactly("b", "c");
        assertThat(again).extracting(TestClient.Got::count).containsOnly(1);
        client.acknowledge(session, again.subList(0, 1));
        broker.stop();
        broker.start();

        client = broker.connect("me");
        session = client.session(SessionKind.DIRECT);
        assertThat(client.takeTexts(consumer("", SubscriptionKind.DURABLE, "sub")))
                .containsExactly("c");
    }

    @Test
    void aSubscriptionInUseIsNotMoved() {
        int consumer = consumer("", SubscriptionKind.SHARED_DURABLE, "group");
        client.send(producer, "a");
        refused(ErrorCode.IN_USE, "from=earliest", SubscriptionKind.SHARED_DURABLE, "group");
        List<TestClient.Got> got = client.take(consumer);
        client.closeConsumer(consumer, Long.MAX_VALUE);
        refused(ErrorCode.IN_USE, "from=earliest", SubscriptionKind.SHARED_DURABLE, "group");
        client.acknowledge(session, got);
        int moved = consumer("from=earliest", SubscriptionKind.SHARED_DURABLE, "group");
        assertThat(client.takeTexts(moved)).containsExactly("a");
        consumer("", SubscriptionKind.SHARED, "s");
        refused(ErrorCode.IN_USE, "from=earliest", SubscriptionKind.SHARED, "s");
    }

    @Test
    void aQueueWithHistoryIsReplayed() {
        int sender = client.producer(session, queue("orders", "retention=P1D"));
        int consumer = client.queueConsumer(session, "orders", 10);
        client.send(sender, "a", "b");
        client.acknowledge(session, client.take(consumer));
        client.refusedConsumer(
                ErrorCode.IN_USE,
                session,
                queue("orders", "from=earliest"),
                SubscriptionKind.QUEUE,
                "");
        client.closeConsumer(consumer, Long.MAX_VALUE);
        int again =
                client.consumer(
                        session,
                        queue("orders", "from=earliest"),
                        SubscriptionKind.QUEUE,
                        "",
                        "",
                        10);
        assertThat(client.takeTexts(again)).containsExactly("a", "b");

        client.producer(session, queue("plain", ""));
        client.refusedConsumer(
                ErrorCode.INVALID_DESTINATION,
                session,
                queue("plain", "from=earliest"),
                SubscriptionKind.QUEUE,
                "");
        client.askRefused(
                ErrorCode.INVALID_DESTINATION,
                id -> new Frame.OpenBrowser(id, 900, queue("orders", "from=earliest"), ""));
    }

    @Test
    void expiredMessagesAreSkippedAndDelayedOnesReplayed() {
        client.send(producer, TestMessage.of("short").expiringIn(Duration.ofMinutes(1)));
        client.send(producer, TestMessage.of("late").delayed(Duration.ofMinutes(5)));
        client.send(producer, "a");
        broker.advance(Duration.ofMinutes(10));
        int durable = consumer("from=earliest", SubscriptionKind.DURABLE, "sub");
        List<TestClient.Got> got = client.take(durable);
        assertThat(got).extracting(TestClient.Got::text).containsExactly("a", "late");
        client.closeConsumer(durable, 0);
        broker.stop();
        broker.start();
        client = broker.connect("me");
        session = client.session(SessionKind.DIRECT);
        assertThat(client.takeTexts(consumer("", SubscriptionKind.DURABLE, "sub")))
                .containsExactly("a", "late");
    }

    @Test
    void aConsumerThatComesBackIsNotMovedAgain() {
        client.send(producer, "a");
        int id = 900;
        Frame.ConsumerOpened opened =
                (Frame.ConsumerOpened) client.ask(request -> open(request, id, 0));
        client.say(new Frame.Credit(id, 10));
        client.acknowledge(session, client.take(id));
        assertThat(opened.resumeToken()).isNotZero();
        client.closeConsumer(id, Long.MAX_VALUE);
        client.ask(request -> open(request, id, opened.resumeToken()));
        client.say(new Frame.Credit(id, 10));
        assertThat(client.take(id)).isEmpty();
    }

    private Frame open(long request, int id, long resumeToken) {
        return new Frame.OpenConsumer(
                request,
                session,
                id,
                topic("news", "from=earliest"),
                SubscriptionKind.DURABLE,
                "sub",
                "",
                false,
                resumeToken);
    }

    @Test
    void theOperationSaysWhatItWouldDoAndDoesIt() {
        int consumer = consumer("", SubscriptionKind.DURABLE, "sub");
        client.send(producer, "a", "b", "c");
        assertThat(replay("sub", "earliest", Replay.Mode.DRY_RUN)).isEqualTo("3");
        client.acknowledge(session, client.take(consumer));
        client.closeConsumer(consumer, Long.MAX_VALUE);

        assertThat(replay("none", "earliest", Replay.Mode.MOVE)).isEqualTo("UNKNOWN_SUBSCRIPTION");
        assertThat(replay("sub", "offset:9", Replay.Mode.DRY_RUN)).isEqualTo("INVALID_DESTINATION");
        assertThat(replay("sub", "offset:1", Replay.Mode.DRY_RUN)).isEqualTo("2");
        consumer = consumer("", SubscriptionKind.DURABLE, "sub");
        assertThat(client.take(consumer)).isEmpty();
        client.closeConsumer(consumer, Long.MAX_VALUE);

        assertThat(replay("sub", "-PT1H", Replay.Mode.MOVE)).isEqualTo("3");
        broker.restartAfterCrash();
        client = broker.connect("me");
        session = client.session(SessionKind.DIRECT);
        consumer = consumer("", SubscriptionKind.DURABLE, "sub");
        assertThat(client.takeTexts(consumer)).containsExactly("a", "b", "c");
    }

    @Test
    void aSubscriptionMovesUnderItsOpenConsumers() {
        client.hasSeenAll = true;
        int one =
                client.consumer(
                        session, topic("news", ""), SubscriptionKind.SHARED_DURABLE, "sub", "", 2);
        int two =
                client.consumer(
                        session, topic("news", ""), SubscriptionKind.SHARED_DURABLE, "sub", "", 2);
        client.send(producer, "a", "b", "c", "d", "e", "f");
        List<TestClient.Got> held = new ArrayList<>(client.take(one));
        held.addAll(client.take(two));
        assertThat(held)
                .extracting(TestClient.Got::text)
                .containsExactlyInAnyOrder("a", "b", "c", "d");
        client.acknowledge(session, held.subList(0, 1));

        assertThat(replay("sub", "offset:2", Replay.Mode.MOVE)).isEqualTo("4");

        client.acknowledge(session, held);
        client.say(new Frame.Credit(one, 10));
        List<TestClient.Got> again = client.take(one);
        assertThat(again).extracting(TestClient.Got::text).containsExactly("c", "d", "e", "f");
        assertThat(again).extracting(TestClient.Got::count).containsOnly(1);
        client.acknowledge(session, again.subList(0, 3));
        broker.restartAfterCrash();
        client = broker.connect("me");
        session = client.session(SessionKind.DIRECT);
        assertThat(client.takeTexts(consumer("", SubscriptionKind.SHARED_DURABLE, "sub")))
                .containsExactly("f");
    }

    @Test
    void whatWasBufferedIsGivenBackBeforeTheReplayBegins() {
        int consumer = consumer("", SubscriptionKind.DURABLE, "sub");
        client.send(producer, "a", "b");
        List<TestClient.Got> buffered = client.take(consumer);
        assertThat(buffered).hasSize(2);

        replay("sub", "earliest", Replay.Mode.MOVE);

        assertThat(client.heard(Frame.Reclaim.class)).hasSize(1);
        assertThat(client.take(consumer)).isEmpty();
        client.say(new Frame.Release(Frame.NO_REPLY, session, TestClient.ranges(buffered)));
        assertThat(client.takeTexts(consumer)).containsExactly("a", "b");
    }

    @Test
    void acknowledgementsInATransactionOfBeforeTheMoveSettleNothing() {
        client.hasSeenAll = true;
        int transacted = client.session(SessionKind.TRANSACTED);
        int consumer =
                client.consumer(
                        transacted, topic("news", ""), SubscriptionKind.DURABLE, "sub", "", 10);
        client.send(producer, "a", "b");
        client.acknowledge(transacted, client.take(consumer));

        replay("sub", "earliest", Replay.Mode.MOVE);
        client.askDone(id -> new Frame.Commit(id, transacted, 0));

        assertThat(client.takeTexts(consumer)).containsExactly("a", "b");
        broker.restartAfterCrash();
        client = broker.connect("me");
        session = client.session(SessionKind.DIRECT);
        assertThat(client.takeTexts(consumer("", SubscriptionKind.DURABLE, "sub")))
                .containsExactly("a", "b");
    }

    @Test
    void aGroupThatAsksForTheSameBeginningIsMovedOnce() {
        client.send(producer, "a", "b");
        int first =
                client.consumer(
                        session,
                        topic("news", "from=earliest"),
                        SubscriptionKind.SHARED_DURABLE,
                        "g",
                        "",
                        1);
        List<TestClient.Got> got = client.take(first);
        int second =
                client.consumer(
                        session,
                        topic("news", "from=earliest"),
                        SubscriptionKind.SHARED_DURABLE,
                        "g",
                        "",
                        5);
        assertThat(got).extracting(TestClient.Got::text).containsExactly("a");
        assertThat(client.takeTexts(second)).containsExactly("b");
        consumer("", SubscriptionKind.SHARED_DURABLE, "g");
        refused(ErrorCode.IN_USE, "from=latest", SubscriptionKind.SHARED_DURABLE, "g");

        int shared = consumer("from=-PT1H", SubscriptionKind.SHARED, "s");
        assertThat(client.take(shared)).hasSize(2);
        assertThat(client.take(consumer("from=-PT60M", SubscriptionKind.SHARED, "s"))).isEmpty();
        refused(ErrorCode.IN_USE, "from=-PT2H", SubscriptionKind.SHARED, "s");
    }

    private String replay(String subscription, String to, Replay.Mode mode) {
        List<String> heard = new ArrayList<>();
        Replay.Request request =
                new Replay.Request(
                        topic("news", ""),
                        Optional.of("me"),
                        subscription,
                        Position.parse(to),
                        mode);
        broker.replay(
                request,
                Answer.of(
                        outcome -> heard.add(String.valueOf(outcome.messages())),
                        why -> heard.add(why.code().name())));
        assertThat(heard).hasSize(1);
        return heard.get(0);
    }
}
