package org.millrace.persistence;

import java.util.List;
import org.millrace.wire.record.RecordBatch;

/**
 * One change to durable state. Changes take effect only as part of a {@link UnitOfWork}, whole or
 * not at all, in list order. Immutable.
 */
public sealed interface Change {

    /** Whether a record must survive an unclean stop. */
    enum Durability {
        /** In the journal and forced before the unit is answered. */
        PERSISTENT,
        /** In the tail only: takes an offset, is gone after an unclean stop (§7.7). */
        NON_PERSISTENT
    }

    /**
     * Appends the batch; its base offset is stamped by the engine. The partition is created by its
     * first append.
     */
    record Append(PartitionId partition, RecordBatch batch, Durability durability)
            implements Change {}

    /** Finishes offsets for one subscription. Settling what is already settled changes nothing. */
    record Settle(CursorId cursor, List<OffsetRange> offsets) implements Change {
        public Settle {
            offsets = List.copyOf(offsets);
        }
    }

    /**
     * Remembers how often an unsettled offset was delivered, so that the count survives a restart
     * (§3.5.11).
     */
    record DeliveryCount(CursorId cursor, long offset, int count) implements Change {}

    /**
     * Offsets below {@code horizon} may have been delivered. Moves back only when the deliveries
     * below are known: at a stop in order, and by {@link ResetCursor}.
     */
    record DeliveryHorizon(CursorId cursor, long horizon) implements Change {}

    /**
     * Puts the cursor so that {@code floor} and all below are settled and nothing above is; counts
     * and horizon are dropped.
     */
    record ResetCursor(CursorId cursor, long floor) implements Change {}

    /** Creates the destination, or replaces its settings when the id exists. */
    record PutDestination(DestinationRow row) implements Change {}

    /** Deletes the destination with its partitions, subscriptions and cursors. */
    record DeleteDestination(long destinationId) implements Change {}

    /**
     * Creates the subscription, or replaces its settings when the id exists. Cursors not reset
     * start before the first offset.
     */
    record PutSubscription(SubscriptionRow row) implements Change {}

    /** Deletes the subscription with its cursors. */
    record DeleteSubscription(long subscriptionId) implements Change {}

    /**
     * Stores a prepared transaction branch whole; nothing of it is applied. {@code changes} holds
     * appends and settles only.
     */
    record PrepareBranch(BranchId branch, List<Change> changes) implements Change {
        public PrepareBranch {
            changes = List.copyOf(changes);
        }
    }

    /**
     * Removes a prepared branch; the unit that commits it carries the branch's changes beside this
     * one.
     */
    record RemoveBranch(BranchId branch) implements Change {}

    /** What becomes of a branch in doubt. */
    enum Decision {
        COMMIT,
        ROLLBACK
    }

    /**
     * An operator has decided the branch, and the unit has done it: instead of its changes this is
     * kept until {@link RemoveBranch}, so that its transaction manager can be told.
     */
    record DecideBranch(BranchId branch, Decision decision) implements Change {}

    /**
     * Marks that the producer's transaction with this number was committed, so that a client can
     * ask. Numbers ascend.
     */
    record CommitMark(long producerId, long commitNumber) implements Change {}

    /** Forgets sequences and commit mark of a producer that ended in order. */
    record ForgetProducer(long producerId) implements Change {}

    /**
     * Ids below {@code nextId} may have been given out; taken in steps so that giving one out costs
     * nothing.
     */
    record ReserveIds(long nextId) implements Change {}
}
