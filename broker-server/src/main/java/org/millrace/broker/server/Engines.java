package org.millrace.broker.server;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.millrace.persistence.DiskStorageIo;
import org.millrace.persistence.HeapLogEngine;
import org.millrace.persistence.LogEngine;
import org.millrace.persistence.catalog.JdbcCatalog;
import org.millrace.persistence.embedded.EmbeddedEngine;
import org.millrace.persistence.embedded.EngineLoops;
import org.millrace.persistence.embedded.EngineSettings;

/** Which log engine a broker stores in. */
@FunctionalInterface
public interface Engines {
    /** An engine that is not recovered yet; {@code release} ends its threads after its close. */
    record Store(LogEngine engine, Runnable release) {}

    /**
     * A new engine.
     *
     * @param onFailure hears when it failed for good
     */
    Store create(InstantSource clock, Consumer<Throwable> onFailure);

    /** In memory; appends are refused while so many bytes are held. */
    static Engines inMemory(long maxBytes) {
        return (clock, onFailure) ->
                new Store(new HeapLogEngine(maxBytes, HeapLogEngine.firstIdAt(clock)), () -> {});
    }

    /** On a directory, which is created when it is not there. */
    static Engines onDirectory(Path directory) {
        return (clock, onFailure) -> {
            EngineLoops loops = EngineLoops.threads(clock, onFailure);
            return new Store(
                    new EmbeddedEngine(
                            EngineSettings.DEFAULT,
                            new DiskStorageIo(directory),
                            JdbcCatalog.h2(directory.resolve("catalog")),
                            loops,
                            onFailure::accept),
                    loops::close);
        };
    }
}
