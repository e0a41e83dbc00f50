package org.millrace.wire.record;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Leaves records out of batches that are stored. What stays keeps its offset and its bytes, and the
 * batch its extent: base offset, last offset, producer and sequences. Pure.
 */
public final class BatchFilter {
    private BatchFilter() {}

    /** The batch with the records that are wanted: itself when all are, empty when none is. */
    public static Optional<RecordBatch> keep(RecordBatch batch, Predicate<Record> wanted) {
        List<Record> kept = new ArrayList<>();
        int bytes = 0;
        for (Record record : batch) {
            if (wanted.test(record)) {
                kept.add(record);
                bytes += Varint.sizeOfInt(record.sizeBytes()) + record.sizeBytes();
            }
        }
        if (kept.size() == batch.recordCount()) {
            return Optional.of(batch);
        }
        return kept.isEmpty() ? Optional.empty() : Optional.of(rebuilt(batch, kept, bytes));
    }

    private static RecordBatch rebuilt(RecordBatch batch, List<Record> kept, int bytes) {
        ByteBuffer records = ByteBuffer.allocate(bytes);
        long maxTimestamp = Long.MIN_VALUE;
        for (Record record : kept) {
            Varint.writeInt(records, record.sizeBytes());
            records.put(record.bytes());
            maxTimestamp = Math.max(maxTimestamp, record.timestamp());
        }
        byte[] stored =
                batch.compression() == Compression.NONE
                        ? records.array()
                        : batch.compression().compress(records.array(), 0, bytes);
        ByteBuffer out = ByteBuffer.allocate(RecordBatch.HEADER_BYTES + stored.length);
        out.put(batch.bytes().limit(RecordBatch.HEADER_BYTES)).put(stored).flip();
        out.putInt(RecordBatch.LENGTH, out.limit() - RecordBatch.LENGTH_PREFIX_BYTES);
        out.putInt(RecordBatch.RECORD_COUNT, kept.size());
        if (!batch.isAppendTime()) {
            out.putLong(RecordBatch.MAX_TIMESTAMP, maxTimestamp);
        }
        out.putInt(RecordBatch.CRC, RecordBatch.checksum(out));
        return RecordBatch.checked(out);
    }
}
