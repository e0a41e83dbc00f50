package org.millrace.wire.record;

import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.zip.CRC32C;
import org.millrace.foundation.Check;

/**
 * A batch of records in Apache Kafka's RecordBatch v2 format (magic 2), kept as its bytes. Safe to
 * share between threads once its base offset is stamped; the bytes never change afterwards.
 *
 * <pre>
 *   0 baseOffset i64 | 8 batchLength i32 (bytes after this field) | 12 partitionLeaderEpoch i32 | 16 magic i8 = 2
 *  17 crc u32 (CRC-32C of everything from 21) | 21 attributes i16 | 23 lastOffsetDelta i32 | 27 baseTimestamp i64
 *  35 maxTimestamp i64 | 43 producerId i64 | 51 producerEpoch i16 | 53 baseSequence i32 | 57 recordCount i32 | 61 records
 * </pre>
 *
 * The checksum does not cover the base offset, so stamping it leaves the batch valid.
 */
public final class RecordBatch implements Iterable<Record> {
    public static final int HEADER_BYTES = 61;

    /** Bytes before the part that {@code batchLength} counts. */
    public static final int LENGTH_PREFIX_BYTES = 12;

    public static final long NO_PRODUCER_ID = -1;
    public static final int NO_SEQUENCE = -1;

    static final byte MAGIC = 2;

    static final int LENGTH = 8;
    static final int LEADER_EPOCH = 12;
    static final int MAGIC_POSITION = 16;
    static final int CRC = 17;
    static final int ATTRIBUTES = 21;
    static final int LAST_OFFSET_DELTA = 23;
    static final int BASE_TIMESTAMP = 27;
    static final int MAX_TIMESTAMP = 35;
    static final int PRODUCER_ID = 43;
    static final int PRODUCER_EPOCH = 51;
    static final int BASE_SEQUENCE = 53;
    static final int RECORD_COUNT = 57;

    private static final int COMPRESSION_MASK = 0x07;
    private static final int APPEND_TIME_FLAG = 0x08;
    private static final int CONTROL_FLAG = 0x20;

    private final ByteBuffer bytes;

    private RecordBatch(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    /**
     * Wraps the bytes of exactly one batch, from position 0 to the limit of a heap buffer with
     * array offset 0 or not; not copied.
     *
     * @throws CorruptRecordException when the length, magic, counts or checksum are wrong
     */
    public static RecordBatch checked(ByteBuffer bytes) {
        RecordBatch batch = unchecked(bytes);
        batch.verify();
        return batch;
    }

    /**
     * As {@link #checked} for bytes whose checksum was verified before: only the lengths are looked
     * at.
     */
    public static RecordBatch unchecked(ByteBuffer bytes) {
        ByteBuffer own = bytes.slice();
        if (own.limit() < HEADER_BYTES) {
            throw new CorruptRecordException(
                    "batch of %d bytes is shorter than its header of %d"
                            .formatted(own.limit(), HEADER_BYTES));
        }
        int total = own.getInt(LENGTH) + LENGTH_PREFIX_BYTES;
        if (total != own.limit()) {
            throw new CorruptRecordException(
                    "batch says %d bytes, found %d".formatted(total, own.limit()));
        }
        return new RecordBatch(own);
    }

    private void verify() {
        if (bytes.get(MAGIC_POSITION) != MAGIC) {
            throw new CorruptRecordException(
                    "batch has magic %d, expected %d".formatted(bytes.get(MAGIC_POSITION), MAGIC));
        }
        int expected = bytes.getInt(CRC);
        int found = checksum(bytes);
        if (expected != found) {
            throw new CorruptRecordException(
                    "batch at offset %d has checksum 0x%08x, expected 0x%08x"
                            .formatted(baseOffset(), found, expected));
        }
        if (recordCount() < 1 || lastOffsetDelta() < recordCount() - 1) {
            throw new CorruptRecordException(
                    "batch has %d records but last offset delta %d"
                            .formatted(recordCount(), lastOffsetDelta()));
        }
    }

    static int checksum(ByteBuffer batch) {
        CRC32C crc = new CRC32C();
        ByteBuffer covered = batch.duplicate();
        covered.position(ATTRIBUTES);
        crc.update(covered);
        return (int) crc.getValue();
    }

    /**
     * Gives the batch its place in a partition. Called once, by the engine, before the batch is
     * shared; not on a batch of a read-only buffer.
     */
    public void stampBaseOffset(long baseOffset) {
        Check.argument(baseOffset >= 0, "base offset %d is negative", baseOffset);
        bytes.putLong(0, baseOffset);
    }

    public long baseOffset() {
        return bytes.getLong(0);
    }

    public long lastOffset() {
        return baseOffset() + lastOffsetDelta();
    }

    public int lastOffsetDelta() {
        return bytes.getInt(LAST_OFFSET_DELTA);
    }

    /** Records in the batch; may be fewer than its offsets after compaction. */
    public int recordCount() {
        return bytes.getInt(RECORD_COUNT);
    }

    public long baseTimestamp() {
        return bytes.getLong(BASE_TIMESTAMP);
    }

    public long maxTimestamp() {
        return bytes.getLong(MAX_TIMESTAMP);
    }

    /** {@code -1} when the producer is not idempotent. */
    public long producerId() {
        return bytes.getLong(PRODUCER_ID);
    }

    public short producerEpoch() {
        return bytes.getShort(PRODUCER_EPOCH);
    }

    /** Sequence of the first record; {@code -1} when the producer is not idempotent. */
    public int baseSequence() {
        return bytes.getInt(BASE_SEQUENCE);
    }

    /** Sequences go on with 0 after the largest int. */
    public int lastSequence() {
        return baseSequence() == NO_SEQUENCE
                ? NO_SEQUENCE
                : (baseSequence() + lastOffsetDelta()) & Integer.MAX_VALUE;
    }

    /** All records have the max timestamp, whatever their own says. */
    public boolean isAppendTime() {
        return (bytes.getShort(ATTRIBUTES) & APPEND_TIME_FLAG) != 0;
    }

    public boolean isControl() {
        return (bytes.getShort(ATTRIBUTES) & CONTROL_FLAG) != 0;
    }

    public Compression compression() {
        return Compression.ofId(bytes.getShort(ATTRIBUTES) & COMPRESSION_MASK);
    }

    public int sizeBytes() {
        return bytes.limit();
    }

    /** The whole batch, read-only, position 0. */
    public ByteBuffer bytes() {
        return bytes.asReadOnlyBuffer();
    }

    /**
     * A copy of the bytes with a place of their own, for example to append the same batch
     * elsewhere.
     */
    public RecordBatch copy() {
        byte[] copied = new byte[bytes.limit()];
        bytes.get(0, copied);
        return new RecordBatch(ByteBuffer.wrap(copied));
    }

    /** A copy of which nobody can tell who sent it: it is in no producer's sequence. */
    public RecordBatch withoutProducer() {
        RecordBatch anonymous = copy();
        anonymous.bytes.putLong(PRODUCER_ID, NO_PRODUCER_ID);
        anonymous.bytes.putShort(PRODUCER_EPOCH, (short) -1);
        anonymous.bytes.putInt(BASE_SEQUENCE, NO_SEQUENCE);
        anonymous.bytes.putInt(CRC, checksum(anonymous.bytes));
        return anonymous;
    }

    /**
     * Records in offset order. Bodies are views of this batch's bytes, or of their decompressed
     * form, which may have {@link Compression#DEFAULT_LIMIT_BYTES}.
     */
    @Override
    public Iterator<Record> iterator() {
        return records(Compression.DEFAULT_LIMIT_BYTES);
    }

    /**
     * As {@link #iterator} with a limit of one's own for the decompressed records.
     *
     * @throws CorruptRecordException when they cannot be decompressed or are larger; when a record
     *     is broken, its {@code next} throws it
     */
    public Iterator<Record> records(int decompressedLimitBytes) {
        Compression compression = compression();
        if (compression == Compression.NONE) {
            return new RecordIterator(this, bytes, HEADER_BYTES);
        }
        ByteBuffer stored = bytes.duplicate().position(HEADER_BYTES);
        ByteBuffer plain = compression.decompress(stored, decompressedLimitBytes);
        return new RecordIterator(this, plain, plain.position());
    }

    /**
     * Reads everything once that a broker or consumer might read later, so that what comes from
     * another process cannot fail there: records with dense offsets, the max timestamp, their
     * {@code jms} headers and properties. Bodies are not looked into.
     *
     * @throws CorruptRecordException when something is not what the format allows
     */
    public void verifyMessages(MessageProperties reader, int decompressedLimitBytes) {
        if (isControl() || lastOffsetDelta() != recordCount() - 1) {
            throw new CorruptRecordException(
                    "%s is no batch of messages with dense offsets".formatted(this));
        }
        long latest = Long.MIN_VALUE;
        Iterator<Record> records = records(decompressedLimitBytes);
        while (records.hasNext()) {
            Record record = records.next();
            reader.read(record).verify();
            latest = Math.max(latest, record.timestamp());
        }
        if (latest != maxTimestamp()) {
            throw new CorruptRecordException(
                    "%s says max timestamp %d, found %d".formatted(this, maxTimestamp(), latest));
        }
    }

    @Override
    public String toString() {
        return "batch[offsets=%d..%d, records=%d, bytes=%d]"
                .formatted(baseOffset(), lastOffset(), recordCount(), sizeBytes());
    }
}
