package org.millrace.broker.dispatch;

import java.util.Optional;

/**
 * Who holds an offset that is neither settled nor free. It has an owner, not a timer: it ends by
 * settle, release, or loss of the owner. Confined like its cursor.
 */
public final class Lease<O> {
    private static final long OUT_OF_ORDER = -2;

    private final long offset;
    private O owner;
    private final int deliveryCount;
    private final Past past;
    private long sinceMillis;
    private boolean settling;
    private Key key;
    private Optional<Ownership.Hold> hold = Optional.empty();
    private long before = OUT_OF_ORDER;

    Lease(long offset, O owner, int deliveryCount, Past past) {
        this.offset = offset;
        this.owner = owner;
        this.deliveryCount = deliveryCount;
        this.past = past;
    }

    public long offset() {
        return offset;
    }

    O owner() {
        return owner;
    }

    /** From now on it is this one's. */
    public void passTo(O next) {
        owner = next;
        before = OUT_OF_ORDER;
    }

    /** Attempts including this one, at least 1 (§3.5.11). */
    public int deliveryCount() {
        return deliveryCount;
    }

    /** It left for its owner. */
    void handedOver(long nowMillis) {
        sinceMillis = nowMillis;
    }

    /** When the message left for its owner, in milliseconds since 1970; 0 when it did not. */
    public long sinceMillis() {
        return sinceMillis;
    }

    /** What is known of the deliveries before this one. */
    Past past() {
        return past;
    }

    /** What is known when this delivery has failed; the cause is empty when nobody said it. */
    public Past failedBy(String cause) {
        return past.with(sinceMillis, cause);
    }

    /**
     * Nobody has seen the message before, and its owner nothing later of this log.
     *
     * @param last what the owner received last before it; -1 for nothing
     */
    void inOrderAfter(long last) {
        before = last;
    }

    boolean isInOrder() {
        return before != OUT_OF_ORDER;
    }

    /** What its owner received last before it. */
    long before() {
        return before;
    }

    /** The message has this key. */
    void hasKey(Key its) {
        key = its;
    }

    /** The key of the message; null when it has none. */
    Key key() {
        return key;
    }

    /** The message is of a partition that one consumer owns. */
    void isHeldBy(Ownership.Hold its) {
        hold = Optional.of(its);
    }

    /** Nobody holds it any more. */
    void end() {
        if (key != null) {
            key.ended();
        }
        hold.ifPresent(Ownership.Hold::ended);
    }

    /**
     * A unit of work that settles it is on its way: the owner has nothing to do with it any more.
     */
    void settling() {
        settling = true;
    }

    boolean isSettling() {
        return settling;
    }
}
