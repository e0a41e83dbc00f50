package org.millrace.cli;

import jakarta.jms.JMSException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.millrace.jms.admin.BrokerAdmin;
import org.millrace.wire.admin.Holder;
import org.millrace.wire.admin.Lag;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** How far queues and subscriptions are behind, and who holds what since when. */
@Command(
        name = "lag",
        description =
                "Shows what queues and subscriptions have not settled: messages, bytes, how long ago"
                        + " the oldest was sent, and with --consumers who holds what since when.")
final class LagCommand implements Callable<Integer> {
    /** Clears a terminal and goes to its first line. */
    private static final String CLEAR = "\u001b[H\u001b[2J";

    @Parameters(
            paramLabel = "PATTERN",
            arity = "0..1",
            defaultValue = "",
            description = "Destinations, '*' for any characters; default: all.")
    private String pattern;

    @Option(names = "--consumers", description = "Show each consumer, too.")
    private boolean consumers;

    @Option(names = "--watch", description = "Show it again and again, until Ctrl-C.")
    private boolean watch;

    @Option(
            names = "--every",
            paramLabel = "SECONDS",
            description = "With --watch: how often; default: 2.")
    private Integer every;

    @Option(
            names = "--times",
            paramLabel = "N",
            description = "With --watch: end after so many times.")
    private Integer times;

    @Mixin private AdminMixin admin;
    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws JMSException {
        boolean tooFew = every != null && every < 1 || times != null && times < 1;
        if (tooFew || !watch && (every != null || times != null)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--every and --times take numbers above 0, and are for --watch");
        }
        return admin.with(broker -> show(broker));
    }

    private void show(BrokerAdmin broker) throws JMSException {
        int left = !watch ? 1 : times == null ? Integer.MAX_VALUE : times;
        StopSignal stop = Millrace.surroundings(spec).stop();
        while (left > 0 && !stop.isRaised()) {
            List<Lag> lags = broker.lag(pattern);
            boolean redraw = watch && Millrace.surroundings(spec).terminal().isPresent();
            if (redraw && !admin.output().isJson()) {
                admin.output().line(CLEAR + admin.now());
            }
            admin.show(lags, table(lags), pattern);
            if (consumers && !admin.output().isJson()) {
                showConsumers(lags);
            }
            left--;
            if (left > 0) {
                stop.pause(Duration.ofSeconds(every == null ? 2 : every));
            }
        }
    }

    private static Table table(List<Lag> lags) {
        Table table =
                new Table(
                        "DESTINATION",
                        "SUBSCRIPTION",
                        "CLIENT",
                        "MESSAGES",
                        "SIZE",
                        "BEHIND",
                        "IN FLIGHT",
                        "CONSUMERS");
        for (Lag each : lags) {
            table.row(
                    Shown.destination(each.kind(), each.destination()),
                    each.subscription().isEmpty() ? "-" : each.subscription(),
                    Shown.orDash(each.clientId()),
                    each.messages(),
                    Shown.bytes(each.bytes()),
                    each.messages() == 0 ? "-" : Shown.seconds(each.secondsBehind()),
                    each.inFlight(),
                    each.holders().size() + each.moreHolders());
        }
        return table;
    }

    private void showConsumers(List<Lag> lags) {
        Table table =
                new Table(
                        "DESTINATION",
                        "SUBSCRIPTION",
                        "CONNECTION",
                        "CLIENT",
                        "USER",
                        "FROM",
                        "CONSUMER",
                        "HOLDS",
                        "FOR");
        Instant now = admin.now();
        for (Lag lag : lags) {
            for (Holder each : lag.holders()) {
                table.row(
                        Shown.destination(lag.kind(), lag.destination()),
                        lag.subscription().isEmpty() ? "-" : lag.subscription(),
                        each.connectionId(),
                        Shown.orDash(each.clientId()),
                        each.user().isEmpty() ? "-" : each.user(),
                        each.peer(),
                        each.sessionId() + "/" + each.consumerId(),
                        each.inFlight(),
                        Shown.age(each.oldestSince(), now));
            }
        }
        if (!table.isEmpty()) {
            admin.output().line("");
            table.lines().forEach(admin.output()::line);
        }
    }
}
