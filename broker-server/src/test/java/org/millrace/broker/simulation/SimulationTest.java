package org.millrace.broker.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * The whole broker under faults, seed after seed. REL-1, REL-2, REL-5, REL-6, ORD-3, ORD-6, TX-2,
 * TX-3, TX-4, TX-10, REL-12.
 *
 * <p>Clients send, consume, browse, commit and prepare; an operator replays, purges, alters,
 * redrives, deletes and changes partitions; topics are kept, trimmed and compacted; links, disk and
 * machine fail at any step.
 *
 * <p>{@code -Dmillrace.sim.seed=N} begins at N and, unless {@code -Dmillrace.sim.count} says more,
 * runs only that; {@code -Dmillrace.sim.trace=true} prints every event. {@code ./dev sim --seed N
 * --trace true} does this.
 */
class SimulationTest {
    private static final int COUNT = 2000;

    /** What all seeds that were run came to. */
    private static final LongAdder EVENTS = new LongAdder();

    private static final LongAdder DELIVERIES = new LongAdder();
    private static final LongAdder KEYED = new LongAdder();
    private static final LongAdder LAYOUTS = new LongAdder();
    private static final LongAdder OPERATIONS = new LongAdder();
    private static final LongAdder BRANCHES = new LongAdder();
    private static final LongAdder STARTS = new LongAdder();

    @Test
    void nothingThatMustNotHappenHappens() {
        Optional<Long> only = Optional.ofNullable(Long.getLong("millrace.sim.seed"));
        long first = only.orElse(0L);
        long count = Long.getLong("millrace.sim.count", only.isPresent() ? 1 : COUNT);
        List<String> failures =
                LongStream.range(first, first + count)
                        .parallel()
                        .mapToObj(SimulationTest::failure)
                        .flatMap(Optional::stream)
                        .toList();
        System.out.printf(
                "seeds %d to %d: %d events, %d deliveries, %d of them with key, %d changes of the"
                        + " number of partitions, %d operations, %d branches decided, %d starts of the"
                        + " broker%n",
                first,
                first + count - 1,
                EVENTS.sum(),
                DELIVERIES.sum(),
                KEYED.sum(),
                LAYOUTS.sum(),
                OPERATIONS.sum(),
                BRANCHES.sum(),
                STARTS.sum());
        assertThat(failures).isEmpty();
    }

    private static Optional<String> failure(long seed) {
        try {
            Optional<Consumer<String>> trace =
                    Boolean.getBoolean("millrace.sim.trace")
                            ? Optional.of(System.out::println)
                            : Optional.empty();
            Simulation.Outcome outcome = new Simulation(seed, Flaws.NONE, trace).run();
            EVENTS.add(outcome.events());
            DELIVERIES.add(outcome.deliveries());
            KEYED.add(outcome.keyedDeliveries());
            LAYOUTS.add(outcome.layouts());
            OPERATIONS.add(outcome.operations());
            BRANCHES.add(outcome.branches());
            STARTS.add(outcome.starts());
            return Optional.empty();
        } catch (SimulationFailure failure) {
            System.out.println(failure.getMessage());
            return Optional.of("seed " + seed + ": " + failure.getCause().getMessage());
        }
    }

    @Test
    void aSeedReplaysEventForEvent() {
        for (long seed = 0; seed < 5; seed++) {
            assertThat(story(seed)).isEqualTo(story(seed));
        }
    }

    private static List<String> story(long seed) {
        List<String> story = new ArrayList<>();
        new Simulation(seed, Flaws.NONE, Optional.of(story::add)).run();
        return story;
    }
}
