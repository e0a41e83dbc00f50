package org.millrace.broker.transaction;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.millrace.broker.destination.Appends;
import org.millrace.broker.destination.Arrival;
import org.millrace.broker.destination.Destination;
import org.millrace.broker.dispatch.Settlement;
import org.millrace.broker.loop.RefusedException;
import org.millrace.persistence.Change;
import org.millrace.persistence.Committed;
import org.millrace.persistence.PartitionId;
import org.millrace.wire.ErrorCode;

/**
 * Sends and acknowledgements that are held back until commit (§6.2.7): of a session, or of a branch
 * (§6.2.8). Confined to the broker loop. Rollback is forgetting the sends and giving back what is
 * {@link #held}.
 */
public final class Transaction {
    private record HeldSend(Destination destination, Arrival arrival) {}

    private record Placed(Destination destination, PartitionId where, Arrival arrival) {}

    private final long maxBytes;
    private final List<HeldSend> sends = new ArrayList<>();
    private final List<Placed> placed = new ArrayList<>();
    private final List<Held> acknowledged = new ArrayList<>();
    private final Map<Held, String> rejected = new LinkedHashMap<>();
    private Settlement settlement = new Settlement();
    private Appends appends = new Appends();
    private long bytes;
    private RefusedException doom;
    private boolean ended;

    public Transaction(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /**
     * @throws RefusedException when the transaction would become too large, or was ended; it stays
     *     as it was
     */
    public void add(Destination destination, Arrival arrival) {
        if (ended) {
            throw doom;
        }
        long after = bytes + arrival.batch().sizeBytes();
        if (after > maxBytes) {
            throw RefusedException.of(
                    ErrorCode.RESOURCE_LIMIT,
                    "transaction holds %d bytes in %d sends, at most %d bytes are allowed;"
                            + " this message was not added; commit more often",
                    bytes,
                    sends.size(),
                    maxBytes);
        }
        bytes = after;
        sends.add(new HeldSend(destination, arrival));
    }

    public void add(Held delivery) {
        acknowledged.add(delivery);
    }

    /** Goes to the dead-letter queue once the commit is durable. */
    public void reject(Held delivery, String cause) {
        rejected.put(delivery, cause);
    }

    /** A send that a branch in doubt made before the broker was started. */
    void restore(Destination destination, PartitionId where, Arrival arrival) {
        bytes += arrival.batch().sizeBytes();
        placed.add(new Placed(destination, where, arrival));
    }

    /** A send of it was refused and nobody was told: it cannot be committed any more. */
    public void doom(RefusedException why) {
        doom = why;
    }

    /** It was rolled back while somebody works in it: nothing is added any more. */
    void end(RefusedException why) {
        doom = why;
        ended = true;
    }

    public boolean isEmpty() {
        return sends.isEmpty()
                && placed.isEmpty()
                && acknowledged.isEmpty()
                && rejected.isEmpty()
                && doom == null;
    }

    public long bytes() {
        return bytes;
    }

    int sendCount() {
        return sends.size() + placed.size();
    }

    int acknowledgementCount() {
        return acknowledged.size() + rejected.size();
    }

    /** Deliveries that it acknowledges or rejects. */
    public List<Held> held() {
        List<Held> held = new ArrayList<>(acknowledged);
        held.addAll(rejected.keySet());
        return held;
    }

    /** Forgets everything; the caller has given back what was held. */
    void clear() {
        sends.clear();
        placed.clear();
        acknowledged.clear();
        rejected.clear();
        bytes = 0;
    }

    /** Whether a message of it goes to this destination. */
    boolean sendsTo(Destination destination) {
        return placed.stream().anyMatch(each -> each.destination() == destination);
    }

    /**
     * Gives every send its place, and what the commit will make durable as it is to be stored until
     * then. What is held stays with the transaction.
     *
     * @throws RefusedException when a send of it was refused, or a destination was deleted or
     *     changed since
     */
    List<Change> prepare() {
        place();
        List<Change> changes = new ArrayList<>(placed.size() + 1);
        for (Placed each : placed) {
            changes.add(each.destination().append(each.arrival(), each.where()));
        }
        Settlement later = new Settlement();
        acknowledged.forEach(each -> later.add(each.cursor(), each.lease().offset()));
        changes.addAll(later.changes());
        return changes;
    }

    private void place() {
        if (doom != null) {
            throw doom;
        }
        for (HeldSend held : sends) {
            held.destination().checkPlaceable(held.arrival());
        }
        for (HeldSend held : sends) {
            Destination destination = held.destination();
            placed.add(
                    new Placed(destination, destination.placeOf(held.arrival()), held.arrival()));
        }
        sends.clear();
    }

    /**
     * Everything that the commit makes durable; {@link #apply} follows.
     *
     * @throws RefusedException when a send of it was refused, or a destination was deleted or
     *     changed since
     */
    public List<Change> changes() {
        place();
        appends = new Appends();
        settlement = new Settlement();
        for (Placed each : placed) {
            Destination destination = each.destination();
            if (!destination.isDeleted()) {
                PartitionId where = destination.placeNow(each.arrival(), each.where());
                appends.add(destination, where, each.arrival());
            }
        }
        List<Change> changes = new ArrayList<>(appends.changes());
        acknowledged.forEach(each -> settlement.add(each.cursor(), each.lease()));
        changes.addAll(settlement.changes());
        return changes;
    }

    /** The commit is durable. */
    public void apply(Committed committed) {
        settlement.apply();
        appends.apply(committed);
    }

    /** After {@link #apply}: each in a unit of work of its own. */
    public void giveUpRejected() {
        rejected.forEach(Held::reject);
    }
}
