package org.millrace.cli;

import jakarta.jms.JMSException;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.millrace.jms.admin.BrokerAdmin;
import org.millrace.wire.Address;
import org.millrace.wire.admin.AdminArguments.MoveMode;
import org.millrace.wire.admin.AdminArguments.NewRedrive;
import org.millrace.wire.admin.RedriveStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Sends dead letters back to where they failed. */
@Command(
        name = "redrive",
        description =
                "Sends messages of a dead-letter or expiry queue back: to their queue, or to the one"
                        + " subscription that failed. What comes to the queue meanwhile stays. Ctrl-C"
                        + " ends it; what went back stays there.")
final class RedriveCommand implements Callable<Integer> {
    private static final Duration BETWEEN = Duration.ofMillis(100);

    @Mixin private DestinationArgument destination;

    @Option(
            names = "--selector",
            defaultValue = "",
            description = "Which messages; the properties that dead letters have can be named.")
    private String selector;

    @Option(names = "--max", paramLabel = "N", defaultValue = "0", description = "At most so many.")
    private long max;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "0",
            description = "At most so many in a second.")
    private int rate;

    @Option(names = "--dry-run", description = "Only say how many would go back, and where to.")
    private boolean dryRun;

    @Mixin private AdminMixin admin;
    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws JMSException {
        Address queue = admin.plain(destination);
        if (queue.kind().isTopic() || max < 0 || rate < 0) {
            throw new ParameterException(
                    spec.commandLine(), "only from a queue, with --max and --rate of 0 or more");
        }
        NewRedrive wanted =
                new NewRedrive(
                        queue.name(),
                        selector,
                        max,
                        rate,
                        dryRun ? MoveMode.DRY_RUN : MoveMode.MOVE);
        RedriveStatus[] last = new RedriveStatus[1];
        int exit = admin.with(broker -> last[0] = finished(broker, wanted));
        tell(last[0]);
        Millrace.surroundings(spec).stop().end();
        if (last[0].state() == RedriveStatus.State.STOPPED) {
            throw new CommandFailedException("the redrive was stopped: " + last[0].why());
        }
        return exit;
    }

    private RedriveStatus finished(BrokerAdmin broker, NewRedrive wanted) throws JMSException {
        Surroundings around = Millrace.surroundings(spec);
        StopSignal stop = around.stop();
        stop.listen();
        OptionalLong total = max == 0 ? OptionalLong.empty() : OptionalLong.of(max);
        try (Progress progress = new Progress("messages sent back", total, around)) {
            RedriveStatus status = broker.redrive(wanted);
            while (status.state() == RedriveStatus.State.RUNNING) {
                progress.is(status.redriven());
                stop.pause(BETWEEN);
                status =
                        stop.isRaised()
                                ? broker.cancelRedrive(status.id())
                                : broker.redriveStatus(status.id());
            }
            return status;
        }
    }

    private void tell(RedriveStatus status) {
        if (admin.output().isJson()) {
            admin.output().object(status);
            return;
        }
        admin.output()
                .line(
                        "%d messages %s; %d were not selected, %d are no dead letters, of %d the"
                                        .formatted(
                                                status.redriven(),
                                                dryRun ? "would go back" : "went back",
                                                status.notSelected(),
                                                status.notLetters(),
                                                status.homeless())
                                + " destination or subscription is gone, %d are with consumers"
                                        .formatted(status.held()));
        Table table = new Table("TO", "MESSAGES");
        status.byOrigin().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(each -> table.row(each.getKey(), each.getValue()));
        table.lines().forEach(admin.output()::line);
    }
}
