package org.millrace.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Holds a command to so many messages a second. Confined to the thread of the command. */
final class Pace {
    private static final double NANOS_PER_SECOND = 1e9;

    /** How far it may be behind and catch up; what was missed before is forgotten. */
    private static final Duration SLACK = Duration.ofMillis(100);

    private final Duration interval;
    private final InstantSource clock;
    private final StopSignal stop;
    private Instant due;

    /**
     * @param perSecond 0 for no limit
     */
    Pace(double perSecond, InstantSource clock, StopSignal stop) {
        this.interval =
                perSecond > 0
                        ? Duration.ofNanos((long) (NANOS_PER_SECOND / perSecond))
                        : Duration.ZERO;
        this.clock = clock;
        this.stop = stop;
        this.due = clock.instant();
    }

    /** Waits until the next message is due; the first one is when this was made. */
    void awaitNext() {
        if (interval.isZero()) {
            return;
        }
        Instant now = clock.instant();
        Instant earliest = now.minus(SLACK);
        due = (due.isBefore(earliest) ? earliest : due).plus(interval);
        if (due.isAfter(now)) {
            stop.pause(Duration.between(now, due));
        }
    }
}
