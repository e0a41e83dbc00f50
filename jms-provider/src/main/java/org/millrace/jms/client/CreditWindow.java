package org.millrace.jms.client;

/**
 * How much a consumer may be sent ahead of what it takes. Guarded by the session's inbox.
 *
 * <p>With a listener the window is the prefetch from the start. With {@code receive} credit is
 * granted only on demand, and the window doubles each time it was used up, 1, 2, 4 … prefetch: an
 * application that takes one message now and then holds back none, one that loops is soon fed in
 * large portions. A prefetch of 0 is pull: one at a time, when asked for.
 */
final class CreditWindow {
    private final int prefetch;
    private int window;
    private int outstanding;

    CreditWindow(int prefetch) {
        this.prefetch = prefetch;
    }

    /** What to grant because a receiver waits; 0 for nothing. */
    int demand(int buffered) {
        int ahead = buffered + outstanding;
        if (ahead == 0) {
            window = Math.min(Math.max(1, prefetch), Math.max(1, window * 2));
            return grant(window);
        }
        return topUp(buffered);
    }

    /** What to grant because a receiver took a message; 0 unless it has long been looping. */
    int topUp(int buffered) {
        int ahead = buffered + outstanding;
        boolean looping = window > 1 && window == prefetch;
        return looping && ahead <= window / 2 ? grant(window - ahead) : 0;
    }

    /** What to grant because a listener is ready for more; 0 for nothing. */
    int fill(int buffered) {
        window = Math.max(1, prefetch);
        int ahead = buffered + outstanding;
        return ahead > window / 2 ? 0 : grant(window - ahead);
    }

    private int grant(int messages) {
        outstanding += messages;
        return messages;
    }

    void used(int deliveries) {
        outstanding = Math.max(0, outstanding - deliveries);
    }

    /** The broker took all credit back. */
    void revoked() {
        outstanding = 0;
    }
}
