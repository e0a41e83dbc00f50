package org.millrace.persistence.segment;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
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

    /** A batch with a record for each key; without body when the key ends with {@code -}. */
    static RecordBatch keyed(long baseOffset, long timestamp, int bodyBytes, String... keys) {
        RecordBatchBuilder builder = new RecordBatchBuilder(timestamp);
        for (String key : keys) {
            boolean isTombstone = key.endsWith("-");
            String name = isTombstone ? key.substring(0, key.length() - 1) : key;
            builder.add(
                    timestamp,
                    ByteBuffer.wrap(name.getBytes(StandardCharsets.UTF_8)),
                    isTombstone ? null : ByteBuffer.wrap(new byte[bodyBytes]),
                    List.of());
        }
        RecordBatch batch = builder.build();
        batch.stampBaseOffset(baseOffset);
        return batch;
    }
}
