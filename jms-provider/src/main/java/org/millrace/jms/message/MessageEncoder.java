package org.millrace.jms.message;

import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.millrace.jms.MillraceDestination;
import org.millrace.wire.record.JmsHeaderBuilder;
import org.millrace.wire.record.RecordBatchBuilder;
import org.millrace.wire.record.Utf8;

/**
 * Writes the messages of one sender into batches. Immutable; used by one thread per message.
 *
 * <p>The content is copied while it is encoded, so the application may change its object afterwards
 * (§3.9). Messages of other providers are read through the interfaces of the specification (§3.12).
 */
public final class MessageEncoder {
    private final Origin origin;
    private final MessageOptions options;

    public MessageEncoder(Origin origin, MessageOptions options) {
        this.origin = origin;
        this.options = options;
    }

    /**
     * Adds the message to the batch, then sets the headers that a send decides on the application's
     * object (§3.4.11). Body and mode of that object stay as they are.
     *
     * @throws MessageFormatException for null, and for a message that cannot be read; the batch is
     *     then of no use any more
     */
    public void encode(Message message, SendFacts facts, RecordBatchBuilder batch)
            throws JMSException {
        if (message == null) {
            throw Failures.format("the message to send is null");
        }
        JmsMessage ours =
                message instanceof JmsMessage own ? own : ForeignMessage.copy(message, options);
        Map<String, Object> properties = ours.properties().asMap();
        batch.addMessage(
                facts.timestamp(),
                groupId(properties),
                ours.encodedBody(),
                header(ours, facts),
                carried(properties));
        setHeaders(message, facts);
        if (!origin.userId().isEmpty()) {
            ours.properties().put(JmsProperties.USER_ID, origin.userId());
        }
    }

    private static ByteBuffer groupId(Map<String, Object> properties) {
        Object group = properties.get(JmsProperties.GROUP_ID);
        return group == null ? null : ByteBuffer.wrap(Utf8.encode((String) group));
    }

    private JmsHeaderBuilder header(JmsMessage message, SendFacts facts) {
        JmsHeaderBuilder header =
                new JmsHeaderBuilder(message.kind())
                        .priority(facts.priority())
                        .expiration(facts.expiration())
                        .connectionId(origin.connectionId());
        if (facts.deliveryTime() != facts.timestamp()) {
            header.deliveryTime(facts.deliveryTime());
        }
        if (facts.deliveryMode() == DeliveryMode.PERSISTENT) {
            header.persistent();
        }
        if (facts.hints().contains(SendHint.DISABLE_TIMESTAMP)) {
            header.timestampDisabled();
        }
        if (!facts.hints().contains(SendHint.DISABLE_MESSAGE_ID)) {
            header.messageId(facts.messageId());
        }
        if (!origin.clientId().isEmpty()) {
            header.clientId(origin.clientId());
        }
        if (!origin.userId().isEmpty()) {
            header.userId(origin.userId());
        }
        putClientHeaders(message, header);
        return header;
    }

    private static void putClientHeaders(JmsMessage message, JmsHeaderBuilder header) {
        if (message.getJMSCorrelationID() != null) {
            header.correlationId(message.getJMSCorrelationID());
        }
        byte[] correlationBytes = message.getJMSCorrelationIDAsBytes();
        if (correlationBytes != null) {
            header.correlationId(correlationBytes);
        }
        // A destination of another provider means nothing to the receiver (jd: Message).
        if (message.getJMSReplyTo() instanceof MillraceDestination replyTo) {
            header.replyTo(replyTo.address());
        }
        if (message.getJMSType() != null) {
            header.type(message.getJMSType());
        }
        Object sequence = message.properties().get(JmsProperties.GROUP_SEQUENCE);
        if (sequence != null) {
            header.groupSequence((Integer) sequence);
        }
    }

    /** The properties that travel as such: not those that the header holds or the provider sets. */
    private static Map<String, Object> carried(Map<String, Object> properties) {
        boolean all = true;
        for (String name : properties.keySet()) {
            all &= isCarried(name);
        }
        if (all) {
            return properties;
        }
        Map<String, Object> carried = new LinkedHashMap<>(properties);
        carried.keySet().removeIf(name -> !isCarried(name));
        return carried;
    }

    private static boolean isCarried(String name) {
        return !name.startsWith("JMS")
                || !(name.equals(JmsProperties.GROUP_ID)
                        || name.equals(JmsProperties.GROUP_SEQUENCE)
                        || name.equals(JmsProperties.USER_ID)
                        || name.equals(JmsProperties.DELIVERY_COUNT)
                        || name.startsWith(PropertyNaming.PROVIDER_PREFIX));
    }

    private static void setHeaders(Message message, SendFacts facts) throws JMSException {
        boolean hidesId = facts.hints().contains(SendHint.DISABLE_MESSAGE_ID);
        boolean hidesTimestamp = facts.hints().contains(SendHint.DISABLE_TIMESTAMP);
        message.setJMSDestination(facts.destination());
        message.setJMSDeliveryMode(facts.deliveryMode());
        message.setJMSPriority(facts.priority());
        message.setJMSExpiration(facts.expiration());
        message.setJMSDeliveryTime(facts.deliveryTime());
        message.setJMSMessageID(hidesId ? null : facts.messageId().toString());
        message.setJMSTimestamp(hidesTimestamp ? 0 : facts.timestamp());
    }
}
