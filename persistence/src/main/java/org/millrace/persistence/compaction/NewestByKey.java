package org.millrace.persistence.compaction;

import java.util.Optional;
import java.util.function.Predicate;
import org.millrace.wire.record.BatchFilter;
import org.millrace.wire.record.CorruptRecordException;
import org.millrace.wire.record.Record;
import org.millrace.wire.record.RecordBatch;

/**
 * Decides for a stretch of a log which records newer ones of their key replace. First {@link
 * #learn} sees the stretch upward, until it has no room for more keys; then {@link #keep} is asked
 * about everything from the beginning of the log to {@link #end}, upward too, so that a tombstone
 * goes after what it replaces. Confined to its caller.
 *
 * <p>Records without key are kept, and batches that this build cannot read.
 */
public final class NewestByKey implements Keeper, Predicate<Record> {
    private final KeyOffsets newest;
    private final long tombstonesBeforeMillis;
    private long end;

    /** Looks at what begins at {@code from}; all below must have been looked at before. */
    public NewestByKey(long from, long tombstonesBeforeMillis, int maxKeys) {
        this.end = from;
        this.tombstonesBeforeMillis = tombstonesBeforeMillis;
        this.newest = new KeyOffsets(maxKeys);
    }

    /** Takes note of the batch; false when it could not take all of it. */
    public boolean learn(RecordBatch batch) {
        try {
            for (Record record : batch) {
                if (record.offset() >= end) {
                    if (record.hasKey() && !newest.put(record.key().get(), record.offset())) {
                        return false;
                    }
                    end = record.offset() + 1;
                }
            }
        } catch (CorruptRecordException unreadable) {
            // It stays as it is, and replaces nothing.
            end = batch.lastOffset() + 1;
        }
        end = Math.max(end, batch.lastOffset() + 1);
        return true;
    }

    /** There is nothing between what was learned and this offset. */
    public void skip(long to) {
        end = Math.max(end, to);
    }

    /** Records from here on are kept and replace nothing. */
    public long end() {
        return end;
    }

    @Override
    public Optional<RecordBatch> keep(RecordBatch batch) {
        try {
            return batch.isControl() ? Optional.of(batch) : BatchFilter.keep(batch, this);
        } catch (CorruptRecordException unreadable) {
            return Optional.of(batch);
        }
    }

    @Override
    public boolean test(Record record) {
        if (record.offset() >= end || !record.hasKey()) {
            return true;
        }
        boolean replaced = newest.newest(record.key().get()) > record.offset();
        boolean oldTombstone =
                record.value().isEmpty() && record.timestamp() < tombstonesBeforeMillis;
        return !replaced && !oldTombstone;
    }
}
