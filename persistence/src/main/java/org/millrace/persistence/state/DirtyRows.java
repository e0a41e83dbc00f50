package org.millrace.persistence.state;

import java.util.List;
import org.millrace.persistence.BranchId;
import org.millrace.persistence.DestinationRow;
import org.millrace.persistence.PreparedBranch;
import org.millrace.persistence.ProducerState;
import org.millrace.persistence.SubscriptionRow;
import org.millrace.persistence.catalog.CursorRow;
import org.millrace.persistence.catalog.RowChanges;

/** What a checkpoint has to write besides the positions of partitions. Immutable. */
public record DirtyRows(
        long nextId,
        RowChanges<DestinationRow, Long> destinations,
        RowChanges<SubscriptionRow, Long> subscriptions,
        RowChanges<ProducerState, Long> producers,
        RowChanges<PreparedBranch, BranchId> branches,
        List<CursorRow> cursors) {}
