package org.millrace.jms.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A call of the API that may wait, on a thread of its own. */
final class Background<T> {
    private static final int PATIENCE_SECONDS = 10;

    private final FutureTask<T> task;
    private final Thread thread;

    private Background(Callable<T> call) {
        task = new FutureTask<>(call);
        thread = new Thread(task, "test-background");
        thread.setDaemon(true);
        thread.start();
    }

    static <T> Background<T> call(Callable<T> call) {
        return new Background<>(call);
    }

    /** An action that may throw. */
    interface Action {
        void run() throws Exception;
    }

    static Background<Void> run(Action action) {
        return call(
                () -> {
                    action.run();
                    return null;
                });
    }

    /** Its result, or what it threw. */
    T result() throws Exception {
        try {
            return task.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException thrown) {
            throw (Exception) thrown.getCause();
        } catch (TimeoutException late) {
            throw new AssertionError("still running: " + trace(), late);
        }
    }

    boolean isDone() {
        return task.isDone();
    }

    /** Waits until the call is blocked, so that a test can say "it waits". */
    void awaitBlocked() {
        long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (thread.getState() != Thread.State.WAITING
                && thread.getState() != Thread.State.TIMED_WAITING) {
            assertThat(task.isDone()).as("call returned, it should wait").isFalse();
            assertThat(System.nanoTime()).isLessThan(deadlineNanos);
            Thread.onSpinWait();
        }
    }

    void interrupt() {
        thread.interrupt();
    }

    private String trace() {
        return java.util.Arrays.toString(thread.getStackTrace());
    }
}
