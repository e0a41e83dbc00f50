package org.millrace.cli;

import jakarta.jms.JMSException;
import java.util.List;
import java.util.Locale;
import org.millrace.wire.Address;
import org.millrace.wire.admin.AdminArguments.OfSubscription;
import org.millrace.wire.admin.CursorPosition;
import org.millrace.wire.admin.DeletedSubscription;
import org.millrace.wire.admin.SubscriptionSummary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Subscriptions of a running broker. */
@Command(
        name = "subscriptions",
        description = "Lists, describes and deletes subscriptions of topics (consumer groups).",
        synopsisSubcommandLabel = "COMMAND")
final class SubscriptionsCommand {
    /** What a description is for programs. */
    private record Described(SubscriptionSummary subscription, List<CursorPosition> logs) {}

    @Command(name = "list", description = "Lists subscriptions of topics, durable or not.")
    int list(
            @Parameters(
                            paramLabel = "PATTERN",
                            arity = "0..1",
                            defaultValue = "",
                            description = "Topics, '*' for any characters; default: all.")
                    String pattern,
            @Mixin AdminMixin admin)
            throws JMSException {
        return admin.with(
                broker -> {
                    List<SubscriptionSummary> found = broker.subscriptions(pattern);
                    admin.show(found, table(found), pattern);
                });
    }

    private static Table table(List<SubscriptionSummary> subscriptions) {
        Table table =
                new Table(
                        "DESTINATION",
                        "SUBSCRIPTION",
                        "CLIENT",
                        "KIND",
                        "CONSUMERS",
                        "IN FLIGHT",
                        "SELECTOR");
        for (SubscriptionSummary each : subscriptions) {
            table.row(
                    Shown.destination(each.kind(), each.destination()),
                    each.name().isEmpty() ? "-" : each.name(),
                    Shown.orDash(each.clientId()),
                    each.subscriptionKind().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    each.consumers(),
                    each.inFlight(),
                    each.selector().isEmpty() ? "-" : each.selector());
        }
        return table;
    }

    @Command(
            name = "describe",
            description = "Shows one subscription, and where it is in each log.")
    int describe(
            @Mixin DestinationArgument destination,
            @Mixin SubscriptionOptions which,
            @Mixin AdminMixin admin)
            throws JMSException {
        OfSubscription asked = which.of(admin.plain(destination));
        return admin.with(
                broker -> {
                    SubscriptionSummary summary = broker.subscription(asked);
                    List<CursorPosition> cursors = broker.cursors(asked);
                    OutputOptions output = admin.output();
                    if (output.isJson()) {
                        output.object(new Described(summary, cursors));
                        return;
                    }
                    table(List.of(summary)).lines().forEach(output::line);
                    if (!cursors.isEmpty()) {
                        output.line("");
                        cursorTable(cursors).lines().forEach(output::line);
                    }
                });
    }

    private static Table cursorTable(List<CursorPosition> cursors) {
        Table table =
                new Table(
                        "PARTITION",
                        "LOG",
                        "SETTLED UP TO",
                        "SETTLED ABOVE",
                        "IN FLIGHT",
                        "CAME BACK",
                        "END");
        for (CursorPosition each : cursors) {
            table.row(
                    each.partition(),
                    Shown.lane(each.lane()),
                    each.floor(),
                    each.settledAbove(),
                    each.inFlight(),
                    each.returned(),
                    each.endOffset());
        }
        return table;
    }

    @Command(name = "delete", description = "Deletes a durable subscription that has no consumers.")
    int delete(
            @Mixin DestinationArgument destination,
            @Mixin SubscriptionOptions which,
            @Mixin AdminMixin admin)
            throws JMSException {
        Address topic = admin.plain(destination);
        OfSubscription asked = which.of(topic);
        return admin.with(
                broker -> {
                    DeletedSubscription deleted = broker.delete(asked);
                    admin.tell(
                            deleted,
                            "deleted subscription '%s' of %s"
                                    .formatted(
                                            deleted.name(),
                                            Shown.destination(topic.kind(), topic.name())));
                });
    }
}
