package org.millrace.broker.dispatch;

import java.util.LinkedHashSet;
import java.util.Set;
import org.millrace.foundation.Loop;

/** One request to get all that can be had now. Confined to the loop of its destination. */
final class Drain {
    private final Runnable whenDrained;
    private final Set<Seat> awaited = new LinkedHashSet<>();
    private Loop.Timer patience = () -> {};
    private boolean asked;

    Drain(Runnable whenDrained) {
        this.whenDrained = whenDrained;
    }

    boolean hasAsked() {
        return asked;
    }

    void asked() {
        asked = true;
    }

    /** Waits for what the holder gives back. */
    void await(Seat holder) {
        awaited.add(holder);
    }

    void waitAtMost(Loop.Timer timer) {
        patience = timer;
    }

    void answered(Seat holder) {
        awaited.remove(holder);
    }

    void giveUpWaiting() {
        awaited.clear();
    }

    boolean isAwaiting() {
        return !awaited.isEmpty();
    }

    Runnable whenDrained() {
        return whenDrained;
    }

    void done() {
        patience.cancel();
        whenDrained.run();
    }
}
