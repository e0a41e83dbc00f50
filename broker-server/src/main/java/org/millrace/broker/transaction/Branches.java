package org.millrace.broker.transaction;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.millrace.broker.destination.Destinations;
import org.millrace.broker.loop.Answer;
import org.millrace.broker.loop.Ground;
import org.millrace.persistence.BranchId;
import org.millrace.persistence.Change;
import org.millrace.persistence.PreparedBranch;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.XaBranch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What transaction managers and sessions ask of branches (§6.2.8, ADR-0011). Confined to the broker
 * loop.
 *
 * <p>An unprepared branch belongs to the connections that worked in it: when one of them is lost or
 * closed, it is rolled back. A prepared one belongs to nobody and stays until it is decided.
 */
public final class Branches {
    private static final Logger LOG = LoggerFactory.getLogger(Branches.class);

    /** As the XA specification has it. */
    private static final int MAX_ID_BYTES = 64;

    private static final int NULL_FORMAT = -1;

    /** Unprepared and prepared ones together. */
    private static final int MAX_BRANCHES = 10_000;

    /** A branch in doubt is one row of the catalog, and in memory. */
    private static final long MAX_BRANCH_BYTES = 64L << 20;

    private final Ground ground;
    private final Registry registry = new Registry();
    private final InDoubt inDoubt;
    private final Decisions decisions;

    public Branches(Ground ground, Destinations destinations) {
        this.ground = ground;
        this.inDoubt = new InDoubt(destinations);
        this.decisions = new Decisions(ground, registry, inDoubt);
        destinations.whenLoaded(inDoubt::hold);
        destinations.heldBy(destination -> inDoubt.mentions(registry, destination));
    }

    // ---------------------------------------------------------------- start

    /** Takes over what the engine recovered, before any destination is loaded. */
    public void restore(List<PreparedBranch> prepared) {
        for (PreparedBranch each : prepared) {
            registry.add(inDoubt.restore(each, ground.loop().clock().millis()));
        }
        if (!prepared.isEmpty()) {
            LOG.warn(
                    "{} transaction branches are in doubt: they hold their messages until their"
                            + " transaction manager, or 'millrace transactions', decides them",
                    prepared.size());
        }
    }

    // ---------------------------------------------------------------- clients

    /**
     * Carries out what is asked; the reply comes at once or in a later turn.
     *
     * @param session the one that is named, when it is open
     */
    public void handle(Frame.Xa asked, Optional<Worker> session, Consumer<Frame.XaReply> whenDone) {
        Outcome outcome =
                (result, message) ->
                        whenDone.accept(
                                new Frame.XaReply(
                                        asked.requestId(), result.code(), message, List.of()));
        try {
            if (asked.operation() == Frame.XaOperation.RECOVER) {
                whenDone.accept(
                        new Frame.XaReply(
                                asked.requestId(), XaResult.OK.code(), "", toBeDecided()));
                return;
            }
            BranchId id = idOf(asked.branch());
            Optional<BranchEntry> found = registry.find(id);
            if (asked.operation() == Frame.XaOperation.START) {
                start(id, asked, worker(session));
                outcome.ok();
            } else if (found.isPresent() && found.get().state().isOnItsWay()) {
                found.get().await(() -> handle(asked, session, whenDone));
            } else {
                BranchEntry entry = found.orElseThrow(() -> unknown(id));
                carryOut(entry, asked, session, outcome);
            }
        } catch (XaRefusal refusal) {
            LOG.debug("{}: {}", asked.operation(), refusal.getMessage());
            outcome.result(refusal.result(), refusal.getMessage());
        }
    }

    private static BranchId idOf(XaBranch asked) {
        ByteBuffer global = copy(asked.globalTransactionId());
        ByteBuffer qualifier = copy(asked.branchQualifier());
        if (asked.formatId() == NULL_FORMAT
                || global.remaining() > MAX_ID_BYTES
                || qualifier.remaining() > MAX_ID_BYTES) {
            throw XaRefusal.of(
                    XaResult.INVALID,
                    "XID of format %d with %d and %d bytes, expected a format other than %d and at"
                            + " most %d bytes each",
                    asked.formatId(),
                    global.remaining(),
                    qualifier.remaining(),
                    NULL_FORMAT,
                    MAX_ID_BYTES);
        }
        return new BranchId(asked.formatId(), global, qualifier);
    }

    /** What came in a frame is part of a larger buffer. */
    private static ByteBuffer copy(ByteBuffer part) {
        return ByteBuffer.allocate(part.remaining()).put(part.duplicate()).flip();
    }

    private static XaRefusal unknown(BranchId id) {
        return XaRefusal.of(
                XaResult.UNKNOWN_BRANCH,
                "branch %s is not known: it was never started here, was decided, or was rolled back"
                        + " because it was not prepared when its connection was lost",
                BranchEntry.nameOf(id));
    }

    private List<XaBranch> toBeDecided() {
        return registry.inDoubt().stream()
                .map(
                        each ->
                                new XaBranch(
                                        each.id.formatId(),
                                        each.id.globalTransactionId(),
                                        each.id.branchQualifier()))
                .toList();
    }

    private static Worker worker(Optional<Worker> session) {
        return session.orElseThrow(
                () -> new XaRefusal(XaResult.PROTOCOL, "the session is not open, or not for XA"));
    }

    private void carryOut(
            BranchEntry entry, Frame.Xa asked, Optional<Worker> session, Outcome outcome) {
        switch (asked.operation()) {
            case START, RECOVER -> throw new IllegalStateException(asked + " needs no branch");
            case JOIN, RESUME -> {
                enter(entry, asked.operation(), worker(session));
                outcome.ok();
            }
            case END_SUCCESS -> {
                end(entry, Branch.Ending.SUCCESS, worker(session));
                outcome.ok();
            }
            case END_FAIL -> {
                end(entry, Branch.Ending.FAIL, worker(session));
                outcome.ok();
            }
            case SUSPEND -> {
                end(entry, Branch.Ending.SUSPEND, worker(session));
                outcome.ok();
            }
            case PREPARE -> decisions.prepare(entry, outcome);
            case COMMIT -> decisions.commit(entry, outcome);
            case COMMIT_ONE_PHASE ->
                    decisions.commitOnePhase(entry, session, asked.commitNumber(), outcome);
            case ROLLBACK -> decisions.rollBack(entry, outcome);
            case FORGET -> decisions.forget(entry, outcome);
        }
    }

    // ---------------------------------------------------------------- work of sessions

    private void start(BranchId id, Frame.Xa asked, Worker session) {
        if (registry.find(id).isPresent()) {
            throw XaRefusal.of(
                    XaResult.DUPLICATE, "branch %s exists already", BranchEntry.nameOf(id));
        }
        checkFree(session);
        if (registry.size() >= MAX_BRANCHES) {
            throw XaRefusal.of(
                    XaResult.RESOURCE_ERROR,
                    "the broker has %d transaction branches and takes no more",
                    registry.size());
        }
        long maxBytes = Math.min(MAX_BRANCH_BYTES, ground.settings().maxTransactionBytes());
        BranchEntry entry =
                new BranchEntry(
                        id,
                        BranchState.OPEN,
                        new Transaction(maxBytes),
                        ground.loop().clock().millis());
        registry.add(entry);
        entry.branch.join(session);
        entered(entry, session);
        if (asked.timeoutSeconds() > 0) {
            Duration timeout = Duration.ofSeconds(asked.timeoutSeconds());
            entry.timesOut(ground.loop().after(timeout, () -> timedOut(entry, timeout)));
        }
    }

    private void enter(BranchEntry entry, Frame.XaOperation how, Worker session) {
        checkFree(session);
        if (how == Frame.XaOperation.JOIN) {
            entry.branch.join(session);
        } else {
            entry.branch.resume(session);
        }
        entered(entry, session);
    }

    private static void checkFree(Worker session) {
        if (session.isWorking()) {
            throw new XaRefusal(XaResult.PROTOCOL, "the session works in another branch; end it");
        }
    }

    private static void entered(BranchEntry entry, Worker session) {
        entry.connections.add(session.connectionId());
        session.workIn(entry.work);
    }

    private void end(BranchEntry entry, Branch.Ending how, Worker session) {
        if (entry.branch.end(session, how)) {
            session.workOutside();
        }
        if (how == Branch.Ending.FAIL) {
            entry.doom(XaResult.ROLLED_BACK, "a session ended its work in it as failed");
        }
        if (entry.branch.isDoomed()) {
            // What was acknowledged after it was rolled back.
            decisions.giveBackSeen(entry);
        }
        if (how != Branch.Ending.FAIL) {
            entry.branch.checkNotDoomed();
        }
    }

    private void timedOut(BranchEntry entry, Duration timeout) {
        if (entry.state() == BranchState.OPEN) {
            entry.doom(
                    XaResult.ROLLED_BACK_TIMEOUT,
                    "it was not prepared within %d s and is rolled back"
                            .formatted(timeout.toSeconds()));
            decisions.giveBackSeen(entry);
        }
    }

    // ---------------------------------------------------------------- ends of sessions

    /** The session ends; what it did in branches that it has ended before stays in them. */
    public void left(Worker session) {
        for (BranchEntry entry : registry.all()) {
            if (entry.branch.leave(session) && entry.state() == BranchState.OPEN) {
                entry.doom(XaResult.ROLLED_BACK, "a session was closed before it ended its work");
                decisions.giveBackUncertain(entry);
            }
        }
        session.workOutside();
    }

    /** Its sessions have {@link #left}. */
    public void connectionEnded(long connectionId) {
        for (BranchEntry entry : registry.all()) {
            if (entry.connections.remove(connectionId) && entry.state() == BranchState.OPEN) {
                entry.doom(
                        XaResult.ROLLED_BACK_LINK_LOST,
                        "a connection that worked in it was lost before it was prepared");
                decisions.giveBackUncertain(entry);
                if (entry.connections.isEmpty()) {
                    // Nobody is left to be told.
                    registry.remove(entry, "its connections are gone");
                }
            }
        }
    }

    // ---------------------------------------------------------------- operators

    /** Branches in doubt, and those that an operator decided and nobody has forgotten. */
    public List<BranchReport> report() {
        return registry.inDoubt().stream().map(BranchReport::of).toList();
    }

    /**
     * Decides a branch in doubt in place of its transaction manager, which hears of it when it
     * asks.
     *
     * @param name as {@link BranchReport#name}
     */
    public void decide(String name, Change.Decision decision, Answer<BranchReport> answer) {
        decisions.decide(name, decision, answer);
    }

    /**
     * Forgets what an operator has decided, in place of a transaction manager that is gone for
     * good.
     *
     * @param name as {@link BranchReport#name}
     */
    public void forget(String name, Answer<BranchReport> answer) {
        decisions.forget(name, answer);
    }
}
