package org.millrace.persistence.simulation;

import java.nio.ByteBuffer;
import org.millrace.persistence.StorageException;
import org.millrace.persistence.StorageFile;
import org.millrace.persistence.StorageIo;

/** An open file of a {@link FaultyStorageIo}, dead once its process was killed. */
final class FaultyHandle implements StorageFile {
    private final FaultyStorageIo disk;
    private final long run;
    private final String name;
    private final FaultyFile file;
    private boolean closed;

    FaultyHandle(FaultyStorageIo disk, long run, String name, FaultyFile file) {
        this.disk = disk;
        this.run = run;
        this.name = name;
        this.file = file;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long size() {
        synchronized (disk) {
            checkOpen();
            return file.size();
        }
    }

    @Override
    public int read(ByteBuffer target, long position) {
        synchronized (disk) {
            checkOpen();
            return file.read(target, position);
        }
    }

    @Override
    public void write(ByteBuffer source, long position) {
        synchronized (disk) {
            checkOpen();
            disk.step(run, "write", name);
            disk.grow(Math.max(0, position + source.remaining() - file.size()), name);
            file.write(source, position);
        }
    }

    @Override
    public void zeroFill(long size) {
        synchronized (disk) {
            checkOpen();
            if (size > file.size()) {
                disk.step(run, "zero-fill", name);
                disk.grow(size - file.size(), name);
                file.resize(size);
            }
        }
    }

    @Override
    public void truncate(long size) {
        synchronized (disk) {
            checkOpen();
            if (size < file.size()) {
                disk.step(run, "truncate", name);
                disk.grow(size - file.size(), name);
                file.resize(size);
            }
        }
    }

    @Override
    public void force(StorageIo.Force how) {
        synchronized (disk) {
            checkOpen();
            disk.step(run, "force", name);
            disk.forced(name);
            file.force();
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new StorageException("simulated disk: %s was closed".formatted(name));
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
