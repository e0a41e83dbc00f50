package org.millrace.persistence.embedded;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.millrace.persistence.Change;
import org.millrace.persistence.StorageException;
import org.millrace.persistence.UnitOfWork;
import org.millrace.persistence.journal.ChangeCodec;
import org.millrace.persistence.journal.Journal;
import org.millrace.persistence.journal.RoundBuffer;
import org.millrace.persistence.state.DurableState;

/**
 * The story of the journal loop: takes the units that wait, encodes them, writes and forces them
 * once, applies them, answers them. Load makes rounds bigger before it makes them late; there is no
 * timer. Runs on the journal loop; a lock lets other threads in between rounds ({@link
 * #runAtOnce}).
 *
 * <p>Refusals come while encoding, before anything changed. A failure later poisons the engine:
 * whether this round is durable is known after recovery only.
 */
final class CommitRound {
    /** What happens behind the commit path once a round is done. */
    interface Aftermath {
        /** Whether rounds have to wait for the flusher. */
        boolean mustWait();

        /** Something went into the tail only; any thread. */
        void tailGrew();

        void roundDone(int journalBytes);
    }

    private final ReentrantLock inRound = new ReentrantLock();
    private final CommitQueue queue;
    private final Journal journal;
    private final DurableState state;
    private final PartitionLogs logs;
    private final Room room;
    private final Poison poison;
    private final Aftermath aftermath;
    private final int roundBytes;
    private final RoundBuffer buffer;
    private final List<Waiting> taken = new ArrayList<>();
    private volatile StorageException closed;

    CommitRound(EngineParts parts, CommitQueue queue, Aftermath aftermath) {
        this.queue = queue;
        this.journal = parts.journal();
        this.state = parts.state();
        this.logs = parts.logs();
        this.room = parts.room();
        this.poison = parts.poison();
        this.aftermath = aftermath;
        this.roundBytes = parts.settings().roundBytes();
        this.buffer = new RoundBuffer(2 * roundBytes);
    }

    void run() {
        inRound.lock();
        try {
            round();
        } finally {
            inRound.unlock();
        }
    }

    /**
     * Carries out a unit that needs no journal on the caller's thread, if nothing waits or is under
     * way before it: a non-persistent message then costs no hand-over. Any thread; never blocks.
     *
     * @return whether it was; if not, it takes its turn
     */
    boolean runAtOnce(Waiting unit) {
        if (!inRound.tryLock()) {
            return false;
        }
        try {
            if (!queue.isEmpty() || closed != null || poison.isSet() || aftermath.mustWait()) {
                return false;
            }
            admit(unit);
            applyVolatile(unit);
            aftermath.tailGrew();
        } finally {
            inRound.unlock();
        }
        unit.answerNow();
        return true;
    }

    private void applyVolatile(Waiting unit) {
        if (!unit.isRefused()) {
            for (Change change : unit.work().changes()) {
                putInTail((Change.Append) change);
            }
        }
    }

    private void putInTail(Change.Append append) {
        PartitionLog log = logs.log(append.partition());
        log.commit(append.batch(), append.durability());
        logs.touched(log);
    }

    private void round() {
        queue.roundBegins();
        if (closed != null || poison.isSet()) {
            failAll();
            return;
        }
        if (aftermath.mustWait()) {
            return;
        }
        try {
            takeAndEncode();
            int journalBytes = 0;
            if (buffer.bodyBytes() > 0) {
                journalBytes = journal.append(buffer);
                journal.force();
            }
            taken.forEach(this::apply);
            taken.forEach(Waiting::answerNow);
            taken.clear();
            aftermath.roundDone(journalBytes);
        } catch (RuntimeException | Error failure) {
            poison.fail("a commit round", failure);
            failAll();
        }
        if (!queue.isEmpty()) {
            queue.schedule();
        }
    }

    private void takeAndEncode() {
        buffer.clear();
        while (buffer.bodyBytes() < roundBytes) {
            Waiting next = queue.poll();
            if (next == null) {
                return;
            }
            admit(next);
            if (buffer.bodyBytes() == 0) {
                // Nothing to force so far, and all before it is answered: so is this one.
                applyVolatile(next);
                next.answerNow();
            } else {
                taken.add(next);
            }
        }
    }

    private void admit(Waiting unit) {
        UnitOfWork work = unit.work();
        if (!unit.isRefused() && room.isLacking() && work.needsRoom()) {
            unit.refuse(room.refusal());
        }
        if (unit.isRefused()) {
            return;
        }
        for (Change change : work.changes()) {
            if (change instanceof Change.Append append) {
                unit.tookOffset(logs.log(append.partition()).takeOffsets(append.batch()));
            }
        }
        if (!ChangeCodec.isVolatile(work)) {
            ChangeCodec.encode(work, buffer);
        }
    }

    private void apply(Waiting unit) {
        if (unit.isRefused()) {
            return;
        }
        for (Change change : unit.work().changes()) {
            if (change instanceof Change.Append append) {
                putInTail(append);
            } else if (change instanceof Change.DeleteDestination delete) {
                logs.deleteDestination(delete.destinationId());
            }
            state.apply(change);
        }
    }

    /** Units that still wait, and all later ones, fail. */
    void refuseAll(StorageException why) {
        closed = why;
        failAll();
    }

    private void failAll() {
        StorageException failure =
                poison.failure().map(StorageException.class::cast).orElse(closed);
        for (Waiting unit : taken) {
            unit.fail(failure);
        }
        taken.clear();
        for (Waiting unit = queue.poll(); unit != null; unit = queue.poll()) {
            unit.fail(failure);
        }
    }
}
