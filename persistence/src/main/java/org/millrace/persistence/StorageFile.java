package org.millrace.persistence;

import java.nio.ByteBuffer;

/**
 * An open file with positional access. Reads may run on any thread beside one writer. What is
 * written is durable only after {@link #force}. Fails as {@link StorageIo} says.
 */
public interface StorageFile extends AutoCloseable {

    /** Name relative to the store. */
    String name();

    long size();

    /**
     * Reads from {@code position} until the target is full or the file ends; returns the bytes
     * read, 0 at the end.
     */
    int read(ByteBuffer target, long position);

    /**
     * Writes all of {@code source} at {@code position}; the file grows when needed. A direct buffer
     * saves a copy.
     */
    void write(ByteBuffer source, long position);

    /**
     * Writes zeros from the present end up to {@code size}, so that later writes below it change no
     * metadata; does not force.
     */
    void zeroFill(long size);

    /** Cuts the file. */
    void truncate(long size);

    void force(StorageIo.Force how);

    @Override
    void close();
}
