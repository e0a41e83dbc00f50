package org.millrace.persistence.embedded;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.millrace.foundation.Loop;

/**
 * A {@link Loop} whose thread wakes up fast: after its last task it stays awake for a moment before
 * it parks. Waking a parked thread can cost as much as a force of the journal.
 *
 * <p>A task that throws does not end the thread: the failure goes to {@code onFailure}. After
 * {@link #close} tasks are refused.
 */
public final class JournalLoop implements Loop {
    private final InstantSource clock;
    private final Consumer<Throwable> onFailure;
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private final AtomicBoolean started = new AtomicBoolean();
    private final long awakeNanos;
    private volatile boolean parked;
    private volatile boolean closing;

    /**
     * @param awake how long to stay awake after a task; the thread does not give its processor away
     *     meanwhile, because getting it back takes longer than being woken
     */
    public JournalLoop(
            String name, InstantSource clock, Duration awake, Consumer<Throwable> onFailure) {
        this.clock = clock;
        this.awakeNanos = awake.toNanos();
        this.onFailure = onFailure;
        this.thread = new Thread(this::runTasks, name);
        thread.setDaemon(true);
    }

    @Override
    public void execute(Runnable task) {
        if (closing && !inLoop()) {
            throw new RejectedExecutionException(thread.getName() + " was closed");
        }
        tasks.add(task);
        if (!started.get() && started.compareAndSet(false, true)) {
            thread.start();
        } else if (parked) {
            LockSupport.unpark(thread);
        }
    }

    private void runTasks() {
        while (true) {
            Runnable task = tasks.poll();
            if (task != null) {
                run(task);
            } else if (closing) {
                return;
            } else {
                awaitTask();
            }
        }
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable failure) {
            onFailure.accept(failure);
        }
    }

    private void awaitTask() {
        long sleepAt = System.nanoTime() + awakeNanos;
        while (System.nanoTime() < sleepAt) {
            if (!tasks.isEmpty()) {
                return;
            }
            Thread.onSpinWait();
        }
        parked = true;
        // Looked at after the flag is up: whoever added a task before did not see it.
        if (tasks.isEmpty() && !closing) {
            LockSupport.park(this);
        }
        parked = false;
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
        AtomicBoolean cancelled = new AtomicBoolean();
        Executor later =
                CompletableFuture.delayedExecutor(delay.toNanos(), TimeUnit.NANOSECONDS, this);
        later.execute(
                () -> {
                    if (!cancelled.get()) {
                        task.run();
                    }
                });
        return () -> cancelled.set(true);
    }

    @Override
    public boolean inLoop() {
        return Thread.currentThread() == thread;
    }

    @Override
    public InstantSource clock() {
        return clock;
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    /** Runs what was given, ends the thread, waits for that at most the given time. */
    public void close(Duration patience) {
        closing = true;
        LockSupport.unpark(thread);
        if (started.get()) {
            try {
                thread.join(Math.max(1, patience.toMillis()));
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
