package org.millrace.wire.record;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;
import org.millrace.wire.Address;

/**
 * What a message says besides its body, key, timestamp and properties: a view of the bytes of the
 * record header {@code jms}, in which each field is read when it is asked for. Immutable; may be
 * shared between threads.
 *
 * <pre>
 *  0 version u8 = 1
 *  1 kind u4 (high half, {@link MessageKind}) and priority u4 (low half)
 *  2 flags u16
 *  4 expiration i64      milliseconds since 1970, 0 = never
 * 12 deliveryTime i64    milliseconds since 1970, 0 = the timestamp of the record
 * 20 connectionId i64    of the sender, 0 = unknown
 * 28 producerId i64      first half of the message id
 * 36 messageNumber i64   second half of the message id
 * 44 optional fields, each: length varint, bytes; in the order of their flags
 *
 * flag 0x0001 persistent            0x0002 timestamp disabled
 *      0x0004 message id present    0x0008 the correlation id is bytes, not text
 *      0x8000 for one subscription: the header jms.audience names it
 *   with an optional field:
 *      0x0010 property types (one {@link ValueType} code for each other header of the record)
 *      0x0020 correlation id (text or bytes)
 *      0x0040 reply-to (kind u8, length of name varint, name; the rest: options)
 *      0x0080 type (text)           0x0100 group sequence (i32)
 *      0x0200 user id (text)        0x0400 client id (text)
 * </pre>
 *
 * <p>Numbers are big-endian, text is {@link Utf8}. Flags that this version does not know are
 * ignored with their fields, which come after the known ones; whatever else changes makes a new
 * version, which this one refuses.
 *
 * <p>Reading a field of bytes that are no header throws {@link CorruptRecordException}; {@link
 * #verify} reads all. Jakarta Messaging 3.1 §3.4, §3.5.
 */
public final class JmsHeader {
    /** Name of the record header. */
    public static final String NAME = "jms";

    /** Bytes of a header without optional fields. */
    public static final int FIXED_BYTES = 44;

    static final byte[] NAME_BYTES = NAME.getBytes(StandardCharsets.UTF_8);

    /**
     * A header of the broker beside this one, an i64: for whom a delayed message of a topic is, or
     * one that {@link #isForOneSubscription}.
     */
    public static final String AUDIENCE_NAME = "jms.audience";

    static final byte[] AUDIENCE_NAME_BYTES = AUDIENCE_NAME.getBytes(StandardCharsets.UTF_8);
    static final byte VERSION = 1;

    static final int KIND_AND_PRIORITY = 1;
    static final int FLAGS = 2;
    static final int EXPIRATION = 4;
    static final int DELIVERY_TIME = 12;
    static final int CONNECTION_ID = 20;
    static final int PRODUCER_ID = 28;
    static final int MESSAGE_NUMBER = 36;

    static final int PERSISTENT = 0x0001;
    static final int TIMESTAMP_DISABLED = 0x0002;
    static final int HAS_MESSAGE_ID = 0x0004;
    static final int CORRELATION_ID_IS_BYTES = 0x0008;
    static final int PROPERTY_TYPES = 0x0010;
    static final int CORRELATION_ID = 0x0020;
    static final int REPLY_TO = 0x0040;
    static final int TYPE = 0x0080;
    static final int GROUP_SEQUENCE = 0x0100;
    static final int USER_ID = 0x0200;
    static final int CLIENT_ID = 0x0400;
    static final int FOR_ONE_SUBSCRIPTION = 0x8000;

    private static final int HIGHEST_PRIORITY = 9;
    private static final Address.Kind[] ADDRESS_KINDS = Address.Kind.values();
    private static final ByteBuffer FOREIGN =
            ByteBuffer.wrap(new JmsHeaderBuilder(MessageKind.BYTES).persistent().toBytes());

    private final ByteBuffer bytes;
    private final int start;
    private final int end;
    private final long recordTimestamp;

    private JmsHeader(ByteBuffer bytes, int start, int length, long recordTimestamp) {
        this.bytes = bytes;
        this.start = start;
        this.end = start + length;
        this.recordTimestamp = recordTimestamp;
        if (length < FIXED_BYTES || bytes.get(start) != VERSION) {
            throw new CorruptRecordException(
                    "header '%s' has %d bytes and version %d, expected at least %d and version %d"
                            .formatted(
                                    NAME,
                                    length,
                                    length == 0 ? -1 : bytes.get(start),
                                    FIXED_BYTES,
                                    VERSION));
        }
    }

    /**
     * The header of a record. A record without one was written by a foreign client: it reads as a
     * persistent message of bytes with priority 4 that never expires and has no message id.
     */
    public static JmsHeader of(Record record) {
        HeaderCursor cursor = record.headerCursor();
        while (cursor.next()) {
            if (cursor.nameEquals(NAME_BYTES)) {
                return at(record, cursor);
            }
        }
        return foreign(record.timestamp());
    }

    static JmsHeader foreign(long recordTimestamp) {
        return new JmsHeader(FOREIGN, 0, FIXED_BYTES, recordTimestamp);
    }

    /** The cursor stands on the header. */
    static JmsHeader at(Record record, HeaderCursor cursor) {
        return new JmsHeader(
                record.buffer(),
                cursor.valuePosition(),
                Math.max(0, cursor.valueLength()),
                record.timestamp());
    }

    public MessageKind kind() {
        return MessageKind.ofCode(bytes.get(start + KIND_AND_PRIORITY) >> 4 & 0xF);
    }

    /** 0 to 9 (§3.4.10). */
    public int priority() {
        int priority = bytes.get(start + KIND_AND_PRIORITY) & 0xF;
        if (priority > HIGHEST_PRIORITY) {
            throw new CorruptRecordException(
                    "priority %d, expected 0 to %d".formatted(priority, HIGHEST_PRIORITY));
        }
        return priority;
    }

    public boolean isPersistent() {
        return has(PERSISTENT);
    }

    /** The sender asked for no {@code JMSTimestamp}; the record has one nevertheless. */
    public boolean isTimestampDisabled() {
        return has(TIMESTAMP_DISABLED);
    }

    /** It was sent back to the one subscription of its topic that had failed. */
    public boolean isForOneSubscription() {
        return has(FOR_ONE_SUBSCRIPTION);
    }

    /** Milliseconds since 1970, 0 for never (§3.4.9). */
    public long expiration() {
        return bytes.getLong(start + EXPIRATION);
    }

    public boolean isExpiredAt(long nowMillis) {
        long expiration = expiration();
        return expiration != 0 && nowMillis >= expiration;
    }

    /** Milliseconds since 1970; without delay the timestamp of the record (§3.4.13). */
    public long deliveryTime() {
        long stored = bytes.getLong(start + DELIVERY_TIME);
        return stored == 0 ? recordTimestamp : stored;
    }

    /** Of the connection that sent the message, for {@code noLocal}; 0 when unknown. */
    public long connectionId() {
        return bytes.getLong(start + CONNECTION_ID);
    }

    /** Empty when the sender disabled message ids (§3.4.3). */
    public Optional<MessageId> messageId() {
        if (!has(HAS_MESSAGE_ID)) {
            return Optional.empty();
        }
        long number = bytes.getLong(start + MESSAGE_NUMBER);
        if (number < 0) {
            throw new CorruptRecordException("message number %d is negative".formatted(number));
        }
        return Optional.of(new MessageId(bytes.getLong(start + PRODUCER_ID), number));
    }

    /** Empty when there is none or it is bytes (§3.4.5). */
    public Optional<String> correlationId() {
        return has(CORRELATION_ID_IS_BYTES) ? Optional.empty() : text(CORRELATION_ID);
    }

    /** Empty when there is none or it is text; a copy. */
    public Optional<byte[]> correlationIdBytes() {
        if (!has(CORRELATION_ID) || !has(CORRELATION_ID_IS_BYTES)) {
            return Optional.empty();
        }
        ByteBuffer field = field(CORRELATION_ID);
        byte[] copied = new byte[field.remaining()];
        field.get(copied);
        return Optional.of(copied);
    }

    /** §3.4.6. */
    public Optional<Address> replyTo() {
        if (!has(REPLY_TO)) {
            return Optional.empty();
        }
        ByteBuffer field = field(REPLY_TO);
        try {
            int kind = field.get();
            ByteBuffer name = Record.takePart(field, Varint.readInt(field));
            if (kind < 0 || kind >= ADDRESS_KINDS.length) {
                throw new CorruptRecordException("unknown kind %d in reply-to".formatted(kind));
            }
            return Optional.of(
                    new Address(ADDRESS_KINDS[kind], Utf8.decode(name), Utf8.decode(field)));
        } catch (BufferUnderflowException truncated) {
            throw new CorruptRecordException("reply-to is cut short", truncated);
        }
    }

    /** §3.4.8. */
    public Optional<String> type() {
        return text(TYPE);
    }

    /** {@code JMSXGroupSeq}; the group itself is the key of the record. */
    public OptionalInt groupSequence() {
        if (!has(GROUP_SEQUENCE)) {
            return OptionalInt.empty();
        }
        ByteBuffer field = field(GROUP_SEQUENCE);
        if (field.remaining() != Integer.BYTES) {
            throw new CorruptRecordException(
                    "group sequence of %d bytes, expected 4".formatted(field.remaining()));
        }
        return OptionalInt.of(field.getInt());
    }

    /** {@code JMSXUserID}. */
    public Optional<String> userId() {
        return text(USER_ID);
    }

    /** Client id of the connection that sent the message, for {@code noLocal}. */
    public Optional<String> clientId() {
        return text(CLIENT_ID);
    }

    /**
     * A builder with all that this header says except the property types, which belong to the
     * properties that are encoded next, and for which subscription it is.
     */
    public JmsHeaderBuilder toBuilder() {
        JmsHeaderBuilder builder = new JmsHeaderBuilder(kind()).priority(priority());
        builder.expiration(expiration());
        builder.deliveryTime(bytes.getLong(start + DELIVERY_TIME));
        builder.connectionId(connectionId());
        if (isPersistent()) {
            builder.persistent();
        }
        if (isTimestampDisabled()) {
            builder.timestampDisabled();
        }
        messageId().ifPresent(builder::messageId);
        correlationId().ifPresent(builder::correlationId);
        correlationIdBytes().ifPresent(builder::correlationId);
        replyTo().ifPresent(builder::replyTo);
        type().ifPresent(builder::type);
        groupSequence().ifPresent(builder::groupSequence);
        userId().ifPresent(builder::userId);
        clientId().ifPresent(builder::clientId);
        return builder;
    }

    /**
     * Reads everything once.
     *
     * @throws CorruptRecordException when something is not what the format allows
     */
    public void verify() {
        kind();
        priority();
        messageId();
        correlationId();
        correlationIdBytes();
        replyTo();
        type();
        groupSequence();
        userId();
        clientId();
    }

    int sizeBytes() {
        return end - start;
    }

    /** Type codes, or an empty buffer. */
    ByteBuffer propertyTypes() {
        return has(PROPERTY_TYPES) ? field(PROPERTY_TYPES) : ByteBuffer.allocate(0);
    }

    private boolean has(int flag) {
        return (bytes.getShort(start + FLAGS) & flag) != 0;
    }

    private Optional<String> text(int flag) {
        return has(flag) ? Optional.of(Utf8.decode(field(flag))) : Optional.empty();
    }

    /** Skips the optional fields before the one that is present. */
    private ByteBuffer field(int wanted) {
        ByteBuffer in = bytes.duplicate();
        in.limit(end).position(start + FIXED_BYTES);
        try {
            int flags = in.getShort(start + FLAGS);
            for (int flag = PROPERTY_TYPES; flag < wanted; flag <<= 1) {
                if ((flags & flag) != 0) {
                    Record.takePart(in, Varint.readInt(in));
                }
            }
            return Record.takePart(in, Varint.readInt(in));
        } catch (BufferUnderflowException truncated) {
            throw new CorruptRecordException(
                    "header '%s' of %d bytes is cut short".formatted(NAME, sizeBytes()), truncated);
        }
    }

    @Override
    public String toString() {
        return "jms[kind=%s, priority=%d, persistent=%s, expiration=%d, deliveryTime=%d, id=%s]"
                .formatted(
                        kind(),
                        priority(),
                        isPersistent(),
                        expiration(),
                        deliveryTime(),
                        messageId().map(MessageId::toString).orElse("none"));
    }
}
