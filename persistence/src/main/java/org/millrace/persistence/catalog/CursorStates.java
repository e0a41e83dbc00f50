package org.millrace.persistence.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.millrace.persistence.CursorId;
import org.millrace.persistence.CursorState;
import org.millrace.persistence.OffsetRange;

/** Puts chunks of a cursor together. Pure. */
final class CursorStates {
    private CursorStates() {}

    /**
     * The cursor made of these chunks, which ascend by number. What they say about the floor and
     * below is left out.
     */
    static CursorState of(CursorId id, long floor, long horizon, Iterable<CursorChunk> chunks) {
        List<OffsetRange> settled = new ArrayList<>();
        SortedMap<Long, Integer> counts = new TreeMap<>();
        for (CursorChunk chunk : chunks) {
            for (OffsetRange range : chunk.settledRanges()) {
                if (range.last() > floor) {
                    append(
                            settled,
                            new OffsetRange(Math.max(range.first(), floor + 1), range.last()));
                }
            }
            counts.putAll(chunk.deliveryCounts());
        }
        return new CursorState(
                id, floor, List.copyOf(settled), new TreeMap<>(counts.tailMap(floor + 1)), horizon);
    }

    private static void append(List<OffsetRange> ranges, OffsetRange above) {
        int last = ranges.size() - 1;
        if (last >= 0 && ranges.get(last).last() + 1 == above.first()) {
            ranges.set(last, new OffsetRange(ranges.get(last).first(), above.last()));
        } else {
            ranges.add(above);
        }
    }
}
