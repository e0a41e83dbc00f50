package org.millrace.broker.destination;

import java.util.ArrayList;
import java.util.List;
import org.millrace.persistence.Change;
import org.millrace.persistence.Committed;
import org.millrace.persistence.PartitionId;

/**
 * The appends of one unit of work, and who hears when they are durable. Confined to the broker
 * loop; used once: {@link #changes} for the unit, which holds no other appends, then {@link
 * #apply}.
 */
public final class Appends {
    private record Placed(Destination destination, PartitionId where, Arrival arrival) {}

    private final List<Placed> placed = new ArrayList<>();
    private final List<Change> changes = new ArrayList<>();

    /** What is for nobody is left out. */
    public void add(Destination destination, PartitionId where, Arrival arrival) {
        if (destination.hasReaders()) {
            placed.add(new Placed(destination, where, arrival));
            changes.add(destination.append(arrival, where));
        }
    }

    public List<Change> changes() {
        return changes;
    }

    public void apply(Committed committed) {
        for (int i = 0; i < placed.size(); i++) {
            Placed each = placed.get(i);
            long end = committed.baseOffsets().get(i) + each.arrival().offsets();
            each.destination().appended(each.where(), end, each.arrival());
        }
    }
}
