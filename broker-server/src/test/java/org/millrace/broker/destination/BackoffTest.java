package org.millrace.broker.destination;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private final SplittableRandom chance = new SplittableRandom(7272);

    @Test
    void restsGrowByTheMultiplierUpToTheLongest() {
        Backoff backoff = new Backoff(Duration.ofMillis(100), 2, Duration.ofSeconds(1), 0);

        assertThat(IntStream.rangeClosed(1, 6).mapToLong(n -> backoff.restMillis(n, chance)))
                .containsExactly(100L, 200L, 400L, 800L, 1000L, 1000L);
        assertThat(backoff.restMillis(Integer.MAX_VALUE, chance)).isEqualTo(1000);
    }

    @Test
    void jitterStaysWithinItsPartAndBelowTheLongest() {
        Backoff backoff = new Backoff(Duration.ofMillis(1000), 1, Duration.ofMillis(1100), 0.25);
        for (int i = 0; i < 1000; i++) {
            assertThat(backoff.restMillis(1, chance)).isBetween(750L, 1100L);
        }
        assertThat(IntStream.range(0, 100).mapToLong(i -> backoff.restMillis(1, chance)).distinct())
                .hasSizeGreaterThan(50);
    }

    @Test
    void withoutDelayNothingRests() {
        assertThat(Backoff.NONE.restMillis(7, chance)).isZero();
    }
}
