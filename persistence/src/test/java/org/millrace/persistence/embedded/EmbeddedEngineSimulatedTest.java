package org.millrace.persistence.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.millrace.foundation.SeededScheduler;
import org.millrace.persistence.LogEngine;
import org.millrace.persistence.catalog.HeapCatalog;
import org.millrace.persistence.contract.LogEngineContract;
import org.millrace.persistence.segment.SegmentLimits;
import org.millrace.persistence.simulation.FaultyStorageIo;

/** The contract on one thread, with sizes so small that every path is taken. */
class EmbeddedEngineSimulatedTest extends LogEngineContract {
    private static final EngineSettings TINY =
            new EngineSettings(8192, 2048, 1 << 20, 2048, 8192, 0, new SegmentLimits(1024, 128));

    private final SplittableRandom chance = new SplittableRandom(7);
    private final FaultyStorageIo disk = new FaultyStorageIo(chance);
    private final HeapCatalog catalog = new HeapCatalog();
    private final SeededScheduler scheduler = new SeededScheduler(chance, Instant.EPOCH);
    private final List<Throwable> failures = new ArrayList<>();

    @Override
    protected LogEngine openStore() {
        EngineLoops loops =
                new EngineLoops(
                        scheduler.newLoop("journal"),
                        scheduler.newLoop("flusher"),
                        scheduler.newLoop("reader"));
        return new EmbeddedEngine(TINY, disk, catalog, loops, failures::add);
    }

    @Override
    protected <T> T await(CompletionStage<T> stage) {
        scheduler.advance(Duration.ofSeconds(5));
        return super.await(stage);
    }

    @AfterEach
    void nothingFailedBehindTheScenes() {
        assertThat(failures).isEmpty();
    }
}
