package org.millrace.persistence.segment;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.millrace.persistence.Compaction;
import org.millrace.persistence.StorageFullException;
import org.millrace.persistence.compaction.NewestByKey;
import org.millrace.wire.record.RecordBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drops replaced records from the sealed segments of one log, in steps that read at most {@value
 * #STEP_BYTES} bytes, so that whatever else the thread has to do goes on between them. Confined to
 * the writer of the log.
 *
 * <pre>
 *   LEARN --keys are full, or all was seen--> REWRITE --all groups done--> LEARN (what is left) or DONE
 * </pre>
 *
 * <p>Learns the keys of what was not compacted before, as many as there is room for, then writes
 * all segments up to there anew, from the oldest on: neighbours that fit into one segment together
 * become one ({@link SegmentedLog#replace}). Memory is bounded by {@code maxKeys}; more keys cost
 * more passes. Segments that are trimmed meanwhile are left out.
 *
 * <p>When the device is full it ends; what was replaced so far stays.
 */
final class LogCompaction implements SegmentWork {
    static final int STEP_BYTES = 4 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(LogCompaction.class);

    private enum Phase {
        LEARN,
        REWRITE,
        DONE
    }

    private final SegmentedLog log;
    private final LogFiles files;
    private final WriteBuffer writeBuffer;
    private final Compaction what;
    private final int maxKeys;
    private final SealedSegments segments;
    private final long sizeBefore;
    private Phase phase = Phase.LEARN;
    private NewestByKey newest;
    private long learnNext;
    private long rewriteNext;
    private Optional<SegmentRewrite> rewrite = Optional.empty();

    /** As {@link SegmentedLog#compaction}. */
    LogCompaction(
            SegmentedLog log,
            LogFiles files,
            WriteBuffer writeBuffer,
            Compaction what,
            long checkpointedEnd,
            int maxKeys) {
        this.log = log;
        this.files = files;
        this.writeBuffer = writeBuffer;
        this.what = what;
        this.segments = new SealedSegments(log, what.beforeOffset(), checkpointedEnd);
        this.maxKeys = maxKeys;
        this.sizeBefore = log.bounds().sizeBytes();
        if (isWorthIt()) {
            beginPass();
        } else {
            phase = Phase.DONE;
        }
    }

    /** What is not compacted yet is at least half as much as what is. */
    private boolean isWorthIt() {
        long clean = 0;
        long dirty = 0;
        long end = 0;
        for (Optional<Segment> at = segments.at(end); at.isPresent(); at = segments.at(end)) {
            end = segments.endOf(at.get());
            if (end <= log.compactedTo()) {
                clean += at.get().sizeBytes();
            } else {
                dirty += at.get().sizeBytes();
            }
        }
        return dirty > 0 && dirty >= clean / 2;
    }

    private void beginPass() {
        learnNext = log.compactedTo();
        newest = new NewestByKey(learnNext, what.tombstonesBeforeMillis(), maxKeys);
        phase = Phase.LEARN;
    }

    @Override
    public boolean step() {
        switch (phase) {
            case LEARN -> learn();
            case REWRITE -> rewriteUntilFull();
            case DONE -> {}
        }
        return phase != Phase.DONE;
    }

    private void learn() {
        Optional<Segment> segment = segments.at(learnNext);
        if (segment.isEmpty()) {
            beginRewrite();
            return;
        }
        List<RecordBatch> batches = segment.get().read(learnNext, STEP_BYTES);
        for (RecordBatch batch : batches) {
            if (!newest.learn(batch)) {
                beginRewrite();
                return;
            }
            learnNext = batch.lastOffset() + 1;
        }
        if (batches.isEmpty()) {
            learnNext = segments.endOf(segment.get());
            newest.skip(learnNext);
            segment.get().unload();
        }
    }

    private void beginRewrite() {
        rewriteNext = 0;
        phase = Phase.REWRITE;
    }

    private void rewriteUntilFull() {
        try {
            rewriteSome();
        } catch (StorageFullException full) {
            LOG.warn(
                    "partition {}: compaction ends early, nothing is lost: {}",
                    files.partition(),
                    full.getMessage());
            rewrite.ifPresent(SegmentRewrite::discard);
            phase = Phase.DONE;
        }
    }

    private void rewriteSome() {
        if (rewrite.isEmpty()) {
            rewrite = nextGroup();
            if (rewrite.isEmpty()) {
                endPass();
                return;
            }
        }
        SegmentRewrite current = rewrite.get();
        if (!log.segments().containsAll(current.group())) {
            // Trimmed meanwhile: what is left of the group is looked at again.
            current.discard();
            rewrite = Optional.empty();
        } else if (!current.step()) {
            log.replace(current);
            rewriteNext = current.end();
            rewrite = Optional.empty();
        }
    }

    /** Neighbours that fit into one segment as they are. */
    private Optional<SegmentRewrite> nextGroup() {
        List<Segment> group = new ArrayList<>();
        long size = 0;
        long end = rewriteNext;
        for (Optional<Segment> next = segments.at(end);
                next.isPresent() && next.get().baseOffset() < newest.end();
                next = segments.at(end)) {
            Segment segment = next.get();
            size += segment.sizeBytes();
            long nextEnd = segments.endOf(segment);
            if (!group.isEmpty()
                    && (size > files.limits().segmentBytes()
                            || nextEnd - group.get(0).baseOffset() > Integer.MAX_VALUE)) {
                break;
            }
            group.add(segment);
            end = nextEnd;
        }
        return group.isEmpty()
                ? Optional.empty()
                : Optional.of(new SegmentRewrite(files, writeBuffer, group, end, newest));
    }

    private void endPass() {
        log.compacted(newest.end());
        if (segments.at(newest.end()).isPresent()) {
            beginPass();
        } else {
            phase = Phase.DONE;
        }
    }

    @Override
    public long bytesFreed() {
        return Math.max(0, sizeBefore - log.bounds().sizeBytes());
    }
}
