package org.millrace.jms.message;

import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import java.util.Map;
import org.millrace.jms.MillraceDestination;
import org.millrace.wire.record.JmsHeader;
import org.millrace.wire.record.MessageId;
import org.millrace.wire.record.MessageProperties;
import org.millrace.wire.record.Record;

/**
 * Makes messages of the records that one consumer or browser receives. Immutable; callable from any
 * thread.
 *
 * <p>Headers are decoded at once, properties and body when they are asked for. Each call makes a
 * new object, so a redelivery does not show what the application changed (§3.10).
 */
public final class MessageDecoder {
    private final Destination destination;
    private final MessageOptions options;
    private final Acknowledgement acknowledgement;

    /**
     * @param destination becomes {@code JMSDestination}
     */
    public MessageDecoder(
            Destination destination, MessageOptions options, Acknowledgement acknowledgement) {
        this.destination = destination;
        this.options = options;
        this.acknowledgement = acknowledgement;
    }

    /**
     * The message of this record.
     *
     * @param deliveryCount 1 at the first attempt; above that the message is marked as redelivered
     *     (§3.5.11)
     * @throws org.millrace.wire.record.CorruptRecordException when its headers are not what the
     *     format allows
     */
    public JmsMessage decode(Record record, int deliveryCount) {
        JmsHeader header = JmsHeader.of(record);
        JmsMessage message = newMessage(header);
        message.receiveBody(record);
        setHeaders(message, header);
        message.setJMSTimestamp(header.isTimestampDisabled() ? 0 : record.timestamp());
        message.setJMSRedelivered(deliveryCount > 1);
        message.received(
                new JmsProperties(
                        options.naming(), () -> properties(record, header, deliveryCount)),
                acknowledgement);
        return message;
    }

    private JmsMessage newMessage(JmsHeader header) {
        return switch (header.kind()) {
            case MESSAGE -> new JmsMessage(options);
            case TEXT -> new JmsTextMessage(options);
            case BYTES -> new JmsBytesMessage(options);
            case MAP -> new JmsMapMessage(options);
            case STREAM -> new JmsStreamMessage(options);
            case OBJECT -> new JmsObjectMessage(options);
        };
    }

    private void setHeaders(JmsMessage message, JmsHeader header) {
        message.setJMSDestination(destination);
        message.setJMSDeliveryMode(
                header.isPersistent() ? DeliveryMode.PERSISTENT : DeliveryMode.NON_PERSISTENT);
        message.setJMSPriority(header.priority());
        message.setJMSExpiration(header.expiration());
        message.setJMSDeliveryTime(header.deliveryTime());
        message.setJMSMessageID(header.messageId().map(MessageId::toString).orElse(null));
        header.correlationId().ifPresent(message::setJMSCorrelationID);
        header.correlationIdBytes().ifPresent(message::setJMSCorrelationIDAsBytes);
        message.setJMSReplyTo(header.replyTo().map(MillraceDestination::of).orElse(null));
        message.setJMSType(header.type().orElse(null));
    }

    private static Map<String, Object> properties(
            Record record, JmsHeader header, int deliveryCount) {
        Map<String, Object> properties = new MessageProperties().read(record).toMap();
        record.keyText().ifPresent(group -> properties.put(JmsProperties.GROUP_ID, group));
        header.groupSequence()
                .ifPresent(number -> properties.put(JmsProperties.GROUP_SEQUENCE, number));
        header.userId().ifPresent(user -> properties.put(JmsProperties.USER_ID, user));
        properties.put(JmsProperties.DELIVERY_COUNT, deliveryCount);
        return properties;
    }
}
