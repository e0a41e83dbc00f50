package org.millrace.persistence.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.millrace.persistence.StorageException;

class HeapCatalogTest extends CatalogContract {
    private final HeapCatalog catalog = new HeapCatalog();

    @Override
    Catalog catalog() {
        return catalog;
    }

    @Test
    void aFailedCheckpointLeavesNoTrace() {
        catalog.checkpoint(CatalogCheckpoint.of(running(1)));
        catalog.failNextCheckpoint();

        assertThatThrownBy(() -> catalog.checkpoint(CatalogCheckpoint.of(running(2))))
                .isInstanceOf(StorageException.class);

        assertThat(catalog.open().state()).isEqualTo(running(1));
        catalog.checkpoint(CatalogCheckpoint.of(running(3)));
        assertThat(catalog.open().state()).isEqualTo(running(3));
    }
}
