package org.millrace.cli;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import java.util.Enumeration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Shows the messages of a queue and takes none. */
@Command(name = "browse", description = "Shows what is in a queue and takes nothing from it.")
final class BrowseCommand implements Callable<Integer> {
    @Mixin private DestinationArgument destination;
    @Mixin private BrokerOptions broker;
    @Mixin private OutputOptions output;
    @Mixin private MessagePrinter printer;

    @Option(names = "--selector", description = "Show only messages that this selector matches.")
    private String selector;

    @Option(names = "--max", paramLabel = "N", description = "End after so many messages.")
    private long max = Long.MAX_VALUE;

    @Spec private CommandSpec command;

    @Override
    public Integer call() throws JMSException {
        if (!(destination.destination() instanceof Queue queue)) {
            throw new ParameterException(
                    command.commandLine(),
                    "%s is a topic, only queues are browsed; 'millrace consume' reads topics"
                            .formatted(destination.destination()));
        }
        StopSignal stop = Millrace.surroundings(command).stop();
        stop.listen();
        try (Connection connection = broker.factory().createConnection();
                Session session = connection.createSession();
                QueueBrowser browser = session.createBrowser(queue, selector)) {
            Enumeration<?> messages = browser.getEnumeration();
            for (long shown = 0;
                    shown < max && !stop.isRaised() && messages.hasMoreElements();
                    shown++) {
                printer.print((Message) messages.nextElement(), output);
            }
        } finally {
            output.flush();
        }
        return Millrace.OK;
    }
}
