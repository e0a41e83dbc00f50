package org.millrace.persistence;

import java.util.Map;

/**
 * Catalog entry of a durable subscription: the one of a queue, or a durable one of a topic.
 *
 * @param id given out once, never reused
 * @param destinationId the destination it reads
 * @param name the broker's unambiguous encoding of subscription name, client id and sharing
 * @param settings selector, noLocal and the rest by key, in text form
 */
public record SubscriptionRow(
        long id, long destinationId, String name, Map<String, String> settings) {
    public SubscriptionRow {
        settings = Map.copyOf(settings);
    }
}
