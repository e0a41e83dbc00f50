package org.millrace.jms.message;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.millrace.foundation.Spec;
import org.millrace.jms.MillraceDestination;
import org.millrace.jms.MillraceQueue;
import org.millrace.jms.MillraceTopic;
import org.millrace.wire.Address;
import org.millrace.wire.record.JmsHeader;
import org.millrace.wire.record.MessageId;
import org.millrace.wire.record.Record;

/** §3.4: header fields on their way from the sender to a receiver. */
class HeaderTest {
    static Stream<JmsMessage> allKinds() {
        return Stream.of(
                Transit.plain(),
                new JmsTextMessage(MessageOptions.DEFAULT),
                Transit.bytes(),
                Transit.map(),
                Transit.stream(),
                Transit.object());
    }

    @ParameterizedTest
    @MethodSource("allKinds")
    @Spec({"HDR-1", "HDR-5", "HDR-7", "HDR-15", "MSG-6"})
    void everyKindArrivesAsSuchWithAllHeaders(JmsMessage message) throws JMSException {
        message.setJMSCorrelationID("corr");
        message.setJMSReplyTo(new MillraceTopic("answers"));
        message.setJMSType("invoice");

        Message received = Transit.deliver(message);

        assertThat(received).hasSameClassAs(message);
        assertThat(received.getJMSDestination()).isEqualTo(new MillraceQueue("orders"));
        assertThat(received.getJMSDeliveryMode()).isEqualTo(DeliveryMode.PERSISTENT);
        assertThat(received.getJMSExpiration()).isEqualTo(Transit.NOW + 60_000);
        assertThat(received.getJMSDeliveryTime()).isEqualTo(Transit.NOW + 500);
        assertThat(received.getJMSPriority()).isEqualTo(4);
        assertThat(received.getJMSMessageID()).isEqualTo("ID:4711-3");
        assertThat(received.getJMSTimestamp()).isEqualTo(Transit.NOW);
        assertThat(received.getJMSCorrelationID()).isEqualTo("corr");
        assertThat(received.getJMSReplyTo()).isEqualTo(new MillraceTopic("answers"));
        assertThat(received.getJMSType()).isEqualTo("invoice");
        assertThat(received.getJMSRedelivered()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("allKinds")
    @Spec("HDR-5")
    void headersThatTheClientLeftOutAreNull(JmsMessage message) throws JMSException {
        Message received = Transit.deliver(message);

        assertThat(received.getJMSCorrelationID()).isNull();
        assertThat(received.getJMSCorrelationIDAsBytes()).isNull();
        assertThat(received.getJMSReplyTo()).isNull();
        assertThat(received.getJMSType()).isNull();
    }

    @Test
    @Spec({"HDR-2", "HDR-3", "HDR-6"})
    void sendOverwritesWhatTheClientSetAndShowsItAtTheSender() throws JMSException {
        JmsTextMessage message = Transit.text("x");
        message.setJMSDestination(new MillraceTopic("elsewhere"));
        message.setJMSDeliveryMode(DeliveryMode.PERSISTENT);
        message.setJMSExpiration(1);
        message.setJMSDeliveryTime(2);
        message.setJMSPriority(9);
        message.setJMSMessageID("ID:mine");
        message.setJMSTimestamp(3);
        message.setJMSRedelivered(true);

        Record record =
                Transit.encode(
                        message, Transit.facts(DeliveryMode.NON_PERSISTENT, 7), Transit.ORIGIN);

        for (Message each : List.of(message, Transit.receive(record, 1))) {
            assertThat(each.getJMSDestination()).isEqualTo(Transit.QUEUE);
            assertThat(each.getJMSDeliveryMode()).isEqualTo(DeliveryMode.NON_PERSISTENT);
            assertThat(each.getJMSExpiration()).isEqualTo(Transit.NOW + 60_000);
            assertThat(each.getJMSDeliveryTime()).isEqualTo(Transit.NOW + 500);
            assertThat(each.getJMSPriority()).isEqualTo(7);
            assertThat(each.getJMSMessageID()).isEqualTo("ID:4711-3");
            assertThat(each.getJMSTimestamp()).isEqualTo(Transit.NOW);
        }
        assertThat(Transit.receive(record, 1).getJMSRedelivered()).isFalse();
    }

    @Test
    @Spec({"HDR-8", "HDR-9"})
    void eachSendGivesTheMessageAnIdOfItsOwn() throws JMSException {
        JmsTextMessage message = Transit.text("x");
        Transit.encode(message);
        String first = message.getJMSMessageID();
        SendFacts facts = Transit.facts();
        SendFacts next =
                new SendFacts(
                        Transit.QUEUE,
                        facts.deliveryMode(),
                        facts.priority(),
                        facts.timestamp(),
                        0,
                        facts.timestamp(),
                        new MessageId(4711, 4),
                        facts.hints());

        Record record = Transit.encode(message, next, Transit.ORIGIN);

        assertThat(first).startsWith("ID:");
        assertThat(message.getJMSMessageID()).startsWith("ID:").isNotEqualTo(first);
        assertThat(Transit.receive(record, 1).getJMSMessageID())
                .isEqualTo(message.getJMSMessageID());
    }

    @Test
    @Spec({"HDR-10", "HDR-11"})
    void hintsAreHonouredAtBothEnds() throws JMSException {
        JmsTextMessage message = Transit.text("x");
        SendFacts facts =
                Transit.facts(
                        DeliveryMode.PERSISTENT,
                        4,
                        SendHint.DISABLE_MESSAGE_ID,
                        SendHint.DISABLE_TIMESTAMP);

        Message received = Transit.receive(Transit.encode(message, facts, Transit.ORIGIN), 1);

        assertThat(message.getJMSMessageID()).isNull();
        assertThat(message.getJMSTimestamp()).isZero();
        assertThat(received.getJMSMessageID()).isNull();
        assertThat(received.getJMSTimestamp()).isZero();
        assertThat(received.getJMSDeliveryTime()).isEqualTo(Transit.NOW + 500);
    }

    @Test
    @Spec("HDR-14")
    void withoutDelayTheDeliveryTimeIsTheSendTime() throws JMSException {
        JmsTextMessage message = Transit.text("x");
        SendFacts facts =
                new SendFacts(
                        Transit.QUEUE,
                        2,
                        4,
                        Transit.NOW,
                        0,
                        Transit.NOW,
                        new MessageId(1, 0),
                        java.util.Set.of());

        Message received = Transit.receive(Transit.encode(message, facts, Transit.ORIGIN), 1);

        assertThat(message.getJMSDeliveryTime()).isEqualTo(Transit.NOW);
        assertThat(received.getJMSDeliveryTime()).isEqualTo(Transit.NOW);
        assertThat(received.getJMSExpiration()).isZero();
    }

    @Test
    @Spec({"HDR-20", "HDR-21", "MSG-9"})
    void correlationBytesAreCopiedAndKeptApartFromText() throws JMSException {
        byte[] id = {1, 2, -3};
        JmsTextMessage message = Transit.text("x");
        message.setJMSCorrelationIDAsBytes(id);
        id[0] = 99;

        JmsTextMessage received = Transit.deliver(message);
        received.getJMSCorrelationIDAsBytes()[1] = 99;

        assertThat(received.getJMSCorrelationIDAsBytes()).containsExactly(1, 2, -3);
        assertThat(received.getJMSCorrelationID()).isNull();
        received.setJMSCorrelationID("text");
        assertThat(received.getJMSCorrelationIDAsBytes()).isNull();
        received.setJMSCorrelationIDAsBytes(null);
        assertThat(received.getJMSCorrelationID()).isNull();
    }

    @Test
    @Spec("HDR-22")
    void repliesCanBeSentToATemporaryQueue() throws JMSException {
        JmsTextMessage message = Transit.text("x");
        Address temporary = Address.of(Address.Kind.TEMPORARY_QUEUE, "temporary-1");
        message.setJMSReplyTo(MillraceDestination.of(temporary));

        MillraceDestination replyTo =
                (MillraceDestination) Transit.deliver(message).getJMSReplyTo();

        assertThat(replyTo.address()).isEqualTo(temporary);
    }

    @Test
    @Spec("HDR-23")
    void foreignReplyToIsDropped() throws JMSException {
        JmsTextMessage message = Transit.text("x");
        message.setJMSReplyTo(new Destination() {});

        assertThat(Transit.deliver(message).getJMSReplyTo()).isNull();
    }

    @Test
    @Spec("HDR-24")
    void headersOfAReceivedMessageCanBeSet() throws JMSException {
        JmsTextMessage received = Transit.deliver(Transit.text("x"));

        received.setJMSType("changed");
        received.setJMSPriority(1);

        assertThat(received.getJMSType()).isEqualTo("changed");
        assertThat(received.getJMSPriority()).isEqualTo(1);
    }

    @Test
    @Spec("HDR-25")
    void timesSaturate() {
        assertThat(SendFacts.after(Transit.NOW, Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
        assertThat(SendFacts.after(Transit.NOW, 5)).isEqualTo(Transit.NOW + 5);
    }

    @Test
    void theOriginTravelsWithTheMessage() throws JMSException {
        JmsTextMessage message = Transit.text("x");
        Origin origin = new Origin(5, "till-7", "alice");

        Record record = Transit.encode(message, Transit.facts(), origin);

        JmsHeader header = JmsHeader.of(record);
        assertThat(header.connectionId()).isEqualTo(5);
        assertThat(header.clientId()).contains("till-7");
        assertThat(header.userId()).contains("alice");
    }
}
