package org.millrace.cli;

import jakarta.jms.JMSException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.millrace.wire.admin.Holder;
import org.millrace.wire.admin.LogHealth;
import org.millrace.wire.admin.StoreHealth;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** What a broker keeps on its disk, why, and for whom. */
@Command(
        name = "doctor",
        description =
                "Shows what holds which logs and segments, how old that is and who needs it; and the"
                        + " room on the disk.")
final class DoctorCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "PATTERN",
            arity = "0..1",
            defaultValue = "",
            description = "Destinations, '*' for any characters; default: all.")
    private String pattern;

    @Mixin private AdminMixin admin;

    /** What the findings are for programs: the first line. */
    private record Store(StoreHealth store) {}

    @Override
    public Integer call() throws JMSException {
        return admin.with(
                broker -> {
                    StoreHealth store = broker.storeHealth();
                    List<LogHealth> logs = broker.logHealth(pattern);
                    if (admin.output().isJson()) {
                        admin.output().object(new Store(store));
                        logs.forEach(admin.output()::object);
                    } else {
                        show(store);
                        show(logs);
                    }
                });
    }

    private void show(StoreHealth store) {
        OutputOptions output = admin.output();
        output.line("store      " + store.location());
        if (store.usableBytes().isPresent()) {
            long usable = store.usableBytes().getAsLong();
            output.line(
                    "room       %s free; appends are refused below %s%s"
                            .formatted(
                                    Shown.bytes(usable),
                                    Shown.bytes(store.reserveBytes()),
                                    usable < store.reserveBytes() ? ": THAT IS NOW" : ""));
        }
        output.line("journal    " + Shown.bytes(store.journalBytes()));
        output.line("in doubt   %d transaction branches".formatted(store.branchesInDoubt()));
    }

    private void show(List<LogHealth> logs) {
        Table table =
                new Table(
                        "DESTINATION",
                        "PARTITION",
                        "LOG",
                        "SEGMENTS",
                        "SIZE",
                        "OLDEST",
                        "HELD FROM",
                        "BECAUSE");
        Instant now = admin.now();
        for (LogHealth log : logs) {
            boolean first = true;
            for (LogHealth.Hold hold : log.holds()) {
                table.row(
                        first ? Shown.destination(log.kind(), log.destination()) : "",
                        first ? log.log().partition() : "",
                        first ? Shown.lane(log.log().lane()) : "",
                        first ? log.segmentCount() : "",
                        first ? Shown.bytes(log.log().bytes()) : "",
                        first ? Shown.age(log.log().first(), now) : "",
                        "offset " + hold.firstOffset(),
                        reason(hold, now));
                first = false;
            }
            if (first) {
                table.row(
                        Shown.destination(log.kind(), log.destination()),
                        log.log().partition(),
                        Shown.lane(log.log().lane()),
                        log.segmentCount(),
                        Shown.bytes(log.log().bytes()),
                        Shown.age(log.log().first(), now),
                        "-",
                        "nobody needs it any more; it is about to go");
            }
        }
        if (!table.isEmpty()) {
            admin.output().line("");
            table.lines().forEach(admin.output()::line);
        }
    }

    private static String reason(LogHealth.Hold hold, Instant now) {
        return switch (hold.cause()) {
            case RETENTION -> "retention: the destination keeps history";
            case DELAYED -> "delayed: not due yet";
            case NOT_CONSUMED -> "not consumed" + by(hold);
            case IN_FLIGHT ->
                    "in flight"
                            + by(hold)
                            + hold.holder().map(holder -> who(holder, now)).orElse("");
        };
    }

    /** A queue has one subscription, which has no name. */
    private static String by(LogHealth.Hold hold) {
        return hold.subscription().isEmpty() ? "" : " by " + hold.subscription();
    }

    private static String who(Holder holder, Instant now) {
        return " with consumer %d/%d of connection %d (%s%s) for %s"
                .formatted(
                        holder.sessionId(),
                        holder.consumerId(),
                        holder.connectionId(),
                        holder.clientId().map(id -> "client " + id + ", ").orElse(""),
                        holder.peer(),
                        Shown.age(holder.oldestSince(), now));
    }
}
