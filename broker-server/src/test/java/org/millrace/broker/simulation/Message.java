package org.millrace.broker.simulation;

import java.util.LinkedHashMap;
import java.util.Map;
import org.millrace.wire.Address;

/** One message that a model client sent, and what its sender knows of it. */
final class Message {
    /** As the sender sees it. */
    enum Status {
        /** Part of a transaction that was not committed yet: nobody may see it. */
        HELD,
        /** Sent, not answered. */
        SENT,
        /** The broker said that it is stored. */
        CONFIRMED,
        /** The broker refused it: nobody may see it. */
        REFUSED,
        /** Rolled back: nobody may see it. */
        GONE,
        /** The sender will never know; it may be seen or not. */
        UNKNOWN
    }

    /**
     * Messages of one session to one destination in one priority, of one key or without, keep their
     * order.
     *
     * @param key empty for none
     */
    record Stream(String session, Address destination, int priority, String key) {
        boolean hasKey() {
            return !key.isEmpty();
        }
    }

    final int id;
    final Stream stream;
    final boolean persistent;
    final int padding;
    final Map<ModelSubscription, Receipt> receipts = new LinkedHashMap<>();
    Status status;

    /** Place in its stream. */
    int ordinal;

    /** Ledger time of its send, or of the commit that sent it. */
    long sentTick = Long.MAX_VALUE;

    long confirmedTick = Long.MAX_VALUE;
    int uncleanStopsBefore;
    int disturbancesBefore;

    /** Milliseconds since 1970; its {@code JMSTimestamp} is not before. */
    long createdMillis;

    /** Whether the broker ever wrote a delivery of it. */
    boolean written;

    /**
     * How far it came on its way between its queue and the letters: one more each time it goes to
     * or from them.
     */
    int stage;

    /** Ledger time at which a transaction took it. */
    long heldTick;

    /** Milliseconds since 1970; 0 for never. */
    long expiresAtMillis;

    /** Milliseconds since 1970; 0 for at once. */
    long deliverAtMillis;

    /** Null outside transactions. */
    final ModelTransaction transaction;

    Message(int id, Stream stream, boolean persistent, int padding, ModelTransaction transaction) {
        this.id = id;
        this.stream = stream;
        this.persistent = persistent;
        this.padding = padding;
        this.transaction = transaction;
    }

    /** Value of its property {@code n}, for selectors. */
    int n() {
        return id % 2;
    }

    /** Who subscribes later than this gets nothing of it: delayed ones are not sent by commit. */
    long audienceTick() {
        return transaction != null && deliverAtMillis != 0 ? heldTick : sentTick;
    }

    Address destination() {
        return stream.destination();
    }

    @Override
    public String toString() {
        return "m"
                + id
                + (persistent ? "" : "~")
                + "("
                + stream.session()
                + "#"
                + ordinal
                + "->"
                + destination().name()
                + "."
                + stream.priority()
                + stream.key()
                + ")";
    }
}
