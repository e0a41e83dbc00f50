package org.millrace.persistence.simulation;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.Check;

class EngineSimulationTest {
    private static final int SEEDS = 2_000;
    private static final int LIVES = 5;

    /**
     * Everything answered is there, nothing is there half, no offset is given out twice. A seed
     * given with {@code -Dmillrace.seed} is run alone.
     */
    @Test
    void everyEndOfEveryLifeLeavesWhatWasAnswered() {
        Optional<Long> only = Optional.ofNullable(Long.getLong("millrace.seed"));
        long first = only.orElse(1L);
        long last = only.orElse((long) SEEDS);
        for (long seed = first; seed <= last; seed++) {
            try {
                new EngineSimulation(seed).run(LIVES);
            } catch (RuntimeException | AssertionError failed) {
                throw new AssertionError("seed " + seed + " failed: " + failed, failed);
            }
        }
        Check.invariant(last >= first, "no seed was run");
    }
}
