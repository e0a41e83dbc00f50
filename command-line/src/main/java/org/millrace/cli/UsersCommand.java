package org.millrace.cli;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;
import org.millrace.broker.connection.Role;
import org.millrace.broker.security.User;
import org.millrace.broker.security.Users;
import org.millrace.broker.security.UsersFile;
import org.millrace.broker.settings.BrokerConfig;
import org.millrace.broker.settings.InvalidConfigException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Who may connect. Works on the users file, whether or not a broker runs on it; a running one takes
 * a change over with the next login. Passwords are read from a terminal or from standard input,
 * never from the command line, where other users of the machine would see them.
 */
@Command(
        name = "users",
        description = "Says who may connect to a broker.",
        synopsisSubcommandLabel = "COMMAND")
final class UsersCommand {
    /** A user for programs. */
    private record Listed(String name, Role role, Collection<String> mechanisms) {}

    @Spec private CommandSpec spec;

    @Command(name = "add", description = "Adds a user.")
    int add(
            @Parameters(paramLabel = "NAME") String name,
            @Option(names = "--admin", description = "Who may administer the broker, too.")
                    boolean admin,
            @Mixin Place place,
            @Mixin Secret secret)
            throws IOException {
        UsersFile file = place.file();
        if (file.exists() && file.load().find(name).isPresent()) {
            throw new InvalidConfigException(
                    "user '%s' is in %s already; 'millrace users passwd' sets another password"
                            .formatted(name, file));
        }
        secret.put(file, name, admin ? Role.ADMIN : Role.USER);
        return told("user '%s' is in %s", name, file);
    }

    @Command(name = "passwd", description = "Gives a user another password.")
    int passwd(
            @Parameters(paramLabel = "NAME") String name, @Mixin Place place, @Mixin Secret secret)
            throws IOException {
        UsersFile file = place.file();
        checkThere(file, name);
        secret.put(file, name, file.load().find(name).orElseThrow().role());
        return told("user '%s' has another password in %s", name, file);
    }

    @Command(
            name = "role",
            description = "Says what a user may do; holds from the next connection on.")
    int role(
            @Parameters(paramLabel = "NAME") String name,
            @Parameters(
                            paramLabel = "ROLE",
                            description =
                                    "${COMPLETION-CANDIDATES}: who sends and receives, and who may"
                                            + " administer, too.")
                    Role role,
            @Mixin Place place)
            throws IOException {
        UsersFile file = place.file();
        checkThere(file, name);
        file.setRole(name, role);
        return told(
                role == Role.ADMIN
                        ? "user '%s' may administer, by %s"
                        : "user '%s' sends and receives only, by %s",
                name,
                file);
    }

    @Command(name = "remove", description = "Removes a user; open connections stay.")
    int remove(@Parameters(paramLabel = "NAME") String name, @Mixin Place place)
            throws IOException {
        UsersFile file = place.file();
        checkThere(file, name);
        file.remove(name);
        return file.load().all().isEmpty()
                ? told(
                        "user '%s' is removed; nobody is left in %s, so nobody can connect; without"
                                + " the file a broker that is started is open to everybody",
                        name, file)
                : told("user '%s' is removed from %s", name, file);
    }

    @Command(name = "list", description = "Lists the users.")
    int list(@Mixin Place place, @Mixin OutputOptions output) throws IOException {
        UsersFile file = place.file();
        Users users = file.exists() ? file.load() : null;
        if (users == null) {
            return output.isJson()
                    ? Millrace.OK
                    : told("there is no %s: a broker on it is open to everybody", file);
        }
        for (User user : users.all()) {
            if (output.isJson()) {
                output.object(new Listed(user.name(), user.role(), user.mechanisms()));
                continue;
            }
            told(
                    "%s (%s%s)",
                    user.name(),
                    user.role() == Role.ADMIN ? "admin, " : "",
                    String.join(", ", user.mechanisms()));
        }
        return 0;
    }

    private static void checkThere(UsersFile file, String name) throws IOException {
        if (!file.exists() || file.load().find(name).isEmpty()) {
            throw new InvalidConfigException(
                    "user '%s' is not in %s; 'millrace users list' shows who is"
                            .formatted(name, file));
        }
    }

    private int told(String format, Object... arguments) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(format.formatted(arguments));
        out.flush();
        return 0;
    }

    /** Where the users file is. */
    static final class Place {
        @Option(names = "--users", description = "The users file; default: that of --data.")
        private Path users;

        @Option(names = "--data", description = "Data directory; default: data/broker.")
        private Path data;

        @Option(names = "--config", description = "File with the settings of the broker.")
        private Path config;

        @Spec(Spec.Target.MIXEE)
        private CommandSpec command;

        UsersFile file() {
            BrokerConfig settings =
                    BrokerConfig.load(config, Millrace.surroundings(command).environment());
            Path inData =
                    (data != null ? data : settings.get(BrokerConfig.DATA)).resolve(UsersFile.NAME);
            Optional<Path> configured =
                    data == null ? settings.get(BrokerConfig.USERS) : Optional.empty();
            return new UsersFile(Optional.ofNullable(users).or(() -> configured).orElse(inData));
        }
    }

    /** Where the password comes from. */
    static final class Secret {
        @Option(
                names = "--password-stdin",
                description = "Read the password from the first line of standard input.")
        private boolean fromInput;

        @Option(
                names = "--iterations",
                description = "Rounds of the salted hash; default: ${DEFAULT-VALUE}.")
        private int iterations = User.FILE_ITERATIONS;

        @Spec(Spec.Target.MIXEE)
        private CommandSpec command;

        void put(UsersFile file, String name, Role role) throws IOException {
            SecureRandom chance = new SecureRandom();
            byte[] decoySecret = new byte[32];
            chance.nextBytes(decoySecret);
            User user;
            try {
                user = User.of(name, password(), iterations, chance).withRole(role);
            } catch (IllegalArgumentException refused) {
                throw new InvalidConfigException(refused.getMessage() + "; nothing was changed");
            }
            file.put(user, decoySecret);
        }

        private String password() throws IOException {
            Surroundings surroundings = Millrace.surroundings(command);
            if (fromInput) {
                String line =
                        new BufferedReader(
                                        new InputStreamReader(
                                                surroundings.in(), StandardCharsets.UTF_8))
                                .readLine();
                return line == null ? "" : line;
            }
            Console terminal =
                    surroundings
                            .terminal()
                            .orElseThrow(
                                    () ->
                                            new CommandFailedException(
                                                    "there is no terminal to ask for the password;"
                                                            + " pass it with --password-stdin on"
                                                            + " standard input"));
            char[] password = terminal.readPassword("Password: ");
            char[] again = terminal.readPassword("Again: ");
            if (password == null || !Arrays.equals(password, again)) {
                throw new CommandFailedException("the passwords differ; nothing was changed");
            }
            return new String(password);
        }
    }
}
