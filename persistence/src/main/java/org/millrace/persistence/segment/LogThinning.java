package org.millrace.persistence.segment;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.millrace.persistence.Needed;
import org.millrace.persistence.StorageFullException;
import org.millrace.persistence.compaction.NeededOnly;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes sealed segments of one log anew with only those records that somebody needs, in steps.
 * Offsets, and so everything that is known of what stays, stay as they are. Confined to the writer
 * of the log.
 *
 * <p>A segment takes part when at least half of its offsets are not needed, and again when half of
 * what was left is not; small ones beside it join it, so that few records do not keep many files.
 * When the device is full it ends; what was done so far stays.
 */
final class LogThinning implements SegmentWork {
    private static final Logger LOG = LoggerFactory.getLogger(LogThinning.class);

    /** A segment below this part of the full size is small. */
    private static final int SMALL_PART = 16;

    /** So many small ones beside each other are worth to become one. */
    private static final int MANY_SMALL = 8;

    private final SegmentedLog log;
    private final LogFiles files;
    private final WriteBuffer writeBuffer;
    private final Needed needed;
    private final SealedSegments segments;
    private final long sizeBefore;
    private long next;
    private Optional<SegmentRewrite> rewrite = Optional.empty();
    private boolean done;

    LogThinning(
            SegmentedLog log,
            LogFiles files,
            WriteBuffer writeBuffer,
            Needed needed,
            long checkpointedEnd) {
        this.log = log;
        this.files = files;
        this.writeBuffer = writeBuffer;
        this.needed = needed;
        this.segments = new SealedSegments(log, needed.beforeOffset(), checkpointedEnd);
        this.sizeBefore = log.bounds().sizeBytes();
    }

    @Override
    public boolean step() {
        try {
            thin();
        } catch (StorageFullException full) {
            LOG.warn(
                    "partition {}: thinning ends early, nothing is lost: {}",
                    files.partition(),
                    full.getMessage());
            rewrite.ifPresent(SegmentRewrite::discard);
            done = true;
        }
        return !done;
    }

    private void thin() {
        if (rewrite.isEmpty()) {
            findGroup();
            return;
        }
        SegmentRewrite current = rewrite.get();
        if (!log.segments().containsAll(current.group())) {
            // Trimmed meanwhile: what is left of the group is looked at again.
            current.discard();
            rewrite = Optional.empty();
        } else if (!current.step()) {
            long kept = needed.countIn(current.baseOffset(), current.end());
            log.replace(current).ifPresent(thin -> thin.keptOf(kept));
            next = current.end();
            rewrite = Optional.empty();
        }
    }

    private void findGroup() {
        List<Segment> group = new ArrayList<>();
        boolean worthIt = false;
        double estimate = 0;
        long end = next;
        for (Optional<Segment> at = segments.at(end); at.isPresent(); at = segments.at(end)) {
            Segment segment = at.get();
            long segmentEnd = segments.endOf(segment);
            boolean isWorthIt = isWorthIt(segment, segmentEnd);
            estimate += sizeAfter(segment, segmentEnd);
            if (!isWorthIt && !isSmall(segment)
                    || !group.isEmpty()
                            && (estimate > files.limits().segmentBytes()
                                    || segmentEnd - group.get(0).baseOffset()
                                            > Integer.MAX_VALUE)) {
                end = group.isEmpty() ? segmentEnd : end;
                break;
            }
            group.add(segment);
            worthIt |= isWorthIt;
            end = segmentEnd;
        }
        if (worthIt || group.size() >= MANY_SMALL) {
            rewrite =
                    Optional.of(
                            new SegmentRewrite(
                                    files, writeBuffer, group, end, new NeededOnly(needed)));
        } else {
            done = end == next;
            next = end;
        }
    }

    private boolean isSmall(Segment segment) {
        return segment.sizeBytes() < files.limits().segmentBytes() / SMALL_PART;
    }

    private boolean isWorthIt(Segment segment, long end) {
        long left = needed.countIn(segment.baseOffset(), end);
        long before = segment.kept().orElse(end - segment.baseOffset());
        return left * 2 <= before && left < before;
    }

    private double sizeAfter(Segment segment, long end) {
        double before = segment.kept().orElse(end - segment.baseOffset());
        double part = needed.countIn(segment.baseOffset(), end) / Math.max(1, before);
        return segment.sizeBytes() * Math.min(1, part);
    }

    @Override
    public long bytesFreed() {
        return Math.max(0, sizeBefore - log.bounds().sizeBytes());
    }
}
