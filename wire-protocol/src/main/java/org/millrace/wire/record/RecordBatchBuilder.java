package org.millrace.wire.record;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.millrace.foundation.Check;

/**
 * Encodes records into one batch. Confined to its caller; {@link #build} may be called once.
 *
 * <p>A batch of one record is written into a buffer of exactly its size; for more the buffer grows
 * by doubling. A batch is limited by the array size of the platform, and by the frame limit of the
 * link long before.
 */
public final class RecordBatchBuilder {
    private static final int MAX_BYTES = Integer.MAX_VALUE - 16;
    private static final byte NO_ATTRIBUTES = 0;

    private final long baseTimestamp;
    private ByteBuffer out = ByteBuffer.allocate(0);
    private PropertyScratch properties;
    private int count;
    private long maxTimestamp = Long.MIN_VALUE;
    private long producerId = -1;
    private short producerEpoch = -1;
    private int baseSequence = -1;

    /** A builder whose first record has this timestamp (milliseconds since 1970). */
    public RecordBatchBuilder(long baseTimestamp) {
        this.baseTimestamp = baseTimestamp;
    }

    /** Names the idempotent producer of the batch and the sequence of its first record. */
    public RecordBatchBuilder producer(long id, short epoch, int sequence) {
        producerId = id;
        producerEpoch = epoch;
        baseSequence = sequence;
        return this;
    }

    /**
     * Adds a message. Buffers are read from position to limit and not changed.
     *
     * @param key null for none
     * @param body null for none
     * @param properties name → Boolean, Byte, Short, Integer, Long, Float, Double, String or null;
     *     not named {@value JmsHeader#NAME}
     */
    public RecordBatchBuilder addMessage(
            long timestamp,
            ByteBuffer key,
            ByteBuffer body,
            JmsHeaderBuilder header,
            Map<String, ?> properties) {
        PropertyScratch encoded = encode(properties);
        int headerBytes = header.sizeBytes(encoded.count());
        int nameBytes = JmsHeader.NAME_BYTES.length;
        begin(
                timestamp,
                (long) sizeOfPart(key)
                        + sizeOfPart(body)
                        + Varint.sizeOfInt(1 + encoded.count())
                        + Varint.sizeOfInt(nameBytes)
                        + nameBytes
                        + Varint.sizeOfInt(headerBytes)
                        + headerBytes
                        + encoded.sizeBytes());
        putPart(key);
        putPart(body);
        Varint.writeInt(out, 1 + encoded.count());
        putPart(JmsHeader.NAME_BYTES);
        Varint.writeInt(out, headerBytes);
        header.writeTo(out, encoded.types(), encoded.count());
        encoded.writeTo(out);
        return this;
    }

    private PropertyScratch encode(Map<String, ?> map) {
        if (map.isEmpty()) {
            return PropertyScratch.EMPTY;
        }
        if (properties == null) {
            properties = new PropertyScratch();
        }
        return properties.encode(map);
    }

    /**
     * Adds a record. Buffers are read from position to limit and not changed.
     *
     * @param key null for none
     * @param value null for none
     */
    public RecordBatchBuilder add(
            long timestamp, ByteBuffer key, ByteBuffer value, List<Record.Header> headers) {
        byte[][] names = new byte[headers.size()][];
        long size = (long) sizeOfPart(key) + sizeOfPart(value) + Varint.sizeOfInt(headers.size());
        for (int i = 0; i < names.length; i++) {
            names[i] = Utf8.encode(headers.get(i).name());
            size += Varint.sizeOfInt(names[i].length) + names[i].length;
            size += sizeOfPart(headers.get(i).value());
        }
        begin(timestamp, size);
        putPart(key);
        putPart(value);
        Varint.writeInt(out, names.length);
        for (int i = 0; i < names.length; i++) {
            putPart(names[i]);
            putPart(headers.get(i).value());
        }
        return this;
    }

    /** Adds a record whose body is copied from one already encoded; only its deltas change. */
    public RecordBatchBuilder add(Record record) {
        begin(record.timestamp(), record.bodyBytes());
        record.writeBodyTo(out);
        return this;
    }

    /** Writes what stands before the key, after making room for that and the body. */
    private void begin(long timestamp, long bodyBytes) {
        Check.invariant(out != null, "the batch was built before");
        long delta = timestamp - baseTimestamp;
        long size = 1 + Varint.sizeOfLong(delta) + Varint.sizeOfInt(count) + bodyBytes;
        Check.argument(size <= MAX_BYTES, "record of %d bytes is too large", size);
        reserve(Varint.sizeOfInt((int) size) + size);
        Varint.writeInt(out, (int) size);
        out.put(NO_ATTRIBUTES);
        Varint.writeLong(out, delta);
        Varint.writeInt(out, count);
        count++;
        maxTimestamp = Math.max(maxTimestamp, timestamp);
    }

    private void reserve(long bytes) {
        if (out.remaining() >= bytes) {
            return;
        }
        long wanted = Math.max(out.position(), RecordBatch.HEADER_BYTES) + bytes;
        Check.argument(wanted <= MAX_BYTES, "batch of %d bytes is too large", wanted);
        long doubled = Math.min(MAX_BYTES, out.capacity() * 2L);
        ByteBuffer larger = ByteBuffer.allocate((int) Math.max(wanted, doubled));
        larger.put(out.flip());
        out = larger.position(Math.max(larger.position(), RecordBatch.HEADER_BYTES));
    }

    private static int sizeOfPart(ByteBuffer part) {
        return part == null
                ? Varint.sizeOfInt(HeaderCursor.ABSENT)
                : Varint.sizeOfInt(part.remaining()) + part.remaining();
    }

    private void putPart(ByteBuffer part) {
        if (part == null) {
            Varint.writeInt(out, HeaderCursor.ABSENT);
        } else {
            int length = part.remaining();
            Varint.writeInt(out, length);
            out.put(out.position(), part, part.position(), length);
            out.position(out.position() + length);
        }
    }

    private void putPart(byte[] part) {
        Varint.writeInt(out, part.length);
        out.put(part);
    }

    public int count() {
        return count;
    }

    /** Bytes that {@link #build} would return now. */
    public int sizeBytes() {
        return Math.max(RecordBatch.HEADER_BYTES, out.position());
    }

    /** The batch, with base offset 0 until it is stamped. */
    public RecordBatch build() {
        Check.invariant(count > 0, "a batch has at least one record");
        ByteBuffer batch = out.flip();
        batch.putLong(0, 0L);
        batch.putInt(8, batch.limit() - RecordBatch.LENGTH_PREFIX_BYTES);
        batch.putInt(12, -1);
        batch.put(16, RecordBatch.MAGIC);
        batch.putShort(21, (short) 0);
        batch.putInt(23, count - 1);
        batch.putLong(27, baseTimestamp);
        batch.putLong(35, maxTimestamp);
        batch.putLong(43, producerId);
        batch.putShort(51, producerEpoch);
        batch.putInt(53, baseSequence);
        batch.putInt(57, count);
        batch.putInt(RecordBatch.CRC_POSITION, RecordBatch.checksum(batch));
        out = null;
        return RecordBatch.unchecked(batch);
    }
}
