package org.millrace.persistence;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** {@link StorageFile} on a {@link FileChannel}. Threads as the interface says. */
final class DiskStorageFile implements StorageFile {
    private static final int ZERO_BYTES = 1 << 20;

    private final String name;
    private final Path path;
    private final FileChannel channel;

    DiskStorageFile(String name, Path path, FileChannel channel) {
        this.name = name;
        this.path = path;
        this.channel = channel;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long size() {
        try {
            return channel.size();
        } catch (IOException failure) {
            throw DiskStorageIo.failed("cannot read the size of", path, failure);
        }
    }

    @Override
    public int read(ByteBuffer target, long position) {
        int total = 0;
        try {
            while (target.hasRemaining()) {
                int count = channel.read(target, position + total);
                if (count < 0) {
                    break;
                }
                total += count;
            }
        } catch (IOException failure) {
            throw DiskStorageIo.failed("cannot read at " + position + " of", path, failure);
        }
        return total;
    }

    @Override
    public void write(ByteBuffer source, long position) {
        long at = position;
        try {
            while (source.hasRemaining()) {
                at += channel.write(source, at);
            }
        } catch (IOException failure) {
            throw DiskStorageIo.failed("cannot write at " + at + " of", path, failure);
        }
    }

    @Override
    public void zeroFill(long size) {
        ByteBuffer zeros = ByteBuffer.allocateDirect(ZERO_BYTES);
        long position = size();
        while (position < size) {
            zeros.clear().limit((int) Math.min(ZERO_BYTES, size - position));
            int count = zeros.remaining();
            write(zeros, position);
            position += count;
        }
    }

    @Override
    public void truncate(long size) {
        try {
            channel.truncate(size);
        } catch (IOException failure) {
            throw DiskStorageIo.failed("cannot truncate to " + size, path, failure);
        }
    }

    @Override
    public void force(StorageIo.Force how) {
        try {
            channel.force(how == StorageIo.Force.ALL);
        } catch (IOException failure) {
            throw DiskStorageIo.failed("cannot force", path, failure);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException failure) {
            throw DiskStorageIo.failed("cannot close", path, failure);
        }
    }
}
