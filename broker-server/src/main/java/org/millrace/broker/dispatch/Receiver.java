package org.millrace.broker.dispatch;

/** One consumer as the dispatcher sees it. Called on the loop of the destination. */
public interface Receiver {
    /** Has credit, and room on its link. */
    boolean isReady();

    boolean hasCredit();

    /** What it asked for when it was opened. */
    default Assignment assignment() {
        return Assignment.SHARED;
    }

    /** Messages sent to it and neither acknowledged nor given back. */
    int buffered();

    /** Called only when ready; uses up one credit. The message leaves at the latest with flush. */
    void deliver(Dispatched message);

    /** A dispatch run that delivered something is over. */
    void flush();

    /** Asks for what it has buffered and not seen; answered by {@link Seat#gaveBack}. */
    void reclaim();

    /** Whether both belong to the same session. */
    boolean sharesSessionWith(Receiver other);

    /** Its subscription was moved: from now on this is its place. */
    void moved(Subscription to, Seat seat);

    /** Its subscription has ended. */
    void closed(String reason);
}
