package org.millrace.broker.simulation;

/** One delivery as it came to a consumer. */
record Arrival(
        String consumer,
        ModelSubscription subscription,
        int messageId,
        long offset,
        int count,
        Life life) {}
