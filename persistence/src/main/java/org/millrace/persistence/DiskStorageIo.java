package org.millrace.persistence;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** {@link StorageIo} on a directory of a real file system. Callable from any thread; blocks. */
public final class DiskStorageIo implements StorageIo {
    private final Path root;

    /** The directory need not exist yet. */
    public DiskStorageIo(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    @Override
    public String location() {
        return root.toString();
    }

    @Override
    public StorageFile open(String name) {
        return openChannel(name, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    @Override
    public StorageFile create(String name) {
        createDirectoryOf(name);
        return openChannel(
                name,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.CREATE_NEW);
    }

    private StorageFile openChannel(String name, StandardOpenOption... options) {
        try {
            return new DiskStorageFile(name, path(name), FileChannel.open(path(name), options));
        } catch (IOException failure) {
            throw failed("cannot open", path(name), failure);
        }
    }

    private void createDirectoryOf(String name) {
        Path directory = path(name).getParent();
        try {
            Files.createDirectories(directory);
        } catch (IOException failure) {
            throw failed("cannot create directory", directory, failure);
        }
    }

    @Override
    public boolean exists(String name) {
        return Files.exists(path(name));
    }

    @Override
    public long size(String name) {
        try {
            return Files.size(path(name));
        } catch (IOException failure) {
            throw failed("cannot read the size of", path(name), failure);
        }
    }

    @Override
    public List<String> list(String directory) {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path(directory))) {
            for (Path entry : entries) {
                names.add(entry.getFileName().toString());
            }
        } catch (NoSuchFileException absent) {
            return List.of();
        } catch (IOException failure) {
            throw failed("cannot list directory", path(directory), failure);
        }
        Collections.sort(names);
        return names;
    }

    @Override
    public void rename(String from, String to) {
        try {
            Files.move(path(from), path(to), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failure) {
            throw failed("cannot rename to " + path(to), path(from), failure);
        }
    }

    @Override
    public void delete(String name) {
        try {
            Files.deleteIfExists(path(name));
        } catch (IOException failure) {
            throw failed("cannot delete", path(name), failure);
        }
    }

    @Override
    public void forceDirectory(String directory) {
        try (FileChannel channel = FileChannel.open(path(directory), StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException failure) {
            throw failed("cannot force directory", path(directory), failure);
        }
    }

    @Override
    public long usableBytes() {
        Path existing = root;
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        try {
            return Files.getFileStore(existing).getUsableSpace();
        } catch (IOException failure) {
            throw failed("cannot read the usable space of", existing, failure);
        }
    }

    @Override
    public Lock lock(String name) {
        createDirectoryOf(name);
        Path file = path(name);
        FileChannel channel = null;
        try {
            channel = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return new DiskLock(file, channel);
            }
        } catch (OverlappingFileLockException heldInThisProcess) {
            closeQuietly(channel, heldInThisProcess);
            throw locked(file);
        } catch (IOException failure) {
            closeQuietly(channel, failure);
            throw failed("cannot lock", file, failure);
        }
        StorageException locked = locked(file);
        closeQuietly(channel, locked);
        throw locked;
    }

    private StorageException locked(Path file) {
        return new StorageException(
                "directory %s is locked by another broker (lock file %s); not started; stop the other broker or use another directory"
                        .formatted(root, file));
    }

    private static void closeQuietly(FileChannel channel, Exception because) {
        if (channel == null) {
            return;
        }
        try {
            channel.close();
        } catch (IOException alsoFailed) {
            because.addSuppressed(alsoFailed);
        }
    }

    private Path path(String name) {
        return root.resolve(name);
    }

    static StorageException failed(String what, Path path, IOException failure) {
        String reason = String.valueOf(failure.getMessage());
        String lower = reason.toLowerCase(Locale.ROOT);
        if (lower.contains("no space left") || lower.contains("quota exceeded")) {
            return new StorageFullException(
                    "%s %s: no space left on the device; free space there or move the store"
                            .formatted(what, path));
        }
        String advice =
                failure instanceof FileAlreadyExistsException
                        ? "it exists already"
                        : failure instanceof NoSuchFileException
                                ? "it does not exist"
                                : failure.getClass().getSimpleName() + ": " + reason;
        return new StorageException(
                "%s %s: %s; check that the directory is there, is readable and writable by the broker, and that its device is sound"
                        .formatted(what, path, advice),
                failure);
    }

    private record DiskLock(Path file, FileChannel channel) implements Lock {
        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException failure) {
                throw failed("cannot release lock", file, failure);
            }
        }
    }
}
