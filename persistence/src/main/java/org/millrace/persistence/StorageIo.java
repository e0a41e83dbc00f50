package org.millrace.persistence;

import java.util.List;

/**
 * The only door to files. Every name is relative to the directory of the store, with {@code /}
 * between its parts, for example {@code "journal/0000000000000001.journal"}.
 *
 * <p>Threads: any; a single {@link StorageFile} may be read by many and written by one at a time.
 * Every method may block.
 *
 * <p>Failure: {@link StorageException} that names the file and says what to do; {@link
 * StorageFullException} when the device or a quota has no room left. After a failed force nobody
 * knows what is on the device: the caller stops, it does not force again.
 */
public interface StorageIo {

    /** An exclusive claim on a directory, held until closed. */
    interface Lock extends AutoCloseable {
        @Override
        void close();
    }

    /** How much of a file a force makes durable. */
    enum Force {
        /** Bytes and what is needed to read them back; cheap when the size did not change. */
        DATA,
        /** Bytes, size and times. */
        ALL
    }

    /** Where the store is, for messages: an absolute directory or the name of a simulated disk. */
    String location();

    /** Opens an existing file for reading and writing. */
    StorageFile open(String name);

    /**
     * Creates an empty file, with the directories above it; fails when it exists. It survives a
     * crash only after {@link #forceDirectory} on its directory.
     */
    StorageFile create(String name);

    boolean exists(String name);

    /** Size in bytes of an existing file. */
    long size(String name);

    /**
     * Names (not paths) in a directory, in ascending order, directories too; empty when it does not
     * exist.
     */
    List<String> list(String directory);

    /** Renames at once, replacing the target; durable after {@link #forceDirectory}. */
    void rename(String from, String to);

    /** Deletes a file or an empty directory; nothing happens when it does not exist. */
    void delete(String name);

    /** Makes creations, renames and deletions in the directory durable. */
    void forceDirectory(String directory);

    /** Bytes that can still be written. */
    long usableBytes();

    /**
     * Claims the store for this process.
     *
     * @throws StorageException saying "locked by another broker" when another holds it
     */
    Lock lock(String name);
}
