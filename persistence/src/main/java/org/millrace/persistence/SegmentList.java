package org.millrace.persistence;

import java.util.List;

/**
 * The segments of one partition at one moment.
 *
 * @param count how many there are
 * @param oldest the first of them, in order
 */
public record SegmentList(int count, List<Extent> oldest) {
    /** Of a partition without segments, or an engine without. */
    public static final SegmentList NONE = new SegmentList(0, List.of());

    /**
     * One segment.
     *
     * @param firstTimestamp of its oldest record in milliseconds
     */
    public record Extent(long baseOffset, long sizeBytes, long firstTimestamp) {}

    public SegmentList {
        oldest = List.copyOf(oldest);
    }
}
