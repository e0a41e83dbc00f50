package org.millrace.broker.transaction;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.millrace.broker.loop.Answer;
import org.millrace.broker.loop.Ground;
import org.millrace.broker.loop.RefusedException;
import org.millrace.persistence.Change;
import org.millrace.persistence.Committed;
import org.millrace.persistence.UnitOfWork;
import org.millrace.wire.ErrorCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends branches. Each of prepare, commit and commit in one phase is one unit of work; a rollback of
 * a prepared branch is one, too. Confined to the broker loop.
 */
final class Decisions {
    private static final Logger LOG = LoggerFactory.getLogger(Decisions.class);

    /** Held in memory; a branch that would exceed it is rolled back instead of prepared. */
    private static final long MAX_PREPARED_BYTES = 256L << 20;

    private final Ground ground;
    private final Registry registry;
    private final InDoubt inDoubt;

    Decisions(Ground ground, Registry registry, InDoubt inDoubt) {
        this.ground = ground;
        this.registry = registry;
        this.inDoubt = inDoubt;
    }

    // ---------------------------------------------------------------- prepare

    void prepare(BranchEntry entry, Outcome outcome) {
        entry.branch.checkReadyToEnd("prepared");
        checkNotDoomed(entry);
        if (entry.work.isEmpty()) {
            registry.remove(entry, "nothing was done in it");
            outcome.result(XaResult.READ_ONLY, "");
            return;
        }
        List<Change> changes;
        try {
            checkRoom(entry);
            changes = entry.work.prepare();
        } catch (RefusedException refused) {
            refuse(entry, XaResult.ROLLED_BACK, refused, outcome);
            return;
        }
        List<Change> unit = new ArrayList<>();
        unit.add(new Change.PrepareBranch(entry.id, changes));
        // So that after a restart it is known how often each was delivered.
        entry.work.held().forEach(held -> held.count(unit));
        entry.cancelTimeout();
        entry.work.held().forEach(Held::prepared);
        entry.become(BranchState.PREPARING, "prepare");
        ground.storage()
                .commit(
                        new UnitOfWork(unit),
                        Answer.of(
                                durable -> {
                                    entry.become(BranchState.PREPARED, "durable");
                                    outcome.ok();
                                },
                                why ->
                                        refuse(
                                                entry,
                                                XaResult.ROLLED_BACK_TRANSIENT,
                                                why,
                                                outcome)));
    }

    private void checkRoom(BranchEntry entry) {
        long after = registry.preparedBytes() + entry.work.bytes();
        if (after > MAX_PREPARED_BYTES) {
            throw RefusedException.of(
                    ErrorCode.RESOURCE_LIMIT,
                    "prepared branches would hold %d bytes, at most %d are allowed; decide those"
                            + " that are in doubt",
                    after,
                    MAX_PREPARED_BYTES);
        }
    }

    /** A branch that can only be rolled back is, when somebody asks for more. */
    private void checkNotDoomed(BranchEntry entry) {
        try {
            entry.branch.checkNotDoomed();
        } catch (XaRefusal doomed) {
            giveBackSeen(entry);
            registry.remove(entry, doomed.getMessage());
            throw doomed;
        }
    }

    private void refuse(BranchEntry entry, XaResult result, RefusedException why, Outcome outcome) {
        LOG.warn("{} was rolled back: {}", entry, why.getMessage());
        giveBackSeen(entry);
        registry.remove(entry, why.getMessage());
        outcome.result(result, "the branch was rolled back: " + why.getMessage());
    }

    // ---------------------------------------------------------------- commit

    void commit(BranchEntry entry, Outcome outcome) {
        checkNotDecided(entry);
        entry.branch.checkPrepared("committed");
        apply(entry, new Change.RemoveBranch(entry.id), outcome);
    }

    /** The transaction manager hears what an operator did; it forgets then. */
    private static void checkNotDecided(BranchEntry entry) {
        if (entry.state() == BranchState.DECIDED) {
            boolean committed = InDoubt.decisionOf(entry.stored) == Change.Decision.COMMIT;
            throw XaRefusal.of(
                    committed
                            ? XaResult.HEURISTICALLY_COMMITTED
                            : XaResult.HEURISTICALLY_ROLLED_BACK,
                    "an operator has %s %s",
                    committed ? "committed" : "rolled back",
                    entry);
        }
    }

    /** Loads what it touches, then makes it so and replaces the branch by {@code end}. */
    private void apply(BranchEntry entry, Change end, Outcome outcome) {
        entry.become(BranchState.ENDING, "commit");
        inDoubt.load(
                entry,
                () -> {
                    List<Change> unit = new ArrayList<>(entry.work.changes());
                    unit.add(end);
                    ground.storage()
                            .commit(
                                    new UnitOfWork(unit),
                                    Answer.of(
                                            committed -> committed(entry, committed, outcome),
                                            why -> {
                                                entry.become(
                                                        BranchState.PREPARED, why.getMessage());
                                                outcome.result(XaResult.RETRY, why.getMessage());
                                            }));
                });
    }

    private void committed(BranchEntry entry, Committed committed, Outcome outcome) {
        entry.work.apply(committed);
        entry.work.giveUpRejected();
        registry.remove(entry, "committed");
        outcome.ok();
    }

    /** Without prepare: nobody else takes part in the transaction. */
    void commitOnePhase(
            BranchEntry entry, Optional<Worker> session, long commitNumber, Outcome outcome) {
        entry.branch.checkReadyToEnd("committed in one phase");
        checkNotDoomed(entry);
        List<Change> unit;
        try {
            unit = new ArrayList<>(entry.work.changes());
        } catch (RefusedException refused) {
            refuse(entry, XaResult.ROLLED_BACK, refused, outcome);
            return;
        }
        session.ifPresent(worker -> unit.add(worker.committing(commitNumber)));
        entry.become(BranchState.ENDING, "commit in one phase");
        ground.storage()
                .commit(
                        new UnitOfWork(unit),
                        Answer.of(
                                committed -> {
                                    session.ifPresent(worker -> worker.committed(commitNumber));
                                    committed(entry, committed, outcome);
                                },
                                why -> {
                                    session.ifPresent(Worker::commitRefused);
                                    refuse(entry, XaResult.ROLLED_BACK_TRANSIENT, why, outcome);
                                }));
    }

    // ---------------------------------------------------------------- rollback

    void rollBack(BranchEntry entry, Outcome outcome) {
        checkNotDecided(entry);
        entry.branch.checkMayRollBack();
        if (entry.state() == BranchState.OPEN) {
            giveBackSeen(entry);
            registry.remove(entry, "rolled back");
            outcome.ok();
        } else {
            entry.become(BranchState.ENDING, "rollback");
            inDoubt.load(
                    entry,
                    () -> giveBackPrepared(entry, new Change.RemoveBranch(entry.id), outcome));
        }
    }

    /** What comes after it in the store builds on it: nothing has to wait until it is durable. */
    private void giveBackPrepared(BranchEntry entry, Change end, Outcome outcome) {
        List<Change> unit = new ArrayList<>();
        unit.add(end);
        List<Held> held = entry.work.held();
        entry.work.clear();
        held.forEach(each -> each.fail(unit));
        ground.storage()
                .commit(
                        unit,
                        () -> {
                            registry.remove(entry, "rolled back");
                            outcome.ok();
                        });
    }

    /** Rolls back what was done so far; it counts as delivered. */
    void giveBackSeen(BranchEntry entry) {
        List<Change> counts = new ArrayList<>();
        entry.work.held().forEach(each -> each.fail(counts));
        forgetWork(entry, counts);
    }

    /** As {@link #giveBackSeen}, but nothing is given up for having been delivered too often. */
    void giveBackUncertain(BranchEntry entry) {
        List<Change> counts = new ArrayList<>();
        entry.work.held().forEach(each -> each.release(counts));
        forgetWork(entry, counts);
    }

    private void forgetWork(BranchEntry entry, List<Change> counts) {
        entry.work.clear();
        if (!counts.isEmpty()) {
            ground.storage().commit(counts, () -> {});
        }
    }

    void forget(BranchEntry entry, Outcome outcome) {
        entry.branch.checkMayBeForgotten();
        registry.remove(entry, "forgotten");
        ground.storage().commit(List.of(new Change.RemoveBranch(entry.id)), outcome::ok);
    }

    // ---------------------------------------------------------------- operators

    void decide(String name, Change.Decision decision, Answer<BranchReport> answer) {
        BranchEntry entry = registry.find(name).orElse(null);
        if (entry == null || entry.state() != BranchState.PREPARED) {
            answer.refused(
                    RefusedException.of(
                            ErrorCode.INVALID_ARGUMENT,
                            "there is no branch %s in doubt%s; nothing was changed",
                            name,
                            entry == null ? "" : ", it is " + entry.state()));
            return;
        }
        BranchReport report = BranchReport.of(entry);
        LOG.warn("{} is decided by an operator: {}", entry, decision);
        entry.become(BranchState.ENDING, "operator");
        inDoubt.load(entry, () -> applyDecision(entry, decision, report, answer));
    }

    void forget(String name, Answer<BranchReport> answer) {
        BranchEntry entry = registry.find(name).orElse(null);
        if (entry == null || entry.state() != BranchState.DECIDED) {
            answer.refused(
                    RefusedException.of(
                            ErrorCode.INVALID_ARGUMENT,
                            "there is no branch %s that an operator has decided%s; nothing was changed",
                            name,
                            entry == null ? "" : ", it is " + entry.state()));
            return;
        }
        BranchReport report = BranchReport.of(entry);
        LOG.warn("{} is forgotten by an operator", entry);
        forget(entry, (result, message) -> answer.granted(report));
    }

    private void applyDecision(
            BranchEntry entry,
            Change.Decision decision,
            BranchReport report,
            Answer<BranchReport> answer) {
        Change decided = new Change.DecideBranch(entry.id, decision);
        List<Change> unit = new ArrayList<>();
        List<Held> held = entry.work.held();
        if (decision == Change.Decision.COMMIT) {
            unit.addAll(entry.work.changes());
        } else {
            entry.work.clear();
        }
        unit.add(decided);
        if (decision == Change.Decision.ROLLBACK) {
            held.forEach(each -> each.fail(unit));
        }
        ground.storage()
                .commit(
                        new UnitOfWork(unit),
                        Answer.of(
                                committed -> {
                                    if (decision == Change.Decision.COMMIT) {
                                        entry.work.apply(committed);
                                        entry.work.giveUpRejected();
                                        entry.work.clear();
                                    }
                                    entry.stored = List.of(decided);
                                    entry.become(BranchState.DECIDED, "operator: " + decision);
                                    answer.granted(report);
                                },
                                why -> {
                                    entry.become(BranchState.PREPARED, why.getMessage());
                                    answer.refused(why);
                                }));
    }
}
