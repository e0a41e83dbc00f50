package org.millrace.persistence.catalog;

/**
 * The facts of which there is one each.
 *
 * @param nextId lowest id not given out
 * @param journalPosition where replay starts: everything before it is in the catalog and the
 *     segments. Its meaning is the journal's; 0 in a new catalog
 * @param lastStop how the last run ended, as far as is known
 */
public record CatalogState(long nextId, long journalPosition, LastStop lastStop) {

    /** Whether the engine that wrote the catalog ended in order. */
    public enum LastStop {
        /** The engine was closed after this checkpoint. */
        CLEAN,
        /** The engine was running when this was written. */
        UNCLEAN
    }

    /** State of a catalog that was never checkpointed. */
    public static final CatalogState NEW = new CatalogState(1, 0, LastStop.CLEAN);
}
