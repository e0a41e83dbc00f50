package org.millrace.persistence.segment;

import java.util.List;
import java.util.Optional;

/**
 * The segments of one log that may be written anew: those that are followed by one that begins
 * below the checkpointed end. Whatever recovery cuts off, they stay, and are never the active one.
 * Confined to the writer of the log.
 */
final class SealedSegments {
    private final SegmentedLog log;
    private final long limit;

    /** Of these, the ones that end at or below {@code beforeOffset} now. */
    SealedSegments(SegmentedLog log, long beforeOffset, long checkpointedEnd) {
        this.log = log;
        List<Segment> segments = log.segments();
        long end = 0;
        for (int i = 0; i + 1 < segments.size(); i++) {
            long segmentEnd = segments.get(i + 1).baseOffset();
            if (segmentEnd <= beforeOffset && segmentEnd < checkpointedEnd) {
                end = segmentEnd;
            }
        }
        this.limit = end;
    }

    /** The first one with something at or above the offset. */
    Optional<Segment> at(long offset) {
        List<Segment> segments = log.segments();
        for (int i = SegmentedLog.indexOf(segments, offset); i < segments.size(); i++) {
            long end = log.endOf(segments, i);
            if (end > limit) {
                break;
            }
            if (end > offset) {
                return Optional.of(segments.get(i));
            }
        }
        return Optional.empty();
    }

    /** Of a segment that is there. */
    long endOf(Segment segment) {
        List<Segment> segments = log.segments();
        return log.endOf(segments, segments.indexOf(segment));
    }
}
