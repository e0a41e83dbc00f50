package org.millrace.cli;

import java.io.Console;
import java.util.Map;
import org.millrace.jms.MillraceConnectionFactory;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Mixin of all commands that work with a running broker: where it is, and who asks. A password is
 * never an argument, where other users of the machine would see it.
 */
final class BrokerOptions {
    private static final String URL = "MILLRACE_URL";
    private static final String USER = "MILLRACE_USER";
    private static final String PASSWORD = "MILLRACE_PASSWORD";

    @Option(
            names = "--url",
            paramLabel = "URL",
            description =
                    "The broker; default: environment "
                            + URL
                            + ", else "
                            + MillraceConnectionFactory.DEFAULT_URI
                            + ".")
    private String url;

    @Option(
            names = "--user",
            paramLabel = "NAME",
            description =
                    "Who connects; default: environment "
                            + USER
                            + ", else anonymous. The password is taken from environment "
                            + PASSWORD
                            + " or asked for.")
    private String user;

    @Option(
            names = "--password",
            description = "Ask for the password, whatever the environment says.")
    private boolean ask;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    /** As part of another mixin: whose it is. */
    void belongsTo(CommandSpec actual) {
        command = actual;
    }

    /**
     * A factory for connections as the options say. Touches no network; may ask for the password,
     * so call it once.
     */
    MillraceConnectionFactory factory() {
        Map<String, String> environment = Millrace.surroundings(command).environment();
        String place =
                url != null
                        ? url
                        : environment.getOrDefault(URL, MillraceConnectionFactory.DEFAULT_URI);
        MillraceConnectionFactory factory;
        try {
            factory = new MillraceConnectionFactory(place);
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(command.commandLine(), wrong.getMessage(), wrong);
        }
        String name = user != null ? user : environment.get(USER);
        if (name != null) {
            factory.setUser(name);
            factory.setPassword(password(name, environment.get(PASSWORD)));
        } else if (ask) {
            throw new ParameterException(command.commandLine(), "--password needs --user");
        }
        return factory;
    }

    private String password(String name, String inEnvironment) {
        if (inEnvironment != null && !ask) {
            return inEnvironment;
        }
        Console terminal =
                Millrace.surroundings(command)
                        .terminal()
                        .orElseThrow(
                                () ->
                                        new CommandFailedException(
                                                "there is no terminal to ask for the password of"
                                                        + " user '%s'; put it into environment %s"
                                                                .formatted(name, PASSWORD)));
        char[] password = terminal.readPassword("Password of %s: ", name);
        if (password == null) {
            throw new CommandFailedException("no password was given for user '" + name + "'");
        }
        return new String(password);
    }
}
