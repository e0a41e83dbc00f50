package org.millrace.broker.dispatch;

import java.util.ArrayList;
import java.util.List;

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

    final Receiver receiver;
    final View view;
    private final Dispatcher dispatcher;
    final List<Drain> drains = new ArrayList<>();
    Appetite appetite = Appetite.NEW;
    long ticket;
    boolean queued;
    boolean gone;

    /** Reclaims sent to it and not answered. */
    int reclaims;

    Seat(Receiver receiver, View view, Dispatcher dispatcher) {
        this.receiver = receiver;
        this.view = view;
        this.dispatcher = dispatcher;
    }

    /** It may be ready now: credit was granted, or its link has room again. */
    public void becameReady() {
        if (receiver.isReady()) {
            dispatcher.queue(this);
        }
    }

    /** It finished a message. */
    public void finished() {
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
            if (reclaims == 0) {
                dispatcher.answered(this);
            }
        }
    }

    /** The consumer is gone. */
    public void leave() {
        dispatcher.leave(this);
    }

    boolean starves() {
        return receiver.isReady() && receiver.buffered() == 0;
    }
}
