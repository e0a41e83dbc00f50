package org.millrace.persistence.segment;

import org.millrace.foundation.Check;

/**
 * Sizes of segments.
 *
 * @param segmentBytes size at which a segment is sealed; only a single batch may be larger
 * @param indexIntervalBytes bytes of batches between two entries of an index
 */
public record SegmentLimits(int segmentBytes, int indexIntervalBytes) {
    private static final int MIN_BYTES = 1024;
    private static final int MAX_BYTES = 1 << 30;

    /** 64 MiB, an index entry every 4 KiB. */
    public static final SegmentLimits DEFAULT = new SegmentLimits(64 << 20, 4096);

    public SegmentLimits {
        Check.argument(
                MIN_BYTES <= segmentBytes && segmentBytes <= MAX_BYTES,
                "segment size %d is not between %d and %d bytes",
                segmentBytes,
                MIN_BYTES,
                MAX_BYTES);
        Check.argument(
                0 <= indexIntervalBytes && indexIntervalBytes <= segmentBytes,
                "index interval %d is not between 0 and the segment size %d bytes",
                indexIntervalBytes,
                segmentBytes);
    }
}
