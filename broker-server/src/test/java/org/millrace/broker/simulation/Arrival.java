package org.millrace.broker.simulation;

/**
 * One delivery as it came to a consumer.
 *
 * @param opening of the consumer: one that is opened again is another
 * @param place partition and offset in one number
 * @param redrives how often the message was sent back from the letters
 * @param writtenTick ledger time at which the broker wrote it
 */
record Arrival(
        String consumer,
        int opening,
        ModelSubscription subscription,
        int messageId,
        long place,
        int count,
        int redrives,
        long writtenTick,
        Life life) {
    /** Offsets of one partition are below; so partition and offset are one number. */
    static final long PARTITION_SPAN = 1L << 32;

    /** Whether it belongs to what the subscription was before somebody moved it. */
    boolean isStale() {
        return writtenTick < subscription.movedTick;
    }

    /** Who got it. */
    String receiver() {
        return consumer + "@" + opening;
    }

    int partition() {
        return (int) (place / PARTITION_SPAN);
    }
}
