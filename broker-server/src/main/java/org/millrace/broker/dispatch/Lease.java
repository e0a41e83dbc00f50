package org.millrace.broker.dispatch;

/**
 * Who holds an offset that is neither settled nor free. It has an owner, not a timer: it ends by
 * settle, release, or loss of the owner. Confined like its cursor.
 */
public final class Lease<O> {
    private final long offset;
    private final O owner;
    private final int deliveryCount;
    private boolean settling;

    Lease(long offset, O owner, int deliveryCount) {
        this.offset = offset;
        this.owner = owner;
        this.deliveryCount = deliveryCount;
    }

    public long offset() {
        return offset;
    }

    O owner() {
        return owner;
    }

    /** Attempts including this one, at least 1 (§3.5.11). */
    public int deliveryCount() {
        return deliveryCount;
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
