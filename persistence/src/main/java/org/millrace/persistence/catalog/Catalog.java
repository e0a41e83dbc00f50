package org.millrace.persistence.catalog;

import java.util.List;
import org.millrace.persistence.CursorState;

/**
 * Durable rows: destinations, subscriptions, producers, branches, partition positions, cursors, and
 * the journal position up to which they hold. What is in it is exactly what the last {@link
 * #checkpoint} that returned (or that was cut off by a crash after its commit) put there.
 *
 * <p>Threads: {@link #open} once, before anything else; then {@link #checkpoint} by one thread at a
 * time and {@link #cursors} by any. Every method may block; none is for an event loop.
 *
 * <p>Failure: {@link org.millrace.persistence.StorageException} with what, where and what to do. A
 * failed checkpoint left the catalog at the one before, or, when only the answer was lost, at the
 * new one; either is a state from which the journal can be replayed, as long as the journal is
 * recycled after the checkpoint returned and not before.
 */
public interface Catalog extends AutoCloseable {

    /**
     * Opens the catalog, creates or migrates its schema, and loads all but the cursors.
     *
     * @throws org.millrace.persistence.StorageException when locked, corrupt, unreadable or written
     *     by a newer version
     */
    CatalogContents open();

    /** Makes the checkpoint durable, whole or not at all. Waits for the device. */
    void checkpoint(CatalogCheckpoint checkpoint);

    /**
     * Cursors of one subscription as of the last checkpoint, in order of their partition; none for
     * an unknown one.
     */
    List<CursorState> cursors(long subscriptionId);

    /** Releases the store; writes nothing that was not checkpointed. */
    @Override
    void close();
}
