package org.millrace.persistence.catalog;

import java.util.List;
import org.millrace.persistence.CursorId;

/**
 * Checkpoint of one cursor. Chunks that lie wholly at or below the floor are dropped by the catalog
 * itself.
 *
 * @param floor this offset and all below are settled; {@code -1} when none is
 * @param horizon offsets below it may have been delivered
 * @param scope what {@code chunks} stands for
 * @param chunks each number at most once; an empty chunk is deleted
 */
public record CursorRow(
        CursorId id, long floor, long horizon, Scope scope, List<CursorChunk> chunks) {

    /** What happens to stored chunks that the row does not mention. */
    public enum Scope {
        /** They stay: the row holds the chunks that changed. */
        CHANGED_CHUNKS,
        /** They are deleted: the row holds the whole cursor, as after a reset. */
        ALL_CHUNKS
    }

    public CursorRow {
        chunks = List.copyOf(chunks);
    }
}
