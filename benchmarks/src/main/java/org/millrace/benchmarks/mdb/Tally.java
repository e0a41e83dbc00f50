package org.millrace.benchmarks.mdb;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** One round: from the first call of a bean until the last transaction is committed. Any thread. */
final class Tally {
    private static volatile Tally current = new Tally(0);

    private final CountDownLatch missing;
    private final AtomicLong firstNanos = new AtomicLong();
    private volatile long lastNanos;

    private Tally(int messages) {
        missing = new CountDownLatch(messages);
    }

    static void begin(int messages) {
        current = new Tally(messages);
    }

    static Tally current() {
        return current;
    }

    void called() {
        if (firstNanos.get() == 0) {
            boolean unused = firstNanos.compareAndSet(0, System.nanoTime());
        }
    }

    void committed() {
        missing.countDown();
        if (missing.getCount() == 0) {
            lastNanos = System.nanoTime();
        }
    }

    /** Nanoseconds of the round; fails when it is not over in time. */
    long await(long seconds) throws InterruptedException {
        if (!missing.await(seconds, TimeUnit.SECONDS)) {
            throw new IllegalStateException(
                    "%d transactions are not committed after %d s"
                            .formatted(missing.getCount(), seconds));
        }
        long last = lastNanos;
        return (last == 0 ? System.nanoTime() : last) - firstNanos.get();
    }
}
