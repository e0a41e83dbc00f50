package org.millrace.broker.simulation;

import java.util.HashMap;
import java.util.Map;
import org.millrace.wire.Address;
import org.millrace.wire.frame.Frame.SubscriptionKind;

/** A subscription as the consumers of the simulation know it; one of a queue is its only one. */
final class ModelSubscription {
    final String name;
    final Address destination;
    final SubscriptionKind kind;

    /** Whether all its consumers, one after the other, belong to one session. */
    final boolean exclusive;

    /** Which message lies at which offset, per priority. */
    final Map<Long, Message> byOffset = new HashMap<>();

    /** Where the first messages of a stream that are not finished begin; exclusive ones only. */
    final Map<Message.Stream, Integer> firstOpen = new HashMap<>();

    /** It may exist since then. */
    long requestedTick = Long.MAX_VALUE;

    /** It exists since then. */
    long confirmedTick = Long.MAX_VALUE;

    boolean ended;

    ModelSubscription(String name, Address destination, SubscriptionKind kind, boolean exclusive) {
        this.name = name;
        this.destination = destination;
        this.kind = kind;
        this.exclusive = exclusive;
    }

    /** Whether it outlives links and unclean stops. */
    boolean isDurable() {
        return kind == SubscriptionKind.QUEUE
                || kind == SubscriptionKind.DURABLE
                || kind == SubscriptionKind.SHARED_DURABLE;
    }

    /** What frames call it. */
    String wireName() {
        boolean unnamed = kind == SubscriptionKind.QUEUE || kind == SubscriptionKind.NON_DURABLE;
        return unnamed ? "" : name;
    }

    @Override
    public String toString() {
        return name;
    }
}
