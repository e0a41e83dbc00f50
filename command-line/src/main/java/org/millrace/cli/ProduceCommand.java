package org.millrace.cli;

import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.millrace.jms.MillraceDestination;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Sends messages, without waiting for one before the next is sent, in their order. It ends when all
 * are stored, or at the first that is not.
 */
@Command(
        name = "produce",
        description = {
            "Sends messages to a queue or topic: each line of standard input or of a file, or"
                    + " made-up ones with --count.",
            "Ends when all are stored, or at the first that is not."
        })
final class ProduceCommand implements Callable<Integer> {
    private static final int HIGHEST_PRIORITY = 9;
    private static final int MOST_CHARS = 1 << 26;

    @Mixin private DestinationArgument argument;
    @Mixin private BrokerOptions broker;

    @Option(
            names = "--json",
            description =
                    "Lines are JSON objects with body, key, type, properties and so on, as 'consume"
                            + " --json' prints them; what this prints is JSON, too.")
    private boolean json;

    @ArgGroup private Input input = new Input();

    /** At most one of them; else standard input. */
    private static final class Input {
        @Option(names = "--file", paramLabel = "FILE", description = "Read lines from here.")
        private Path file;

        @Option(names = "--count", paramLabel = "N", description = "Make up so many messages.")
        private Long count;
    }

    @Option(
            names = "--size",
            paramLabel = "CHARS",
            description = "Size of each message of --count; default: ${DEFAULT-VALUE}.")
    private int size = 100;

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description = "Key (JMSXGroupID): messages with one key stay in order.")
    private String key;

    @Option(
            names = "--key-separator",
            paramLabel = "TEXT",
            description = "Each line is its key, this text, and its body.")
    private String keySeparator;

    @Option(
            names = "--property",
            paramLabel = "NAME[:TYPE]=VALUE",
            description =
                    "Property of each message; as often as wanted. TYPE is string (default), int,"
                            + " long, double, boolean, byte, short or float.")
    private Map<String, String> properties = new LinkedHashMap<>();

    @Option(names = "--type", paramLabel = "TEXT", description = "JMSType of each message.")
    private String type;

    @Option(names = "--rate", paramLabel = "N", description = "Send at most so many a second.")
    private double perSecond;

    @Option(
            names = "--delay",
            paramLabel = "DURATION",
            description = "Deliver each so long after it was sent: 500ms, 30s, 5m, 2h, 7d.",
            converter = DurationReading.class)
    private Duration delay;

    @Option(
            names = "--ttl",
            paramLabel = "DURATION",
            description = "Each expires so long after it was sent.",
            converter = DurationReading.class)
    private Duration ttl;

    @Option(names = "--priority", paramLabel = "0-9", description = "Default: 4.")
    private Integer priority;

    @Option(names = "--non-persistent", description = "Faster, and lost when the broker stops.")
    private boolean nonPersistent;

    @Spec private CommandSpec command;

    private final Map<String, Object> typedProperties = new LinkedHashMap<>();
    private final AtomicLong stored = new AtomicLong();
    private final AtomicReference<Exception> failure = new AtomicReference<>();

    /** In a read that may never return. */
    private volatile boolean reading;

    @Override
    public Integer call() throws JMSException, IOException {
        check();
        MillraceDestination destination = argument.destination();
        Surroundings surroundings = Millrace.surroundings(command);
        OptionalLong total =
                input.count == null ? OptionalLong.empty() : OptionalLong.of(input.count);
        try (BufferedReader lines = lines(surroundings);
                Connection connection = broker.factory().createConnection();
                Session session = connection.createSession();
                Progress progress = new Progress("messages sent", total, surroundings)) {
            MessageProducer producer = producer(session, destination);
            try {
                sendAll(session, producer, source(lines), progress);
            } catch (IllegalArgumentException | IOException | JMSException wrong) {
                failure.compareAndSet(null, wrong);
            }
            // Waits for the answers that are not here yet.
            producer.close();
        }
        report(destination);
        return Millrace.OK;
    }

    private void check() {
        if (json && (keySeparator != null || input.count != null)) {
            throw wrong("--json goes neither with --key-separator nor with --count");
        }
        if (keySeparator != null && (keySeparator.isEmpty() || key != null)) {
            throw wrong("--key-separator is a text, and goes not with --key");
        }
        if (input.count != null && input.count < 0 || perSecond < 0) {
            throw wrong("--count and --rate are at least 0");
        }
        if (size < 1 || size > MOST_CHARS) {
            throw wrong("--size is %d, allowed are 1 to %d".formatted(size, MOST_CHARS));
        }
        if (priority != null && (priority < 0 || priority > HIGHEST_PRIORITY)) {
            throw wrong("--priority is %d, allowed are 0 to 9".formatted(priority));
        }
        properties.forEach(
                (named, value) -> {
                    int colon = named.indexOf(':');
                    String name = colon < 0 ? named : named.substring(0, colon);
                    String valueType = colon < 0 ? "string" : named.substring(colon + 1);
                    try {
                        typedProperties.put(name, TypedValues.of(value, valueType));
                    } catch (IllegalArgumentException refused) {
                        throw wrong("--property %s: %s".formatted(named, refused.getMessage()));
                    }
                });
    }

    private ParameterException wrong(String why) {
        return new ParameterException(command.commandLine(), why);
    }

    private BufferedReader lines(Surroundings surroundings) {
        if (input.file == null) {
            return new BufferedReader(
                    new InputStreamReader(surroundings.in(), StandardCharsets.UTF_8));
        }
        if (Files.isDirectory(input.file)) {
            throw new CommandFailedException(
                    "%s is a directory; nothing was sent".formatted(input.file));
        }
        try {
            return Files.newBufferedReader(input.file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException missing) {
            throw new CommandFailedException(
                    "there is no file %s; nothing was sent".formatted(input.file), missing);
        } catch (IOException unreadable) {
            throw new CommandFailedException(
                    "cannot read %s: %s; nothing was sent".formatted(input.file, unreadable),
                    unreadable);
        }
    }

    private DraftSource source(BufferedReader lines) {
        if (input.count != null) {
            return DraftSource.generated(input.count, size);
        }
        if (json) {
            return DraftSource.jsonLines(lines);
        }
        return keySeparator != null
                ? DraftSource.keyedLines(lines, keySeparator)
                : DraftSource.lines(lines);
    }

    private MessageProducer producer(Session session, MillraceDestination destination)
            throws JMSException {
        MessageProducer producer = session.createProducer(destination);
        if (delay != null) {
            producer.setDeliveryDelay(delay.toMillis());
        }
        if (ttl != null) {
            producer.setTimeToLive(ttl.toMillis());
        }
        return producer;
    }

    private void sendAll(
            Session session, MessageProducer producer, DraftSource source, Progress progress)
            throws JMSException, IOException {
        Surroundings surroundings = Millrace.surroundings(command);
        StopSignal stop = surroundings.stop();
        stop.listen(
                () -> {
                    awaitStored(producer);
                    if (!reading) {
                        stop.awaitEnd();
                    }
                });
        Pace pace = new Pace(perSecond, surroundings.clock(), stop);
        while (failure.get() == null && !stop.isRaised()) {
            reading = true;
            Optional<DraftMessage> next = source.next(session);
            reading = false;
            if (next.isEmpty()) {
                return;
            }
            send(producer, next.get());
            progress.is(stored.get());
            pace.awaitNext();
        }
    }

    /** At the end of the process: what was read is sent, and its answer awaited. */
    private void awaitStored(MessageProducer producer) {
        try {
            producer.close();
        } catch (JMSException lost) {
            failure.compareAndSet(null, lost);
        }
    }

    private void send(MessageProducer producer, DraftMessage draft) throws JMSException {
        Message message = draft.message();
        for (Map.Entry<String, Object> property : typedProperties.entrySet()) {
            message.setObjectProperty(property.getKey(), property.getValue());
        }
        if (key != null) {
            message.setStringProperty(MessageJson.KEY_PROPERTY, key);
        }
        if (type != null) {
            message.setJMSType(type);
        }
        producer.send(
                message,
                nonPersistent
                        ? DeliveryMode.NON_PERSISTENT
                        : draft.deliveryMode().orElse(DeliveryMode.PERSISTENT),
                priority != null ? priority : draft.priority().orElse(Message.DEFAULT_PRIORITY),
                producer.getTimeToLive(),
                new Answer());
    }

    private void report(MillraceDestination destination) {
        Exception first = failure.get();
        if (first != null) {
            throw new CommandFailedException(
                    "%s; %s sent to %s".formatted(first.getMessage(), counted(), destination),
                    first);
        }
        String text = "%s sent to %s".formatted(counted(), destination);
        if (json) {
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("destination", destination.toString());
            facts.put("sent", stored.get());
            text = Json.write(facts);
        }
        command.commandLine().getOut().println(text);
    }

    private String counted() {
        long count = stored.get();
        return count == 1 ? "1 message was" : "%,d messages were".formatted(count);
    }

    /** Called on the session's completion thread, in the order of the sends. */
    private final class Answer implements CompletionListener {
        @Override
        public void onCompletion(Message message) {
            stored.incrementAndGet();
        }

        @Override
        public void onException(Message message, Exception refused) {
            failure.compareAndSet(null, refused);
        }
    }
}
