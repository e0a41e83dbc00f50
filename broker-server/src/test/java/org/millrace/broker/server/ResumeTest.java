package org.millrace.broker.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.broker.server.TestClient.header;
import static org.millrace.broker.server.TestClient.queue;
import static org.millrace.broker.server.TestClient.topic;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.millrace.broker.settings.BrokerSettings;
import org.millrace.wire.Address;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.SessionKind;
import org.millrace.wire.frame.Frame.SubscriptionKind;
import org.millrace.wire.record.RecordBatch;

/** A client that lost its link and comes back. CID-6, SND-4, REL-5, TX-10. */
class ResumeTest {
    private static final Duration GRACE = BrokerSettings.DEFAULTS.resumeGrace();

    private final TestBroker broker = new TestBroker();
    private final TestClient other = broker.connect();
    private final int otherSession = other.session(SessionKind.DIRECT);

    private TestClient lost(TestClient client) {
        client.cut();
        return client;
    }

    @Test
    void temporaryDestinationsAndClientIdOutliveAShortLoss() {
        TestClient owner = broker.connect("me");
        Address temporary = temporary(owner);
        int producer = other.producer(otherSession, temporary);
        lost(owner);
        other.send(producer, "while away");
        broker.advance(GRACE.minusMillis(1));

        TestClient back = broker.resume(owner);

        assertThat(back.connectionId).isEqualTo(owner.connectionId);
        int session = back.session(SessionKind.DIRECT);
        int consumer = back.consumer(session, temporary, SubscriptionKind.QUEUE, "", "", 10);
        assertThat(back.takeTexts(consumer)).containsExactly("while away");
        broker.advance(GRACE.multipliedBy(2));
        other.send(producer, "later");
        assertThat(back.takeTexts(consumer)).containsExactly("later");
        other.askRefused(ErrorCode.INVALID_CLIENT_ID, id -> new Frame.SetClientId(id, "me"));
    }

    private static Address temporary(TestClient owner) {
        Frame.TemporaryCreated created =
                (Frame.TemporaryCreated)
                        owner.ask(
                                id -> new Frame.CreateTemporary(id, Address.Kind.TEMPORARY_QUEUE));
        return Address.of(Address.Kind.TEMPORARY_QUEUE, created.name());
    }

    @Test
    void afterTheGraceTheConnectionIsGoneAndItsClientGetsANewOneWithTheOldId() {
        TestClient owner = broker.connect("me");
        Address temporary = temporary(owner);
        lost(owner);
        broker.advance(GRACE);
        broker.run();

        TestClient back = broker.link();
        boolean resumed = back.shakeHands("me", owner.connectionId, owner.resumeSecret);

        assertThat(resumed).isFalse();
        assertThat(back.connectionId).isEqualTo(owner.connectionId);
        other.askRefused(
                ErrorCode.INVALID_DESTINATION,
                id -> new Frame.OpenProducer(id, otherSession, 99, temporary));
        String name = temporary.name();
        assertThat(back.ask(id -> new Frame.CreateTemporary(id, temporary.kind(), name)))
                .isInstanceOf(Frame.TemporaryCreated.class);
        assertThat(back.ask(id -> new Frame.CreateTemporary(id, temporary.kind(), name)))
                .isInstanceOf(Frame.TemporaryCreated.class);
        other.askDone(id -> new Frame.OpenProducer(id, otherSession, 99, temporary));
    }

    @Test
    void nobodyRestoresATemporaryDestinationThatWasNotItsOwn() {
        TestClient owner = broker.connect("me");
        Address temporary = temporary(owner);
        String number = temporary.name().substring(temporary.name().lastIndexOf('-') + 1);
        List<String> refused =
                List.of(
                        temporary.name(),
                        "temporary-" + other.connectionId + "-" + number + "0000000",
                        "temporary-" + other.connectionId + "-",
                        "mine");

        for (String name : refused) {
            other.askRefused(
                    ErrorCode.INVALID_DESTINATION,
                    id -> new Frame.CreateTemporary(id, temporary.kind(), name));
        }
    }

    @Test
    void aWrongSecretResumesNothing() {
        TestClient owner = broker.connect("me");
        TestClient thief = broker.link();
        assertThat(thief.shakeHands("", owner.connectionId, owner.resumeSecret + 1)).isFalse();
        assertThat(thief.connectionId).isNotEqualTo(owner.connectionId);
        assertThat(owner.isClosed()).isFalse();
    }

    @Test
    void aClientStartedAnewTakesItsClientIdFromTheConnectionThatLostItsLink() {
        TestClient crashed = lost(broker.connect("me"));
        TestClient again = broker.connect("me");
        assertThat(again.connectionId).isNotEqualTo(crashed.connectionId);
    }

    @Test
    void aNonDurableSubscriptionWaitsForItsConsumer() {
        TestClient subscriber = broker.connect();
        int session = subscriber.session(SessionKind.DIRECT);
        int consumer = subscriber.topicConsumer(session, "news", 1);
        long token = tokenOf(subscriber);
        int producer = other.producer(otherSession, topic("news"));
        other.send(producer, "one");
        other.send(producer, "two");
        assertThat(subscriber.takeTexts(consumer)).containsExactly("one");
        lost(subscriber);
        other.send(producer, "three");

        TestClient back = broker.resume(subscriber);
        int again = reopen(back, topic("news"), SubscriptionKind.NON_DURABLE, "", token);

        List<TestClient.Got> got = back.take(again);
        assertThat(got).extracting(TestClient.Got::text).containsExactly("one", "two", "three");
        assertThat(got).extracting(TestClient.Got::count).containsExactly(2, 1, 1);
    }

    private static long tokenOf(TestClient client) {
        List<Frame.ConsumerOpened> opened = client.heard(Frame.ConsumerOpened.class);
        return opened.get(opened.size() - 1).resumeToken();
    }

    private static int reopen(
            TestClient back, Address topic, SubscriptionKind kind, String name, long token) {
        int session = back.session(SessionKind.DIRECT);
        int id = 1000;
        assertThat(
                        back.ask(
                                request ->
                                        new Frame.OpenConsumer(
                                                request, session, id, topic, kind, name, "", false,
                                                token)))
                .isInstanceOf(Frame.ConsumerOpened.class);
        back.say(new Frame.Credit(id, 10));
        return id;
    }

    @Test
    void aSharedSubscriptionWaitsForTheLastOfItsConsumersAndEndsWithTheGrace() {
        TestClient subscriber = broker.connect();
        int session = subscriber.session(SessionKind.DIRECT);
        subscriber.consumer(session, topic("news"), SubscriptionKind.SHARED, "s", "", 0 + 1);
        long token = tokenOf(subscriber);
        int producer = other.producer(otherSession, topic("news"));
        lost(subscriber);
        other.send(producer, "kept");
        TestClient back = broker.resume(subscriber);
        int consumer = reopen(back, topic("news"), SubscriptionKind.SHARED, "s", token);
        assertThat(back.takeTexts(consumer)).containsExactly("kept");

        lost(back);
        broker.advance(GRACE);
        broker.run();
        other.send(producer, "missed");
        TestClient late = broker.resume(back);
        int anew = reopen(late, topic("news"), SubscriptionKind.SHARED, "s", token);
        assertThat(late.takeTexts(anew)).isEmpty();
    }

    @Test
    void aSubscriptionWhoseConsumerDoesNotComeBackEndsAlthoughTheConnectionGoesOn() {
        TestClient subscriber = broker.connect();
        int session = subscriber.session(SessionKind.DIRECT);
        subscriber.topicConsumer(session, "news", 1);
        long token = tokenOf(subscriber);
        lost(subscriber);
        TestClient back = broker.resume(subscriber);
        broker.advance(GRACE);
        broker.run();
        int producer = other.producer(otherSession, topic("news"));
        other.send(producer, "missed");
        int anew = reopen(back, topic("news"), SubscriptionKind.NON_DURABLE, "", token);
        assertThat(back.takeTexts(anew)).isEmpty();
    }

    @Test
    void deliveryIdsOfAnOldLinkSettleNothingOnTheNew() {
        TestClient consumerClient = broker.connect();
        int session = consumerClient.session(SessionKind.DIRECT);
        int consumer = consumerClient.queueConsumer(session, "q", 10);
        int producer = other.producer(otherSession, queue("q"));
        other.send(producer, "a");
        List<TestClient.Got> seen = consumerClient.take(consumer);
        lost(consumerClient);

        TestClient back = broker.resume(consumerClient);
        int again = 50;
        assertThat(
                        back.ask(
                                id ->
                                        new Frame.OpenSession(
                                                id,
                                                again,
                                                SessionKind.DIRECT,
                                                consumerClient.producerIdOf(session),
                                                seen.get(0).deliveryId())))
                .isInstanceOf(Frame.SessionOpened.class);
        int reader = back.queueConsumer(again, "q", 10);
        List<TestClient.Got> flagged = back.take(reader);
        assertThat(flagged).extracting(TestClient.Got::count).containsExactly(2);
        assertThat(flagged.get(0).deliveryId()).isGreaterThan(seen.get(0).deliveryId());
        back.acknowledge(again, seen);
        lost(back);
        int third = other.queueConsumer(otherSession, "q", 10);
        assertThat(other.takeTexts(third)).containsExactly("a");
    }

    @Test
    void aProducerNothingOfWasStoredIsKnownAfterARestart() {
        TestClient sender = broker.connect();
        int session = sender.session(SessionKind.DIRECT);
        RecordBatch batch = sender.batch(session, 0, header().persistent(), "a");
        broker.restartAfterCrash();

        TestClient back = broker.resume(sender);
        int again = back.session(SessionKind.DIRECT, sender.producerIdOf(session));

        assertThat(back.producerIdOf(again)).isEqualTo(sender.producerIdOf(session));
        int producer = back.producer(again, queue("q"));
        back.askDone(id -> new Frame.Send(id, producer, true, 4, 0, batch));
    }

    @Test
    void aProducerOfAnotherConnectionIsNotHandedOver() {
        TestClient sender = broker.connect();
        long wanted = sender.producerIdOf(sender.session(SessionKind.DIRECT));
        int inUse = other.session(SessionKind.DIRECT, wanted);
        assertThat(other.producerIdOf(inUse)).isNotEqualTo(wanted);
        lost(sender);
        int abandoned = other.session(SessionKind.DIRECT, wanted);
        assertThat(other.producerIdOf(abandoned)).isNotEqualTo(wanted);
    }
}
