package org.millrace.broker.simulation;

import java.util.Optional;
import java.util.function.Consumer;

/**
 * Runs seeds outside the tests: {@code --seed N [--trace]} runs one and prints its events; {@code
 * --from N --count M} runs many.
 */
final class SimulationMain {
    private SimulationMain() {}

    public static void main(String[] arguments) {
        long from = 0;
        long count = 1;
        Optional<Consumer<String>> trace = Optional.empty();
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--seed", "--from" -> from = Long.parseLong(arguments[++i]);
                case "--count" -> count = Long.parseLong(arguments[++i]);
                case "--trace" -> trace = Optional.of(System.out::println);
                default ->
                        throw new IllegalArgumentException(
                                "unknown argument " + arguments[i] + "; --seed N --trace");
            }
        }
        long events = 0;
        long messages = 0;
        long deliveries = 0;
        long keyed = 0;
        long layouts = 0;
        long operations = 0;
        long branches = 0;
        long starts = 0;
        long failures = 0;
        long begun = System.nanoTime();
        for (long seed = from; seed < from + count; seed++) {
            try {
                Simulation.Outcome outcome = new Simulation(seed, Flaws.NONE, trace).run();
                events += outcome.events();
                messages += outcome.messages();
                deliveries += outcome.deliveries();
                keyed += outcome.keyedDeliveries();
                layouts += outcome.layouts();
                operations += outcome.operations();
                branches += outcome.branches();
                starts += outcome.starts();
            } catch (SimulationFailure failure) {
                failures++;
                System.out.println(
                        count == 1
                                ? failure.getMessage()
                                : "seed " + seed + ": " + failure.getCause().getMessage());
            }
        }
        System.out.printf(
                "%d seeds, %d failed: %d events, %d messages, %d deliveries (%d with key), %d changes"
                        + " of the number of partitions, %d operations, %d branches decided, %d starts in"
                        + " %d ms%n",
                count,
                failures,
                events,
                messages,
                deliveries,
                keyed,
                layouts,
                operations,
                branches,
                starts,
                (System.nanoTime() - begun) / 1_000_000);
    }
}
