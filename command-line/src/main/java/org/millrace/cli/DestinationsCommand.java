package org.millrace.cli;

import jakarta.jms.JMSException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.millrace.jms.admin.BrokerAdmin;
import org.millrace.wire.Address;
import org.millrace.wire.admin.AdminArguments.AlteredDestination;
import org.millrace.wire.admin.AdminArguments.Content;
import org.millrace.wire.admin.AdminArguments.NewDestination;
import org.millrace.wire.admin.DeletedDestination;
import org.millrace.wire.admin.DestinationDetails;
import org.millrace.wire.admin.DestinationSummary;
import org.millrace.wire.admin.LogExtent;
import org.millrace.wire.admin.Setting;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Queues and topics of a running broker. */
@Command(
        name = "destinations",
        description = "Lists, describes, creates, alters and deletes queues and topics.",
        synopsisSubcommandLabel = "COMMAND")
final class DestinationsCommand {
    @Spec private CommandSpec spec;

    /** What a description is for programs. */
    private record Described(DestinationDetails destination, List<LogExtent> logs) {}

    @Command(name = "list", description = "Lists destinations, in the order of their creation.")
    int list(
            @Parameters(
                            paramLabel = "PATTERN",
                            arity = "0..1",
                            defaultValue = "",
                            description = "Names, '*' for any characters; default: all.")
                    String pattern,
            @Mixin AdminMixin admin)
            throws JMSException {
        return admin.with(
                broker -> {
                    Table table =
                            new Table(
                                    "DESTINATION",
                                    "PARTITIONS",
                                    "SUBSCRIPTIONS",
                                    "CONSUMERS",
                                    "MESSAGES",
                                    "SIZE");
                    List<DestinationSummary> found = broker.destinations(pattern);
                    for (DestinationSummary each : found) {
                        table.row(
                                Shown.destination(each.kind(), each.name()),
                                each.partitions(),
                                each.subscriptions(),
                                each.consumers(),
                                each.messages(),
                                Shown.bytes(each.bytes()));
                    }
                    admin.show(found, table, pattern);
                });
    }

    @Command(
            name = "describe",
            description = "Shows settings with where they come from, and the logs of partitions.")
    int describe(@Mixin DestinationArgument destination, @Mixin AdminMixin admin)
            throws JMSException {
        Address address = admin.plain(destination);
        return admin.with(broker -> describe(broker, address, admin));
    }

    private static void describe(BrokerAdmin broker, Address address, AdminMixin admin)
            throws JMSException {
        DestinationDetails details = broker.destination(address.kind(), address.name());
        List<LogExtent> logs = broker.logs(address.kind(), address.name());
        if (admin.output().isJson()) {
            admin.output().object(new Described(details, logs));
            return;
        }
        DestinationSummary summary = details.summary();
        OutputOptions output = admin.output();
        output.line(Shown.destination(summary.kind(), summary.name()));
        output.line(
                "  created %s, id %d, %s, %s, %s"
                        .formatted(
                                details.created(),
                                details.id(),
                                Shown.count(summary.partitions(), "partition"),
                                Shown.count(summary.subscriptions(), "subscription"),
                                Shown.count(summary.consumers(), "consumer")));
        output.line(
                "  keeps %s, %s%s"
                        .formatted(
                                Shown.count(summary.messages(), "message"),
                                Shown.bytes(summary.bytes()),
                                details.oldest()
                                        .map(oldest -> ", the oldest of " + oldest)
                                        .orElse("")));
        print(settings(details.settings()), output);
        print(logs(logs), output);
    }

    private static void print(Table table, OutputOptions output) {
        if (!table.isEmpty()) {
            output.line("");
            table.lines().forEach(output::line);
        }
    }

    private static Table settings(List<Setting> settings) {
        Table table = new Table("SETTING", "VALUE", "FROM", "MEANING");
        for (Setting each : settings) {
            table.row(
                    each.key(),
                    Shown.orDash(each.value()),
                    switch (each.origin()) {
                        case DESTINATION -> "destination";
                        case PATTERN -> "pattern";
                        case DEFAULT -> "default";
                    },
                    each.meaning());
        }
        return table;
    }

    private static Table logs(List<LogExtent> logs) {
        Table table = new Table("PARTITION", "LOG", "START", "END", "SIZE", "FIRST", "LAST");
        for (LogExtent each : logs) {
            table.row(
                    each.partition(),
                    Shown.lane(each.lane()),
                    each.startOffset(),
                    each.endOffset(),
                    Shown.bytes(each.bytes()),
                    Shown.orDash(each.first()),
                    Shown.orDash(each.last()));
        }
        return table;
    }

    // ---- changing

    @Command(
            name = "create",
            description =
                    "Creates a destination that does not exist. Settings may stand in its name, too:"
                            + " 'queue://orders?partitions=8&retention=P7D'.")
    int create(
            @Mixin DestinationArgument destination, @Mixin Changes changes, @Mixin AdminMixin admin)
            throws JMSException {
        Address address = destination.destination().address();
        Map<String, String> settings = new LinkedHashMap<>(options(address.options()));
        settings.putAll(changes.settings);
        OptionalInt partitions = partitions(changes.partitions, settings);
        return admin.with(
                broker -> {
                    DestinationDetails created =
                            broker.create(
                                    new NewDestination(
                                            address.kind(), address.name(), partitions, settings));
                    admin.tell(created, "created " + shown(created));
                });
    }

    private static String shown(DestinationDetails details) {
        return "%s with %s"
                .formatted(
                        Shown.destination(details.summary().kind(), details.summary().name()),
                        Shown.count(details.summary().partitions(), "partition"));
    }

    private Map<String, String> options(String text) {
        Map<String, String> options = new LinkedHashMap<>();
        for (String option : text.isEmpty() ? new String[0] : text.split("&", -1)) {
            int equals = option.indexOf('=');
            if (equals <= 0) {
                throw wrong("option '%s' of the name, expected key=value".formatted(option));
            }
            String value = option.substring(equals + 1).replace("+", "%2B");
            options.put(
                    option.substring(0, equals), URLDecoder.decode(value, StandardCharsets.UTF_8));
        }
        return options;
    }

    /** As an option, or taken out of the settings, where users look for it, too. */
    private OptionalInt partitions(Integer given, Map<String, String> settings) {
        String setting = settings.remove("partitions");
        if (given != null) {
            return OptionalInt.of(given);
        }
        return setting == null ? OptionalInt.empty() : OptionalInt.of(number(setting));
    }

    private int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException notANumber) {
            throw wrong("partitions is '%s', expected a number".formatted(text));
        }
    }

    private ParameterException wrong(String what) {
        return new ParameterException(spec.commandLine(), what);
    }

    @Command(
            name = "alter",
            description =
                    "Changes settings, or the number of partitions; the broker goes on meanwhile.")
    int alter(
            @Mixin DestinationArgument destination,
            @Mixin Changes changes,
            @Option(
                            names = "--reset",
                            paramLabel = "KEY",
                            split = ",",
                            description = "Setting that is to be as by default again.")
                    List<String> reset,
            @Mixin AdminMixin admin)
            throws JMSException {
        Address address = admin.plain(destination);
        List<String> resets = reset == null ? List.of() : reset;
        Map<String, String> settings = new LinkedHashMap<>(changes.settings);
        OptionalInt partitions = partitions(changes.partitions, settings);
        boolean alters = !settings.isEmpty() || !resets.isEmpty();
        if (!alters && partitions.isEmpty()) {
            throw wrong("nothing is to be altered; use --set, --reset or --partitions");
        }
        List<AlteredDestination> steps = new ArrayList<>();
        if (alters) {
            steps.add(altered(address, OptionalInt.empty(), settings, resets));
        }
        if (partitions.isPresent()) {
            steps.add(altered(address, partitions, Map.of(), List.of()));
        }
        return admin.with(
                broker -> {
                    DestinationDetails now = null;
                    for (AlteredDestination each : steps) {
                        now = broker.alter(each);
                    }
                    admin.tell(now, "altered " + shown(now));
                });
    }

    private static AlteredDestination altered(
            Address address,
            OptionalInt partitions,
            Map<String, String> settings,
            List<String> reset) {
        return new AlteredDestination(address.kind(), address.name(), partitions, settings, reset);
    }

    @Command(name = "delete", description = "Deletes a destination that nobody consumes from.")
    int delete(
            @Mixin DestinationArgument destination,
            @Option(
                            names = "--force",
                            description =
                                    "With its messages and durable subscriptions; without, it must"
                                            + " have none.")
                    boolean force,
            @Mixin AdminMixin admin)
            throws JMSException {
        Address address = admin.plain(destination);
        return admin.with(
                broker -> {
                    DeletedDestination deleted =
                            broker.delete(
                                    address.kind(),
                                    address.name(),
                                    force ? Content.DROPPED : Content.MUST_BE_NONE);
                    admin.tell(
                            deleted,
                            "deleted %s with %s and %s"
                                    .formatted(
                                            Shown.destination(deleted.kind(), deleted.name()),
                                            Shown.count(deleted.messages(), "message"),
                                            Shown.count(
                                                    deleted.subscriptions(),
                                                    "durable subscription")));
                });
    }

    /** What a destination is to be like. */
    static final class Changes {
        @Option(names = "--partitions", paramLabel = "N", description = "How many it is to have.")
        private Integer partitions;

        @Option(
                names = "--set",
                paramLabel = "KEY=VALUE",
                description = "A setting; may be given several times. 'describe' shows all.")
        private Map<String, String> settings = new LinkedHashMap<>();
    }
}
