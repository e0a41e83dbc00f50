package org.millrace.broker.destination;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long a message that came back rests before it is delivered again. Immutable.
 *
 * @param first after the first attempt
 * @param multiplier each rest is so many times the one before, at least 1
 * @param longest no rest is longer
 * @param jitter part of a rest, 0 to 1, by which it is longer or shorter by chance
 */
record Backoff(Duration first, double multiplier, Duration longest, double jitter) {
    static final Backoff NONE = new Backoff(Duration.ZERO, 1, Duration.ZERO, 0);

    /** 0 for no rest at all. */
    long restMillis(int deliveryCount, RandomGenerator chance) {
        if (first.isZero()) {
            return 0;
        }
        // Beyond every number: then it is the longest.
        double grown = first.toMillis() * Math.pow(multiplier, Math.max(0, deliveryCount - 1));
        double rest = Math.min(grown, longest.toMillis());
        if (jitter > 0) {
            rest *= 1 + jitter * (2 * chance.nextDouble() - 1);
        }
        return Math.min(longest.toMillis(), Math.max(1, Math.round(rest)));
    }
}
