package org.millrace.broker.transaction;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.millrace.broker.destination.Arrival;
import org.millrace.broker.destination.Destination;
import org.millrace.broker.destination.Destinations;
import org.millrace.broker.dispatch.PartitionCursor;
import org.millrace.persistence.Change;
import org.millrace.persistence.CursorId;
import org.millrace.persistence.OffsetRange;
import org.millrace.persistence.PreparedBranch;

/**
 * Branches that an earlier run of the broker prepared: they hold their messages as soon as a
 * destination is loaded, before anybody can receive from it. Confined to the broker loop.
 */
final class InDoubt {
    /** Were accepted when they were sent. */
    private static final long NO_LIMIT = Long.MAX_VALUE;

    private final Destinations destinations;
    private final Map<CursorId, List<BranchEntry>> holding = new HashMap<>();

    InDoubt(Destinations destinations) {
        this.destinations = destinations;
    }

    BranchEntry restore(PreparedBranch prepared, long nowMillis) {
        BranchState state =
                isDecided(prepared.changes()) ? BranchState.DECIDED : BranchState.PREPARED;
        BranchEntry entry =
                new BranchEntry(prepared.branch(), state, new Transaction(NO_LIMIT), nowMillis);
        entry.stored = prepared.changes();
        for (Change change : prepared.changes()) {
            if (change instanceof Change.Settle settle) {
                holding.computeIfAbsent(settle.cursor(), absent -> new ArrayList<>()).add(entry);
            }
        }
        return entry;
    }

    private static boolean isDecided(List<Change> stored) {
        return stored.size() == 1 && stored.get(0) instanceof Change.DecideBranch;
    }

    static Change.Decision decisionOf(List<Change> stored) {
        return ((Change.DecideBranch) stored.get(0)).decision();
    }

    /** A cursor was loaded and nothing was delivered from it yet. */
    void hold(PartitionCursor cursor) {
        List<BranchEntry> holders = holding.remove(cursor.id());
        if (holders == null) {
            return;
        }
        for (BranchEntry entry : holders) {
            for (Change change : entry.stored) {
                if (change instanceof Change.Settle settle && settle.cursor().equals(cursor.id())) {
                    settle.offsets().forEach(range -> hold(entry, cursor, range));
                }
            }
        }
    }

    private static void hold(BranchEntry entry, PartitionCursor cursor, OffsetRange range) {
        for (long offset = range.first(); offset <= range.last(); offset++) {
            cursor.hold(offset).ifPresent(lease -> entry.work.add(new Held(cursor, lease)));
        }
    }

    /**
     * Opens what a restored branch touches, so that it is like one of this run; at once when it is
     * one. What does not exist any more needs nothing.
     */
    void load(BranchEntry entry, Runnable then) {
        Set<Destination> touched = new LinkedHashSet<>();
        for (Change change : entry.stored) {
            if (change instanceof Change.Append append) {
                destinations.findById(append.partition().destinationId()).ifPresent(touched::add);
            } else if (change instanceof Change.Settle settle) {
                destinations
                        .findById(settle.cursor().partition().destinationId())
                        .ifPresent(touched::add);
            }
        }
        int[] missing = {touched.size() + 1};
        Runnable loaded =
                () -> {
                    if (--missing[0] == 0) {
                        restoreSends(entry);
                        then.run();
                    }
                };
        touched.forEach(destination -> destinations.load(destination, loaded));
        loaded.run();
    }

    private void restoreSends(BranchEntry entry) {
        for (Change change : entry.stored) {
            if (change instanceof Change.Append append) {
                destinations
                        .findById(append.partition().destinationId())
                        .ifPresent(
                                destination ->
                                        entry.work.restore(
                                                destination,
                                                append.partition(),
                                                Arrival.restored(
                                                        append.batch(), append.partition())));
            }
        }
        entry.stored = List.of();
    }

    /** Whether a branch in doubt sends to it: then it is not deleted. */
    boolean mentions(Registry registry, Destination destination) {
        for (BranchEntry entry : registry.all()) {
            if (entry.state() != BranchState.OPEN && entry.work.sendsTo(destination)) {
                return true;
            }
            for (Change change : entry.stored) {
                if (change instanceof Change.Append append
                        && append.partition().destinationId() == destination.id()) {
                    return true;
                }
            }
        }
        return false;
    }
}
