package org.millrace.jms.message;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageEOFException;
import jakarta.jms.ObjectMessage;
import jakarta.jms.StreamMessage;
import jakarta.jms.TextMessage;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;

/**
 * Messages of other providers, copied into our own through the interfaces of the specification
 * (§3.12). Stateless.
 */
final class ForeignMessage {
    private static final int CHUNK_BYTES = 8192;

    private ForeignMessage() {}

    /**
     * A message of ours with the same client headers, properties and body. Bytes and Stream
     * messages are reset for that.
     *
     * @throws JMSException what reading the foreign message throws
     */
    static JmsMessage copy(Message foreign, MessageOptions options) throws JMSException {
        JmsMessage copy = copyBody(foreign, options);
        copyHeaders(foreign, copy);
        copyProperties(foreign, copy);
        return copy;
    }

    private static JmsMessage copyBody(Message foreign, MessageOptions options)
            throws JMSException {
        if (foreign instanceof TextMessage text) {
            JmsTextMessage copy = new JmsTextMessage(options);
            copy.setText(text.getText());
            return copy;
        } else if (foreign instanceof BytesMessage bytes) {
            return copyBytes(bytes, new JmsBytesMessage(options));
        } else if (foreign instanceof MapMessage map) {
            return copyMap(map, new JmsMapMessage(options));
        } else if (foreign instanceof StreamMessage stream) {
            return copyStream(stream, new JmsStreamMessage(options));
        } else if (foreign instanceof ObjectMessage object) {
            JmsObjectMessage copy = new JmsObjectMessage(options);
            copy.setObject(object.getObject());
            return copy;
        }
        return new JmsMessage(options);
    }

    private static JmsMessage copyBytes(BytesMessage foreign, JmsBytesMessage copy)
            throws JMSException {
        foreign.reset();
        byte[] chunk = new byte[CHUNK_BYTES];
        for (int count = foreign.readBytes(chunk); count > 0; count = foreign.readBytes(chunk)) {
            copy.writeBytes(chunk, 0, count);
        }
        return copy;
    }

    private static JmsMessage copyMap(MapMessage foreign, JmsMapMessage copy) throws JMSException {
        for (String name : namesIn(foreign.getMapNames())) {
            copy.setObject(name, foreign.getObject(name));
        }
        return copy;
    }

    private static JmsMessage copyStream(StreamMessage foreign, JmsStreamMessage copy)
            throws JMSException {
        foreign.reset();
        while (true) {
            Object value;
            try {
                value = foreign.readObject();
            } catch (MessageEOFException end) {
                return copy;
            }
            copy.writeObject(value);
        }
    }

    private static void copyHeaders(Message foreign, JmsMessage copy) throws JMSException {
        copy.setJMSCorrelationID(foreign.getJMSCorrelationID());
        if (copy.getJMSCorrelationID() == null) {
            copy.setJMSCorrelationIDAsBytes(correlationBytes(foreign));
        }
        copy.setJMSReplyTo(foreign.getJMSReplyTo());
        copy.setJMSType(foreign.getJMSType());
    }

    private static byte[] correlationBytes(Message foreign) throws JMSException {
        try {
            return foreign.getJMSCorrelationIDAsBytes();
        } catch (UnsupportedOperationException onlyText) {
            return null;
        }
    }

    /**
     * Names are taken as the other provider accepted them; what only a provider sets is left out.
     */
    private static void copyProperties(Message foreign, JmsMessage copy) throws JMSException {
        for (String name : namesIn(foreign.getPropertyNames())) {
            copy.properties().setForeign(name, foreign.getObjectProperty(name));
        }
    }

    private static List<String> namesIn(Enumeration<?> names) {
        List<String> list = new ArrayList<>();
        while (names.hasMoreElements()) {
            list.add((String) names.nextElement());
        }
        return list;
    }
}
