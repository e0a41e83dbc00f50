package org.millrace.persistence.segment;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.millrace.foundation.Check;

/**
 * Sparse index of one segment from timestamp to offset, as in Apache Kafka's {@code .timeindex}
 * files:
 *
 * <pre>
 *   0 timestamp i64, milliseconds | 8 relative offset i32                     (12 bytes per entry)
 * </pre>
 *
 * An entry (t, o) says that no record up to offset o is younger than t, and that one of the batch
 * that ends at o is as young. Both ascend; the last entry of a sealed segment holds its largest
 * timestamp. One thread adds, any may look up.
 */
final class TimeIndex {
    static final int ENTRY_BYTES = 12;

    /** Largest timestamp so far and the last offset of the batch that has it. */
    record Entry(long timestamp, long offset) {}

    private final long baseOffset;
    private volatile Entry[] entries = new Entry[8];
    private volatile int count;

    TimeIndex(long baseOffset) {
        this.baseOffset = baseOffset;
    }

    /** Adds an entry, unless the one before it says as much. */
    void add(Entry entry) {
        int at = count;
        Entry[] target = entries;
        if (at > 0 && target[at - 1].timestamp() >= entry.timestamp()) {
            return;
        }
        Check.invariant(
                entry.offset() - baseOffset <= Integer.MAX_VALUE,
                "offset %d is out of reach of segment %d",
                entry.offset(),
                baseOffset);
        if (at == target.length) {
            target = Arrays.copyOf(target, at * 2);
            entries = target;
        }
        target[at] = entry;
        count = at + 1;
    }

    /** The entry with the largest timestamp before this one: the search starts behind it. */
    Optional<Entry> before(long timestamp) {
        int above = count;
        Entry[] sorted = entries;
        int below = -1;
        while (above - below > 1) {
            int middle = (below + above) >>> 1;
            if (sorted[middle].timestamp() < timestamp) {
                below = middle;
            } else {
                above = middle;
            }
        }
        return below < 0 ? Optional.empty() : Optional.of(sorted[below]);
    }

    ByteBuffer encode() {
        int entryCount = count;
        Entry[] source = entries;
        ByteBuffer out = ByteBuffer.allocate(entryCount * ENTRY_BYTES);
        for (int i = 0; i < entryCount; i++) {
            out.putLong(source[i].timestamp());
            out.putInt((int) (source[i].offset() - baseOffset));
        }
        return out.flip();
    }

    /**
     * The index in a file; empty when it cannot be one. A sealed segment has at least one entry.
     */
    static Optional<TimeIndex> decode(long baseOffset, ByteBuffer content) {
        if (content.remaining() % ENTRY_BYTES != 0 || !content.hasRemaining()) {
            return Optional.empty();
        }
        TimeIndex index = new TimeIndex(baseOffset);
        Entry last = new Entry(Long.MIN_VALUE, baseOffset - 1);
        while (content.hasRemaining()) {
            Entry next = new Entry(content.getLong(), baseOffset + content.getInt());
            if (next.timestamp() <= last.timestamp() || next.offset() <= last.offset()) {
                return Optional.empty();
            }
            index.add(next);
            last = next;
        }
        return Optional.of(index);
    }
}
