package org.millrace.persistence;

import java.util.List;
import java.util.SortedMap;

/**
 * Durable state of one cursor, as recovered. Immutable snapshot.
 *
 * @param floor this offset and all below are settled; {@code -1} when none is
 * @param settledAbove settled ranges above the floor, ascending, not touching
 * @param deliveryCounts offset to count, unsettled offsets only
 * @param horizon offsets below it may have been delivered
 */
public record CursorState(
        CursorId id,
        long floor,
        List<OffsetRange> settledAbove,
        SortedMap<Long, Integer> deliveryCounts,
        long horizon) {}
