package org.millrace.broker.destination;

import org.millrace.persistence.PartitionId;
import org.millrace.wire.record.JmsHeader;
import org.millrace.wire.record.Record;
import org.millrace.wire.record.RecordBatch;

/**
 * A batch that was checked and may be stored, with what decides where it goes and how. Immutable.
 *
 * @param isPersistent delivery mode of all its records
 * @param priority of all its records, 0 to 9
 * @param deliverAtMillis delivery time of all its records, 0 for at once
 * @param firstExpirationMillis the earliest expiration of its records, 0 when none expires
 * @param orderKey what has no key of its own stays in order with what has the same order key
 */
public record Arrival(
        RecordBatch batch,
        boolean isPersistent,
        int priority,
        long deliverAtMillis,
        long firstExpirationMillis,
        long orderKey) {
    /** Of two expirations, 0 meaning never. */
    public static long earlier(long oneMillis, long otherMillis) {
        if (oneMillis == 0 || otherMillis == 0) {
            return Math.max(oneMillis, otherMillis);
        }
        return Math.min(oneMillis, otherMillis);
    }

    /** A batch that a branch in doubt holds: its place is decided. */
    public static Arrival restored(RecordBatch batch, PartitionId where) {
        boolean persistent = false;
        long firstExpiration = 0;
        long deliverAt = 0;
        for (Record record : batch) {
            JmsHeader header = JmsHeader.of(record);
            persistent |= header.isPersistent();
            firstExpiration = earlier(firstExpiration, header.expiration());
            deliverAt = header.deliveryTime();
        }
        boolean waits = where.lane() == PartitionId.SCHEDULED_LANE;
        int priority = waits ? PartitionId.NORMAL_LANE : where.lane();
        return new Arrival(batch, persistent, priority, waits ? deliverAt : 0, firstExpiration, 0);
    }

    public Arrival with(RecordBatch other) {
        return new Arrival(
                other, isPersistent, priority, deliverAtMillis, firstExpirationMillis, orderKey);
    }

    int offsets() {
        return batch.lastOffsetDelta() + 1;
    }
}
