package org.millrace.broker.dispatch;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.millrace.persistence.Needed;
import org.millrace.persistence.OffsetRange;

/**
 * Adds up what the readers of one log still need at its front. At most {@value #MAX_RANGES} ranges
 * of each: what follows counts as needed. Confined to its caller.
 */
final class Unfinished {
    static final int MAX_RANGES = 4096;

    /** Fewer are not worth the trouble: among consumers that work there are always some. */
    private static final long MIN_FINISHED = 1024;

    private final List<OffsetRange> ranges = new ArrayList<>();
    private long before;

    /** Only below this offset something may be dropped. */
    Unfinished(long before) {
        this.before = before;
    }

    void add(Partition.Reader reader) {
        before = Math.min(before, reader.finishedEnd());
        List<OffsetRange> its = reader.unfinished(before, MAX_RANGES);
        ranges.addAll(its);
        if (its.size() >= MAX_RANGES) {
            before = Math.min(before, its.get(its.size() - 1).first());
        }
    }

    /** Empty when too little is finished, from {@code start} on. */
    Optional<Needed> since(long start) {
        ranges.sort(Comparator.comparingLong(OffsetRange::first));
        List<OffsetRange> merged = new ArrayList<>();
        for (OffsetRange range : ranges) {
            int last = merged.size() - 1;
            if (range.first() >= before) {
                break;
            }
            long end = Math.min(range.last(), before - 1);
            if (last >= 0 && merged.get(last).last() + 1 >= range.first()) {
                OffsetRange one = merged.get(last);
                merged.set(last, new OffsetRange(one.first(), Math.max(one.last(), end)));
            } else {
                merged.add(new OffsetRange(range.first(), end));
            }
        }
        Needed needed = new Needed(merged, before);
        boolean isWorthIt = before - start - needed.countIn(start, before) >= MIN_FINISHED;
        return isWorthIt ? Optional.of(needed) : Optional.empty();
    }
}
