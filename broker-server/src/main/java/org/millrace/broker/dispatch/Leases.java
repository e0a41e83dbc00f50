package org.millrace.broker.dispatch;

import java.util.Arrays;
import java.util.function.Predicate;

/**
 * The leases of one cursor by their offsets: a table that is probed in line, for there is hardly a
 * message that does not pass through it. Confined like its cursor.
 */
final class Leases<O> {
    private static final int FIRST_BITS = 4;

    /** A larger table is given back when nothing is leased any more. */
    private static final int KEPT_BITS = 14;

    private static final long FREE = -1;

    /** Spreads neighbours over the table: 2^64 divided by the golden ratio. */
    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    private int bits = FIRST_BITS;
    private long[] offsets;
    private Object[] leases;
    private int size;

    Leases() {
        allocate();
    }

    private void allocate() {
        offsets = new long[1 << bits];
        Arrays.fill(offsets, FREE);
        leases = new Object[1 << bits];
    }

    int size() {
        return size;
    }

    boolean contains(long offset) {
        return size > 0 && leases[indexOf(offset)] != null;
    }

    /** Null when there is none. */
    Lease<O> get(long offset) {
        return size == 0 ? null : at(indexOf(offset));
    }

    @SuppressWarnings("unchecked")
    private Lease<O> at(int index) {
        return (Lease<O>) leases[index];
    }

    /** Instead of the one of the same offset, if there is one. */
    void put(Lease<O> lease) {
        int index = indexOf(lease.offset());
        if (offsets[index] == FREE) {
            if (++size > offsets.length / 2) {
                resize(bits + 1);
                index = indexOf(lease.offset());
            }
        }
        offsets[index] = lease.offset();
        leases[index] = lease;
    }

    /** Null when there was none. */
    Lease<O> remove(long offset) {
        int index = indexOf(offset);
        Lease<O> removed = at(index);
        if (removed != null) {
            closeGap(index);
            size--;
            if (size == 0 && bits > KEPT_BITS) {
                bits = FIRST_BITS;
                allocate();
            }
        }
        return removed;
    }

    /** What a search would no longer find beyond the gap moves into it. */
    private void closeGap(int index) {
        int mask = offsets.length - 1;
        int gap = index;
        int next = (gap + 1) & mask;
        while (offsets[next] != FREE) {
            int home = home(offsets[next]);
            if (((next - home) & mask) >= ((next - gap) & mask)) {
                offsets[gap] = offsets[next];
                leases[gap] = leases[next];
                gap = next;
            }
            next = (next + 1) & mask;
        }
        offsets[gap] = FREE;
        leases[gap] = null;
    }

    private void resize(int newBits) {
        Object[] before = leases;
        bits = newBits;
        allocate();
        for (Object each : before) {
            if (each instanceof Lease<?> lease) {
                int index = indexOf(lease.offset());
                offsets[index] = lease.offset();
                leases[index] = lease;
            }
        }
    }

    /** Of all, from the lowest up. */
    long[] offsets() {
        long[] found = new long[size];
        int count = 0;
        for (long offset : offsets) {
            if (offset != FREE) {
                found[count++] = offset;
            }
        }
        Arrays.sort(found);
        return found;
    }

    /** Whether one of them is so. */
    boolean any(Predicate<Lease<O>> condition) {
        for (int i = 0; i < leases.length; i++) {
            if (leases[i] != null && condition.test(at(i))) {
                return true;
            }
        }
        return false;
    }

    private int home(long offset) {
        return (int) (offset * SPREAD >>> Long.SIZE - bits);
    }

    /** Where the offset is, or the free place where it would be. */
    private int indexOf(long offset) {
        int mask = offsets.length - 1;
        int index = home(offset);
        while (offsets[index] != FREE && offsets[index] != offset) {
            index = (index + 1) & mask;
        }
        return index;
    }
}
