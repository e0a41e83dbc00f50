package org.millrace.broker.security;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.millrace.broker.settings.InvalidConfigException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The users as they are now: those of the embedder and those of a file, which is read again when it
 * was written. Confined to the login loop once {@link #load} has returned.
 *
 * <p>What cannot be read leaves the users as they were. A file that has been there and is gone
 * leaves them too: nothing that happens to a file opens a broker.
 */
final class LiveUsers {
    private static final Logger LOG = LoggerFactory.getLogger(LiveUsers.class);

    private final Optional<UsersFile> file;
    private final List<User> fixed;
    private Users users;
    private boolean defined;
    private Optional<UsersFile.Stamp> seen = Optional.empty();
    private String lastComplaint = "";

    LiveUsers(Optional<UsersFile> file, List<User> fixed) {
        this.file = file;
        this.fixed = List.copyOf(fixed);
        this.users = Users.NONE.and(fixed);
        this.defined = !fixed.isEmpty();
    }

    /**
     * First look at the file, which need not be there.
     *
     * @throws IOException when it is there and cannot be read
     * @throws InvalidConfigException naming the line that is wrong
     */
    void load() throws IOException {
        if (file.isPresent()) {
            read(file.get());
        }
    }

    /** The users now. */
    Users current() {
        if (file.isPresent()) {
            try {
                read(file.get());
            } catch (IOException | InvalidConfigException unreadable) {
                complain("users stay as they were: " + unreadable.getMessage());
            }
        }
        return users;
    }

    /** Whether there is or was anything to check users against. */
    boolean areDefined() {
        return defined;
    }

    private void read(UsersFile from) throws IOException {
        Optional<UsersFile.Stamp> now = from.stamp();
        if (now.equals(seen)) {
            return;
        }
        if (now.isEmpty()) {
            complain("users stay as they were: %s is gone".formatted(from));
            return;
        }
        seen = now;
        users = from.load().and(fixed);
        defined = true;
        lastComplaint = "";
        LOG.info("{} read from {}", users, from);
        if (users.commonHashes().isEmpty()) {
            LOG.warn(
                    "{}: no kind of hash is there for all users, so that passwords come as they"
                            + " are (PLAIN); set them again with 'millrace users passwd'",
                    from);
        }
        if (from.isReadableByOthers()) {
            LOG.warn("{} can be read by others; run: chmod 600 {}", from, from);
        }
    }

    private void complain(String what) {
        if (!what.equals(lastComplaint)) {
            lastComplaint = what;
            LOG.warn(what);
        }
    }
}
