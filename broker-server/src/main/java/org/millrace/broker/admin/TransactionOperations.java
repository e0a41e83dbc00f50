package org.millrace.broker.admin;

import static org.millrace.wire.admin.AdminOperations.DECIDE_TRANSACTION;
import static org.millrace.wire.admin.AdminOperations.LIST_TRANSACTIONS;

import java.util.List;
import org.millrace.broker.loop.Answer;
import org.millrace.broker.transaction.BranchReport;
import org.millrace.broker.transaction.Branches;
import org.millrace.persistence.Change;
import org.millrace.wire.admin.AdminArguments.Decided;
import org.millrace.wire.admin.AdminArguments.Listing;
import org.millrace.wire.admin.Page;
import org.millrace.wire.admin.TransactionSummary;

/** Branches in doubt. Confined to the broker loop. */
final class TransactionOperations {
    private final Branches branches;

    TransactionOperations(Branches branches) {
        this.branches = branches;
    }

    void addTo(OperationTable table) {
        table.paged(LIST_TRANSACTIONS, this::list);
        table.changing(DECIDE_TRANSACTION, this::decide);
    }

    /** A page begins behind the branch of that name; when that is gone, at the beginning. */
    private void list(Listing asked, Answer<Page<TransactionSummary>> answer) {
        List<BranchReport> all = branches.report();
        int from = 0;
        for (int i = 0; i < all.size() && !asked.after().isEmpty(); i++) {
            from = all.get(i).name().equals(asked.after()) ? i + 1 : from;
        }
        Pager<TransactionSummary> pager = new Pager<>();
        for (BranchReport each : all.subList(from, all.size())) {
            if (!pager.offer(summary(each), each.name())) {
                answer.granted(pager.full());
                return;
            }
        }
        answer.granted(pager.upTo(""));
    }

    private void decide(Decided asked, Answer<TransactionSummary> answer) {
        Answer<BranchReport> whenDone =
                Answer.of(report -> answer.granted(summary(report)), answer::refused);
        switch (asked.verdict()) {
            case COMMIT -> branches.decide(asked.id(), Change.Decision.COMMIT, whenDone);
            case ROLLBACK -> branches.decide(asked.id(), Change.Decision.ROLLBACK, whenDone);
            case FORGET -> branches.forget(asked.id(), whenDone);
        }
    }

    private static TransactionSummary summary(BranchReport report) {
        return new TransactionSummary(
                report.name(),
                report.state(),
                report.sends(),
                report.acknowledgements(),
                report.sendBytes(),
                report.since());
    }
}
