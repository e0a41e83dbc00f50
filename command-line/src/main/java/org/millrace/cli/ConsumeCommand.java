package org.millrace.cli;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import org.millrace.jms.MillraceConnectionFactory;
import org.millrace.jms.MillraceDestination;
import org.millrace.jms.MillraceQueue;
import org.millrace.jms.MillraceTopic;
import org.millrace.wire.Address;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Takes messages from a queue or a subscription and prints them. Messages are acknowledged after
 * what was printed has left this process, so that whatever ends it, nothing is acknowledged that
 * was not printed; what was printed and not acknowledged comes again.
 */
@Command(
        name = "consume",
        description = {
            "Takes messages from a queue or topic and prints them.",
            "From a topic: what is sent from now on, or --from somewhere else; with --group or"
                    + " --durable as a subscription that stays and goes on where it was."
        })
final class ConsumeCommand implements Callable<Integer> {
    private static final int MOST_UNACKNOWLEDGED = 500;
    private static final long MOMENT_MILLIS = 2;
    private static final Duration LOOK_AROUND = Duration.ofMillis(200);

    @Mixin private DestinationArgument argument;
    @Mixin private BrokerOptions broker;
    @Mixin private OutputOptions output;
    @Mixin private MessagePrinter printer;

    @Option(
            names = "--from",
            paramLabel = "WHERE",
            description =
                    "Begin at earliest, latest, offset:N, a time (2026-08-01T00:00:00Z) or a time"
                            + " ago (-PT2H). Moves a subscription that is there already.")
    private String from;

    @Option(
            names = "--group",
            paramLabel = "NAME",
            description = "Consume together with others: a shared durable subscription.")
    private String group;

    @Option(
            names = "--durable",
            paramLabel = "NAME",
            description = "Consume as a durable subscription of one consumer.")
    private String durable;

    @Option(
            names = "--client-id",
            paramLabel = "ID",
            description = "Client identifier; --durable needs one and takes 'millrace'.")
    private String clientId;

    @Option(names = "--selector", description = "Take only messages that this selector matches.")
    private String selector;

    @Option(names = "--max", paramLabel = "N", description = "End after so many messages.")
    private long max = Long.MAX_VALUE;

    @Option(
            names = "--idle-exit",
            paramLabel = "DURATION",
            description = "End when nothing came for so long: 500ms, 30s, 5m. Default: never.",
            converter = DurationReading.class)
    private Duration idleExit;

    @Option(names = "--rate", paramLabel = "N", description = "Take at most so many a second.")
    private double perSecond;

    @Spec private CommandSpec command;

    @Override
    public Integer call() throws JMSException {
        MillraceDestination destination = beginning(argument.destination());
        checkSubscription(destination);
        MillraceConnectionFactory factory = broker.factory();
        if (clientId != null) {
            factory.setClientId(clientId);
        } else if (durable != null && factory.getClientId() == null) {
            factory.setClientId("millrace");
        }
        try (Connection connection = factory.createConnection();
                Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
                MessageConsumer consumer = consumer(session, destination)) {
            connection.start();
            consume(consumer);
        }
        return Millrace.OK;
    }

    private MillraceDestination beginning(MillraceDestination destination) {
        if (from == null) {
            return destination;
        }
        Address address = destination.address();
        if (address.options().matches("(.*&)?from=.*")) {
            throw wrong("--from is given twice, in the name " + destination + ", too");
        }
        String name = MillraceDestination.fullName(address);
        String moved = name + (address.options().isEmpty() ? "?" : "&") + "from=" + from;
        return destination.isTopic() ? new MillraceTopic(moved) : new MillraceQueue(moved);
    }

    private void checkSubscription(MillraceDestination destination) {
        if (group != null && durable != null) {
            throw wrong("--group and --durable are two kinds of subscriptions: give one of them");
        }
        if ((group != null || durable != null) && !destination.isTopic()) {
            throw wrong(
                    "%s is a queue: consumers share it without %s"
                            .formatted(destination, group != null ? "--group" : "--durable"));
        }
        if (max < 0 || perSecond < 0) {
            throw wrong("--max and --rate are at least 0");
        }
    }

    private ParameterException wrong(String why) {
        return new ParameterException(command.commandLine(), why);
    }

    private MessageConsumer consumer(Session session, MillraceDestination destination)
            throws JMSException {
        if (group != null) {
            return session.createSharedDurableConsumer((Topic) destination, group, selector);
        }
        if (durable != null) {
            return session.createDurableConsumer((Topic) destination, durable, selector, false);
        }
        return session.createConsumer(destination, selector);
    }

    private void consume(MessageConsumer consumer) throws JMSException {
        Surroundings surroundings = Millrace.surroundings(command);
        StopSignal stop = surroundings.stop();
        stop.listen();
        InstantSource clock = surroundings.clock();
        Pace pace = new Pace(perSecond, clock, stop);
        Printed printed = new Printed();
        Instant last = clock.instant();
        for (long taken = 0; taken < max && !stop.isRaised() && !isIdle(clock, last); ) {
            Message message =
                    consumer.receive(printed.isEmpty() ? patience(clock, last) : MOMENT_MILLIS);
            if (message == null) {
                printed.acknowledge();
                continue;
            }
            printed.add(message);
            last = clock.instant();
            taken++;
            if (printed.isMany() || perSecond > 0) {
                printed.acknowledge();
            }
            pace.awaitNext();
        }
        printed.acknowledge();
    }

    private boolean isIdle(InstantSource clock, Instant last) {
        return idleExit != null && !clock.instant().isBefore(last.plus(idleExit));
    }

    private long patience(InstantSource clock, Instant last) {
        if (idleExit == null) {
            return LOOK_AROUND.toMillis();
        }
        long left = Duration.between(clock.instant(), last.plus(idleExit)).toMillis();
        return Math.max(1, Math.min(left, LOOK_AROUND.toMillis()));
    }

    /** What was printed and is not acknowledged. */
    private final class Printed {
        private Message newest;
        private int count;

        void add(Message message) throws JMSException {
            printer.print(message, output);
            newest = message;
            count++;
        }

        boolean isEmpty() {
            return count == 0;
        }

        boolean isMany() {
            return count == MOST_UNACKNOWLEDGED;
        }

        void acknowledge() throws JMSException {
            if (!isEmpty()) {
                output.flush();
                newest.acknowledge();
                count = 0;
            }
        }
    }
}
