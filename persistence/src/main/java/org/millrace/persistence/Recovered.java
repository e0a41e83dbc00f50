package org.millrace.persistence;

import java.util.List;

/**
 * What an engine found at start.
 *
 * @param storeId names what is stored, and stays the same however often it is opened; 0 when
 *     nothing outlives the process
 * @param nextId lowest id not given out
 * @param cleanStop whether the last run ended in order; if not, whatever lies below a delivery
 *     horizon counts as delivered
 */
public record Recovered(
        long storeId,
        List<DestinationRow> destinations,
        List<SubscriptionRow> subscriptions,
        List<PreparedBranch> branches,
        List<ProducerState> producers,
        long nextId,
        boolean cleanStop) {}
