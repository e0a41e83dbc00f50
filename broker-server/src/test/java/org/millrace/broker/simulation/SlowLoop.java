package org.millrace.broker.simulation;

import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.millrace.foundation.Loop;

/** A loop that can be slow, as one is whose disk is slow: each task waits, in its order. */
final class SlowLoop implements Loop {
    private final Loop loop;
    private final Supplier<Duration> slowness;
    private long busyUntilNanos;

    /** {@code slowness} is asked for each task. */
    SlowLoop(Loop loop, Supplier<Duration> slowness) {
        this.loop = loop;
        this.slowness = slowness;
    }

    @Override
    public void execute(Runnable task) {
        long now = nanoTime();
        busyUntilNanos = Math.max(busyUntilNanos, now) + slowness.get().toNanos();
        if (busyUntilNanos > now) {
            loop.after(Duration.ofNanos(busyUntilNanos - now), task);
        } else {
            loop.execute(task);
        }
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
        return loop.after(delay, task);
    }

    @Override
    public boolean inLoop() {
        return loop.inLoop();
    }

    @Override
    public InstantSource clock() {
        return loop.clock();
    }

    @Override
    public long nanoTime() {
        return loop.nanoTime();
    }
}
