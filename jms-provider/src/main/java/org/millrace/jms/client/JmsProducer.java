package org.millrace.jms.client;

import jakarta.jms.BytesMessage;
import jakarta.jms.CompletionListener;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatException;
import java.io.Serializable;
import java.util.AbstractSet;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import org.millrace.jms.MillraceDestination;
import org.millrace.jms.message.JmsMessage;
import org.millrace.jms.message.JmsProperties;
import org.millrace.jms.message.SendHint;
import org.millrace.wire.ErrorCode;

/**
 * The simplified API's producer (§7.10): options, headers and properties that it puts on what it
 * sends. Confined to the context's thread.
 *
 * <p>Headers are kept on a message of our own that is never sent.
 */
final class JmsProducer implements JMSProducer {
    private final JmsSession session;
    private final JmsMessage template;
    private final JmsProperties properties;
    private SendPlan plan = SendPlan.DEFAULT;
    private CompletionListener async;

    JmsProducer(JmsSession session) throws JMSException {
        this.session = session;
        this.template = (JmsMessage) session.createMessage();
        this.properties = new JmsProperties(session.core().options().messages().naming());
    }

    // ---- sending

    @Override
    public JMSProducer send(Destination destination, Message message) {
        return configured(() -> transmit(destination, message));
    }

    @Override
    public JMSProducer send(Destination destination, String body) {
        return configured(() -> transmit(destination, session.createTextMessage(body)));
    }

    @Override
    public JMSProducer send(Destination destination, Map<String, Object> body) {
        return configured(() -> transmit(destination, mapMessage(body)));
    }

    @Override
    public JMSProducer send(Destination destination, byte[] body) {
        return configured(() -> transmit(destination, bytesMessage(body)));
    }

    @Override
    public JMSProducer send(Destination destination, Serializable body) {
        return configured(() -> transmit(destination, session.createObjectMessage(body)));
    }

    private MapMessage mapMessage(Map<String, Object> body) throws JMSException {
        MapMessage message = session.createMapMessage();
        if (body != null) {
            for (Map.Entry<String, Object> entry : body.entrySet()) {
                message.setObject(entry.getKey(), entry.getValue());
            }
        }
        return message;
    }

    private BytesMessage bytesMessage(byte[] body) throws JMSException {
        BytesMessage message = session.createBytesMessage();
        if (body != null) {
            message.writeBytes(body);
        }
        return message;
    }

    private void transmit(Destination destination, Message message) throws JMSException {
        SessionCore core = session.core();
        core.checkOpen();
        MillraceDestination target = MillraceDestination.from(destination);
        if (message == null) {
            throw new MessageFormatException(
                    "the message to send is null", ErrorCode.INVALID_ARGUMENT.name());
        }
        applyTo(message);
        ProducerHandle handle = core.producers().sharedFor(target);
        CompletionListener listener = async;
        if (listener == null) {
            core.send(handle, message, plan);
        } else {
            core.send(
                    handle,
                    message,
                    plan,
                    new CompletionQueue.Pending(this, message, new RuntimeFailures(listener)));
        }
    }

    /** Puts the producer's properties and headers on a message (§7.5, §7.6). */
    private void applyTo(Message message) throws JMSException {
        for (Map.Entry<String, Object> property : properties.asMap().entrySet()) {
            message.setObjectProperty(property.getKey(), property.getValue());
        }
        if (template.getJMSCorrelationID() != null) {
            message.setJMSCorrelationID(template.getJMSCorrelationID());
        } else if (template.getJMSCorrelationIDAsBytes() != null) {
            message.setJMSCorrelationIDAsBytes(template.getJMSCorrelationIDAsBytes());
        }
        if (template.getJMSReplyTo() != null) {
            message.setJMSReplyTo(template.getJMSReplyTo());
        }
        if (template.getJMSType() != null) {
            message.setJMSType(template.getJMSType());
        }
    }

    /** Failures reach the application as those of the simplified API (§10.3). */
    private record RuntimeFailures(CompletionListener listener) implements CompletionListener {
        @Override
        public void onCompletion(Message message) {
            listener.onCompletion(message);
        }

        @Override
        public void onException(Message message, Exception failure) {
            listener.onException(
                    message,
                    failure instanceof JMSException checked ? Unchecked.of(checked) : failure);
        }
    }

    private JMSProducer configured(Unchecked.Act change) {
        Unchecked.act(change);
        return this;
    }

    // ---- options

    @Override
    public JMSProducer setDisableMessageID(boolean disabled) {
        return setHint(SendHint.DISABLE_MESSAGE_ID, disabled);
    }

    @Override
    public boolean getDisableMessageID() {
        return plan.has(SendHint.DISABLE_MESSAGE_ID);
    }

    @Override
    public JMSProducer setDisableMessageTimestamp(boolean disabled) {
        return setHint(SendHint.DISABLE_TIMESTAMP, disabled);
    }

    @Override
    public boolean getDisableMessageTimestamp() {
        return plan.has(SendHint.DISABLE_TIMESTAMP);
    }

    private JMSProducer setHint(SendHint hint, boolean disabled) {
        plan = disabled ? plan.with(hint) : plan.without(hint);
        return this;
    }

    @Override
    public JMSProducer setDeliveryMode(int mode) {
        return configured(() -> plan = plan.withDeliveryMode(mode));
    }

    @Override
    public int getDeliveryMode() {
        return plan.deliveryMode();
    }

    @Override
    public JMSProducer setPriority(int priority) {
        return configured(() -> plan = plan.withPriority(priority));
    }

    @Override
    public int getPriority() {
        return plan.priority();
    }

    @Override
    public JMSProducer setTimeToLive(long millis) {
        return configured(() -> plan = plan.withTimeToLive(millis));
    }

    @Override
    public long getTimeToLive() {
        return plan.timeToLiveMillis();
    }

    @Override
    public JMSProducer setDeliveryDelay(long millis) {
        return configured(() -> plan = plan.withDeliveryDelay(millis));
    }

    @Override
    public long getDeliveryDelay() {
        return plan.deliveryDelayMillis();
    }

    @Override
    public JMSProducer setAsync(CompletionListener listener) {
        async = listener;
        return this;
    }

    @Override
    public CompletionListener getAsync() {
        return async;
    }

    // ---- headers

    @Override
    public JMSProducer setJMSCorrelationIDAsBytes(byte[] id) {
        template.setJMSCorrelationIDAsBytes(id);
        return this;
    }

    @Override
    public byte[] getJMSCorrelationIDAsBytes() {
        return template.getJMSCorrelationIDAsBytes();
    }

    @Override
    public JMSProducer setJMSCorrelationID(String id) {
        template.setJMSCorrelationID(id);
        return this;
    }

    @Override
    public String getJMSCorrelationID() {
        return template.getJMSCorrelationID();
    }

    @Override
    public JMSProducer setJMSType(String type) {
        template.setJMSType(type);
        return this;
    }

    @Override
    public String getJMSType() {
        return template.getJMSType();
    }

    @Override
    public JMSProducer setJMSReplyTo(Destination replyTo) {
        template.setJMSReplyTo(replyTo);
        return this;
    }

    @Override
    public Destination getJMSReplyTo() {
        return template.getJMSReplyTo();
    }

    // ---- properties

    @Override
    public JMSProducer setProperty(String name, boolean value) {
        return configured(() -> properties.set(name, value));
    }

    @Override
    public JMSProducer setProperty(String name, byte value) {
        return configured(() -> properties.set(name, value));
    }

    @Override
    public JMSProducer setProperty(String name, short value) {
        return configured(() -> properties.set(name, value));
    }

    @Override
    public JMSProducer setProperty(String name, int value) {
        return configured(() -> properties.set(name, value));
    }

    @Override
    public JMSProducer setProperty(String name, long value) {
        return configured(() -> properties.set(name, value));
    }

    @Override
    public JMSProducer setProperty(String name, float value) {
        return configured(() -> properties.set(name, value));
    }

    @Override
    public JMSProducer setProperty(String name, double value) {
        return configured(() -> properties.set(name, value));
    }

    @Override
    public JMSProducer setProperty(String name, String value) {
        return configured(() -> properties.set(name, value));
    }

    @Override
    public JMSProducer setProperty(String name, Object value) {
        return configured(() -> properties.set(name, value));
    }

    @Override
    public JMSProducer clearProperties() {
        properties.clear();
        return this;
    }

    @Override
    public boolean propertyExists(String name) {
        return properties.exists(name);
    }

    @Override
    public boolean getBooleanProperty(String name) {
        return Unchecked.call(() -> properties.getBoolean(name));
    }

    @Override
    public byte getByteProperty(String name) {
        return Unchecked.call(() -> properties.getByte(name));
    }

    @Override
    public short getShortProperty(String name) {
        return Unchecked.call(() -> properties.getShort(name));
    }

    @Override
    public int getIntProperty(String name) {
        return Unchecked.call(() -> properties.getInt(name));
    }

    @Override
    public long getLongProperty(String name) {
        return Unchecked.call(() -> properties.getLong(name));
    }

    @Override
    public float getFloatProperty(String name) {
        return Unchecked.call(() -> properties.getFloat(name));
    }

    @Override
    public double getDoubleProperty(String name) {
        return Unchecked.call(() -> properties.getDouble(name));
    }

    @Override
    public String getStringProperty(String name) {
        return Unchecked.call(() -> properties.getString(name));
    }

    @Override
    public Object getObjectProperty(String name) {
        return properties.get(name);
    }

    /** An unmodifiable view of the producer's properties. */
    @Override
    public Set<String> getPropertyNames() {
        return Collections.unmodifiableSet(new Names());
    }

    /** The names there are when they are asked for. */
    private final class Names extends AbstractSet<String> {
        @Override
        public Iterator<String> iterator() {
            return properties.names().iterator();
        }

        @Override
        public int size() {
            return properties.names().size();
        }
    }
}
