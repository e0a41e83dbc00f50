package org.millrace.broker.security;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Slows down guessing: after {@link #BURST} failures of one user name from one address, further
 * attempts wait so that there is one per {@link #PAUSE}; when too many wait they are refused.
 * Others, and the same user from elsewhere, are not held up. Confined to the login loop.
 *
 * <p>Bounded: of many pairs the one that was used least recently is forgotten.
 */
final class LoginThrottle {
    static final int BURST = 10;
    static final Duration PAUSE = Duration.ofSeconds(1);

    /** Less than a link has for its handshake. */
    static final Duration MAX_WAIT = Duration.ofSeconds(5);

    private static final int MAX_PAIRS = 10_000;

    /** Who tries from where. */
    record Attempt(String address, String user) {}

    /** When all failures are forgiven, one for each pause that passes; in nanoseconds. */
    private final Map<Attempt, Long> forgiven =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Attempt, Long> eldest) {
                    return size() > MAX_PAIRS;
                }
            };

    /** How long the attempt must wait before it is looked at; empty when it is refused. */
    Optional<Duration> admit(Attempt attempt, long nowNanos) {
        long ahead = forgiven.getOrDefault(attempt, nowNanos) - nowNanos;
        long waitNanos = ahead - (BURST - 1) * PAUSE.toNanos();
        if (waitNanos > MAX_WAIT.toNanos()) {
            return Optional.empty();
        }
        if (waitNanos > 0) {
            // Those who wait count already: many at once are not let through together.
            failed(attempt, nowNanos);
        }
        return Optional.of(Duration.ofNanos(Math.max(0, waitNanos)));
    }

    void failed(Attempt attempt, long nowNanos) {
        long known = forgiven.getOrDefault(attempt, nowNanos);
        forgiven.put(attempt, (known - nowNanos > 0 ? known : nowNanos) + PAUSE.toNanos());
    }

    void succeeded(Attempt attempt) {
        forgiven.remove(attempt);
    }
}
