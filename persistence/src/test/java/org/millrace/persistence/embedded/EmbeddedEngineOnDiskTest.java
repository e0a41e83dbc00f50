package org.millrace.persistence.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.persistence.DiskStorageIo;
import org.millrace.persistence.LogEngine;
import org.millrace.persistence.StorageException;
import org.millrace.persistence.catalog.JdbcCatalog;
import org.millrace.persistence.contract.LogEngineContract;

class EmbeddedEngineOnDiskTest extends LogEngineContract {
    @TempDir Path directory;

    private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final EngineLoops loops = EngineLoops.threads(InstantSource.system(), failures::add);

    @Override
    protected LogEngine openStore() {
        return new EmbeddedEngine(
                EngineSettings.SMALL,
                new DiskStorageIo(directory),
                JdbcCatalog.h2(directory.resolve("catalog")),
                loops,
                failures::add);
    }

    @AfterEach
    void nothingFailedBehindTheScenes() {
        assertThat(failures).isEmpty();
    }

    @Test
    void directoryInUseIsRefusedByName() {
        assertThatThrownBy(() -> openStore().recover())
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("locked by another broker")
                .hasMessageContaining(directory.toString());
    }
}
