package org.millrace.jms.link;

import java.time.Duration;
import org.millrace.foundation.Check;

/**
 * How often and how fast hosts are tried. A round tries every host of the URI once. Immutable.
 *
 * @param connectRounds rounds of the first connect before it fails; {@link #ENDLESS} for no limit
 * @param lostLink what happens when the link is lost
 * @param reconnectRounds rounds before a lost link is given up; {@link #ENDLESS} for no limit
 * @param initialDelay about as long it waits before the first round after a loss
 * @param maxDelay the wait doubles with each round up to this
 */
public record ReconnectPolicy(
        int connectRounds,
        LostLink lostLink,
        int reconnectRounds,
        Duration initialDelay,
        Duration maxDelay) {
    public static final int ENDLESS = 0;

    /** What happens when the link is lost. */
    public enum LostLink {
        OPEN_AGAIN,
        GIVE_UP
    }

    public ReconnectPolicy {
        Check.argument(
                initialDelay.compareTo(maxDelay) <= 0,
                "reconnectInitialDelayMillis %d is above reconnectMaxDelayMillis %d",
                initialDelay.toMillis(),
                maxDelay.toMillis());
    }
}
