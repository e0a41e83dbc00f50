package org.millrace.persistence.compaction;

import java.util.Optional;
import org.millrace.persistence.Needed;
import org.millrace.wire.record.BatchFilter;
import org.millrace.wire.record.CorruptRecordException;
import org.millrace.wire.record.RecordBatch;

/** Keeps the records that somebody needs. Batches that this build cannot read stay whole. */
public record NeededOnly(Needed needed) implements Keeper {
    @Override
    public Optional<RecordBatch> keep(RecordBatch batch) {
        if (needed.countIn(batch.baseOffset(), batch.lastOffset() + 1) == 0) {
            return Optional.empty();
        }
        try {
            return BatchFilter.keep(batch, record -> needed.has(record.offset()));
        } catch (CorruptRecordException unreadable) {
            return Optional.of(batch);
        }
    }
}
