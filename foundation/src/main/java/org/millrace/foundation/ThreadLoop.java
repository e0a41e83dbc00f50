package org.millrace.foundation;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A {@link Loop} that is one named daemon thread.
 *
 * <p>A task that throws does not end the thread: the failure goes to {@code onFailure}, on the
 * loop's thread; the owner decides whether to stop. After {@link #close} tasks are refused with
 * {@link RejectedExecutionException}.
 */
public final class ThreadLoop implements Loop, AutoCloseable {
    private final InstantSource clock;
    private final Consumer<Throwable> onFailure;
    private final ScheduledThreadPoolExecutor executor;
    private volatile Thread thread;

    public ThreadLoop(String name, InstantSource clock, Consumer<Throwable> onFailure) {
        this.clock = clock;
        this.onFailure = onFailure;
        this.executor = new ScheduledThreadPoolExecutor(1, work -> newThread(name, work));
        executor.setRemoveOnCancelPolicy(true);
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    private Thread newThread(String name, Runnable work) {
        Thread created = new Thread(work, name);
        created.setDaemon(true);
        // Not that of an application that happens to come first.
        created.setContextClassLoader(ThreadLoop.class.getClassLoader());
        thread = created;
        return created;
    }

    @Override
    public void execute(Runnable task) {
        executor.execute(() -> run(task));
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
        ScheduledFuture<?> scheduled =
                executor.schedule(() -> run(task), delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> scheduled.cancel(false);
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable failure) {
            onFailure.accept(failure);
        }
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

    /**
     * Runs what was given with {@link #execute}, drops timers, ends the thread; waits for that at
     * most the given time.
     */
    public void close(Duration patience) {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                executor.shutdownNow();
            }
        } catch (InterruptedException interrupted) {
            executor.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        close(Duration.ofSeconds(10));
    }
}
