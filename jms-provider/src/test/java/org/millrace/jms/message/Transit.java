package org.millrace.jms.message;

import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.util.Set;
import org.millrace.jms.MillraceQueue;
import org.millrace.wire.record.MessageId;
import org.millrace.wire.record.Record;
import org.millrace.wire.record.RecordBatchBuilder;

/** The way of a message from its sender to a receiver, without links and broker. */
final class Transit {
    static final MillraceQueue QUEUE = new MillraceQueue("orders");
    static final long NOW = 1_700_000_000_000L;
    static final Origin ORIGIN = new Origin(77, "client-1", "");

    private Transit() {}

    static SendFacts facts() {
        return facts(DeliveryMode.PERSISTENT, Message.DEFAULT_PRIORITY);
    }

    static SendFacts facts(int deliveryMode, int priority, SendHint... hints) {
        return new SendFacts(
                QUEUE,
                deliveryMode,
                priority,
                NOW,
                NOW + 60_000,
                NOW + 500,
                new MessageId(4711, 3),
                Set.of(hints));
    }

    static Record encode(Message message, SendFacts facts, Origin origin) throws JMSException {
        RecordBatchBuilder batch = new RecordBatchBuilder(facts.timestamp());
        new MessageEncoder(origin, MessageOptions.DEFAULT).encode(message, facts, batch);
        return batch.build().iterator().next();
    }

    static Record encode(Message message) throws JMSException {
        return encode(message, facts(), ORIGIN);
    }

    static JmsMessage receive(Record record, int deliveryCount) {
        return new MessageDecoder(QUEUE, MessageOptions.DEFAULT, Acknowledgement.NOTHING)
                .decode(record, deliveryCount);
    }

    /** Sends the message and receives it at the first attempt. */
    @SuppressWarnings("unchecked")
    static <M extends Message> M deliver(M message) throws JMSException {
        return (M) receive(encode(message), 1);
    }

    static JmsMessage plain() {
        return new JmsMessage(MessageOptions.DEFAULT);
    }

    static JmsTextMessage text(String content) throws JMSException {
        JmsTextMessage message = new JmsTextMessage(MessageOptions.DEFAULT);
        message.setText(content);
        return message;
    }

    static JmsBytesMessage bytes() {
        return new JmsBytesMessage(MessageOptions.DEFAULT);
    }

    static JmsMapMessage map() {
        return new JmsMapMessage(MessageOptions.DEFAULT);
    }

    static JmsStreamMessage stream() {
        return new JmsStreamMessage(MessageOptions.DEFAULT);
    }

    static JmsObjectMessage object() {
        return new JmsObjectMessage(MessageOptions.DEFAULT);
    }
}
