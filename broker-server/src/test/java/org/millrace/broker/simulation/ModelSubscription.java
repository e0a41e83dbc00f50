package org.millrace.broker.simulation;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

    /** Where the first messages of a stream that are not finished begin. */
    final Map<Message.Stream, Integer> firstOpen = new HashMap<>();

    /** What of a key, or of a partition, was delivered and may still be held. */
    private final Map<String, Set<Receipt>> byKey = new HashMap<>();

    /** Whether each partition is one consumer's at a time. */
    boolean assigned;

    /** Of the client whose durable subscription it is; empty when it may be shared. */
    String clientId = "";

    /** What was written before this ledger time is of the pass before. */
    long movedTick;

    /** How often it was moved. */
    int pass;

    /** Somebody moves it, and was not answered. */
    boolean moving;

    /** It may exist since then. */
    long requestedTick = Long.MAX_VALUE;

    /** It exists since then. */
    long confirmedTick = Long.MAX_VALUE;

    boolean ended;

    /** Of all its consumers; empty for none. */
    String selector = "";

    boolean selects(Message message) {
        return selector.isEmpty() || selector.equals("n = " + message.n());
    }

    ModelSubscription(String name, Address destination, SubscriptionKind kind, boolean exclusive) {
        this.name = name;
        this.destination = destination;
        this.kind = kind;
        this.exclusive = exclusive;
    }

    /** It was moved: what was known of deliveries is of no meaning for what comes. */
    void newPass(long tick) {
        movedTick = tick;
        pass++;
        firstOpen.clear();
        byKey.clear();
    }

    /** What frames that open a consumer call the destination. */
    Address wireAddress() {
        return assigned
                ? new Address(destination.kind(), destination.name(), "assignment=exclusive")
                : destination;
    }

    /** Notes that its key is with this session; gives what of the key is with another. */
    Optional<Receipt> heldByOther(Receipt delivered, Life life) {
        Set<Receipt> held = held(delivered.message);
        Optional<Receipt> other =
                held.stream()
                        .filter(each -> each.state == Receipt.State.HELD && each.holder != life)
                        .filter(each -> !each.isEnding())
                        .findAny();
        held.add(delivered);
        return other;
    }

    /** Notes that its partition is with this consumer; gives what of it is with another. */
    Optional<Receipt> assignedToOther(Receipt delivered, Arrival arrival) {
        Set<Receipt> held = held("partition " + arrival.partition());
        Optional<Receipt> other =
                held.stream()
                        .filter(Receipt::isHeld)
                        .filter(each -> !each.consumer.equals(arrival.receiver()))
                        .findAny();
        held.add(delivered);
        return other;
    }

    /** Whether messages of its key are with a session: a closed consumer's keep it, too. */
    boolean holdsKeyOf(Message message) {
        return message.stream.hasKey() && !held(message).isEmpty();
    }

    /** Whether something is in flight that keeps partitions from their next owners. */
    boolean holdsPartitions() {
        return assigned
                && byKey.values().stream()
                        .flatMap(Set::stream)
                        .anyMatch(each -> each.holder != null && each.state == Receipt.State.HELD);
    }

    private Set<Receipt> held(Message message) {
        return held("key " + message.stream.key());
    }

    private Set<Receipt> held(String what) {
        Set<Receipt> ofKey = byKey.computeIfAbsent(what, absent -> new LinkedHashSet<>());
        ofKey.removeIf(each -> each.holder == null || each.holder.isOver());
        return ofKey;
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
