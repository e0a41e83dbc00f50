package org.millrace.persistence.embedded;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.millrace.foundation.Loop;
import org.millrace.persistence.StorageFullException;
import org.millrace.persistence.catalog.CatalogState.LastStop;

/**
 * What goes on behind the commit path: decides after each round (journal loop) and does it on the
 * flusher loop: next journal file, flushing, checkpoints, room.
 */
final class Background implements CommitRound.Aftermath {
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final EngineParts parts;
    private final Flusher flusher;
    private final Checkpointer checkpointer;
    private final Runnable wakeRounds;
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final AtomicBoolean retrying = new AtomicBoolean();

    /** Taken and not written yet; at most one. */
    private final AtomicReference<Checkpoint> pending = new AtomicReference<>();

    private volatile boolean closed;
    private long bytesSinceCheckpoint;

    /**
     * @param wakeRounds lets rounds that waited run again
     */
    Background(EngineParts parts, Flusher flusher, Checkpointer checkpointer, Runnable wakeRounds) {
        this.parts = parts;
        this.flusher = flusher;
        this.checkpointer = checkpointer;
        this.wakeRounds = wakeRounds;
    }

    @Override
    public boolean mustWait() {
        // Without room nothing can be flushed, and nothing that needs flushing is admitted.
        boolean wait = flusher.isFarOverBudget() && !parts.room().isLacking();
        if (wait) {
            schedule();
        }
        return wait;
    }

    @Override
    public void roundDone(int journalBytes) {
        bytesSinceCheckpoint += journalBytes;
        if (bytesSinceCheckpoint >= parts.settings().checkpointBytes()) {
            beginCheckpoint();
        }
        if (flusher.isOverBudget() || !parts.journal().isNextPrepared()) {
            schedule();
        }
    }

    @Override
    public void tailGrew() {
        if (flusher.isOverBudget()) {
            schedule();
        }
    }

    /** Takes a checkpoint, unless one is on its way; journal loop. */
    void beginCheckpoint() {
        if (pending.get() == null && bytesSinceCheckpoint > 0 && !parts.poison().isSet()) {
            bytesSinceCheckpoint = 0;
            pending.set(checkpointer.take(LastStop.UNCLEAN));
            schedule();
        }
    }

    /** Sees to it that the flusher looks after everything once. Any thread. */
    void schedule() {
        if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
            flusherLoop().execute(this::work);
        }
    }

    private Loop flusherLoop() {
        return parts.loops().flusher();
    }

    /** Everything that is due; flusher loop. */
    void work() {
        scheduled.set(false);
        if (parts.poison().isSet() || closed) {
            return;
        }
        boolean done = attempt("flushing", flusher::flushToBudget);
        done &= attempt("a checkpoint", this::writePending);
        done &= attempt("preparing the journal", parts.journal()::prepareNext);
        if (done) {
            attempt("looking for room", parts.room()::refresh);
        }
        if (parts.room().isLacking()) {
            lookForRoomLater();
        }
        wakeRounds.run();
    }

    private boolean attempt(String what, Runnable step) {
        if (parts.poison().isSet()) {
            return false;
        }
        try {
            step.run();
            return true;
        } catch (StorageFullException full) {
            parts.room().lacks(what + ": " + full.getMessage());
            return false;
        } catch (RuntimeException | Error failure) {
            parts.poison().fail(what, failure);
            return false;
        }
    }

    private void writePending() {
        Checkpoint checkpoint = pending.get();
        if (checkpoint != null) {
            checkpointer.write(checkpoint);
            pending.set(null);
        }
    }

    private void lookForRoomLater() {
        // A checkpoint gives journal files back.
        parts.loops().journal().execute(this::beginCheckpoint);
        if (retrying.compareAndSet(false, true)) {
            flusherLoop()
                    .after(
                            RETRY,
                            () -> {
                                retrying.set(false);
                                schedule();
                            });
        }
    }

    /** Deletes segments below the start offset of the partition. Any thread. */
    void trimSegments(PartitionLog log) {
        flusherLoop()
                .execute(
                        () -> {
                            if (!closed) {
                                attempt("trimming", log::trimSegments);
                            }
                        });
    }

    /**
     * Runs a piece of work beside everything else; flusher loop. False when the engine is closed or
     * has failed, by this piece of work perhaps.
     */
    boolean runPiece(String what, Runnable piece) {
        return !closed && attempt(what, piece);
    }

    /** Deletes files of destinations that were deleted just before a crash. */
    void deleteStrays() {
        flusherLoop()
                .execute(
                        () -> {
                            if (!closed) {
                                attempt("deleting strays", this::deleteStraysNow);
                            }
                        });
    }

    private void deleteStraysNow() {
        parts.store().partitions().stream()
                .filter(id -> !parts.logs().contains(id))
                .forEach(id -> parts.store().log(id, 0).delete());
    }

    /** The last checkpoint; flusher loop. After it nothing is done any more. */
    void finish(Checkpoint last) {
        writePending();
        checkpointer.write(last);
        closed = true;
    }

    /** Nothing is done any more. */
    void stop() {
        closed = true;
    }
}
