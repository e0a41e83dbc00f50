package org.millrace.cli;

import jakarta.jms.JMSException;
import java.util.concurrent.Callable;
import org.millrace.wire.admin.AdminArguments.MoveMode;
import org.millrace.wire.admin.AdminArguments.OfSubscription;
import org.millrace.wire.admin.Replayed;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Moves a subscription to another place in the history of its destination. */
@Command(
        name = "replay",
        description =
                "Lets a subscription, or a queue that keeps history, go on at another place. What it"
                        + " knew of messages, as how often they were delivered, is forgotten.")
final class ReplayCommand implements Callable<Integer> {
    @Mixin private DestinationArgument destination;
    @Mixin private SubscriptionOptions subscription;

    @Option(
            names = {"--from", "--to"},
            required = true,
            paramLabel = "PLACE",
            description =
                    "earliest, latest, offset:4711, a time as 2026-08-01T00:00:00Z, or a time ago"
                            + " as -PT2H.")
    private String from;

    @Option(names = "--dry-run", description = "Only say how many messages that is.")
    private boolean dryRun;

    @Mixin private AdminMixin admin;

    @Override
    public Integer call() throws JMSException {
        OfSubscription moved = subscription.of(admin.plain(destination));
        return admin.with(
                broker -> {
                    Replayed replayed =
                            broker.replay(moved, from, dryRun ? MoveMode.DRY_RUN : MoveMode.MOVE);
                    admin.tell(
                            replayed,
                            "%s from %s on: %d messages%s"
                                    .formatted(
                                            Shown.destination(moved.kind(), moved.destination()),
                                            from,
                                            replayed.messages(),
                                            dryRun
                                                    ? " would be delivered; nothing was changed"
                                                    : " will be delivered"));
                });
    }
}
