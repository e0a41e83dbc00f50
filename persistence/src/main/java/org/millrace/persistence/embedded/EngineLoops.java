package org.millrace.persistence.embedded;

import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.millrace.foundation.Loop;
import org.millrace.foundation.ThreadLoop;

/**
 * The loops of an embedded engine.
 *
 * @param journal commit rounds
 * @param flusher segments, checkpoints, trimming
 * @param reader cold reads
 */
public record EngineLoops(Loop journal, Loop flusher, Loop reader) implements AutoCloseable {
    /** A part of a force: what staying awake longer gains, it takes from the other threads. */
    private static final Duration AWAKE = Duration.ofNanos(20_000);

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** A thread for each; failures of tasks go to {@code onFailure}. Close after the engine. */
    public static EngineLoops threads(InstantSource clock, Consumer<Throwable> onFailure) {
        return new EngineLoops(
                new JournalLoop("millrace-journal", clock, AWAKE, onFailure),
                new ThreadLoop("millrace-flusher", clock, onFailure),
                new ThreadLoop("millrace-reader", clock, onFailure));
    }

    /** Ends the threads; loops of a simulation are left to it. */
    @Override
    public void close() {
        if (journal instanceof JournalLoop thread) {
            thread.close(PATIENCE);
        }
        if (flusher instanceof ThreadLoop thread) {
            thread.close(PATIENCE);
        }
        if (reader instanceof ThreadLoop thread) {
            thread.close(PATIENCE);
        }
    }
}
