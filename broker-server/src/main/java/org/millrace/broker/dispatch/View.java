package org.millrace.broker.dispatch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What the consumers with one selector see of a subscription: a walk through each partition and the
 * consumers that wait, longest first. The view without selector is one like any other. Confined to
 * the loop of its destination.
 */
final class View {
    /** Highest lane first; within a lane oldest layout first. */
    private static final Comparator<Walk> ORDER =
            Comparator.comparingInt(Walk::lane).reversed().thenComparingInt(Walk::layout);

    private final String selector;
    private final Filter filter;
    private final Optional<Ownership> owners;

    /** In {@link #ORDER}; of those that are equal the one served last is last. */
    private final List<Walk> walks = new ArrayList<>();

    private final ArrayDeque<Seat> waiting = new ArrayDeque<>();

    /** Whether there are walks through layouts of different age. */
    private boolean layered;

    private Walk found;
    private Seat taker;
    private Walk.Outcome outcome = Walk.Outcome.END;
    int seats;

    /** {@code owners} only where partitions have any. */
    View(String selector, Filter filter, Optional<Ownership> owners) {
        this.selector = selector;
        this.filter = filter;
        this.owners = owners;
    }

    Optional<Ownership> owners() {
        return owners;
    }

    Filter filter() {
        return filter;
    }

    String selector() {
        return selector;
    }

    void add(PartitionCursor cursor) {
        walks.add(cursor.newWalk(this, filter));
        walks.sort(ORDER);
        layered = isLayered();
        owners.ifPresent(all -> all.add(cursor));
    }

    void remove(PartitionCursor cursor) {
        for (Walk walk : List.copyOf(walks)) {
            if (walk.in() == cursor) {
                walks.remove(walk);
                cursor.dropWalk(walk);
            }
        }
        layered = isLayered();
        owners.ifPresent(all -> all.remove(cursor));
    }

    private boolean isLayered() {
        for (int i = 1; i < walks.size(); i++) {
            if (walks.get(i - 1).precedes(walks.get(i))) {
                return true;
            }
        }
        return false;
    }

    /** From the oldest layout up: what waits in an older one hides what waits in a newer. */
    void drop() {
        walks.forEach(walk -> walk.in().dropWalk(walk));
        walks.clear();
    }

    void enqueue(Seat seat) {
        waiting.add(seat);
    }

    void remove(Seat seat) {
        waiting.remove(seat);
    }

    /** Whoever waits longest and is ready; null when nobody is. */
    Seat head() {
        Seat head;
        while ((head = waiting.peek()) != null && !head.receiver.isReady()) {
            waiting.poll();
            head.queued = false;
        }
        return head;
    }

    /**
     * Looks for the next message of the highest lane that has one, for whoever waits longest of
     * those that may take something.
     */
    Walk.Outcome next(Budget budget) {
        long passed;
        do {
            passed = passed();
            nextOfAll(budget);
            // What an owner has passed since may let those go ahead who were asked before.
        } while (outcome == Walk.Outcome.END && passed() > passed);
        return outcome;
    }

    private void nextOfAll(Budget budget) {
        outcome = Walk.Outcome.END;
        for (Seat seat : waiting) {
            if (seat.isReady()) {
                taker = seat;
                next(seat, budget);
                if (outcome != Walk.Outcome.END || !isSelective()) {
                    return;
                }
            }
        }
    }

    /** How many logs hold up no newer layout; 0 where nobody waits for what others pass. */
    private long passed() {
        return layered && owners.isPresent()
                ? walks.stream().filter(walk -> walk.keepsNothing() && walk.hasPassedAll()).count()
                : 0;
    }

    /** Whether one consumer may find something where another does not. */
    private boolean isSelective() {
        if (owners.isPresent()) {
            return true;
        }
        for (Walk walk : walks) {
            if (walk.isSelective()) {
                return true;
            }
        }
        return false;
    }

    private void next(Seat seat, Budget budget) {
        found = null;
        outcome = Walk.Outcome.END;
        Gate gate = new Gate(layered, owners.isEmpty() ? Assignment.SHARED : Assignment.EXCLUSIVE);
        for (Walk walk : walks) {
            if (outcome == Walk.Outcome.WAIT && ORDER.compare(found, walk) != 0) {
                // What is being read comes before all in lower lanes and newer layouts.
                break;
            }
            Walk.Reach reach = gate.before(walk);
            Walk.Outcome here =
                    mayAsk(walk, seat, reach) ? walk.next(seat, reach, budget) : Walk.Outcome.END;
            gate.after(walk);
            if (here == Walk.Outcome.FOUND || here == Walk.Outcome.BUSY) {
                found = walk;
                outcome = here;
                break;
            }
            if (here == Walk.Outcome.WAIT) {
                found = walk;
                outcome = here;
            }
        }
    }

    private boolean mayAsk(Walk walk, Seat seat, Walk.Reach reach) {
        return owners.isEmpty() || reach == Walk.Reach.ALL && owners.get().admits(seat, walk.in());
    }

    /** Somebody got a message. */
    void took(Seat seat, PartitionCursor in, Lease<Seat> lease) {
        if (owners.isPresent()) {
            Ownership.Hold hold = owners.get().holdOf(in);
            hold.taken(seat);
            lease.isHeldBy(hold);
        }
    }

    /** For whom the last {@link #next} found something. */
    Seat taker() {
        return taker;
    }

    /** Nobody wants anything now. */
    void rest() {
        outcome = Walk.Outcome.END;
    }

    /** Of the last {@link #next}. */
    Walk.Outcome outcome() {
        return outcome;
    }

    /** Gives what was found to the one that it was found for. */
    Seat deliver(long nowMillis) {
        Seat seat = taker;
        if (waiting.peek() == seat) {
            waiting.poll();
        } else {
            waiting.remove(seat);
        }
        seat.queued = false;
        hand(seat, nowMillis);
        return seat;
    }

    /** Goes on with the one that was served, as long as it takes and nobody else waits. */
    void deliverTo(Seat seat, Budget budget) {
        while (waiting.isEmpty() && seat.isReady()) {
            next(seat, budget);
            if (outcome != Walk.Outcome.FOUND) {
                return;
            }
            hand(seat, budget.nowMillis());
        }
    }

    private void hand(Seat seat, long nowMillis) {
        seat.receiver.deliver(found.take(seat, nowMillis));
        if (walks.size() > 1) {
            walks.remove(found);
            walks.add(found);
            walks.sort(ORDER);
        }
    }
}
