package org.millrace.broker.security;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.millrace.broker.connection.Role;
import org.millrace.broker.settings.AnonymousAccess;

/**
 * Whom a broker is to let in. Immutable.
 *
 * @param file users file that must be there
 * @param data directory whose users file is used once it is there, unless another is named
 * @param users of the embedder; passwords as they are
 */
public record LoginPlan(
        Optional<Path> file, Optional<Path> data, List<Account> users, AnonymousAccess anonymous) {
    /** Everybody, without asking. */
    public static final LoginPlan OPEN =
            new LoginPlan(Optional.empty(), Optional.empty(), List.of(), AnonymousAccess.AUTO);

    /** A user with the password as it is. */
    record Account(String name, String password, Role role) {
        @Override
        public String toString() {
            return name;
        }
    }

    public LoginPlan {
        users = List.copyOf(users);
    }

    public LoginPlan withFile(Path path) {
        return new LoginPlan(Optional.of(path), data, users, anonymous);
    }

    public LoginPlan withData(Optional<Path> directory) {
        return new LoginPlan(file, directory, users, anonymous);
    }

    public LoginPlan withUser(String name, String password) {
        return withUser(name, password, Role.USER);
    }

    public LoginPlan withUser(String name, String password, Role role) {
        List<Account> more = new ArrayList<>(users);
        more.add(new Account(User.checkedName(name), password, role));
        return new LoginPlan(file, data, more, anonymous);
    }

    public LoginPlan withAnonymous(AnonymousAccess access) {
        return new LoginPlan(file, data, users, access);
    }

    /** The users file, whether it is there or not. */
    Optional<UsersFile> usersFile() {
        return file.or(() -> data.map(directory -> directory.resolve(UsersFile.NAME)))
                .map(UsersFile::new);
    }

    /** Whether there is nothing to check anybody against and never will be. */
    boolean isOpenForGood() {
        return usersFile().isEmpty() && users.isEmpty() && anonymous != AnonymousAccess.REFUSE;
    }
}
