package org.millrace.broker.simulation;

import java.util.ArrayDeque;

/**
 * One link of one client, from its opening to its loss. What a session holds is its own only while
 * its link lives; the simulation ends a life at the moment when the broker may learn of the loss.
 */
final class Life {
    /** Ledger times at which the broker wrote the deliveries that have not arrived yet. */
    private final ArrayDeque<Long> underWay = new ArrayDeque<>();

    private boolean over;

    boolean isOver() {
        return over;
    }

    void end() {
        over = true;
    }

    void delivers(long writtenTick) {
        underWay.add(writtenTick);
    }

    /** The next one arrives: frames keep their order. Gives when it was written. */
    long arrives() {
        return underWay.remove();
    }
}
