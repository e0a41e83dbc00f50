package org.millrace.persistence;

import java.util.Map;

/**
 * Catalog entry of a destination.
 *
 * @param id given out once, never reused
 * @param kind {@code QUEUE} or {@code TOPIC}
 * @param name unique within its kind, case-sensitive
 * @param partitions number of partitions, at least 1
 * @param settings every other setting by its documented key, in text form; empty means defaults
 */
public record DestinationRow(
        long id, Kind kind, String name, int partitions, Map<String, String> settings) {
    /** §4.1, §4.2. */
    public enum Kind {
        QUEUE,
        TOPIC
    }

    public DestinationRow {
        settings = Map.copyOf(settings);
    }
}
