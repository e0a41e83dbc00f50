package org.millrace.ra.inflow;

import jakarta.resource.spi.work.Work;
import jakarta.resource.spi.work.WorkException;
import jakarta.resource.spi.work.WorkManager;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The adapter's one thread of its own: hands work over to the server's work manager, now or later,
 * so that neither the client's event loop nor a thread of the server ever waits for it. Any thread.
 */
public final class AdapterThread implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(AdapterThread.class.getName());
    private static final Duration WHEN_REJECTED = Duration.ofMillis(500);

    private final WorkManager workManager;
    private final ScheduledThreadPoolExecutor executor;

    /** The thread starts with the first work. */
    public AdapterThread(WorkManager workManager) {
        this.workManager = workManager;
        this.executor =
                new ScheduledThreadPoolExecutor(
                        1,
                        task -> {
                            Thread thread = new Thread(task, "millrace-ra");
                            thread.setDaemon(true);
                            // Not the one of the application whose bean comes first.
                            thread.setContextClassLoader(AdapterThread.class.getClassLoader());
                            return thread;
                        });
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        executor.setRemoveOnCancelPolicy(true);
    }

    /** Does not wait. */
    void submit(Work work) {
        submit(work, Duration.ZERO);
    }

    /** A work manager that is full is asked again; after {@link #close} nothing happens. */
    void submit(Work work, Duration delay) {
        try {
            ScheduledFuture<?> unused =
                    executor.schedule(
                            () -> handOver(work), delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException stopped) {
            LOG.log(Level.FINE, "{0} comes after the stop of the adapter", work);
        }
    }

    private void handOver(Work work) {
        try {
            workManager.scheduleWork(work, WorkManager.INDEFINITE, null, null);
        } catch (WorkException | RuntimeException | Error full) {
            // Errors, too: without threads, an executor throws OutOfMemoryError.
            LOG.log(
                    Level.FINE,
                    "{0} is not taken by the work manager, asked again in {1}: {2}",
                    new Object[] {work, WHEN_REJECTED, full});
            submit(work, WHEN_REJECTED);
        }
    }

    /** Does not wait for work that was handed over. */
    @Override
    public void close() {
        executor.shutdownNow();
    }
}
