package org.millrace.broker.session;

import java.util.ArrayList;
import java.util.List;
import org.millrace.broker.destination.Destination;
import org.millrace.broker.dispatch.Settlement;
import org.millrace.broker.loop.RefusedException;
import org.millrace.persistence.Change;
import org.millrace.persistence.Committed;
import org.millrace.persistence.PartitionId;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame;

/**
 * Sends and acknowledgements of a session, held back until commit (§6.2.7). Confined to the broker
 * loop. Rollback is forgetting it.
 */
final class Transaction {
    private record HeldSend(Destination destination, Frame.Send send) {}

    private record Appended(Destination destination, PartitionId where, int offsets) {}

    private final long maxBytes;
    private final long producerId;
    private final List<HeldSend> sends = new ArrayList<>();
    private final List<InFlight> acknowledged = new ArrayList<>();
    private final Settlement settlement = new Settlement();
    private final List<Appended> appended = new ArrayList<>();
    private long bytes;
    private RefusedException doom;

    Transaction(long maxBytes, long producerId) {
        this.maxBytes = maxBytes;
        this.producerId = producerId;
    }

    /**
     * @throws RefusedException when the transaction would become too large; it stays as it was
     */
    void add(Destination destination, Frame.Send send) {
        long after = bytes + send.batch().sizeBytes();
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
        sends.add(new HeldSend(destination, send));
    }

    void add(InFlight delivery) {
        delivery.acknowledge();
        acknowledged.add(delivery);
    }

    /** A send of it was refused and nobody was told: it cannot be committed any more. */
    void doom(RefusedException why) {
        doom = why;
    }

    boolean isEmpty() {
        return sends.isEmpty() && acknowledged.isEmpty() && doom == null;
    }

    long bytes() {
        return bytes;
    }

    List<InFlight> acknowledged() {
        return acknowledged;
    }

    /**
     * Everything that the commit makes durable.
     *
     * @throws RefusedException when a send of it was refused, or a destination was deleted since
     */
    List<Change> changes(long commitNumber) {
        if (doom != null) {
            throw doom;
        }
        for (HeldSend held : sends) {
            held.destination().checkUsable();
        }
        List<Change> changes = new ArrayList<>();
        for (HeldSend held : sends) {
            Destination destination = held.destination();
            if (destination.hasReaders()) {
                Frame.Send send = held.send();
                PartitionId where =
                        destination.partitionFor(send.batch(), send.priority(), producerId);
                changes.add(
                        new Change.Append(
                                where, send.batch(), destination.durability(send.persistent())));
                appended.add(new Appended(destination, where, send.batch().lastOffsetDelta() + 1));
            }
        }
        acknowledged.forEach(each -> settlement.add(each.cursor(), each.lease()));
        changes.addAll(settlement.changes());
        changes.add(new Change.CommitMark(producerId, commitNumber));
        return changes;
    }

    /** The commit is durable. */
    void apply(Committed committed) {
        settlement.apply();
        for (int i = 0; i < appended.size(); i++) {
            Appended each = appended.get(i);
            each.destination()
                    .appended(each.where(), committed.baseOffsets().get(i) + each.offsets());
        }
    }
}
