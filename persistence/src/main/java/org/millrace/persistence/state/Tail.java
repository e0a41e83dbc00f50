package org.millrace.persistence.state;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.millrace.persistence.Compaction;
import org.millrace.persistence.Needed;
import org.millrace.persistence.RecordSlice;
import org.millrace.persistence.compaction.NewestByKey;
import org.millrace.wire.record.CorruptRecordException;
import org.millrace.wire.record.Record;
import org.millrace.wire.record.RecordBatch;

/**
 * Committed batches of one partition in memory, in order of their offsets. Any thread may read and
 * drop; one at a time appends. What a reader finds is a consistent stretch: a batch is visible
 * whole, and all before it are.
 */
public final class Tail {
    private final ConcurrentSkipListMap<Long, RecordBatch> batches = new ConcurrentSkipListMap<>();
    private final AtomicLong bytesOfAll;
    private final AtomicLong bytes = new AtomicLong();

    /**
     * @param bytesOfAll bytes of all tails of an engine, kept up to date by each
     */
    public Tail(AtomicLong bytesOfAll) {
        this.bytesOfAll = bytesOfAll;
    }

    public void append(RecordBatch batch) {
        bytes.addAndGet(batch.sizeBytes());
        bytesOfAll.addAndGet(batch.sizeBytes());
        batches.put(batch.baseOffset(), batch);
    }

    /**
     * Whole batches below the end, from the one that holds {@code fromOffset}, or the next; at
     * least one if there is one.
     *
     * @param endOffset the partition's end, read by the caller before calling; batches appear here
     *     before the end moves, and showing them early would let a reader pass the end
     */
    public RecordSlice read(long fromOffset, int maxBytes, long endOffset) {
        if (fromOffset >= endOffset) {
            return new RecordSlice(List.of(), endOffset);
        }
        Map.Entry<Long, RecordBatch> first = batches.floorEntry(fromOffset);
        long from =
                first != null && first.getValue().lastOffset() >= fromOffset
                        ? first.getKey()
                        : fromOffset;
        List<RecordBatch> found = new ArrayList<>();
        long size = 0;
        long nextOffset = endOffset;
        for (RecordBatch batch : batches.subMap(from, endOffset).values()) {
            if (!found.isEmpty() && size + batch.sizeBytes() > maxBytes) {
                break;
            }
            found.add(batch);
            size += batch.sizeBytes();
            nextOffset = batch.lastOffset() + 1;
        }
        return new RecordSlice(found, nextOffset);
    }

    /** Batches with {@code from <= base offset < to}, about {@code maxBytes} of them. */
    public List<RecordBatch> range(long from, long to, int maxBytes) {
        List<RecordBatch> found = new ArrayList<>();
        long size = 0;
        for (RecordBatch batch : batches.subMap(from, to).values()) {
            found.add(batch);
            size += batch.sizeBytes();
            if (size >= maxBytes) {
                break;
            }
        }
        return found;
    }

    /** Drops every batch whose last offset lies below {@code offset}. */
    public void dropBelow(long offset) {
        for (Map.Entry<Long, RecordBatch> oldest = batches.firstEntry();
                oldest != null && oldest.getValue().lastOffset() < offset;
                oldest = batches.firstEntry()) {
            if (batches.remove(oldest.getKey(), oldest.getValue())) {
                long size = oldest.getValue().sizeBytes();
                bytes.addAndGet(-size);
                bytesOfAll.addAndGet(-size);
            }
        }
    }

    /** Drops whole batches of which nobody needs anything; returns the bytes given back. */
    public long retain(Needed needed) {
        long freed = 0;
        for (RecordBatch batch : batches.headMap(needed.beforeOffset()).values()) {
            boolean isNeeded = needed.countIn(batch.baseOffset(), batch.lastOffset() + 1) > 0;
            if (!isNeeded && batches.remove(batch.baseOffset(), batch)) {
                freed += batch.sizeBytes();
            }
        }
        bytes.addAndGet(-freed);
        bytesOfAll.addAndGet(-freed);
        return freed;
    }

    /** Drops replaced records; returns the bytes given back. Not beside an append. */
    public long compact(Compaction what) {
        NewestByKey newest = new NewestByKey(0, what.tombstonesBeforeMillis(), Integer.MAX_VALUE);
        List<RecordBatch> before = new ArrayList<>();
        for (RecordBatch batch : batches.headMap(what.beforeOffset()).values()) {
            if (batch.lastOffset() < what.beforeOffset()) {
                before.add(batch);
                newest.learn(batch);
            }
        }
        long freed = 0;
        for (RecordBatch batch : before) {
            Optional<RecordBatch> left = newest.keep(batch);
            left.ifPresentOrElse(
                    kept -> batches.replace(batch.baseOffset(), kept),
                    () -> batches.remove(batch.baseOffset()));
            freed += batch.sizeBytes() - left.map(RecordBatch::sizeBytes).orElse(0);
        }
        bytes.addAndGet(-freed);
        bytesOfAll.addAndGet(-freed);
        return freed;
    }

    /**
     * Lowest offset with a record of at or after this time; {@code otherwise} when there is none.
     */
    public long offsetAt(long timestamp, long fromOffset, long otherwise) {
        Map.Entry<Long, RecordBatch> first = batches.floorEntry(fromOffset);
        long from = first == null ? fromOffset : first.getKey();
        for (RecordBatch batch : batches.tailMap(from).values()) {
            if (batch.maxTimestamp() >= timestamp && batch.lastOffset() >= fromOffset) {
                return Math.max(fromOffset, offsetIn(batch, timestamp));
            }
        }
        return otherwise;
    }

    private static long offsetIn(RecordBatch batch, long timestamp) {
        try {
            for (Record record : batch) {
                if (record.timestamp() >= timestamp) {
                    return record.offset();
                }
            }
        } catch (CorruptRecordException unreadable) {
            // Compressed in a way that this build cannot read: the batch is the finest answer.
            return batch.baseOffset();
        }
        return batch.baseOffset();
    }

    /**
     * Lowest base offset from which on the batches take at most so many bytes; {@code otherwise}
     * when none does. Looks only at those before it.
     */
    public long offsetOfLast(long maxBytes, long otherwise) {
        long excess = bytes() - maxBytes;
        for (RecordBatch batch : batches.values()) {
            if (excess <= 0) {
                return Math.min(batch.baseOffset(), otherwise);
            }
            excess -= batch.sizeBytes();
        }
        return otherwise;
    }

    public long bytes() {
        return bytes.get();
    }

    /** {@code otherwise} when empty. */
    public long firstTimestamp(long otherwise) {
        Map.Entry<Long, RecordBatch> first = batches.firstEntry();
        return first == null ? otherwise : first.getValue().baseTimestamp();
    }

    /** {@code otherwise} when empty. */
    public long lastTimestamp(long otherwise) {
        Map.Entry<Long, RecordBatch> last = batches.lastEntry();
        return last == null ? otherwise : last.getValue().maxTimestamp();
    }

    /** One above the last offset; {@code otherwise} when empty. */
    public long recordEnd(long otherwise) {
        Map.Entry<Long, RecordBatch> last = batches.lastEntry();
        return last == null ? otherwise : last.getValue().lastOffset() + 1;
    }

    public boolean isEmpty() {
        return batches.isEmpty();
    }

    /** Drops all. */
    public void clear() {
        dropBelow(Long.MAX_VALUE);
    }
}
