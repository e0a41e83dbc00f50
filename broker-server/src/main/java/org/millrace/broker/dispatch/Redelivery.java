package org.millrace.broker.dispatch;

/**
 * What becomes of messages that were delivered and came back (§8.7). Called on the loop of the
 * destination.
 */
public interface Redelivery {
    /** After so many attempts a message is given up. */
    int maxDeliveries();

    /** When a message that came back may be delivered again, in milliseconds since 1970. */
    long notBeforeMillis(int deliveryCount);

    /**
     * Takes over the lease of a message that is given up; {@code whenSettled} runs when that is
     * durable.
     */
    void giveUp(PartitionCursor cursor, Lease<Seat> lease, String cause, Runnable whenSettled);
}
