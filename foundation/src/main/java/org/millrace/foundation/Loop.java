package org.millrace.foundation;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executor;

/**
 * One thread with a queue of tasks and a clock: the only way in which our code learns of threads
 * and time.
 *
 * <p>Tasks given to one loop run one after the other, in the order given, each seeing what the ones
 * before it wrote. State that is confined to a loop needs no lock; confined classes call {@link
 * #assertInLoop} at their entries, in production too. In production a loop is a thread ({@link
 * ThreadLoop}) or one of Netty's event loops; in a simulation all loops of a broker share one
 * seeded thread and a virtual clock ({@link SeededScheduler}).
 */
public interface Loop extends Executor {

    /** A task scheduled for later. */
    @FunctionalInterface
    interface Timer {
        /**
         * Makes the task not run if it has not started. Callable from any thread, any number of
         * times.
         */
        void cancel();
    }

    /**
     * Runs the task on this loop after the tasks already given. Callable from any thread; never
     * blocks.
     */
    @Override
    void execute(Runnable task);

    /**
     * Runs the task on this loop once the delay has passed by this loop's clock; never early.
     * Callable from any thread.
     */
    Timer after(Duration delay, Runnable task);

    /** Whether the caller runs on this loop. */
    boolean inLoop();

    /**
     * Wall clock of this loop: what {@code JMSTimestamp}, expiry and delivery time are measured by.
     */
    InstantSource clock();

    /** Monotonic nanoseconds; only differences have a meaning. */
    long nanoTime();

    default void assertInLoop() {
        Check.invariant(inLoop(), "called off its loop");
    }
}
