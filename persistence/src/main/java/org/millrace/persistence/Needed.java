package org.millrace.persistence;

import java.util.Arrays;
import java.util.List;
import org.millrace.foundation.Check;

/**
 * What of the front of a log is still needed: everything from {@link #beforeOffset} on, and below
 * it some ranges. Immutable.
 */
public final class Needed {
    private final long beforeOffset;
    private final long[] firsts;
    private final long[] lasts;

    /** Offsets before the range with the same index. */
    private final long[] countsBefore;

    /** The ranges ascend and do not overlap; what lies from {@code beforeOffset} on is needed. */
    public Needed(List<OffsetRange> ranges, long beforeOffset) {
        this.beforeOffset = beforeOffset;
        this.firsts = ranges.stream().mapToLong(OffsetRange::first).toArray();
        this.lasts = ranges.stream().mapToLong(OffsetRange::last).toArray();
        this.countsBefore = new long[firsts.length + 1];
        for (int i = 0; i < firsts.length; i++) {
            Check.argument(i == 0 || lasts[i - 1] < firsts[i], "ranges %s do not ascend", ranges);
            countsBefore[i + 1] = countsBefore[i] + lasts[i] - firsts[i] + 1;
        }
    }

    public long beforeOffset() {
        return beforeOffset;
    }

    public boolean has(long offset) {
        return offset >= beforeOffset || countBelow(offset + 1) > countBelow(offset);
    }

    /** How many offsets from {@code from} to below {@code to} are needed. */
    public long countIn(long from, long to) {
        return countBelow(to) - countBelow(from);
    }

    private long countBelow(long offset) {
        long above = Math.max(0, offset - beforeOffset);
        long end = Math.min(offset, beforeOffset);
        int found = Arrays.binarySearch(firsts, end);
        int ranges = found >= 0 ? found : -found - 1;
        if (ranges == 0) {
            return above;
        }
        long last = Math.min(lasts[ranges - 1], end - 1);
        return above + countsBefore[ranges - 1] + last - firsts[ranges - 1] + 1;
    }

    @Override
    public String toString() {
        return "needed[%d offsets in %d ranges, and all from %d on]"
                .formatted(countBelow(beforeOffset), firsts.length, beforeOffset);
    }
}
