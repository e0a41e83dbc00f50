package org.millrace.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Asks a command that would go on for long to end in order: Ctrl-C or SIGTERM for a process, {@link
 * #raise} in a test. Any thread.
 */
public final class StopSignal {
    private static final long PATIENCE_SECONDS = 10;

    private final CountDownLatch raised = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final boolean ofProcess;

    private StopSignal(boolean ofProcess) {
        this.ofProcess = ofProcess;
    }

    /** Raised by who holds it only. */
    public static StopSignal byHand() {
        return new StopSignal(false);
    }

    static StopSignal ofThisProcess() {
        return new StopSignal(true);
    }

    /**
     * From here on the command looks at {@link #isRaised} at least every second and ends in order.
     * Before, and for commands that never call this, Ctrl-C ends the process at once.
     */
    void listen() {
        listen(this::awaitEnd);
    }

    /**
     * As {@link #listen()}, for a command that may hang in reading its input.
     *
     * @param lastDuty what the end of the process waits for; bounded, on a thread of its own
     */
    void listen(Runnable lastDuty) {
        if (ofProcess) {
            Runtime.getRuntime()
                    .addShutdownHook(
                            new Thread(
                                    () -> {
                                        raise();
                                        lastDuty.run();
                                    },
                                    "millrace-stop"));
        }
    }

    public void raise() {
        raised.countDown();
    }

    boolean isRaised() {
        return raised.getCount() == 0 || Thread.currentThread().isInterrupted();
    }

    /** Waits so long, or shorter when the signal is raised. */
    void pause(Duration time) {
        await(raised, time);
    }

    /** The command is done: nobody needs to wait for it. */
    void end() {
        ended.countDown();
    }

    /** Waits until the command is done, or for ten seconds. */
    void awaitEnd() {
        await(ended, Duration.ofSeconds(PATIENCE_SECONDS));
    }

    private static void await(CountDownLatch latch, Duration time) {
        try {
            boolean unused = latch.await(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
