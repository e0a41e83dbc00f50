package org.millrace.jms.client;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;

/**
 * How long a receiver is willing to wait. Confined to its thread.
 *
 * <p>A wait has two parts: a first moment, in which a message that is on its way arrives, and the
 * rest, before which the receiver asks the broker for what others hold.
 */
final class Patience {
    private static final long FOREVER = Long.MAX_VALUE;
    private static final long FIRST_MOMENT_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

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

    boolean isOver() {
        return leftNanos <= 0;
    }

    /** Waits for a signal in the first moment; false when it did not come. */
    boolean awaitFirst(Condition condition) throws InterruptedException {
        return await(condition, Math.min(leftNanos, FIRST_MOMENT_NANOS));
    }

    /** Waits for a signal in the rest of the time; false when it did not come. */
    boolean awaitRest(Condition condition) throws InterruptedException {
        return await(condition, leftNanos);
    }

    private boolean await(Condition condition, long partNanos) throws InterruptedException {
        if (partNanos == FOREVER) {
            condition.await();
            return true;
        }
        long unusedNanos = condition.awaitNanos(partNanos);
        if (leftNanos != FOREVER) {
            leftNanos -= partNanos - unusedNanos;
        }
        return unusedNanos > 0;
    }
}
