package org.millrace.jms.client;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;

/** How long a receiver is willing to wait. Confined to its thread. */
final class Patience {
    private static final int FOREVER = -1;

    private long leftNanos;

    private Patience(long leftNanos) {
        this.leftNanos = leftNanos;
    }

    static Patience forever() {
        return new Patience(FOREVER);
    }

    static Patience none() {
        return new Patience(0);
    }

    static Patience ofMillis(long millis) {
        return new Patience(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    /** Waits for a signal; false, without waiting, when no time is left. */
    boolean on(Condition condition) throws InterruptedException {
        if (leftNanos == FOREVER) {
            condition.await();
            return true;
        }
        if (leftNanos <= 0) {
            return false;
        }
        leftNanos = Math.max(0, condition.awaitNanos(leftNanos));
        return true;
    }
}
