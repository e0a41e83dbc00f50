package org.millrace.wire.record;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
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
    /**
     * One header as stored. Names are not unique by format; the first one counts.
     *
     * @param value null is a value of its own, other than empty
     */
    public record Header(String name, ByteBuffer value) {}

    private static final int ABSENT = HeaderCursor.ABSENT;

    private final ByteBuffer buffer;
    private final int start;
    private final int end;
    private final long offset;
    private final long timestamp;
    private final int bodyPosition;
    private final int keyPosition;
    private final int keyLength;
    private final int valuePosition;
    private final int valueLength;
    private final int headersPosition;

    /** {@code in} stands at the record within {@code buffer} and ends with it. */
    private Record(ByteBuffer buffer, ByteCursor in, Place place) {
        this.buffer = buffer;
        this.start = in.position();
        this.end = in.end();
        in.next();
        this.timestamp = place.timestamp(in.nextLong());
        this.offset = place.offset(in.nextInt());
        this.bodyPosition = in.position();
        this.keyLength = in.nextInt();
        this.keyPosition = in.position();
        skip(in, keyLength);
        this.valueLength = in.nextInt();
        this.valuePosition = in.position();
        skip(in, valueLength);
        this.headersPosition = in.position();
    }

    /** How the deltas of a record become its offset and timestamp. */
    interface Place {
        long offset(int delta);

        long timestamp(long delta);
    }

    private record Given(long givenOffset, long givenTimestamp) implements Place {
        @Override
        public long offset(int delta) {
            return givenOffset;
        }

        @Override
        public long timestamp(long delta) {
            return givenTimestamp;
        }
    }

    /**
     * Reads the bytes of one record (without the length field) that travels alone: its deltas mean
     * nothing, offset and timestamp were sent beside it.
     *
     * @throws CorruptRecordException when a length points outside the record
     */
    public static Record delivered(ByteBuffer bytes, long offset, long timestamp) {
        ByteBuffer own = bytes.slice();
        ByteCursor in = new ByteCursor();
        in.reset(own, 0, own.limit());
        return parse(own, in, new Given(offset, timestamp));
    }

    static Record parse(ByteBuffer buffer, ByteCursor in, Place place) {
        try {
            return new Record(buffer, in, place);
        } catch (BufferUnderflowException truncated) {
            throw new CorruptRecordException(
                    "record that ends at byte %d is cut short".formatted(in.end()), truncated);
        }
    }

    private static void skip(ByteCursor in, int length) {
        if (length != ABSENT && !in.skip(length)) {
            throw new CorruptRecordException(
                    "length %d with %d bytes left".formatted(length, in.remaining()));
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
        return end - start;
    }

    /**
     * The record after its length field, read-only. Its deltas count from the batch it came from.
     */
    public ByteBuffer bytes() {
        return buffer.slice(start, end - start).asReadOnlyBuffer();
    }

    public boolean hasKey() {
        return keyLength != ABSENT;
    }

    public Optional<ByteBuffer> key() {
        return Optional.ofNullable(part(keyPosition, keyLength));
    }

    /** Length of the key; 0 when there is none. */
    public int keyBytes() {
        return Math.max(0, keyLength);
    }

    /** Copies the key, which is there, to the start of an array that has room for it. */
    public void copyKeyTo(byte[] target) {
        buffer.get(keyPosition, target, 0, keyLength);
    }

    /** The key as text: {@code JMSXGroupID}. */
    public Optional<String> keyText() {
        return keyLength == ABSENT
                ? Optional.empty()
                : Optional.of(Utf8.decode(buffer, keyPosition, keyLength));
    }

    public Optional<ByteBuffer> value() {
        return Optional.ofNullable(part(valuePosition, valueLength));
    }

    /** The value as text: the body of a text message. */
    public Optional<String> valueText() {
        return valueLength == ABSENT
                ? Optional.empty()
                : Optional.of(Utf8.decode(buffer, valuePosition, valueLength));
    }

    private ByteBuffer part(int position, int length) {
        return length == ABSENT ? null : buffer.slice(position, length).asReadOnlyBuffer();
    }

    /** All headers in stored order. */
    public List<Header> headers() {
        HeaderCursor cursor = headerCursor();
        List<Header> headers = new ArrayList<>(cursor.left());
        while (cursor.next()) {
            headers.add(header(cursor));
        }
        return headers;
    }

    /** The first header of this name, found without decoding the others. */
    public Optional<Header> header(String name) {
        byte[] wanted = Utf8.encode(name);
        HeaderCursor cursor = headerCursor();
        while (cursor.next()) {
            if (cursor.nameEquals(wanted)) {
                return Optional.of(header(cursor));
            }
        }
        return Optional.empty();
    }

    private Header header(HeaderCursor cursor) {
        return new Header(
                Utf8.decode(buffer, cursor.namePosition(), cursor.nameLength()),
                part(cursor.valuePosition(), cursor.valueLength()));
    }

    HeaderCursor headerCursor() {
        HeaderCursor cursor = new HeaderCursor();
        moveToHeaders(cursor);
        return cursor;
    }

    void moveToHeaders(HeaderCursor cursor) {
        cursor.reset(buffer, headersPosition, end);
    }

    /** What the positions of a {@link HeaderCursor} point into; not to be changed. */
    ByteBuffer buffer() {
        return buffer;
    }

    /** Copies key, value and headers, which do not depend on the batch, as they are. */
    void writeBodyTo(ByteBuffer out) {
        int length = bodyBytes();
        out.put(out.position(), buffer, bodyPosition, length);
        out.position(out.position() + length);
    }

    int bodyBytes() {
        return end - bodyPosition;
    }

    /** Cuts the next {@code length} bytes off {@code in}, as a view. */
    static ByteBuffer takePart(ByteBuffer in, int length) {
        if (length < 0 || length > in.remaining()) {
            throw new CorruptRecordException(
                    "length %d with %d bytes left".formatted(length, in.remaining()));
        }
        ByteBuffer part = in.slice(in.position(), length);
        in.position(in.position() + length);
        return part;
    }

    @Override
    public String toString() {
        return "record[offset=%d, timestamp=%d, key=%s, bytes=%d]"
                .formatted(offset, timestamp, keyText().orElse("none"), sizeBytes());
    }
}
