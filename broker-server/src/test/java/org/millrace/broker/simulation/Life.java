package org.millrace.broker.simulation;

/**
 * One link of one client, from its opening to its loss. What a session holds is its own only while
 * its link lives; the simulation ends a life at the moment when the broker may learn of the loss.
 */
final class Life {
    private boolean over;

    boolean isOver() {
        return over;
    }

    void end() {
        over = true;
    }
}
