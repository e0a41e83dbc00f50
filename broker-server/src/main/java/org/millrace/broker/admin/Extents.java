package org.millrace.broker.admin;

import java.time.Instant;
import java.util.Optional;
import org.millrace.broker.destination.Destination;
import org.millrace.broker.loop.Storage;
import org.millrace.persistence.PartitionBounds;
import org.millrace.persistence.PartitionId;
import org.millrace.wire.admin.DestinationSummary;
import org.millrace.wire.admin.LogExtent;

/** What the logs of a destination hold together. */
record Extents(long messages, long bytes, Optional<Instant> oldest) {
    static Extents of(Destination destination, Storage storage) {
        long messages = 0;
        long bytes = 0;
        long oldest = Long.MAX_VALUE;
        for (PartitionId each : storage.partitions(destination.id())) {
            PartitionBounds bounds = storage.bounds(each);
            messages += Math.max(0, storage.recordEnd(each) - bounds.startOffset());
            bytes += bounds.sizeBytes();
            if (bounds.firstTimestamp() >= 0) {
                oldest = Math.min(oldest, bounds.firstTimestamp());
            }
        }
        return new Extents(
                messages,
                bytes,
                oldest == Long.MAX_VALUE
                        ? Optional.empty()
                        : Optional.of(Instant.ofEpochMilli(oldest)));
    }

    DestinationSummary summary(Destination destination) {
        return new DestinationSummary(
                destination.address().kind(),
                destination.address().name(),
                destination.partitionCount(),
                destination.subscriptions().size(),
                destination.consumerCount(),
                messages,
                bytes);
    }

    static LogExtent of(PartitionId log, PartitionBounds bounds) {
        return new LogExtent(
                log.partition(),
                log.lane(),
                bounds.startOffset(),
                bounds.endOffset(),
                bounds.sizeBytes(),
                time(bounds.firstTimestamp()),
                time(bounds.lastTimestamp()));
    }

    static Optional<Instant> time(long millis) {
        return millis < 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }

    /** The place of a log within its destination, in their order. */
    static long place(PartitionId log) {
        return log.partition() * 16L + log.lane();
    }
}
