package org.millrace.jms.message;

import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotWriteableException;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Optional;
import org.millrace.jms.LogPosition;
import org.millrace.wire.record.MessageKind;
import org.millrace.wire.record.Record;

/**
 * A message without a body, and what all six kinds have in common: headers and properties. Belongs
 * to one thread at a time: the application's, or while it is encoded, the sender's.
 *
 * <p>Headers can always be set; those that the provider decides are overwritten at each send
 * (§3.4.11). Properties and body of a received message are read-only until they are cleared
 * (§3.10). A received message keeps its record and decodes properties and body when they are asked
 * for.
 */
public sealed class JmsMessage implements Message
        permits JmsBytesMessage, JmsMapMessage, JmsObjectMessage, JmsStreamMessage, JmsTextMessage {
    private JmsProperties properties;
    private Acknowledgement acknowledgement = Acknowledgement.NOTHING;
    private boolean bodyReadOnly;
    private LogPosition logPosition;

    private String messageId;
    private long timestamp;
    private String correlationId;
    private byte[] correlationIdBytes;
    private Destination replyTo;
    private Destination destination;
    private int deliveryMode = DEFAULT_DELIVERY_MODE;
    private boolean redelivered;
    private String type;
    private long expiration;
    private long deliveryTime;
    private int priority = DEFAULT_PRIORITY;

    /** A new message, writable. */
    public JmsMessage(MessageOptions options) {
        properties = new JmsProperties(options.naming());
    }

    // ---------------------------------------------------------------- for the codecs

    MessageKind kind() {
        return MessageKind.MESSAGE;
    }

    /**
     * The body as the record has it, from position to limit, or null when there is none. Changes
     * nothing that the application could see.
     */
    ByteBuffer encodedBody() throws JMSException {
        return null;
    }

    /** Takes over the body of a received record, to decode it when it is asked for. */
    void receiveBody(Record received) {}

    /** Turns a filled message into one as it is received: read-only in both halves. */
    void received(JmsProperties receivedProperties, Acknowledgement onAcknowledge) {
        properties = receivedProperties;
        acknowledgement = onAcknowledge;
        bodyReadOnly = true;
    }

    /** Where it was read. */
    public final void setLogPosition(LogPosition position) {
        logPosition = position;
    }

    public final Optional<LogPosition> logPosition() {
        return Optional.ofNullable(logPosition);
    }

    JmsProperties properties() {
        return properties;
    }

    // ---------------------------------------------------------------- body

    final boolean isBodyReadOnly() {
        return bodyReadOnly;
    }

    final void setBodyReadOnly() {
        bodyReadOnly = true;
    }

    final void checkBodyWritable() throws MessageNotWriteableException {
        if (bodyReadOnly) {
            throw Failures.readOnly("body", "clearBody()");
        }
    }

    @Override
    public void clearBody() throws JMSException {
        bodyReadOnly = false;
    }

    @Override
    public <T> T getBody(Class<T> wanted) throws JMSException {
        if (!hasBody()) {
            return null;
        }
        if (!bodyFits(wanted)) {
            throw notAssignable(wanted);
        }
        return wanted.cast(copyOfBody());
    }

    final MessageFormatException notAssignable(Class<?> wanted) {
        return Failures.format(
                "the body of this %s message cannot be had as %s"
                        .formatted(kind(), wanted.getName()));
    }

    @Override
    public boolean isBodyAssignableTo(@SuppressWarnings("rawtypes") Class wanted)
            throws JMSException {
        return !hasBody() || bodyFits(wanted);
    }

    /** False also for a body that is null or empty. */
    boolean hasBody() throws JMSException {
        return false;
    }

    /** Whether the body, of which there is one, can be had as this type. */
    boolean bodyFits(Class<?> wanted) throws JMSException {
        return false;
    }

    /** The body, of which there is one. */
    Object copyOfBody() throws JMSException {
        return null;
    }

    @Override
    public void acknowledge() throws JMSException {
        acknowledgement.acknowledge();
    }

    // ---------------------------------------------------------------- headers

    @Override
    public String getJMSMessageID() {
        return messageId;
    }

    @Override
    public void setJMSMessageID(String id) {
        messageId = id;
    }

    @Override
    public long getJMSTimestamp() {
        return timestamp;
    }

    @Override
    public void setJMSTimestamp(long millis) {
        timestamp = millis;
    }

    /** Null when the correlation id was set as bytes: the two forms are kept apart. */
    @Override
    public String getJMSCorrelationID() {
        return correlationId;
    }

    @Override
    public void setJMSCorrelationID(String id) {
        correlationId = id;
        correlationIdBytes = null;
    }

    /** Null when the correlation id was set as text: the two forms are kept apart. */
    @Override
    public byte[] getJMSCorrelationIDAsBytes() {
        return correlationIdBytes == null ? null : correlationIdBytes.clone();
    }

    @Override
    public void setJMSCorrelationIDAsBytes(byte[] id) {
        correlationIdBytes = id == null ? null : id.clone();
        correlationId = null;
    }

    @Override
    public Destination getJMSReplyTo() {
        return replyTo;
    }

    @Override
    public void setJMSReplyTo(Destination target) {
        replyTo = target;
    }

    @Override
    public Destination getJMSDestination() {
        return destination;
    }

    @Override
    public void setJMSDestination(Destination target) {
        destination = target;
    }

    @Override
    public int getJMSDeliveryMode() {
        return deliveryMode;
    }

    @Override
    public void setJMSDeliveryMode(int mode) {
        deliveryMode = mode;
    }

    @Override
    public boolean getJMSRedelivered() {
        return redelivered;
    }

    @Override
    public void setJMSRedelivered(boolean again) {
        redelivered = again;
    }

    @Override
    public String getJMSType() {
        return type;
    }

    @Override
    public void setJMSType(String name) {
        type = name;
    }

    @Override
    public long getJMSExpiration() {
        return expiration;
    }

    @Override
    public void setJMSExpiration(long millis) {
        expiration = millis;
    }

    @Override
    public long getJMSDeliveryTime() {
        return deliveryTime;
    }

    @Override
    public void setJMSDeliveryTime(long millis) {
        deliveryTime = millis;
    }

    @Override
    public int getJMSPriority() {
        return priority;
    }

    @Override
    public void setJMSPriority(int level) {
        priority = level;
    }

    // ---------------------------------------------------------------- properties

    @Override
    public void clearProperties() {
        properties.clear();
    }

    @Override
    public boolean propertyExists(String name) {
        return properties.exists(name);
    }

    @Override
    public Enumeration<String> getPropertyNames() {
        return Collections.enumeration(properties.names());
    }

    @Override
    public boolean getBooleanProperty(String name) throws JMSException {
        return properties.getBoolean(name);
    }

    @Override
    public byte getByteProperty(String name) throws JMSException {
        return properties.getByte(name);
    }

    @Override
    public short getShortProperty(String name) throws JMSException {
        return properties.getShort(name);
    }

    @Override
    public int getIntProperty(String name) throws JMSException {
        return properties.getInt(name);
    }

    @Override
    public long getLongProperty(String name) throws JMSException {
        return properties.getLong(name);
    }

    @Override
    public float getFloatProperty(String name) throws JMSException {
        return properties.getFloat(name);
    }

    @Override
    public double getDoubleProperty(String name) throws JMSException {
        return properties.getDouble(name);
    }

    @Override
    public String getStringProperty(String name) throws JMSException {
        return properties.getString(name);
    }

    @Override
    public Object getObjectProperty(String name) {
        return properties.get(name);
    }

    @Override
    public void setBooleanProperty(String name, boolean value) throws JMSException {
        properties.set(name, value);
    }

    @Override
    public void setByteProperty(String name, byte value) throws JMSException {
        properties.set(name, value);
    }

    @Override
    public void setShortProperty(String name, short value) throws JMSException {
        properties.set(name, value);
    }

    @Override
    public void setIntProperty(String name, int value) throws JMSException {
        properties.set(name, value);
    }

    @Override
    public void setLongProperty(String name, long value) throws JMSException {
        properties.set(name, value);
    }

    @Override
    public void setFloatProperty(String name, float value) throws JMSException {
        properties.set(name, value);
    }

    @Override
    public void setDoubleProperty(String name, double value) throws JMSException {
        properties.set(name, value);
    }

    @Override
    public void setStringProperty(String name, String value) throws JMSException {
        properties.set(name, value);
    }

    @Override
    public void setObjectProperty(String name, Object value) throws JMSException {
        properties.set(name, value);
    }

    /** For logs: never the body, never properties. */
    @Override
    public String toString() {
        return "%s message %s to %s".formatted(kind(), messageId, destination);
    }
}
