package org.millrace.jms.client;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lazy chores of all connections of this JVM: heartbeats, late acknowledgements. Any thread may
 * ask; chores run on one daemon thread that ends when there are none, and must not wait.
 */
final class ClientTimer {
    private static final Logger LOG = LoggerFactory.getLogger(ClientTimer.class);
    private static final Duration KEEP_THREAD = Duration.ofSeconds(5);
    private static final ClientTimer SHARED = new ClientTimer();

    /** Ends a repeated chore; any number of times. */
    @FunctionalInterface
    interface Stop {
        void stop();
    }

    private final ScheduledThreadPoolExecutor executor;

    private ClientTimer() {
        executor = new ScheduledThreadPoolExecutor(1, ClientTimer::thread);
        executor.setRemoveOnCancelPolicy(true);
        executor.setKeepAliveTime(KEEP_THREAD.toMillis(), TimeUnit.MILLISECONDS);
        executor.allowCoreThreadTimeOut(true);
    }

    static ClientTimer shared() {
        return SHARED;
    }

    private static Thread thread(Runnable chores) {
        Thread thread = new Thread(chores, "millrace-client-timer");
        thread.setDaemon(true);
        // Not the loader of whatever application came first: that would keep it alive.
        thread.setContextClassLoader(ClientTimer.class.getClassLoader());
        return thread;
    }

    void after(Duration delay, Runnable chore) {
        ScheduledFuture<?> unused =
                executor.schedule(logged(chore), delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    Stop every(Duration period, Runnable chore) {
        ScheduledFuture<?> repeated =
                executor.scheduleAtFixedRate(
                        logged(chore), period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
        return () -> repeated.cancel(false);
    }

    private static Runnable logged(Runnable chore) {
        return () -> {
            try {
                chore.run();
            } catch (RuntimeException bug) {
                LOG.error("chore of the client timer failed", bug);
            }
        };
    }
}
