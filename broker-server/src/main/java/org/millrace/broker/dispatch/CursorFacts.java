package org.millrace.broker.dispatch;

import java.util.Optional;
import org.millrace.persistence.PartitionId;

/**
 * Where a subscription is in one log, at one moment.
 *
 * @param floor this offset and all below are settled; {@code -1} when none is
 * @param endOffset of the log
 * @param recordEnd one above the highest offset of it that has a record
 * @param settledAbove offsets above the floor that are settled
 * @param inFlight leased
 * @param returned delivered before, and free
 * @param holder who holds the first offset above the floor, when somebody does
 */
public record CursorFacts(
        PartitionId log,
        long floor,
        long endOffset,
        long recordEnd,
        long settledAbove,
        int inFlight,
        int returned,
        Optional<Receiver> holder) {
    /** Not settled, at most: offsets may have gaps, and below {@code startOffset} there is none. */
    public long unsettled(long startOffset) {
        return Math.max(0, recordEnd - Math.max(floor + 1, startOffset) - settledAbove);
    }
}
