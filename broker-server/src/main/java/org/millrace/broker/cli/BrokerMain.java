package org.millrace.broker.cli;

import org.millrace.broker.BrokerStartException;
import org.millrace.broker.settings.InvalidConfigException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * The command line. What goes wrong is one message on standard error and exit code 1; wrong usage
 * is exit code 2.
 */
@Command(
        name = "millrace",
        description = "A Jakarta Messaging broker whose queues and topics are logs.",
        mixinStandardHelpOptions = true,
        version = "Millrace 0.1.0-SNAPSHOT",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {StartCommand.class, UsersCommand.class})
public final class BrokerMain {
    private BrokerMain() {}

    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    static int run(String... arguments) {
        return new CommandLine(new BrokerMain())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler(BrokerMain::explain)
                .execute(arguments);
    }

    private static int explain(
            Exception failure, CommandLine command, CommandLine.ParseResult parsed) {
        boolean told =
                failure instanceof BrokerStartException
                        || failure instanceof InvalidConfigException;
        command.getErr().println(told ? failure.getMessage() : "failed: " + failure);
        return 1;
    }
}
