package org.millrace.wire.record;

import java.nio.ByteBuffer;
import org.millrace.foundation.Check;
import org.millrace.wire.Address;

/**
 * Encodes a {@link JmsHeader}. Confined to its caller; may be changed and used for one message
 * after another.
 *
 * <p>Begins as: not persistent, priority 4, no expiration, no delay, unknown connection, nothing
 * optional.
 */
public final class JmsHeaderBuilder {
    private static final int DEFAULT_PRIORITY = 4;
    private static final byte[] NO_TYPES = {};

    private final MessageKind kind;
    private int priority = DEFAULT_PRIORITY;
    private int flags;
    private long expiration;
    private long deliveryTime;
    private long connectionId;
    private long producerId;
    private long messageNumber;
    private byte[] correlationId;
    private byte[] replyTo;
    private byte[] type;
    private int groupSequence;
    private byte[] userId;
    private byte[] clientId;

    public JmsHeaderBuilder(MessageKind kind) {
        this.kind = kind;
    }

    public JmsHeaderBuilder priority(int level) {
        Check.argument(level >= 0 && level <= 9, "priority %d, expected 0 to 9", level);
        priority = level;
        return this;
    }

    public JmsHeaderBuilder persistent() {
        return flag(JmsHeader.PERSISTENT);
    }

    public JmsHeaderBuilder timestampDisabled() {
        return flag(JmsHeader.TIMESTAMP_DISABLED);
    }

    /** See {@link JmsHeader#isForOneSubscription}. */
    public JmsHeaderBuilder forOneSubscription() {
        return flag(JmsHeader.FOR_ONE_SUBSCRIPTION);
    }

    /** Milliseconds since 1970, 0 for never. */
    public JmsHeaderBuilder expiration(long millis) {
        expiration = millis;
        return this;
    }

    /** Milliseconds since 1970, 0 for the timestamp of the record. */
    public JmsHeaderBuilder deliveryTime(long millis) {
        deliveryTime = millis;
        return this;
    }

    public JmsHeaderBuilder connectionId(long id) {
        connectionId = id;
        return this;
    }

    public JmsHeaderBuilder messageId(MessageId id) {
        return messageId(id.producerId(), id.number());
    }

    /** As {@link #messageId(MessageId)}, for those who count numbers up. */
    public JmsHeaderBuilder messageId(long producer, long number) {
        Check.argument(number >= 0, "message number %d is negative", number);
        producerId = producer;
        messageNumber = number;
        return flag(JmsHeader.HAS_MESSAGE_ID);
    }

    public JmsHeaderBuilder correlationId(String text) {
        correlationId = Utf8.encode(text);
        flags &= ~JmsHeader.CORRELATION_ID_IS_BYTES;
        return flag(JmsHeader.CORRELATION_ID);
    }

    /** Not copied; not to be changed until the header was encoded. */
    public JmsHeaderBuilder correlationId(byte[] raw) {
        correlationId = raw;
        return flag(JmsHeader.CORRELATION_ID | JmsHeader.CORRELATION_ID_IS_BYTES);
    }

    public JmsHeaderBuilder replyTo(Address address) {
        byte[] name = Utf8.encode(address.name());
        byte[] options = Utf8.encode(address.options());
        int size = 1 + Varint.sizeOfInt(name.length) + name.length + options.length;
        ByteBuffer out = ByteBuffer.allocate(size);
        out.put((byte) address.kind().ordinal());
        Varint.writeInt(out, name.length);
        out.put(name).put(options);
        replyTo = out.array();
        return flag(JmsHeader.REPLY_TO);
    }

    public JmsHeaderBuilder type(String text) {
        type = Utf8.encode(text);
        return flag(JmsHeader.TYPE);
    }

    public JmsHeaderBuilder groupSequence(int sequence) {
        groupSequence = sequence;
        return flag(JmsHeader.GROUP_SEQUENCE);
    }

    public JmsHeaderBuilder userId(String text) {
        userId = Utf8.encode(text);
        return flag(JmsHeader.USER_ID);
    }

    public JmsHeaderBuilder clientId(String text) {
        clientId = Utf8.encode(text);
        return flag(JmsHeader.CLIENT_ID);
    }

    private JmsHeaderBuilder flag(int flag) {
        flags |= flag;
        return this;
    }

    private boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** The header of a message without properties. */
    byte[] toBytes() {
        ByteBuffer out = ByteBuffer.allocate(sizeBytes(0));
        writeTo(out, NO_TYPES, 0);
        return out.array();
    }

    int sizeBytes(int propertyCount) {
        int size = JmsHeader.FIXED_BYTES;
        if (propertyCount > 0) {
            size += Varint.sizeOfInt(propertyCount) + propertyCount;
        }
        size += sizeOf(JmsHeader.CORRELATION_ID, correlationId);
        size += sizeOf(JmsHeader.REPLY_TO, replyTo);
        size += sizeOf(JmsHeader.TYPE, type);
        size += has(JmsHeader.GROUP_SEQUENCE) ? 1 + Integer.BYTES : 0;
        size += sizeOf(JmsHeader.USER_ID, userId);
        size += sizeOf(JmsHeader.CLIENT_ID, clientId);
        return size;
    }

    private int sizeOf(int flag, byte[] field) {
        return has(flag) ? Varint.sizeOfInt(field.length) + field.length : 0;
    }

    void writeTo(ByteBuffer out, byte[] propertyTypes, int propertyCount) {
        out.put(JmsHeader.VERSION);
        out.put((byte) (kind.code() << 4 | priority));
        out.putShort((short) (propertyCount > 0 ? flags | JmsHeader.PROPERTY_TYPES : flags));
        out.putLong(expiration);
        out.putLong(deliveryTime);
        out.putLong(connectionId);
        out.putLong(producerId);
        out.putLong(messageNumber);
        if (propertyCount > 0) {
            Varint.writeInt(out, propertyCount);
            out.put(propertyTypes, 0, propertyCount);
        }
        write(out, JmsHeader.CORRELATION_ID, correlationId);
        write(out, JmsHeader.REPLY_TO, replyTo);
        write(out, JmsHeader.TYPE, type);
        if (has(JmsHeader.GROUP_SEQUENCE)) {
            Varint.writeInt(out, Integer.BYTES);
            out.putInt(groupSequence);
        }
        write(out, JmsHeader.USER_ID, userId);
        write(out, JmsHeader.CLIENT_ID, clientId);
    }

    private void write(ByteBuffer out, int flag, byte[] field) {
        if (has(flag)) {
            Varint.writeInt(out, field.length);
            out.put(field);
        }
    }
}
