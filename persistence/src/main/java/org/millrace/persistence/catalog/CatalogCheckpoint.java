package org.millrace.persistence.catalog;

import java.util.List;
import org.millrace.persistence.BranchId;
import org.millrace.persistence.DestinationRow;
import org.millrace.persistence.PartitionId;
import org.millrace.persistence.ProducerState;
import org.millrace.persistence.SubscriptionRow;

/**
 * What changed since the last checkpoint: only dirty rows. Made durable whole or not at all.
 * Immutable.
 *
 * <p>Deletions come first, then puts. Deleting a destination deletes its partitions, subscriptions
 * and their cursors; deleting a subscription deletes its cursors. A put replaces the row with the
 * same key or creates it; deleting what is not there changes nothing, so that a checkpoint can be
 * written again.
 */
public record CatalogCheckpoint(
        CatalogState state,
        RowChanges<DestinationRow, Long> destinations,
        RowChanges<SubscriptionRow, Long> subscriptions,
        RowChanges<ProducerState, Long> producers,
        RowChanges<BranchRow, BranchId> branches,
        RowChanges<PartitionRow, PartitionId> partitions,
        List<CursorRow> cursors) {
    public CatalogCheckpoint {
        cursors = List.copyOf(cursors);
    }

    /** A checkpoint that changes no rows. */
    public static CatalogCheckpoint of(CatalogState state) {
        return new CatalogCheckpoint(
                state,
                RowChanges.none(),
                RowChanges.none(),
                RowChanges.none(),
                RowChanges.none(),
                RowChanges.none(),
                List.of());
    }
}
