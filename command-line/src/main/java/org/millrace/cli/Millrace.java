package org.millrace.cli;

import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.millrace.broker.BrokerStartException;
import org.millrace.broker.settings.InvalidConfigException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command line. Exit codes are the same for all commands: 0 done, 1 failed, 2 wrong usage. What
 * goes wrong is one line on standard error; {@code --verbose} adds the stack trace.
 *
 * <p>Commands reach streams, environment and terminal through {@link #surroundings}, so that they
 * run in a test as they run in a shell.
 */
@Command(
        name = "millrace",
        description = "A Jakarta Messaging broker whose queues and topics are logs.",
        mixinStandardHelpOptions = true,
        versionProvider = Millrace.Version.class,
        scope = ScopeType.INHERIT,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            StartCommand.class,
            UsersCommand.class,
            ProduceCommand.class,
            ConsumeCommand.class,
            BrowseCommand.class,
            CompletionCommand.class,
            DestinationsCommand.class,
            SubscriptionsCommand.class,
            LagCommand.class,
            ReplayCommand.class,
            RedriveCommand.class,
            PurgeCommand.class,
            TransactionsCommand.class,
            DoctorCommand.class,
            ConfigCommand.class
        })
public final class Millrace {
    /** Done. */
    public static final int OK = 0;

    /** Tried and failed; standard error says what. */
    public static final int FAILED = 1;

    /** Nothing was tried: the command is not written as it has to be. */
    public static final int USAGE = 2;

    private static final String LOG_LEVEL = "millrace.log";

    @Option(
            names = "--verbose",
            description = "When something fails, print the stack trace, too.",
            scope = ScopeType.INHERIT)
    private boolean verbose;

    private final Surroundings surroundings;

    private Millrace(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    public static void main(String[] arguments) {
        // A broker reports its life; the others print what they were asked for, and warnings.
        if (System.getProperty(LOG_LEVEL) == null && !isStart(arguments)) {
            System.setProperty(LOG_LEVEL, "WARN");
        }
        System.exit(run(Surroundings.ofThisProcess(), arguments));
    }

    private static boolean isStart(String... arguments) {
        return arguments.length > 0 && arguments[0].equals("start");
    }

    /** Runs one command to its end and returns its exit code; never throws. */
    public static int run(Surroundings surroundings, String... arguments) {
        CommandLine line = commandLine(surroundings);
        try {
            return line.execute(arguments);
        } finally {
            line.getOut().flush();
            line.getErr().flush();
            surroundings.stop().end();
        }
    }

    private static CommandLine commandLine(Surroundings surroundings) {
        Millrace millrace = new Millrace(surroundings);
        return new CommandLine(millrace)
                .setOut(new PrintWriter(surroundings.out(), false, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(surroundings.err(), true, StandardCharsets.UTF_8))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler(millrace::explain)
                .setParameterExceptionHandler(Millrace::explainUsage);
    }

    /** What is around the command that this is the specification of. */
    static Surroundings surroundings(CommandSpec command) {
        return ((Millrace) command.root().userObject()).surroundings;
    }

    private int explain(Exception failure, CommandLine command, CommandLine.ParseResult parsed) {
        command.getOut().flush();
        if (!(failure instanceof OutputClosedException closed && closed.byItsReader())) {
            String told = oneLine(story(failure));
            command.getErr()
                    .println(
                            isJson(parsed)
                                    ? asJson(told, code(failure), FAILED)
                                    : "millrace: " + told);
        }
        if (verbose) {
            failure.printStackTrace(command.getErr());
        }
        return FAILED;
    }

    private static boolean isJson(CommandLine.ParseResult parsed) {
        return parsed.hasMatchedOption(OutputOptions.JSON)
                || parsed.hasSubcommand() && isJson(parsed.subcommand());
    }

    private static String asJson(String told, String code, int exit) {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("error", told);
        error.put("code", code);
        error.put("exit", exit);
        return Json.write(error);
    }

    /** That of the broker or client; for all else {@code FAILED}. */
    private static String code(Throwable failure) {
        String code = null;
        for (Throwable each = failure; each != null && code == null; each = each.getCause()) {
            if (each instanceof JMSException refused) {
                code = refused.getErrorCode();
            } else if (each instanceof JMSRuntimeException refused) {
                code = refused.getErrorCode();
            }
        }
        return code == null ? "FAILED" : code;
    }

    private static String story(Exception failure) {
        boolean told =
                failure instanceof CommandFailedException
                        || failure instanceof OutputClosedException
                        || failure instanceof BrokerStartException
                        || failure instanceof InvalidConfigException
                        || failure instanceof JMSException
                        || failure instanceof JMSRuntimeException;
        return told && failure.getMessage() != null
                ? failure.getMessage()
                : "failed: " + failure + "; --verbose shows where";
    }

    private static int explainUsage(ParameterException wrong, String... arguments) {
        CommandLine command = wrong.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        String told =
                "%s%s; '%s --help' says how it is used"
                        .formatted(oneLine(wrong.getMessage()), meant(wrong), name);
        command.getErr()
                .println(
                        List.of(arguments).contains(OutputOptions.JSON)
                                ? asJson(told, "USAGE", USAGE)
                                : name + ": " + told);
        command.getErr().flush();
        return USAGE;
    }

    private static String meant(ParameterException wrong) {
        List<String> alike =
                wrong instanceof UnmatchedArgumentException unmatched
                        ? unmatched.getSuggestions()
                        : List.of();
        return alike.isEmpty() ? "" : "; did you mean " + alike.get(0) + "?";
    }

    private static String oneLine(String text) {
        return text.strip().replaceAll("\\s*\\R\\s*", " ");
    }

    /** The version that was built. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() throws IOException {
            Properties properties = new Properties();
            try (InputStream in = Millrace.class.getResourceAsStream("version.properties")) {
                properties.load(in);
            }
            return new String[] {"Millrace " + properties.getProperty("version")};
        }
    }
}
