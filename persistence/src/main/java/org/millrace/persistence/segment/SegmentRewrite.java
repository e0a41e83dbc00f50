package org.millrace.persistence.segment;

import java.util.ArrayList;
import java.util.List;
import org.millrace.persistence.StorageFile;
import org.millrace.persistence.StorageIo;
import org.millrace.persistence.compaction.Keeper;
import org.millrace.wire.record.RecordBatch;

/**
 * Neighbouring sealed segments on their way to become one, in a file beside them. Confined to the
 * writer of the log.
 */
final class SegmentRewrite {
    private final LogFiles files;
    private final WriteBuffer writeBuffer;
    private final List<Segment> group;
    private final long end;
    private final Keeper keeper;
    private final SegmentIndex index;
    private int segmentAt;
    private long next;
    private long sizeBytes;
    private boolean changed;

    /**
     * @param end where the group ends
     */
    SegmentRewrite(
            LogFiles files, WriteBuffer writeBuffer, List<Segment> group, long end, Keeper keeper) {
        this.files = files;
        this.writeBuffer = writeBuffer;
        this.group = List.copyOf(group);
        this.end = end;
        this.keeper = keeper;
        this.index = new SegmentIndex(baseOffset(), files.limits().indexIntervalBytes());
        this.changed = group.size() > 1;
        this.next = baseOffset();
        files.io().delete(fileName());
    }

    List<Segment> group() {
        return group;
    }

    long baseOffset() {
        return group.get(0).baseOffset();
    }

    long end() {
        return end;
    }

    long sizeBytes() {
        return sizeBytes;
    }

    SegmentIndex index() {
        return index;
    }

    /** Whether something was dropped, or several segments become one. */
    boolean isChanged() {
        return changed;
    }

    private String fileName() {
        return files.compacting(baseOffset(), end);
    }

    /** Moves the next few batches that stay; false when all were looked at. */
    boolean step() {
        if (segmentAt == group.size()) {
            return false;
        }
        List<RecordBatch> batches = group.get(segmentAt).read(next, LogCompaction.STEP_BYTES);
        if (batches.isEmpty()) {
            group.get(segmentAt).unload();
            segmentAt++;
            return segmentAt < group.size();
        }
        List<RecordBatch> kept = new ArrayList<>(batches.size());
        for (RecordBatch batch : batches) {
            RecordBatch left = keeper.keep(batch).orElse(null);
            changed |= left != batch;
            if (left != null) {
                kept.add(left);
            }
            next = batch.lastOffset() + 1;
        }
        write(kept);
        return true;
    }

    private void write(List<RecordBatch> batches) {
        if (batches.isEmpty()) {
            return;
        }
        String name = fileName();
        try (StorageFile file = sizeBytes == 0 ? files.io().create(name) : files.io().open(name)) {
            writeBuffer.write(file, sizeBytes, batches);
        }
        for (RecordBatch batch : batches) {
            index.add(batch, sizeBytes);
            sizeBytes += batch.sizeBytes();
        }
    }

    /** Its bytes are on the device from here on, its name is not. */
    void force() {
        try (StorageFile file = files.io().open(fileName())) {
            file.force(StorageIo.Force.ALL);
        }
    }

    void discard() {
        files.io().delete(fileName());
    }
}
