package org.millrace.broker.dispatch;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which consumer of one view owns which partition, where {@link Assignment#EXCLUSIVE} is asked for:
 * each layout is spread over all of them. Confined to the loop of its destination.
 *
 * <p>A partition that has moved is its new owner's when nothing of it is in flight with the old one
 * any more, and one of a newer layout when nothing of older ones is in flight with somebody else;
 * so each message is finished, or back, before another consumer gets a later one.
 */
final class Ownership {
    /** What of one partition is in flight, and with whom. */
    final class Hold {
        private final int layout;
        private Seat holder;
        private int inFlight;

        private Hold(int layout) {
            this.layout = layout;
        }

        void taken(Seat seat) {
            holder = seat;
            inFlight++;
        }

        void ended() {
            inFlight--;
            if (inFlight == 0) {
                holder = null;
                whenFree.run();
            }
        }

        private boolean bars(Seat seat) {
            return holder != null && holder != seat;
        }
    }

    private final Runnable whenFree;
    private final Set<Seat> seats = new LinkedHashSet<>();
    private final TreeMap<Integer, Spread<Seat>> spreads = new TreeMap<>();
    private final Map<Integer, Hold> holds = new HashMap<>();

    Ownership(Runnable whenFree) {
        this.whenFree = whenFree;
    }

    void join(Seat seat) {
        seats.add(seat);
        spreads.values().forEach(spread -> spread.join(seat));
    }

    void leave(Seat seat) {
        seats.remove(seat);
        spreads.values().forEach(spread -> spread.leave(seat));
    }

    void add(PartitionCursor cursor) {
        spreads.computeIfAbsent(cursor.layout(), absent -> newSpread())
                .add(cursor.partitionNumber());
        holds.computeIfAbsent(cursor.partitionNumber(), absent -> new Hold(cursor.layout()));
    }

    private Spread<Seat> newSpread() {
        Spread<Seat> spread = new Spread<>();
        seats.forEach(spread::join);
        return spread;
    }

    /** Its layout is finished. */
    void remove(PartitionCursor cursor) {
        spreads.remove(cursor.layout());
        holds.remove(cursor.partitionNumber());
    }

    Hold holdOf(PartitionCursor cursor) {
        return holds.get(cursor.partitionNumber());
    }

    /** Whether this consumer may get the next message of the log. */
    boolean admits(Seat seat, PartitionCursor cursor) {
        if (!isOwner(seat, cursor) || holdOf(cursor).bars(seat)) {
            return false;
        }
        if (spreads.firstKey() < cursor.layout()) {
            for (Hold older : holds.values()) {
                if (older.layout < cursor.layout() && older.bars(seat)) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean isOwner(Seat seat, PartitionCursor cursor) {
        Spread<Seat> spread = spreads.get(cursor.layout());
        return spread != null && spread.isOwner(seat, cursor.partitionNumber());
    }

    /** Whether something is in flight, perhaps with consumers that were closed. */
    boolean holdsAnything() {
        return holds.values().stream().anyMatch(hold -> hold.holder != null);
    }

    /** Those who hold something that keeps owners from their partitions. */
    Set<Seat> inTheWay() {
        Set<Seat> found = new LinkedHashSet<>();
        holds.forEach(
                (partition, hold) -> {
                    boolean isInTheWay =
                            hold.holder != null
                                    && (hold.layout < spreads.lastKey()
                                            || !spreads.get(hold.layout)
                                                    .isOwner(hold.holder, partition));
                    if (isInTheWay && !hold.holder.gone) {
                        found.add(hold.holder);
                    }
                });
        return found;
    }
}
