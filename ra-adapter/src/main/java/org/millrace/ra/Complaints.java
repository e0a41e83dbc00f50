package org.millrace.ra;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Warnings about one thing that keeps failing: each new reason at once, the same reason once a
 * minute with the number of times. Any thread.
 *
 * <p>java.util.logging, because every server shows it.
 */
public final class Complaints {
    private static final Duration SAME_AGAIN = Duration.ofMinutes(1);

    private final Logger log;
    private final InstantSource clock;
    private String lastReason = "";
    private Instant lastTime = Instant.MIN;
    private int untold;

    public Complaints(Logger log, InstantSource clock) {
        this.log = log;
        this.clock = clock;
    }

    /** {@code what} is the sentence about what failed, {@code reason} what decides if it is new. */
    public synchronized void warn(String what, String reason) {
        Instant now = clock.instant();
        if (reason.equals(lastReason) && now.isBefore(lastTime.plus(SAME_AGAIN))) {
            untold++;
            return;
        }
        String again = untold > 0 ? " (" + untold + " more times since this was said last)" : "";
        log.log(Level.WARNING, "{0}: {1}{2}", new Object[] {what, reason, again});
        lastReason = reason;
        lastTime = now;
        untold = 0;
    }

    /** It works again; tells so when there was a complaint. */
    public synchronized void over(String what) {
        if (!lastReason.isEmpty()) {
            log.log(Level.INFO, "{0}", what);
        }
        lastReason = "";
        lastTime = Instant.MIN;
        untold = 0;
    }
}
