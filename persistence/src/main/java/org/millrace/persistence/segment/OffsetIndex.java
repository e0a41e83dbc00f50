package org.millrace.persistence.segment;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.LongPredicate;
import org.millrace.foundation.Check;

/**
 * Sparse index of one segment from offset to position, as in Apache Kafka's {@code .index} files:
 *
 * <pre>
 *   0 relative offset i32 | 4 position i32                                     (8 bytes per entry)
 * </pre>
 *
 * The offset is the last one of a batch, relative to the segment's base offset; the position is
 * where that batch starts. Both ascend. One thread adds, any may look up.
 */
final class OffsetIndex {
    static final int ENTRY_BYTES = 8;

    /** Last offset of a batch and the position of its first byte. */
    record Entry(long offset, int position) {}

    private final long baseOffset;
    // The count is written after the entries and read before them, which publishes both.
    private volatile long[] entries;
    private volatile int count;

    OffsetIndex(long baseOffset) {
        this.baseOffset = baseOffset;
        this.entries = new long[8];
    }

    /** Adds an entry above all others. */
    void add(long offset, long position) {
        int at = count;
        long relative = offset - baseOffset;
        Check.invariant(
                relative >= 0 && relative <= Integer.MAX_VALUE && position <= Integer.MAX_VALUE,
                "offset %d at position %d is out of reach of its segment",
                offset,
                position);
        long[] target = entries;
        if (at == target.length) {
            target = Arrays.copyOf(target, at * 2);
            entries = target;
        }
        target[at] = relative << 32 | position;
        count = at + 1;
    }

    /** The entry with the highest offset at or below this one. */
    Optional<Entry> floor(long offset) {
        return last(packed -> baseOffset + (packed >>> 32) <= offset);
    }

    /** The entry with the highest position at or below this one. */
    Optional<Entry> atPosition(long position) {
        return last(packed -> (int) packed <= position);
    }

    /** The last entry of those at the front that are as wanted. */
    private Optional<Entry> last(LongPredicate wanted) {
        int above = count;
        long[] sorted = entries;
        int below = -1;
        while (above - below > 1) {
            int middle = (below + above) >>> 1;
            if (wanted.test(sorted[middle])) {
                below = middle;
            } else {
                above = middle;
            }
        }
        return below < 0 ? Optional.empty() : Optional.of(entry(sorted[below]));
    }

    private Entry entry(long packed) {
        return new Entry(baseOffset + (packed >>> 32), (int) packed);
    }

    int count() {
        return count;
    }

    ByteBuffer encode() {
        int entryCount = count;
        ByteBuffer out = ByteBuffer.allocate(entryCount * ENTRY_BYTES);
        out.asLongBuffer().put(entries, 0, entryCount);
        return out;
    }

    /** The index in a file; empty when it cannot be the index of a log of this size. */
    static Optional<OffsetIndex> decode(long baseOffset, ByteBuffer content, long logBytes) {
        if (content.remaining() % ENTRY_BYTES != 0) {
            return Optional.empty();
        }
        long[] entries = new long[Math.max(1, content.remaining() / ENTRY_BYTES)];
        int lastOffset = -1;
        int lastPosition = -1;
        for (int i = 0; content.hasRemaining(); i++) {
            entries[i] = content.getLong();
            int offset = (int) (entries[i] >>> 32);
            int position = (int) entries[i];
            if (offset <= lastOffset || position <= lastPosition || position >= logBytes) {
                return Optional.empty();
            }
            lastOffset = offset;
            lastPosition = position;
        }
        OffsetIndex index = new OffsetIndex(baseOffset);
        index.entries = entries;
        index.count = lastOffset < 0 ? 0 : entries.length;
        return Optional.of(index);
    }
}
