package org.millrace.persistence.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.millrace.foundation.Check;
import org.millrace.persistence.OffsetRange;
import org.roaringbitmap.IntConsumer;
import org.roaringbitmap.RoaringBitmap;

/**
 * What a cursor says about {@value #OFFSETS} consecutive offsets: the unit in which cursors are
 * checkpointed, so that one acknowledgement never rewrites the whole. At most about 8 KiB of
 * settled offsets.
 *
 * @param number {@code offset / OFFSETS} of every offset in it
 * @param settled settled offsets above the floor, relative to {@link #firstOffset}; not changed
 *     after it was handed over
 * @param deliveryCounts unsettled offset to delivery count
 */
public record CursorChunk(
        long number, RoaringBitmap settled, SortedMap<Long, Integer> deliveryCounts) {
    /** Offsets in a chunk: one container of a Roaring bitmap. */
    public static final int OFFSETS = 1 << 16;

    public CursorChunk {
        Check.argument(number >= 0, "chunk number %d is negative", number);
    }

    /** Number of the chunk that holds the offset. */
    public static long numberOf(long offset) {
        return Math.floorDiv(offset, (long) OFFSETS);
    }

    public long firstOffset() {
        return number * OFFSETS;
    }

    public boolean isEmpty() {
        return settled.isEmpty() && deliveryCounts.isEmpty();
    }

    /** Settled offsets as ranges, ascending, not touching. */
    public List<OffsetRange> settledRanges() {
        RangeCollector collector = new RangeCollector(firstOffset());
        settled.forEach(collector);
        return collector.finish();
    }

    private static final class RangeCollector implements IntConsumer {
        private final long base;
        private final List<OffsetRange> ranges = new ArrayList<>();
        private int first = -1;
        private int last = -1;

        RangeCollector(long base) {
            this.base = base;
        }

        @Override
        public void accept(int index) {
            if (first >= 0 && index == last + 1) {
                last = index;
                return;
            }
            close();
            first = index;
            last = index;
        }

        private void close() {
            if (first >= 0) {
                ranges.add(new OffsetRange(base + first, base + last));
            }
        }

        List<OffsetRange> finish() {
            close();
            return ranges;
        }
    }
}
