package org.millrace.jms.link;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before trying again: doubling from {@code initial} to {@code max}, each time a
 * random part between the half and the whole, so that many clients of one broker do not come back
 * in step. Confined to its caller.
 */
final class Backoff {
    private final Duration initial;
    private final Duration max;
    private final RandomGenerator chance;
    private Duration step;

    Backoff(Duration initial, Duration max, RandomGenerator chance) {
        this.initial = initial;
        this.max = max;
        this.chance = chance;
        this.step = initial;
    }

    Duration next() {
        long halfNanos = step.toNanos() / 2;
        Duration wait = Duration.ofNanos(halfNanos + chance.nextLong(halfNanos + 1));
        Duration doubled = step.multipliedBy(2);
        step = doubled.compareTo(max) < 0 ? doubled : max;
        return wait;
    }

    /** All is well: the next trouble is a new one. */
    void reset() {
        step = initial;
    }
}
