package org.millrace.persistence.embedded;

import java.util.List;
import org.millrace.persistence.catalog.CatalogState.LastStop;
import org.millrace.persistence.state.DirtyRows;

/**
 * What one checkpoint has to write, taken between two rounds. Kept until it is written: its rows
 * count as clean from the moment it was taken.
 *
 * @param journalPosition everything before it is in this checkpoint and those before
 * @param partitions partitions that changed, and how far each has to be in segments
 * @param deletedDestinations whose files may go once it is written
 */
record Checkpoint(
        long journalPosition,
        LastStop lastStop,
        DirtyRows rows,
        List<Target> partitions,
        List<Long> deletedDestinations) {

    record Target(PartitionLog log, long flushTo) {}
}
