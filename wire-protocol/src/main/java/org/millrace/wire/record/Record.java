package org.millrace.wire.record;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One record: a view of its bytes with the positions of its parts. Immutable; may be shared between
 * threads.
 *
 * <p>The bytes are those of the format after the length field: attributes i8, timestamp delta
 * varlong, offset delta varint, key, value, headers. They do not change when the record is sent on,
 * so that a delivery needs no new encoding.
 */
public final class Record {
    /** One header as stored. Names are not unique by format; the first one counts. */
    public record Header(String name, ByteBuffer value) {}

    private static final int ABSENT = -1;

    private final ByteBuffer bytes;
    private final long offset;
    private final long timestamp;
    private final int keyPosition;
    private final int keyLength;
    private final int valuePosition;
    private final int valueLength;
    private final int headersPosition;

    private Record(ByteBuffer bytes, long baseOffset, long baseTimestamp) {
        ByteBuffer in = bytes.duplicate();
        in.get();
        this.bytes = bytes;
        this.timestamp = baseTimestamp + Varint.readLong(in);
        this.offset = baseOffset + Varint.readInt(in);
        this.keyLength = Varint.readInt(in);
        this.keyPosition = in.position();
        skip(in, keyLength);
        this.valueLength = Varint.readInt(in);
        this.valuePosition = in.position();
        skip(in, valueLength);
        this.headersPosition = in.position();
    }

    /**
     * Reads the bytes of one record (without the length field).
     *
     * @throws CorruptRecordException when a length points outside the record
     */
    public static Record parse(ByteBuffer bytes, long baseOffset, long baseTimestamp) {
        try {
            return new Record(bytes, baseOffset, baseTimestamp);
        } catch (java.nio.BufferUnderflowException | IllegalArgumentException truncated) {
            throw new CorruptRecordException(
                    "record of the batch at offset " + baseOffset + " is cut short", truncated);
        }
    }

    private static void skip(ByteBuffer in, int length) {
        if (length != ABSENT) {
            if (length < 0 || length > in.remaining()) {
                throw new CorruptRecordException(
                        "length %d with %d bytes left".formatted(length, in.remaining()));
            }
            in.position(in.position() + length);
        }
    }

    public long offset() {
        return offset;
    }

    /** Milliseconds since 1970. */
    public long timestamp() {
        return timestamp;
    }

    public int sizeBytes() {
        return bytes.limit();
    }

    /**
     * The record after its length field, read-only. Its deltas count from the batch it came from.
     */
    public ByteBuffer bytes() {
        return bytes.asReadOnlyBuffer();
    }

    public Optional<ByteBuffer> key() {
        return part(keyPosition, keyLength);
    }

    public Optional<ByteBuffer> value() {
        return part(valuePosition, valueLength);
    }

    private Optional<ByteBuffer> part(int position, int length) {
        return length == ABSENT
                ? Optional.empty()
                : Optional.of(bytes.slice(position, length).asReadOnlyBuffer());
    }

    /** All headers in stored order. */
    public List<Header> headers() {
        ByteBuffer in = bytes.duplicate();
        in.position(headersPosition);
        int count = headerCount(in);
        List<Header> headers = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            ByteBuffer name = readPart(in);
            ByteBuffer value = readPart(in);
            headers.add(new Header(StandardCharsets.UTF_8.decode(name).toString(), value));
        }
        return headers;
    }

    /**
     * Value of the first header of this name, found without decoding the others; {@code name} is in
     * UTF-8.
     */
    public Optional<ByteBuffer> header(byte[] name) {
        ByteBuffer in = bytes.duplicate();
        in.position(headersPosition);
        int count = headerCount(in);
        for (int i = 0; i < count; i++) {
            ByteBuffer found = readPart(in);
            ByteBuffer value = readPart(in);
            if (found.remaining() == name.length && found.equals(ByteBuffer.wrap(name))) {
                return Optional.of(value);
            }
        }
        return Optional.empty();
    }

    private static int headerCount(ByteBuffer in) {
        int count = Varint.readInt(in);
        if (count < 0 || count > in.remaining()) {
            throw new CorruptRecordException(
                    "%d headers with %d bytes left".formatted(count, in.remaining()));
        }
        return count;
    }

    private static ByteBuffer readPart(ByteBuffer in) {
        int length = Varint.readInt(in);
        if (length == ABSENT) {
            return ByteBuffer.allocate(0);
        }
        if (length < 0 || length > in.remaining()) {
            throw new CorruptRecordException(
                    "header length %d with %d bytes left".formatted(length, in.remaining()));
        }
        ByteBuffer part = in.slice(in.position(), length).asReadOnlyBuffer();
        in.position(in.position() + length);
        return part;
    }

    @Override
    public String toString() {
        byte[] keyBytes = key().map(Record::toArray).orElse(new byte[0]);
        return "record[offset=%d, key=%s, bytes=%d]"
                .formatted(offset, Arrays.toString(keyBytes), sizeBytes());
    }

    private static byte[] toArray(ByteBuffer buffer) {
        byte[] array = new byte[buffer.remaining()];
        buffer.duplicate().get(array);
        return array;
    }
}
