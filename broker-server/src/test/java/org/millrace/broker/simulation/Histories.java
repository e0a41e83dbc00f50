package org.millrace.broker.simulation;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.millrace.broker.simulation.Message.Status;
import org.millrace.wire.Address;

/** What is kept of destinations when everybody has acknowledged it: all that a replay must find. */
final class Histories {
    /** Retention of one destination as it is for certain, and since when it never was less. */
    private record History(Duration retention, long sinceTick) {}

    private static final History NONE = new History(Duration.ZERO, Long.MAX_VALUE);

    private final Rules rules;
    private final LongSupplier nowMillis;
    private final Map<Address, History> changed = new HashMap<>();
    private Supplier<List<Message>> messages = List::of;

    Histories(Rules rules, LongSupplier nowMillis) {
        this.rules = rules;
        this.nowMillis = nowMillis;
    }

    void of(Supplier<List<Message>> all) {
        messages = all;
    }

    /** From now on what is older may go; {@link Duration#ZERO} for everything. */
    void altered(Address destination, Duration retention, long tick) {
        changed.put(destination, new History(retention, tick));
    }

    /** What holds is not known, or no matter of age. */
    void uncertain(Address destination) {
        changed.put(destination, NONE);
    }

    private History of(Address destination) {
        return changed.getOrDefault(destination, new History(rules.retention(), -1));
    }

    /** Whether of each key the newest message is kept for good. */
    boolean keepsNewest(Address destination) {
        return rules.isCompacted(destination)
                && !changed.containsKey(destination)
                && rules.retention().isZero();
    }

    /** Whether the message must be in the log still. */
    boolean keeps(Message message) {
        Address destination = message.destination();
        History history = of(destination);
        boolean isCompacted = rules.isCompacted(destination);
        boolean isYoung =
                history.sinceTick() < message.sentTick
                        && message.createdMillis
                                > nowMillis.getAsLong() - history.retention().toMillis();
        boolean isUnlimited = isCompacted && history.retention().isZero();
        return (isUnlimited && !history.equals(NONE) || isYoung)
                && (!isCompacted || !mayBeReplaced(message));
    }

    /** Whether what everybody has acknowledged goes at once. */
    boolean keepsNothing(Address destination) {
        return !changed.containsKey(destination)
                && rules.retention().isZero()
                && !rules.isCompacted(destination);
    }

    /** Whether another one of its key may be behind it. */
    private boolean mayBeReplaced(Message message) {
        for (Message other : messages.get()) {
            if (other != message && isOfSameKey(other, message) && mayFollow(other, message)) {
                return true;
            }
        }
        return false;
    }

    static boolean isOfSameKey(Message one, Message other) {
        return one.stream.key().equals(other.stream.key())
                && one.destination().equals(other.destination());
    }

    private static boolean mayFollow(Message other, Message message) {
        boolean mayBeThere =
                other.status == Status.SENT
                        || other.status == Status.CONFIRMED
                        || other.status == Status.UNKNOWN;
        return mayBeThere
                && (other.status != Status.CONFIRMED || other.confirmedTick >= message.sentTick);
    }
}
