package org.millrace.cli;

import jakarta.jms.JMSException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.millrace.wire.admin.AdminArguments.Verdict;
import org.millrace.wire.admin.TransactionSummary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Global transactions in doubt. */
@Command(
        name = "transactions",
        description =
                "Lists and decides global transactions that are prepared and whose transaction"
                        + " manager has not decided them.",
        synopsisSubcommandLabel = "COMMAND")
final class TransactionsCommand {
    @Command(name = "list", description = "Lists what is in doubt.")
    int list(@Mixin AdminMixin admin) throws JMSException {
        return admin.with(
                broker -> {
                    List<TransactionSummary> all = broker.transactions();
                    Table table = new Table("ID", "STATE", "SENDS", "CONSUMED", "SIZE", "FOR");
                    Instant now = admin.now();
                    for (TransactionSummary each : all) {
                        table.row(
                                each.id(),
                                each.state(),
                                each.sends(),
                                each.acknowledgements(),
                                Shown.bytes(each.sendBytes()),
                                Shown.age(Optional.of(each.since()), now));
                    }
                    if (all.isEmpty() && !admin.output().isJson()) {
                        admin.output().line("nothing is in doubt");
                    }
                    admin.show(all, table);
                });
    }

    @Command(
            name = "commit",
            description =
                    "Commits one. Only when its transaction manager is gone for good, or is known to"
                            + " have committed its other parts.")
    int commit(@Parameters(paramLabel = "ID") String id, @Mixin AdminMixin admin)
            throws JMSException {
        return decide(id, Verdict.COMMIT, admin);
    }

    @Command(
            name = "rollback",
            description =
                    "Rolls one back. Only when its transaction manager is gone for good, or is known"
                            + " to have rolled back its other parts.")
    int rollback(@Parameters(paramLabel = "ID") String id, @Mixin AdminMixin admin)
            throws JMSException {
        return decide(id, Verdict.ROLLBACK, admin);
    }

    @Command(
            name = "forget",
            description =
                    "Forgets one that was decided here. Only when its transaction manager is gone for"
                            + " good and will not ask what became of it.")
    int forget(@Parameters(paramLabel = "ID") String id, @Mixin AdminMixin admin)
            throws JMSException {
        return admin.with(
                broker -> {
                    TransactionSummary forgotten = broker.decide(id, Verdict.FORGET);
                    admin.tell(forgotten, "forgotten " + forgotten.id());
                });
    }

    private static int decide(String id, Verdict verdict, AdminMixin admin) throws JMSException {
        return admin.with(
                broker -> {
                    TransactionSummary decided = broker.decide(id, verdict);
                    admin.tell(
                            decided,
                            "%s %s: %d messages sent, %d consumed; its transaction manager will be told"
                                    .formatted(
                                            verdict == Verdict.COMMIT ? "committed" : "rolled back",
                                            decided.id(),
                                            decided.sends(),
                                            decided.acknowledgements()));
                });
    }
}
