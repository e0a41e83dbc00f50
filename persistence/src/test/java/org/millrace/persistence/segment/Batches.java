package org.millrace.persistence.segment;

import java.nio.ByteBuffer;
import java.util.List;
import org.millrace.wire.record.RecordBatch;
import org.millrace.wire.record.RecordBatchBuilder;

/** Batches for tests. */
final class Batches {
    private Batches() {}

    /** A batch of {@code timestamps.length} records with bodies of this size. */
    static RecordBatch at(long baseOffset, int bodyBytes, long... timestamps) {
        RecordBatchBuilder builder = new RecordBatchBuilder(timestamps[0]);
        for (long timestamp : timestamps) {
            builder.add(timestamp, null, ByteBuffer.wrap(new byte[bodyBytes]), List.of());
        }
        RecordBatch batch = builder.build();
        batch.stampBaseOffset(baseOffset);
        return batch;
    }
}
