package org.millrace.broker.simulation;

/** A run in which something happened that must not: with its seed and the end of its story. */
final class SimulationFailure extends AssertionError {
    private static final long serialVersionUID = 1L;

    SimulationFailure(long seed, Story story, Throwable cause) {
        super(
                "seed %d: %s%n%s%nreplay it with: ./dev sim --seed %d"
                        .formatted(seed, cause.getMessage(), story.ending(), seed),
                cause);
    }
}
