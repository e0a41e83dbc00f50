package org.millrace.jms.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.SeededScheduler;

/** How long a client waits before it tries again, and what a link can become. */
class BackoffTest {
    private static final long SEED = 7272;

    private final Backoff backoff =
            new Backoff(
                    Duration.ofMillis(100), Duration.ofMillis(1000), new SplittableRandom(SEED));

    @Test
    void waitsDoubleUpToTheLongestWithARandomHalf() {
        for (long millis : List.of(100L, 200L, 400L, 800L, 1000L, 1000L, 1000L)) {
            assertThat(backoff.next())
                    .as("seed %d", SEED)
                    .isBetween(Duration.ofMillis(millis / 2), Duration.ofMillis(millis));
        }
    }

    @Test
    void clientsDoNotComeBackInStep() {
        Set<Long> waits = new HashSet<>();
        LongStream.range(0, 100)
                .forEach(
                        seed ->
                                waits.add(
                                        new Backoff(
                                                        Duration.ofSeconds(1),
                                                        Duration.ofSeconds(1),
                                                        new SplittableRandom(seed))
                                                .next()
                                                .toMillis()));
        assertThat(waits).hasSizeGreaterThan(50);
    }

    @Test
    void afterAResetItBeginsAnew() {
        for (int i = 0; i < 10; i++) {
            assertThat(backoff.next()).isPositive();
        }
        backoff.reset();
        assertThat(backoff.next()).isLessThanOrEqualTo(Duration.ofMillis(100));
    }

    @Test
    void theShortestWaitCannotBeLongerThanTheLongest() {
        assertThatThrownBy(
                        () ->
                                new ReconnectPolicy(
                                        1,
                                        ReconnectPolicy.LostLink.OPEN_AGAIN,
                                        0,
                                        Duration.ofSeconds(2),
                                        Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("reconnectInitialDelayMillis");
    }

    @Test
    void aClosedLinkStaysClosed() {
        for (LinkLife next : LinkLife.values()) {
            assertThat(LinkLife.CLOSED.canBecome(next)).isFalse();
            assertThat(next.canBecome(LinkLife.CONNECTING)).isFalse();
        }
        assertThat(LinkLife.CONNECTING.canBecome(LinkLife.RECONNECTING)).isFalse();
        assertThat(LinkLife.OPEN.canBecome(LinkLife.RECONNECTING)).isTrue();
        assertThat(LinkLife.RECONNECTING.canBecome(LinkLife.OPEN)).isTrue();
    }

    @Test
    void theEndComesOnce() {
        Switchboard switchboard =
                new Switchboard(
                        "test",
                        new SeededScheduler(new SplittableRandom(SEED), java.time.Instant.EPOCH)
                                .newLoop("client"));
        assertThat(switchboard.end(Failures.closed("test"))).isTrue();
        assertThat(switchboard.end(Failures.closed("test"))).isFalse();
        assertThatThrownBy(switchboard::checkAlive).hasMessageContaining("closed");
    }
}
