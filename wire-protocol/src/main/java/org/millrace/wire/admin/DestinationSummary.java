package org.millrace.wire.admin;

import org.millrace.wire.Address;

/**
 * A destination in a list.
 *
 * @param partitions how many it has
 * @param subscriptions of a topic; a queue has one
 * @param consumers that are open
 * @param messages kept, whether anybody needs them or not; at most, because offsets may have gaps
 * @param bytes that they take
 */
public record DestinationSummary(
        Address.Kind kind,
        String name,
        int partitions,
        int subscriptions,
        int consumers,
        long messages,
        long bytes) {}
