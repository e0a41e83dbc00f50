package org.millrace.persistence;

/**
 * Extent of a partition. An empty partition has {@code startOffset == endOffset}.
 *
 * @param startOffset lowest offset that can be read
 * @param endOffset next offset to be given out; all below are committed
 * @param sizeBytes bytes of the batches held, tail and segments
 * @param firstTimestamp {@code JMSTimestamp} of the oldest record in milliseconds, {@code -1} when
 *     empty
 * @param lastTimestamp largest timestamp of the newest batch in milliseconds, {@code -1} when empty
 */
public record PartitionBounds(
        long startOffset,
        long endOffset,
        long sizeBytes,
        long firstTimestamp,
        long lastTimestamp) {}
