package org.millrace.broker.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.Spec;
import org.millrace.wire.Address;
import org.millrace.wire.Address.Kind;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.SessionKind;
import org.millrace.wire.frame.Frame.SubscriptionKind;

class TemporaryTest {
    private final TestBroker broker = new TestBroker();
    private final TestClient owner = broker.connect();
    private final int session = owner.session(SessionKind.DIRECT);
    private final TestClient other = broker.connect();
    private final int otherSession = other.session(SessionKind.DIRECT);

    private int consume(Address from) {
        return owner.consumer(session, from, kindFor(from), "", "", 10);
    }

    private static SubscriptionKind kindFor(Address from) {
        return from.kind().isTopic() ? SubscriptionKind.NON_DURABLE : SubscriptionKind.QUEUE;
    }

    @Test
    @Spec({"TMP-1", "HDR-22"})
    void anySessionOfTheConnectionMayConsumeAndAnybodySend() {
        for (Kind kind : new Kind[] {Kind.TEMPORARY_QUEUE, Kind.TEMPORARY_TOPIC}) {
            int first = owner.session(SessionKind.DIRECT);
            Address temporary = owner.temporary(kind);
            owner.askDone(id -> new Frame.CloseSession(id, first));
            int consumer = consume(temporary);

            other.send(other.producer(otherSession, temporary), "reply");

            assertThat(owner.takeTexts(consumer)).containsExactly("reply");
        }
    }

    @Test
    @Spec("TMP-2")
    void anotherConnectionCannotConsumeOrDelete() {
        for (Kind kind : new Kind[] {Kind.TEMPORARY_QUEUE, Kind.TEMPORARY_TOPIC}) {
            Address temporary = owner.temporary(kind);
            other.refusedConsumer(
                    ErrorCode.INVALID_DESTINATION, otherSession, temporary, kindFor(temporary), "");
            other.askRefused(
                    ErrorCode.INVALID_DESTINATION, id -> new Frame.DeleteTemporary(id, temporary));
        }
    }

    @Test
    @Spec("TMP-3")
    void namesAreUnique() {
        assertThat(owner.temporary(Kind.TEMPORARY_QUEUE).name())
                .isNotEqualTo(owner.temporary(Kind.TEMPORARY_QUEUE).name())
                .isNotEqualTo(other.temporary(Kind.TEMPORARY_QUEUE).name());
        owner.askRefused(
                ErrorCode.INVALID_ARGUMENT, id -> new Frame.CreateTemporary(id, Kind.QUEUE));
    }

    @Test
    @Spec({"TMP-4", "TMP-5"})
    void deletingNeedsItsConsumersClosedButNotItsSession() {
        for (Kind kind : new Kind[] {Kind.TEMPORARY_QUEUE, Kind.TEMPORARY_TOPIC}) {
            int creator = owner.session(SessionKind.DIRECT);
            Address temporary = owner.temporary(kind);
            int consumer = consume(temporary);
            owner.askRefused(ErrorCode.IN_USE, id -> new Frame.DeleteTemporary(id, temporary));
            owner.closeConsumer(consumer, Long.MAX_VALUE);
            owner.askDone(id -> new Frame.CloseSession(id, creator));

            owner.askDone(id -> new Frame.DeleteTemporary(id, temporary));

            owner.refusedConsumer(
                    ErrorCode.INVALID_DESTINATION, session, temporary, kindFor(temporary), "");
            owner.askRefused(
                    ErrorCode.INVALID_DESTINATION, id -> new Frame.DeleteTemporary(id, temporary));
        }
    }

    @Test
    @Spec("TMP-6")
    void itIsGoneWithItsConnectionAndSendsFail() {
        Address temporary = owner.temporary(Kind.TEMPORARY_QUEUE);
        int producer = other.producer(otherSession, temporary);
        other.send(producer, "kept for nobody");

        owner.askDone(Frame.CloseConnection::new);

        assertThat(other.heard(Frame.EndpointClosed.class))
                .extracting(Frame.EndpointClosed::code)
                .containsExactly(ErrorCode.INVALID_DESTINATION);
        other.askRefused(
                ErrorCode.INVALID_DESTINATION,
                id -> other.sending(id, producer, TestMessage.of("too late")));
        other.askRefused(
                ErrorCode.INVALID_DESTINATION,
                id -> new Frame.OpenProducer(id, otherSession, 500, temporary));
        assertThat(broker.backlog()).isZero();
    }

    @Test
    @Spec("TMP-6")
    void aTransactionThatSentToItIsRolledBack() {
        int transacted = other.session(SessionKind.TRANSACTED);
        Address temporary = owner.temporary(Kind.TEMPORARY_QUEUE);
        other.send(other.producer(transacted, temporary), "a");
        owner.askDone(id -> new Frame.DeleteTemporary(id, temporary));
        other.askRefused(ErrorCode.ROLLED_BACK, id -> new Frame.Commit(id, transacted, 0));
    }

    @Test
    @Spec("TMP-6")
    void itIsGoneSomeTimeAfterTheLinkWasLostForGood() {
        Address temporary = owner.temporary(Kind.TEMPORARY_QUEUE);
        owner.cut();
        broker.advance(Duration.ofDays(1));
        other.askRefused(
                ErrorCode.INVALID_DESTINATION,
                id -> new Frame.OpenProducer(id, otherSession, 500, temporary));
    }

    @Test
    @Spec("TMP-7")
    void aDurableSubscriptionOnATemporaryTopicIsRefused() {
        TestClient named = broker.connect("c");
        Address temporary = named.temporary(Kind.TEMPORARY_TOPIC);
        named.refusedConsumer(
                ErrorCode.INVALID_DESTINATION,
                named.session(SessionKind.DIRECT),
                temporary,
                SubscriptionKind.DURABLE,
                "d");
    }

    @Test
    @Spec("TMP-8")
    void nothingOfItIsStored() {
        Address temporary = owner.temporary(Kind.TEMPORARY_QUEUE);
        other.send(
                other.producer(otherSession, temporary),
                TestMessage.of("persistent").expiringIn(Duration.ofDays(1)),
                TestMessage.of("delayed").delayed(Duration.ofDays(1)));
        broker.crash();
        var recovered = broker.engine.recover();
        assertThat(recovered.destinations()).isEmpty();
        assertThat(recovered.subscriptions()).isEmpty();
    }

    @Test
    void thousandsComeAndGoWithoutATrace() {
        int producer = other.producer(otherSession, TestClient.topic("t"));
        for (int i = 0; i < 2000; i++) {
            Address temporary = owner.temporary(Kind.TEMPORARY_QUEUE);
            int replier = other.producer(otherSession, temporary);
            other.send(replier, TestMessage.of("r" + i).nonPersistent());
            other.say(new Frame.CloseProducer(replier));
            owner.askDone(id -> new Frame.DeleteTemporary(id, temporary));
            owner.heard.clear();
            other.heard.clear();
        }
        assertThat(broker.backlog()).isZero();
        assertThat(broker.partitions()).isEmpty();
        assertThat(producer).isPositive();
    }
}
