package org.millrace.broker.dispatch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.millrace.persistence.Change;
import org.millrace.persistence.OffsetRange;

/**
 * Offsets that are settled together, gathered by cursor. Confined to the broker loop.
 *
 * <p>Used once: {@link #changes} for the unit of work, {@link #apply} when it is durable.
 */
public final class Settlement {
    private static final class Offsets {
        private long[] values = new long[16];
        private int count;

        void add(long offset) {
            if (count == values.length) {
                values = Arrays.copyOf(values, count * 2);
            }
            values[count++] = offset;
        }

        List<OffsetRange> ranges() {
            Arrays.sort(values, 0, count);
            List<OffsetRange> ranges = new ArrayList<>();
            int i = 0;
            while (i < count) {
                long first = values[i];
                long last = first;
                while (++i < count && values[i] <= last + 1) {
                    last = values[i];
                }
                ranges.add(new OffsetRange(first, last));
            }
            return ranges;
        }
    }

    private final Map<PartitionCursor, Offsets> gathered = new LinkedHashMap<>();
    private final Map<PartitionCursor, List<OffsetRange>> ranges = new LinkedHashMap<>();

    /** For which something was added last. */
    private PartitionCursor last;

    private Offsets lastOffsets;

    /** From now on the lease is no longer its owner's. */
    public void add(PartitionCursor cursor, Lease<Seat> lease) {
        lease.settling();
        add(cursor, lease.offset());
    }

    /** Its lease stays: this is about a later time. */
    public void add(PartitionCursor cursor, long offset) {
        if (cursor != last) {
            last = cursor;
            lastOffsets = gathered.computeIfAbsent(cursor, absent -> new Offsets());
        }
        lastOffsets.add(offset);
    }

    public boolean isEmpty() {
        return gathered.isEmpty() && ranges.isEmpty();
    }

    /** One settle for each cursor that is stored; what is not is applied all the same. */
    public List<Change> changes() {
        gathered.forEach((cursor, offsets) -> ranges.put(cursor, offsets.ranges()));
        forgetGathered();
        List<Change> changes = new ArrayList<>(ranges.size());
        ranges.forEach(
                (cursor, settled) -> {
                    if (cursor.isStored()) {
                        changes.add(new Change.Settle(cursor.id(), settled));
                    }
                });
        return changes;
    }

    public void apply() {
        ranges.forEach(PartitionCursor::settled);
    }

    /** Instead of {@link #changes} and {@link #apply}, when nobody waits for it to be durable. */
    public void applyUnawaited() {
        gathered.forEach((cursor, offsets) -> cursor.settleUnawaited(offsets.ranges()));
        forgetGathered();
    }

    private void forgetGathered() {
        gathered.clear();
        last = null;
        lastOffsets = null;
    }
}
