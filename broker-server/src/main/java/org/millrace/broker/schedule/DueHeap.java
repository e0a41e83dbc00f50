package org.millrace.broker.schedule;

import java.util.Arrays;
import org.millrace.foundation.Check;

/**
 * Offsets by the time when they are due, the earliest first, then the lowest offset. Pure; confined
 * to its caller.
 *
 * <p>A binary heap of pairs in blocks, so that each entry takes 16 bytes and growing copies none.
 */
final class DueHeap {
    private static final int BLOCK_SHIFT = 12;
    private static final int BLOCK_ENTRIES = 1 << BLOCK_SHIFT;
    private static final int IN_BLOCK = BLOCK_ENTRIES - 1;

    /** Of each entry the due time, then the offset. */
    private long[][] blocks = new long[0][];

    private int size;

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** What its entries take. */
    long sizeBytes() {
        long bytes = 0;
        for (long[] block : blocks) {
            bytes += block == null ? 0 : (long) block.length * Long.BYTES;
        }
        return bytes;
    }

    /** Milliseconds since 1970. */
    long firstDueMillis() {
        Check.invariant(size > 0, "nothing is pending");
        return due(0);
    }

    long firstOffset() {
        Check.invariant(size > 0, "nothing is pending");
        return offset(0);
    }

    void add(long dueMillis, long offset) {
        int block = size >> BLOCK_SHIFT;
        if (block == blocks.length) {
            blocks = Arrays.copyOf(blocks, Math.max(4, block + block / 2));
        }
        if (blocks[block] == null) {
            blocks[block] = new long[2 * BLOCK_ENTRIES];
        }
        int at = size++;
        while (at > 0) {
            int parent = (at - 1) / 2;
            if (!isBefore(dueMillis, offset, parent)) {
                break;
            }
            put(at, due(parent), offset(parent));
            at = parent;
        }
        put(at, dueMillis, offset);
    }

    void removeFirst() {
        Check.invariant(size > 0, "nothing is pending");
        size--;
        long due = due(size);
        long offset = offset(size);
        sink(due, offset);
        // One empty block is kept, so that a size that swings around its edge costs nothing.
        int spare = (size >> BLOCK_SHIFT) + 2;
        if (spare < blocks.length) {
            blocks[spare] = null;
        }
    }

    private void sink(long due, long offset) {
        int at = 0;
        while (true) {
            int child = 2 * at + 1;
            if (child >= size) {
                break;
            }
            if (child + 1 < size && isBefore(due(child + 1), offset(child + 1), child)) {
                child++;
            }
            if (isBefore(due, offset, child)) {
                break;
            }
            put(at, due(child), offset(child));
            at = child;
        }
        put(at, due, offset);
    }

    private boolean isBefore(long due, long offset, int other) {
        long otherDue = due(other);
        return due < otherDue || due == otherDue && offset < offset(other);
    }

    private long due(int entry) {
        return blocks[entry >> BLOCK_SHIFT][(entry & IN_BLOCK) << 1];
    }

    private long offset(int entry) {
        return blocks[entry >> BLOCK_SHIFT][((entry & IN_BLOCK) << 1) + 1];
    }

    private void put(int entry, long due, long offset) {
        long[] block = blocks[entry >> BLOCK_SHIFT];
        int at = (entry & IN_BLOCK) << 1;
        block[at] = due;
        block[at + 1] = offset;
    }
}
