package org.millrace.broker.simulation;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.millrace.wire.Address;
import org.millrace.wire.frame.Frame.SubscriptionKind;

/** A consumer of a model session: what it reads, and what it buffers. */
final class ModelConsumer {
    enum State {
        CLOSED,
        OPENING,
        OPEN
    }

    /** One unsettled delivery. */
    record Held(long deliveryId, Receipt receipt, ModelConsumer consumer) {}

    final String name;
    final Address destination;
    final SubscriptionKind kind;
    final boolean exclusive;
    final int window;
    final ArrayDeque<Held> unseen = new ArrayDeque<>();
    State state = State.CLOSED;
    ModelSubscription subscription;
    int id;
    long resumeToken;
    int credit;

    /** How often it was given credit. */
    int grants;

    long lastSeen;
    long lastDelivered;

    /** Of this consumer of a queue; empty for none, and for that of its subscription. */
    String selector = "";

    /** It is closed soon after it was opened. */
    boolean isRare;

    private Map<Message.Stream, Integer> firsts = new HashMap<>();
    private int firstsOfPass;

    /** {@code subscription} is null for one that gets a new subscription at each opening. */
    ModelConsumer(String name, ModelSubscription subscription, int window) {
        this(
                name,
                subscription.destination,
                subscription.kind,
                subscription.exclusive,
                window,
                subscription);
    }

    private ModelConsumer(
            String name,
            Address destination,
            SubscriptionKind kind,
            boolean exclusive,
            int window,
            ModelSubscription subscription) {
        this.name = name;
        this.destination = destination;
        this.kind = kind;
        this.exclusive = exclusive;
        this.window = window;
        this.subscription = subscription;
    }

    static ModelConsumer nonDurable(String name, Address topic, int window) {
        return new ModelConsumer(name, topic, SubscriptionKind.NON_DURABLE, true, window, null);
    }

    void opening(int newId, long deliveriesAfter) {
        lastDelivered = deliveriesAfter;
        state = State.OPENING;
        id = newId;
        credit = 0;
        lastSeen = 0;
        unseen.clear();
        if (!exclusive) {
            firsts = new HashMap<>();
        }
    }

    void begins(ModelSubscription newOne) {
        subscription = newOne;
        firsts = new HashMap<>();
    }

    void closed() {
        state = State.CLOSED;
        unseen.clear();
        credit = 0;
    }

    /** Of what the subscription is now: one that was moved begins anew. */
    Map<Message.Stream, Integer> firsts() {
        if (firstsOfPass != subscription.pass) {
            firstsOfPass = subscription.pass;
            firsts = new HashMap<>();
        }
        return firsts;
    }

    @Override
    public String toString() {
        return name;
    }
}
