package org.millrace.persistence.catalog;

import java.util.List;
import org.millrace.persistence.DestinationRow;
import org.millrace.persistence.ProducerState;
import org.millrace.persistence.SubscriptionRow;

/**
 * Everything in the catalog except cursors, each list in order of its key. Immutable.
 *
 * @param storeId as in {@link org.millrace.persistence.Recovered}
 */
public record CatalogContents(
        long storeId,
        CatalogState state,
        List<DestinationRow> destinations,
        List<SubscriptionRow> subscriptions,
        List<ProducerState> producers,
        List<BranchRow> branches,
        List<PartitionRow> partitions) {
    public CatalogContents {
        destinations = List.copyOf(destinations);
        subscriptions = List.copyOf(subscriptions);
        producers = List.copyOf(producers);
        branches = List.copyOf(branches);
        partitions = List.copyOf(partitions);
    }
}
