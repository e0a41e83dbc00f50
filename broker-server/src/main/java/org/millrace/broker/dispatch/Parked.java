package org.millrace.broker.dispatch;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The messages with key that one walk has passed because others of their key are in flight, or that
 * came back. Of each key the lowest offset is on show: to the consumer that has the key, or among
 * what {@link Returned} offers to all. Confined to the loop of its destination.
 */
final class Parked {
    /** So many may wait; then the walk goes no further until some are gone. */
    static final int LIMIT = 65_536;

    private final Returned returned;
    private final PartitionCursor in;

    /** One for each key that waits. */
    private final Map<Long, Waiting> heads = new HashMap<>();

    /** One for each key, also of those that an older layout hides. */
    private final Set<Waiting> all = new LinkedHashSet<>();

    private final Map<Seat, TreeSet<Long>> reserved = new HashMap<>();
    private int count;

    Parked(Returned returned, PartitionCursor in) {
        this.returned = returned;
        this.in = in;
    }

    boolean isFull() {
        return count >= LIMIT;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** Whether there is something that only one consumer may take. */
    boolean isSelective() {
        return !reserved.isEmpty();
    }

    void begin(Waiting waiting) {
        all.add(waiting);
    }

    void end(Waiting waiting) {
        all.remove(waiting);
    }

    void changeCount(int by) {
        count += by;
    }

    /** {@code to} is null for all. */
    void show(Waiting waiting, long offset, Seat to, Returned.Place place) {
        heads.put(offset, waiting);
        in.subscription().wake();
        if (to == null) {
            returned.add(offset, place, in.subscription().nowMillis());
        } else {
            reserved.computeIfAbsent(to, absent -> new TreeSet<>()).add(offset);
        }
    }

    void hide(long offset, Seat to) {
        heads.remove(offset);
        if (to == null) {
            returned.remove(offset);
        } else {
            TreeSet<Long> offsets = reserved.get(to);
            offsets.remove(offset);
            if (offsets.isEmpty()) {
                reserved.remove(to);
            }
        }
    }

    /** Lowest offset at or above {@code from} that is kept for this consumer. */
    long next(long from, Seat seat) {
        TreeSet<Long> offsets = reserved.isEmpty() ? null : reserved.get(seat);
        Long next = offsets == null ? null : offsets.ceiling(from);
        return next == null ? Returned.NONE : next;
    }

    /** Whether it is on show. */
    boolean has(long offset) {
        return heads.containsKey(offset);
    }

    /** Removes an offset that was on show; false when it is none of these. */
    boolean remove(long offset) {
        Waiting waiting = heads.get(offset);
        if (waiting == null) {
            return false;
        }
        waiting.remove(offset);
        return true;
    }

    void discard() {
        List.copyOf(all).forEach(Waiting::discard);
    }
}
