package org.millrace.broker.security;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.millrace.broker.connection.Role;
import org.millrace.broker.settings.InvalidConfigException;

/**
 * A users file: written whole or not at all, readable by its owner only. Any thread; edits of
 * several processes take turns. Waits for the disk: not for event loops.
 */
public final class UsersFile {
    /** Its name in a data directory. */
    public static final String NAME = "users.properties";

    private static final Set<PosixFilePermission> OWNER_ONLY =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    /** Differs when the file has been written again. */
    record Stamp(Object file, long modifiedMillis, long sizeBytes) {}

    private final Path path;

    public UsersFile(Path path) {
        this.path = path.toAbsolutePath();
    }

    public Path path() {
        return path;
    }

    public boolean exists() {
        return Files.exists(path);
    }

    /** Empty when there is no file. */
    Optional<Stamp> stamp() throws IOException {
        try {
            BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
            return Optional.of(
                    new Stamp(now.fileKey(), now.lastModifiedTime().toMillis(), now.size()));
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        }
    }

    /**
     * @throws IOException when it cannot be read
     * @throws InvalidConfigException naming the line that is wrong
     */
    public Users load() throws IOException {
        return text().parsed(path.toString());
    }

    private UsersText text() throws IOException {
        try {
            return new UsersText(Files.readAllLines(path, StandardCharsets.UTF_8));
        } catch (MalformedInputException notUtf8) {
            throw new InvalidConfigException(path + " is not UTF-8; save it as UTF-8");
        }
    }

    /** Whether others than its owner may read it; false where files have no such rights. */
    boolean isReadableByOthers() throws IOException {
        PosixFileAttributeView rights =
                Files.getFileAttributeView(path, PosixFileAttributeView.class);
        return rights != null && !OWNER_ONLY.containsAll(rights.readAttributes().permissions());
    }

    /**
     * Adds the user or gives it another password. Comments and other lines stay.
     *
     * @param decoySecret at least 16 random bytes, used when the file has none
     */
    public void put(User user, byte[] decoySecret) throws IOException {
        edit(text -> text.withDecoy(decoySecret).with(user));
    }

    /** Gives the user another role; without such a user nothing is changed. */
    public void setRole(String name, Role role) throws IOException {
        edit(
                text ->
                        text.parsed(path.toString())
                                .find(name)
                                .map(user -> text.with(user.withRole(role)))
                                .orElse(text));
    }

    public void remove(String name) throws IOException {
        edit(text -> text.without(name));
    }

    private void edit(UnaryOperator<UsersText> change) throws IOException {
        Files.createDirectories(path.getParent());
        Path lock = path.resolveSibling("." + path.getFileName() + ".lock");
        try (FileChannel channel =
                        FileChannel.open(
                                lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock held = channel.lock()) {
            UsersText before = exists() ? text() : UsersText.empty();
            UsersText after = change.apply(before);
            if (held.isValid() && !after.equals(before)) {
                // A file with a mistake is not made worse: this throws naming the line.
                after.parsed(path.toString());
                replace(after);
            }
        }
    }

    private void replace(UsersText text) throws IOException {
        Path fresh = path.resolveSibling("." + path.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createFile(fresh, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        } else {
            Files.createFile(fresh);
        }
        try (FileChannel out = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
            var bytes = StandardCharsets.UTF_8.encode(String.join("\n", text.lines()) + "\n");
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
        Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
