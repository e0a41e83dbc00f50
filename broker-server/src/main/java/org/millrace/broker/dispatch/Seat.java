package org.millrace.broker.dispatch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.millrace.persistence.PartitionId;

/**
 * The place of one consumer in a dispatcher: whether it waits, since when, and what it asked for.
 * Confined to the loop of its destination.
 */
public final class Seat {
    /** How eagerly a consumer that waits may ask others for what they have buffered. */
    enum Appetite {
        /** It asked, and has shown no need since. */
        NONE,
        /**
         * It finished something: it asks those that hold more than the one they may be busy with.
         */
        FED,
        /** It is new: it asks everybody. */
        NEW
    }

    /** Above every offset; one more is still a number. */
    private static final long BEHIND_ALL = Long.MAX_VALUE - 1;

    private static final int LANES = PartitionId.SCHEDULED_LANE;

    /** Of messages that a branch in doubt has consumed. */
    public static final Seat IN_DOUBT = new Seat(new AbsentReceiver(), null, null);

    final Receiver receiver;
    final View view;
    private final Dispatcher dispatcher;
    final List<Drain> drains = new ArrayList<>();
    Appetite appetite = Appetite.NEW;
    long ticket;
    boolean queued;
    boolean gone;

    /** Whether it got something in the run that is going on. */
    boolean isServed;

    /** Reclaims sent to it and not answered. */
    int reclaims;

    /** Whether what it gives back is for anybody: it was asked because it does nothing. */
    private boolean givesUp;

    private long progressMillis;

    /** The last offset that it received and nobody before it, by index of the cursor. */
    private long[] lasts = {};

    /** The newest layout of which it received something so, by lane; 0 where there is but one. */
    private final int[] newestLayouts = new int[LANES];

    Seat(Receiver receiver, View view, Dispatcher dispatcher) {
        this.receiver = receiver;
        this.view = view;
        this.dispatcher = dispatcher;
    }

    /** It may be ready now: credit was granted, or its link has room again. */
    public void becameReady() {
        progressed();
        if (receiver.isReady()) {
            dispatcher.queue(this);
            // It may have been in the line all the time, passed over: its session was full.
            dispatcher.wake();
        }
    }

    /** It finished a message. */
    public void finished() {
        progressed();
        if (appetite == Appetite.NONE) {
            appetite = Appetite.FED;
            if (queued) {
                dispatcher.wake();
            }
        }
    }

    /** Calls back when everything that it can get now with its credit was delivered. */
    public void drain(Runnable whenDrained) {
        drains.add(new Drain(whenDrained));
        dispatcher.queue(this);
        dispatcher.wake();
    }

    /** Its answer to one {@link Receiver#reclaim}: what it gave back is back. */
    public void gaveBack() {
        if (reclaims > 0) {
            reclaims--;
            progressed();
            if (reclaims == 0) {
                givesUp = false;
                dispatcher.answered(this);
            }
        }
    }

    /** The consumer is gone. */
    public void leave() {
        dispatcher.leave(this);
    }

    // ---------------------------------------------------------------- order

    /**
     * Highest offset of this log that it received and keeps; -1 for none. What it received of a
     * newer layout is behind all of this log.
     */
    long lastOf(PartitionCursor cursor) {
        return cursor.layout() < newestLayouts[cursor.lane()] ? BEHIND_ALL : last(cursor.index());
    }

    private long last(int index) {
        return index < lasts.length ? lasts[index] : -1;
    }

    /** It is handed a message. */
    void took(PartitionCursor cursor, Lease<Seat> lease) {
        if (receiver.buffered() == 0) {
            progressed();
        }
        // What was delivered before may come in any order; it must not hide what was not.
        if (lease.deliveryCount() == 1 && lease.offset() > lastOf(cursor)) {
            lease.inOrderAfter(lastOf(cursor));
            setLast(cursor.index(), lease.offset());
            newestLayouts[cursor.lane()] = Math.max(newestLayouts[cursor.lane()], cursor.layout());
        }
    }

    /** It has not seen the message. Several are returned from the last to the first. */
    void returned(PartitionCursor cursor, Lease<Seat> lease) {
        if (lease.isInOrder() && lease.offset() == lastOf(cursor)) {
            setLast(cursor.index(), lease.before());
            if (lease.before() < 0) {
                findNewestLayout(cursor.lane());
            }
        }
    }

    private void findNewestLayout(int lane) {
        int newest = 0;
        for (PartitionCursor each : dispatcher.cursors()) {
            if (each.lane() == lane && last(each.index()) >= 0) {
                newest = Math.max(newest, each.layout());
            }
        }
        newestLayouts[lane] = newest;
    }

    /** The cursor is gone, and its index will be another's. */
    void forget(PartitionCursor cursor) {
        if (cursor.index() < lasts.length) {
            lasts[cursor.index()] = -1;
        }
    }

    private void setLast(int index, long offset) {
        if (index >= lasts.length) {
            int before = lasts.length;
            lasts = Arrays.copyOf(lasts, index + 1);
            Arrays.fill(lasts, before, lasts.length, -1);
        }
        lasts[index] = offset;
    }

    /** Whether the other was sent something of a log beyond what this one has received of it. */
    boolean isBehind(Seat other) {
        for (PartitionCursor each : dispatcher.cursors()) {
            if (other.last(each.index()) > lastOf(each)) {
                return true;
            }
        }
        return false;
    }

    // ---------------------------------------------------------------- need

    private void progressed() {
        progressMillis = dispatcher.nowMillis();
    }

    /** When it last acknowledged, gave back, granted credit, or was sent something to do. */
    long progressMillis() {
        return progressMillis;
    }

    void giveUp() {
        givesUp = true;
    }

    boolean givesUp() {
        return givesUp;
    }

    /**
     * May be sent a message. While it is asked to give back it may not: what it gives back would
     * come after that.
     */
    boolean isReady() {
        return reclaims == 0 && receiver.isReady();
    }

    boolean starves() {
        return receiver.isReady() && receiver.buffered() == 0;
    }
}
