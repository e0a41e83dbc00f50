package org.millrace.broker.dispatch;

import org.millrace.wire.record.Record;

/**
 * What becomes of messages that were delivered and came back (§8.7). Called on the loop of the
 * destination.
 */
public interface Redelivery {
    /** What becomes of the next message that has expired. */
    enum Expiry {
        /** It is settled, and that is all. */
        DROP,
        /** It goes elsewhere: {@link #expire}. */
        MOVE,
        /** As many as may be are on their way: to be asked again in a moment. */
        SOON,
        /** Where it should go there is no room: to be asked again after seconds. */
        LATER
    }

    /** After so many attempts a message is given up. */
    int maxDeliveries();

    /** When a message that came back may be delivered again, in milliseconds since 1970. */
    long notBeforeMillis(int deliveryCount);

    /**
     * Takes over the lease of a message that is given up; {@code whenSettled} runs when that is
     * durable.
     */
    void giveUp(PartitionCursor cursor, Lease<Seat> lease, String cause, Runnable whenSettled);

    /** Of messages that have expired. */
    Expiry onExpiry();

    /** Takes over a claimed message that has expired; only when {@link Expiry#MOVE} was said. */
    void expire(PartitionCursor cursor, Lease<Seat> claimed, Record record);

    /**
     * Takes over the lease of a message that has expired in the buffer of its consumer; only where
     * expired messages go elsewhere.
     */
    void expireHeld(PartitionCursor cursor, Lease<Seat> lease, Runnable whenSettled);
}
