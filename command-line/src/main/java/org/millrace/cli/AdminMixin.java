package org.millrace.cli;

import jakarta.jms.JMSException;
import java.time.Instant;
import java.util.List;
import org.millrace.jms.admin.BrokerAdmin;
import org.millrace.wire.Address;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Mixin of all commands that administer: the broker, and how to print. */
final class AdminMixin {
    /** What a command does with the broker. */
    @FunctionalInterface
    interface Work {
        void run(BrokerAdmin admin) throws JMSException;
    }

    @Mixin private BrokerOptions broker;
    @Mixin private OutputOptions output;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    OutputOptions output() {
        output.belongsTo(command);
        return output;
    }

    /** Connects, works, closes. */
    int with(Work work) throws JMSException {
        broker.belongsTo(command);
        try (BrokerAdmin admin = broker.factory().createAdmin()) {
            work.run(admin);
        }
        return Millrace.OK;
    }

    Instant now() {
        return Millrace.surroundings(command).clock().instant();
    }

    /** One object for programs, or else one line for people. */
    void tell(Object fact, String line) {
        if (output().isJson()) {
            output.object(fact);
        } else {
            output.line(line);
        }
    }

    /** Objects for programs, or else a table for people. */
    void show(List<?> facts, Table table) {
        if (output().isJson()) {
            facts.forEach(output::object);
        } else {
            table.lines().forEach(output::line);
        }
    }

    /** As {@link #show}; says so when nothing fits the pattern, which may be a wrong name. */
    void show(List<?> facts, Table table, String pattern) {
        if (facts.isEmpty() && !pattern.isEmpty()) {
            command.commandLine()
                    .getErr()
                    .println("millrace: nothing to show for '" + pattern + "'");
        }
        show(facts, table);
    }

    /** The destination without options, which such a command does not take. */
    Address plain(DestinationArgument argument) {
        Address address = argument.destination().address();
        if (!address.options().isEmpty()) {
            throw new ParameterException(
                    command.commandLine(),
                    "'%s' has options, which mean nothing here".formatted(address.options()));
        }
        return address;
    }
}
