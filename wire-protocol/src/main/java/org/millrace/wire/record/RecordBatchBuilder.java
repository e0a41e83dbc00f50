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
    private static final int NO_LEADER_EPOCH = -1;
    private static final byte NO_ATTRIBUTES = 0;

    private final long baseTimestamp;
    private final GrowingBuffer bytes = new GrowingBuffer();
    private Compression compression = Compression.NONE;
    private boolean built;
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

    /** Compresses the records, unless that makes them larger. */
    public RecordBatchBuilder compression(Compression wanted) {
        compression = wanted;
        return this;
    }

    /**
     * Adds a message. Buffers are read from position to limit and not changed.
     *
     * @param key null for none
     * @param body null for none
     * @param properties name → Boolean, Byte, Short, Integer, Long, Float, Double, String or null
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
        ByteBuffer out =
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
        putPart(out, key);
        putPart(out, body);
        Varint.writeInt(out, 1 + encoded.count());
        putPart(out, JmsHeader.NAME_BYTES);
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
        ByteBuffer out = begin(timestamp, size);
        putPart(out, key);
        putPart(out, value);
        Varint.writeInt(out, names.length);
        for (int i = 0; i < names.length; i++) {
            putPart(out, names[i]);
            putPart(out, headers.get(i).value());
        }
        return this;
    }

    /** Adds a record whose body is copied from one already encoded; only its deltas change. */
    public RecordBatchBuilder add(Record record) {
        record.writeBodyTo(begin(record.timestamp(), record.bodyBytes()));
        return this;
    }

    /** Writes what stands before the key, after making room for that and the body. */
    private ByteBuffer begin(long timestamp, long bodyBytes) {
        Check.invariant(!built, "the batch was built before");
        long delta = timestamp - baseTimestamp;
        long size = 1 + Varint.sizeOfLong(delta) + Varint.sizeOfInt(count) + bodyBytes;
        ByteBuffer out = room(Varint.sizeOfInt((int) Math.min(size, Integer.MAX_VALUE)) + size);
        Varint.writeInt(out, (int) size);
        out.put(NO_ATTRIBUTES);
        Varint.writeLong(out, delta);
        Varint.writeInt(out, count);
        count++;
        maxTimestamp = Math.max(maxTimestamp, timestamp);
        return out;
    }

    private ByteBuffer room(long size) {
        return bytes.position() == 0
                ? bytes.reserve(RecordBatch.HEADER_BYTES + size).position(RecordBatch.HEADER_BYTES)
                : bytes.reserve(size);
    }

    private static int sizeOfPart(ByteBuffer part) {
        return part == null
                ? Varint.sizeOfInt(HeaderCursor.ABSENT)
                : Varint.sizeOfInt(part.remaining()) + part.remaining();
    }

    private static void putPart(ByteBuffer out, ByteBuffer part) {
        if (part == null) {
            Varint.writeInt(out, HeaderCursor.ABSENT);
        } else {
            int length = part.remaining();
            Varint.writeInt(out, length);
            out.put(out.position(), part, part.position(), length);
            out.position(out.position() + length);
        }
    }

    private static void putPart(ByteBuffer out, byte[] part) {
        Varint.writeInt(out, part.length);
        out.put(part);
    }

    public int count() {
        return count;
    }

    /** Bytes that {@link #build} would return now, were they not compressed. */
    public int sizeBytes() {
        return Math.max(RecordBatch.HEADER_BYTES, bytes.position());
    }

    /** The batch, with base offset 0 until it is stamped. */
    public RecordBatch build() {
        Check.invariant(count > 0, "a batch has at least one record");
        Check.invariant(!built, "the batch was built before");
        built = true;
        ByteBuffer batch = compression == Compression.NONE ? bytes.written() : compressed();
        batch.putLong(0, 0L);
        batch.putInt(RecordBatch.LENGTH, batch.limit() - RecordBatch.LENGTH_PREFIX_BYTES);
        batch.putInt(RecordBatch.LEADER_EPOCH, NO_LEADER_EPOCH);
        batch.put(RecordBatch.MAGIC_POSITION, RecordBatch.MAGIC);
        batch.putShort(RecordBatch.ATTRIBUTES, (short) compression.id());
        batch.putInt(RecordBatch.LAST_OFFSET_DELTA, count - 1);
        batch.putLong(RecordBatch.BASE_TIMESTAMP, baseTimestamp);
        batch.putLong(RecordBatch.MAX_TIMESTAMP, maxTimestamp);
        batch.putLong(RecordBatch.PRODUCER_ID, producerId);
        batch.putShort(RecordBatch.PRODUCER_EPOCH, producerEpoch);
        batch.putInt(RecordBatch.BASE_SEQUENCE, baseSequence);
        batch.putInt(RecordBatch.RECORD_COUNT, count);
        batch.putInt(RecordBatch.CRC, RecordBatch.checksum(batch));
        return RecordBatch.unchecked(batch);
    }

    /** Room for the header and the compressed records; or as it was when that is not smaller. */
    private ByteBuffer compressed() {
        int plainBytes = bytes.position() - RecordBatch.HEADER_BYTES;
        byte[] records = compression.compress(bytes.array(), RecordBatch.HEADER_BYTES, plainBytes);
        if (records.length >= plainBytes) {
            compression = Compression.NONE;
            return bytes.written();
        }
        return ByteBuffer.allocate(RecordBatch.HEADER_BYTES + records.length)
                .put(RecordBatch.HEADER_BYTES, records);
    }
}
