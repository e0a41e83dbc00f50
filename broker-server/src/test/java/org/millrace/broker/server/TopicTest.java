package org.millrace.broker.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.broker.server.TestClient.queue;
import static org.millrace.broker.server.TestClient.topic;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.SessionKind;
import org.millrace.wire.frame.Frame.SubscriptionKind;

/** SUB-1 to SUB-16, SUB-20 to SUB-25, SEL-71, TMP-7. */
class TopicTest {
    private final TestBroker broker = new TestBroker();
    private final TestClient client = broker.connect("me");
    private final int session = client.session(SessionKind.DIRECT);
    private final int producer = client.producer(session, topic("news"));

    private int durable(TestClient who, int whoseSession, String name, String selector) {
        return who.consumer(
                whoseSession, topic("news"), SubscriptionKind.DURABLE, name, selector, 100);
    }

    @Test
    void everySubscriberGetsWhatIsSentWhileItExists() {
        client.send(producer, "before");
        int first = client.topicConsumer(session, "news", 10);
        client.send(producer, "a");
        int second = client.topicConsumer(session, "news", 10);
        client.send(producer, "b");

        assertThat(client.takeTexts(first)).containsExactly("a", "b");
        assertThat(client.takeTexts(second)).containsExactly("b");
    }

    @Test
    void aDurableSubscriptionKeepsWhatComesWhileNobodyIsThere() {
        int consumer = durable(client, session, "sub", "");
        client.send(producer, "a", "b");
        List<TestClient.Got> got = client.take(consumer);
        client.acknowledge(session, got.subList(0, 1));
        client.closeConsumer(consumer, got.get(1).deliveryId());
        client.send(producer, "c");
        broker.restartAfterCrash();

        TestClient after = broker.connect("me");
        int afterSession = after.session(SessionKind.DIRECT);
        after.send(after.producer(afterSession, topic("news")), "d");
        int again = durable(after, afterSession, "sub", "");
        List<TestClient.Got> rest = after.take(again);
        assertThat(rest).extracting(TestClient.Got::text).containsExactly("b", "c", "d");
        assertThat(rest.get(0).count()).isEqualTo(2);
    }

    @Test
    void changedSelectorIsUnsubscribeAndCreate() {
        int consumer = durable(client, session, "sub", "");
        client.closeConsumer(consumer, 0);
        client.send(producer, "old");
        int changed = durable(client, session, "sub", "JMSPriority > 3");
        client.send(producer, "new");
        assertThat(client.takeTexts(changed)).containsExactly("new");
    }

    @Test
    void selectorDecidesWhatEntersTheSubscription() {
        int none = durable(client, session, "none", "JMSPriority > 4");
        int all = durable(client, session, "all", "JMSPriority = 4");
        client.send(producer, "a");
        assertThat(client.take(none)).isEmpty();
        assertThat(client.takeTexts(all)).containsExactly("a");
        client.refusedConsumer(
                ErrorCode.INVALID_ARGUMENT, session, topic("news"), SubscriptionKind.DURABLE, "");
    }

    @Test
    void anUnsharedDurableSubscriptionHasOneConsumerAndNeedsAClientId() {
        durable(client, session, "sub", "");
        client.refusedConsumer(
                ErrorCode.IN_USE, session, topic("news"), SubscriptionKind.DURABLE, "sub");
        client.refusedConsumer(
                ErrorCode.IN_USE, session, topic("news"), SubscriptionKind.SHARED_DURABLE, "sub");
        TestClient anonymous = broker.connect();
        anonymous.refusedConsumer(
                ErrorCode.ILLEGAL_STATE,
                anonymous.session(SessionKind.DIRECT),
                topic("news"),
                SubscriptionKind.DURABLE,
                "sub");
    }

    @Test
    void sharedConsumersShareAndAreServedInTurn() {
        TestClient other = broker.connect();
        int otherSession = other.session(SessionKind.DIRECT);
        TestClient third = broker.connect();
        int thirdSession = third.session(SessionKind.DIRECT);
        int first = shared(other, otherSession, SubscriptionKind.SHARED);
        int second = shared(third, thirdSession, SubscriptionKind.SHARED);
        int durable = shared(third, thirdSession, SubscriptionKind.SHARED_DURABLE);

        client.send(producer, "1");
        client.send(producer, "2");

        assertThat(other.takeTexts(first)).containsExactly("1");
        assertThat(third.takeTexts(second)).containsExactly("2");
        assertThat(third.takeTexts(durable)).containsExactly("1", "2");
        third.refusedConsumer(
                ErrorCode.IN_USE, thirdSession, topic("other"), SubscriptionKind.SHARED, "s");
    }

    private int shared(TestClient who, int whoseSession, SubscriptionKind kind) {
        return who.consumer(whoseSession, topic("news"), kind, "s", "", 100);
    }

    @Test
    void clientIdIsPartOfTheIdentity() {
        int mine = shared(client, session, SubscriptionKind.SHARED);
        TestClient other = broker.connect();
        int theirs = shared(other, other.session(SessionKind.DIRECT), SubscriptionKind.SHARED);
        client.send(producer, "a");
        assertThat(client.takeTexts(mine)).containsExactly("a");
        assertThat(other.takeTexts(theirs)).containsExactly("a");
    }

    @Test
    void unsubscribeIsRefusedWhileInUseAndDropsWhatIsKept() {
        int consumer = durable(client, session, "sub", "");
        client.send(producer, "a");
        List<TestClient.Got> got = client.take(consumer);
        client.askRefused(ErrorCode.ILLEGAL_STATE, id -> new Frame.Unsubscribe(id, "sub"));
        client.closeConsumer(consumer, got.get(0).deliveryId());
        client.askRefused(ErrorCode.ILLEGAL_STATE, id -> new Frame.Unsubscribe(id, "sub"));
        long acknowledged =
                client.request(
                        id ->
                                new Frame.Acknowledge(
                                        id,
                                        session,
                                        Frame.Outcome.ACCEPT,
                                        "",
                                        TestClient.ranges(got)));
        client.askDone(id -> new Frame.Unsubscribe(id, "sub"));
        assertThat(client.isAnswered(acknowledged)).isTrue();
        client.askRefused(ErrorCode.UNKNOWN_SUBSCRIPTION, id -> new Frame.Unsubscribe(id, "sub"));
    }

    @Test
    void noLocalKeepsOutTheOwnConnection() {
        int id = 900;
        client.say(
                new Frame.OpenConsumer(
                        id,
                        session,
                        id,
                        topic("news"),
                        SubscriptionKind.NON_DURABLE,
                        "",
                        "",
                        true,
                        0));
        client.say(new Frame.Credit(id, 10));
        client.askDone(
                request ->
                        new Frame.Send(
                                request,
                                producer,
                                true,
                                4,
                                0,
                                client.batch(
                                        producer,
                                        TestClient.header().connectionId(client.connectionId),
                                        "mine")));
        client.send(producer, "theirs");
        assertThat(client.takeTexts(id)).containsExactly("theirs");
    }

    @Test
    void aTopicThatNobodyReadsKeepsNothing() {
        client.send(producer, "a");
        int consumer = client.topicConsumer(session, "news", 10);
        client.send(producer, "b");
        client.acknowledge(session, client.take(consumer));
        client.closeConsumer(consumer, 100);
        client.send(producer, "c");
        long topicId =
                broker.engine.recover().destinations().stream()
                        .filter(row -> row.name().equals("news"))
                        .findFirst()
                        .orElseThrow()
                        .id();
        assertThat(broker.engine.partitions(topicId))
                .allSatisfy(
                        partition ->
                                assertThat(broker.engine.bounds(partition).sizeBytes()).isZero());
    }

    @Test
    void queuesAndTopicsAreReadByTheirOwnKindOfConsumer() {
        client.refusedConsumer(
                ErrorCode.INVALID_DESTINATION, session, topic("news"), SubscriptionKind.QUEUE, "");
        client.refusedConsumer(
                ErrorCode.INVALID_DESTINATION,
                session,
                queue("news"),
                SubscriptionKind.NON_DURABLE,
                "");
    }
}
