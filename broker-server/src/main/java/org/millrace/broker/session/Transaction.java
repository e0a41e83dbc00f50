package org.millrace.broker.session;

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
import org.millrace.wire.ErrorCode;

/**
 * Sends and acknowledgements of a session, held back until commit (§6.2.7). Confined to the broker
 * loop. Rollback is forgetting it.
 */
final class Transaction {
    private record HeldSend(Destination destination, Arrival arrival) {}

    private final long maxBytes;
    private final long producerId;
    private final List<HeldSend> sends = new ArrayList<>();
    private final List<InFlight> acknowledged = new ArrayList<>();
    private final Map<InFlight, String> rejected = new LinkedHashMap<>();
    private final Settlement settlement = new Settlement();
    private final Appends appends = new Appends();
    private long bytes;
    private RefusedException doom;

    Transaction(long maxBytes, long producerId) {
        this.maxBytes = maxBytes;
        this.producerId = producerId;
    }

    /**
     * @throws RefusedException when the transaction would become too large; it stays as it was
     */
    void add(Destination destination, Arrival arrival) {
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

    void add(InFlight delivery) {
        delivery.acknowledge();
        acknowledged.add(delivery);
    }

    /** Goes to the dead-letter queue once the commit is durable. */
    void reject(InFlight delivery, String cause) {
        delivery.acknowledge();
        rejected.put(delivery, cause);
    }

    /** A send of it was refused and nobody was told: it cannot be committed any more. */
    void doom(RefusedException why) {
        doom = why;
    }

    boolean isEmpty() {
        return sends.isEmpty() && held().isEmpty() && doom == null;
    }

    long bytes() {
        return bytes;
    }

    /** Deliveries that it acknowledges or rejects. */
    List<InFlight> held() {
        List<InFlight> held = new ArrayList<>(acknowledged);
        held.addAll(rejected.keySet());
        return held;
    }

    /**
     * Everything that the commit makes durable.
     *
     * @throws RefusedException when a send of it was refused, or a destination was deleted or
     *     changed since
     */
    List<Change> changes(long commitNumber) {
        if (doom != null) {
            throw doom;
        }
        for (HeldSend held : sends) {
            held.destination().checkPlaceable(held.arrival());
        }
        for (HeldSend held : sends) {
            Destination destination = held.destination();
            appends.add(destination, destination.placeOf(held.arrival()), held.arrival());
        }
        List<Change> changes = new ArrayList<>(appends.changes());
        acknowledged.forEach(each -> settlement.add(each.cursor(), each.lease()));
        changes.addAll(settlement.changes());
        changes.add(new Change.CommitMark(producerId, commitNumber));
        return changes;
    }

    /** The commit is durable. */
    void apply(Committed committed) {
        settlement.apply();
        appends.apply(committed);
    }

    /** After {@link #apply}: each in a unit of work of its own. */
    void giveUpRejected() {
        rejected.forEach((delivery, cause) -> delivery.reject(cause, () -> {}));
    }
}
