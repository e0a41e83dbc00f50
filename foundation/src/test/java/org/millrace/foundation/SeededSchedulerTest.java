package org.millrace.foundation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SeededSchedulerTest {
    private static final long SEED = 42;

    @Test
    void sameSeedGivesTheSameInterleaving() {
        assertThat(interleaving(SEED))
                .isEqualTo(interleaving(SEED))
                .isNotEqualTo(interleaving(SEED + 1));
    }

    @Test
    void timersRunInOrderOfTimeAndNeverEarly() {
        SeededScheduler world = new SeededScheduler(new SplittableRandom(SEED), Instant.EPOCH);
        Loop loop = world.newLoop("a");
        List<String> ran = new ArrayList<>();
        loop.after(Duration.ofSeconds(2), () -> ran.add("two"));
        loop.after(Duration.ofSeconds(1), () -> ran.add("one"));
        loop.after(Duration.ofSeconds(1), () -> ran.add("cancelled")).cancel();

        world.advance(Duration.ofMillis(999));
        assertThat(ran).isEmpty();
        world.advance(Duration.ofSeconds(5));
        assertThat(ran).containsExactly("one", "two");
        assertThat(world.clock().instant()).isEqualTo(Instant.EPOCH.plusMillis(5999));
    }

    @Test
    void aKilledLoopRunsNothingMore() {
        SeededScheduler world = new SeededScheduler(new SplittableRandom(SEED), Instant.EPOCH);
        Loop loop = world.newLoop("a");
        List<String> ran = new ArrayList<>();
        loop.execute(() -> ran.add("task"));
        loop.after(Duration.ofSeconds(1), () -> ran.add("timer"));

        world.kill(loop);
        world.advance(Duration.ofSeconds(5));

        assertThat(ran).isEmpty();
    }

    private static List<String> interleaving(long seed) {
        SeededScheduler world = new SeededScheduler(new SplittableRandom(seed), Instant.EPOCH);
        List<String> ran = new ArrayList<>();
        for (String name : List.of("a", "b", "c")) {
            Loop loop = world.newLoop(name);
            for (int i = 0; i < 20; i++) {
                String event = name + i;
                loop.execute(() -> ran.add(event));
            }
        }
        world.runUntilIdle();
        return ran;
    }
}
