package org.millrace.wire.record;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.millrace.foundation.Check;

/**
 * Encodes records into one uncompressed batch. Confined to its caller; {@link #build} may be called
 * once.
 *
 * <p>The buffer grows by doubling; a batch is limited by the array size of the platform, and by the
 * frame limit of the link long before.
 */
public final class RecordBatchBuilder {
    private static final int INITIAL_BYTES = 512;

    private final long baseTimestamp;
    private ByteBuffer out = ByteBuffer.allocate(INITIAL_BYTES);
    private int count;
    private long maxTimestamp = Long.MIN_VALUE;
    private long producerId = -1;
    private short producerEpoch = -1;
    private int baseSequence = -1;

    /** A builder whose first record has this timestamp (milliseconds since 1970). */
    public RecordBatchBuilder(long baseTimestamp) {
        this.baseTimestamp = baseTimestamp;
        out.position(RecordBatch.HEADER_BYTES);
    }

    /** Names the idempotent producer of the batch and the sequence of its first record. */
    public RecordBatchBuilder producer(long id, short epoch, int sequence) {
        producerId = id;
        producerEpoch = epoch;
        baseSequence = sequence;
        return this;
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
        int size = 1 + Varint.sizeOfLong(timestamp - baseTimestamp) + Varint.sizeOfInt(count);
        size += sizeOfPart(key) + sizeOfPart(value) + Varint.sizeOfInt(headers.size());
        for (int i = 0; i < names.length; i++) {
            names[i] = headers.get(i).name().getBytes(StandardCharsets.UTF_8);
            size +=
                    Varint.sizeOfInt(names[i].length)
                            + names[i].length
                            + sizeOfPart(headers.get(i).value());
        }
        reserve(Varint.sizeOfInt(size) + size);
        Varint.writeInt(out, size);
        out.put((byte) 0);
        Varint.writeLong(out, timestamp - baseTimestamp);
        Varint.writeInt(out, count);
        putPart(key);
        putPart(value);
        Varint.writeInt(out, names.length);
        for (int i = 0; i < names.length; i++) {
            Varint.writeInt(out, names[i].length);
            out.put(names[i]);
            putPart(headers.get(i).value());
        }
        count++;
        maxTimestamp = Math.max(maxTimestamp, timestamp);
        return this;
    }

    /** Adds a record whose body is copied from one already encoded; only its deltas change. */
    public RecordBatchBuilder add(Record record) {
        return add(
                record.timestamp(),
                record.key().orElse(null),
                record.value().orElse(null),
                record.headers());
    }

    private static int sizeOfPart(ByteBuffer part) {
        return part == null
                ? Varint.sizeOfInt(-1)
                : Varint.sizeOfInt(part.remaining()) + part.remaining();
    }

    private void putPart(ByteBuffer part) {
        if (part == null) {
            Varint.writeInt(out, -1);
        } else {
            Varint.writeInt(out, part.remaining());
            out.put(part.duplicate());
        }
    }

    private void reserve(int bytes) {
        if (out.remaining() < bytes) {
            int wanted = Math.addExact(out.position(), bytes);
            ByteBuffer larger =
                    ByteBuffer.allocate(
                            Math.max(
                                    wanted,
                                    (int) Math.min(Integer.MAX_VALUE - 16L, out.capacity() * 2L)));
            larger.put(out.flip());
            out = larger;
        }
    }

    public int count() {
        return count;
    }

    /** Bytes that {@link #build} would return now. */
    public int sizeBytes() {
        return out.position();
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
