package org.millrace.broker.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.broker.server.TestClient.queue;
import static org.millrace.broker.server.TestClient.topic;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.millrace.broker.loop.RefusedException;
import org.millrace.wire.Address;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.SessionKind;
import org.millrace.wire.frame.Frame.SubscriptionKind;

/** Another number of partitions for a destination that exists: what it keeps in order. */
class LayoutTest {
    private final TestBroker broker = new TestBroker();
    private TestClient client = broker.connect();
    private int session = client.session(SessionKind.DIRECT);
    private int producer = client.producer(session, queue("q"));

    private void change(int partitions) {
        assertThat(broker.changePartitions(queue("q"), partitions)).isEmpty();
    }

    private void reconnect() {
        client = broker.connect();
        session = client.session(SessionKind.DIRECT);
        producer = client.producer(session, queue("q"));
    }

    private String refusal(Address destination, int partitions) {
        return broker.changePartitions(destination, partitions)
                .map(RefusedException::getMessage)
                .orElseThrow();
    }

    private List<Integer> partitionsOf(int consumer) {
        List<Integer> partitions = new ArrayList<>();
        for (Frame.Deliver deliver : client.heard(Frame.Deliver.class)) {
            if (deliver.consumerId() == consumer) {
                deliver.deliveries().forEach(each -> partitions.add(each.partition()));
            }
        }
        return partitions;
    }

    @Test
    void whatWasSentBeforeComesFirstWhateverItsPartition() {
        client.sendKeyed(producer, "k", "k1");
        client.send(producer, "s1");
        change(8);
        client.sendKeyed(producer, "k", "k2");
        client.send(producer, "s2");
        change(3);
        client.sendKeyed(producer, "k", "k3");
        client.send(producer, "s3");

        int consumer = client.queueConsumer(session, "q", 100);
        List<String> got = client.takeTexts(consumer);
        assertThat(got).filteredOn(text -> text.startsWith("k")).containsExactly("k1", "k2", "k3");
        assertThat(got).filteredOn(text -> text.startsWith("s")).containsExactly("s1", "s2", "s3");
        assertThat(partitionsOf(consumer).subList(0, 2)).containsOnly(0);
        assertThat(partitionsOf(consumer).subList(2, 4)).allMatch(each -> 1 <= each && each < 9);
        assertThat(partitionsOf(consumer).subList(4, 6)).allMatch(each -> 9 <= each && each < 12);
    }

    @Test
    void aKeyInFlightWaitsAcrossTheChangeAndOtherKeysPass() {
        client.hasSeenAll = true;
        int otherSession = client.session(SessionKind.DIRECT);
        int one = client.queueConsumer(session, "q", 1);
        client.sendKeyed(producer, "k", "k1");
        List<TestClient.Got> held = client.take(one);
        assertThat(held).hasSize(1);
        client.sendKeyed(producer, "k", "k2");
        change(4);
        client.sendKeyed(producer, "k", "k3");
        client.sendKeyed(producer, "l", "l1");
        int other = client.queueConsumer(otherSession, "q", 10);
        assertThat(client.takeTexts(other)).containsExactly("l1");

        client.ask(id -> new Frame.Recover(id, session, TestClient.ranges(held)));
        assertThat(client.takeTexts(other)).containsExactly("k1", "k2", "k3");
    }

    @Test
    void whatComesBackOfAnOldLayoutGoesBeforeWhatIsInANewOne() {
        client.sendKeyed(producer, "k", "k1", "k2");
        client.send(producer, "s1");
        change(2);
        client.sendKeyed(producer, "k", "k3");
        client.send(producer, "s2");
        int one = client.queueConsumer(session, "q", 10);
        List<TestClient.Got> held = client.take(one);
        assertThat(held).hasSize(5);
        client.closeConsumer(one, 0);

        int other = client.queueConsumer(client.session(SessionKind.DIRECT), "q", 10);
        List<String> got = client.takeTexts(other);
        assertThat(got).filteredOn(text -> text.startsWith("k")).containsExactly("k1", "k2", "k3");
        assertThat(got).filteredOn(text -> text.startsWith("s")).containsExactly("s1", "s2");
    }

    @Test
    void whatNobodySawOfAnOldLayoutIsNotForThoseWhoAreInANewOne() {
        client.hasSeenAll = true;
        int one = client.queueConsumer(session, "q", 1);
        client.send(producer, "s1");
        List<TestClient.Got> held = client.take(one);
        change(4);
        client.send(producer, "s2");
        int other = client.queueConsumer(client.session(SessionKind.DIRECT), "q", 10);
        assertThat(client.takeTexts(other)).containsExactly("s2");

        client.release(session, held);
        assertThat(client.takeTexts(other)).isEmpty();
        client.say(new Frame.Credit(one, 1));
        assertThat(client.takeTexts(one)).containsExactly("s1");
    }

    @Test
    void aMessageThatNobodyWantsDoesNotHoldUpANewLayout() {
        client.send(producer, "unwanted");
        change(2);
        client.send(producer, TestMessage.of("wanted").with("p", 1));
        int picky = client.consumer(session, queue("q"), SubscriptionKind.QUEUE, "", "p = 1", 10);
        assertThat(client.takeTexts(picky)).containsExactly("wanted");
    }

    @Test
    void theChangeSurvivesACrash() {
        client.sendKeyed(producer, "k", "k1");
        change(4);
        client.sendKeyed(producer, "k", "k2");
        broker.restartAfterCrash();
        reconnect();
        client.sendKeyed(producer, "k", "k3");
        int consumer = client.queueConsumer(session, "q", 10);
        assertThat(client.takeTexts(consumer)).containsExactly("k1", "k2", "k3");
        assertThat(partitionsOf(consumer).get(1)).isEqualTo(partitionsOf(consumer).get(2));
    }

    @Test
    void aFinishedLayoutIsGone() {
        int consumer = client.queueConsumer(session, "q", 100);
        client.send(producer, "s1");
        change(4);
        client.send(producer, "s2");
        client.acknowledge(session, client.take(consumer));
        change(1);
        client.send(producer, "s3");
        client.acknowledge(session, client.take(consumer));

        // An offset names a place only where there is one log.
        Address replayed = new Address(Address.Kind.QUEUE, "q", "retention=P1D");
        client.askRefused(
                ErrorCode.INVALID_DESTINATION,
                id -> new Frame.OpenProducer(id, session, 99, replayed));
        broker.restartAfterCrash();
        reconnect();
        client.send(producer, "s4");
        int again = client.queueConsumer(session, "q", 100);
        assertThat(client.takeTexts(again)).containsExactly("s4");
        assertThat(partitionsOf(again)).containsExactly(5);
    }

    @Test
    void delayedMessagesComeDueInTheNewLayout() {
        client.send(producer, TestMessage.of("late").delayed(Duration.ofSeconds(5)));
        change(4);
        client.send(producer, TestMessage.of("later").delayed(Duration.ofSeconds(6)));
        client.send(producer, "now");
        int consumer = client.queueConsumer(session, "q", 10);
        broker.advance(Duration.ofSeconds(10));
        assertThat(client.takeTexts(consumer)).containsExactly("now", "late", "later");
        assertThat(partitionsOf(consumer)).allMatch(each -> each >= 1);
    }

    @Test
    void aBatchHeldBackThatDoesNotFitTheNewLayoutIsRolledBack() {
        int transacted = client.session(SessionKind.TRANSACTED);
        int sender = client.producer(transacted, queue("q"));
        client.askDone(
                id ->
                        new Frame.Send(
                                id,
                                sender,
                                true,
                                4,
                                0,
                                client.keyed(sender, List.of("a", "b"), List.of("1", "2"))));
        change(64);
        client.askRefused(ErrorCode.ROLLED_BACK, id -> new Frame.Commit(id, transacted, 1));
        assertThat(client.browse("q", "")).isEmpty();
    }

    @Test
    void everySubscriptionOfATopicReadsTheLayoutsInOrder() {
        Address orders = topic("orders");
        int sender = client.producer(session, orders);
        int durable =
                client.consumer(session, orders, SubscriptionKind.SHARED_DURABLE, "g", "", 100);
        client.sendKeyed(sender, "k", "k1");
        assertThat(broker.changePartitions(orders, 4)).isEmpty();
        int live = client.topicConsumer(client.session(SessionKind.DIRECT), "orders", 100);
        client.sendKeyed(sender, "k", "k2");
        assertThat(broker.changePartitions(orders, 2)).isEmpty();
        client.sendKeyed(sender, "k", "k3");
        assertThat(client.takeTexts(durable)).containsExactly("k1", "k2", "k3");
        assertThat(client.takeTexts(live)).containsExactly("k2", "k3");
    }

    @Test
    void historyIsReplayedInTheOrderOfLayouts() {
        Address orders = new Address(Address.Kind.TOPIC, "orders", "retention=P1D");
        int sender = client.producer(session, orders);
        client.sendKeyed(sender, "k", "k1");
        assertThat(broker.changePartitions(orders, 4)).isEmpty();
        client.sendKeyed(sender, "k", "k2");
        Address replayed = new Address(Address.Kind.TOPIC, "orders", "from=earliest");
        int consumer = client.consumer(session, replayed, SubscriptionKind.NON_DURABLE, "", "", 10);
        assertThat(client.takeTexts(consumer)).containsExactly("k1", "k2");
    }

    @Test
    void browsersShowTheLayoutsInOrder() {
        client.sendKeyed(producer, "k", "k1");
        change(4);
        client.sendKeyed(producer, "k", "k2");
        change(2);
        client.sendKeyed(producer, "k", "k3");
        assertThat(client.browse("q", "")).containsExactly("k1", "k2", "k3");
    }

    @Test
    void whatIsImpossibleIsRefused() {
        assertThat(refusal(queue("none"), 4)).contains("does not exist");
        assertThat(refusal(queue("q"), 0)).contains("0 partitions", "1 to 1024");
        assertThat(refusal(queue("q"), 1025)).contains("1025 partitions", "1 to 1024");
        assertThat(refusal(client.temporary(Address.Kind.TEMPORARY_QUEUE), 2))
                .contains("temporary");
        Optional<RefusedException> same = broker.changePartitions(queue("q"), 1);
        assertThat(same).isEmpty();
        change(4);
        client.askRefused(
                ErrorCode.INVALID_DESTINATION,
                id ->
                        new Frame.OpenProducer(
                                id,
                                session,
                                99,
                                new Address(Address.Kind.QUEUE, "q", "partitions=8")));
        assertThat(client.heard(Frame.Failed.class).get(0).message())
                .contains("millrace destinations alter q --partitions 8");
    }
}
