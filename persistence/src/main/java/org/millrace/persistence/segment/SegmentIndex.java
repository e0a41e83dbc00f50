package org.millrace.persistence.segment;

import org.millrace.wire.record.RecordBatch;

/**
 * Both indexes of a segment while it grows, and the rule when they get an entry: before a batch
 * that follows more than an interval of bytes without one. One thread adds, any may look up.
 */
final class SegmentIndex {
    private final OffsetIndex offsets;
    private final TimeIndex times;
    private final int intervalBytes;
    private TimeIndex.Entry youngest = new TimeIndex.Entry(Long.MIN_VALUE, -1);
    private int bytesSinceEntry;

    SegmentIndex(long baseOffset, int intervalBytes) {
        this.offsets = new OffsetIndex(baseOffset);
        this.times = new TimeIndex(baseOffset);
        this.intervalBytes = intervalBytes;
    }

    /** Takes note of the next batch of the segment. */
    void add(RecordBatch batch, long position) {
        if (batch.maxTimestamp() > youngest.timestamp()) {
            youngest = new TimeIndex.Entry(batch.maxTimestamp(), batch.lastOffset());
        }
        if (bytesSinceEntry > intervalBytes) {
            offsets.add(batch.lastOffset(), position);
            times.add(youngest);
            bytesSinceEntry = 0;
        }
        bytesSinceEntry += batch.sizeBytes();
    }

    /** Writes both files, complete. */
    void write(LogFiles files, long baseOffset) {
        if (bytesSinceEntry > 0) {
            times.add(youngest);
        }
        files.replace(files.offsetIndex(baseOffset), offsets.encode());
        files.replace(files.timeIndex(baseOffset), times.encode());
    }

    OffsetIndex offsets() {
        return offsets;
    }

    TimeIndex times() {
        return times;
    }
}
