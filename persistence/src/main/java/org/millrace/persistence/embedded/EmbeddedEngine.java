package org.millrace.persistence.embedded;

import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.millrace.foundation.Check;
import org.millrace.foundation.Loop;
import org.millrace.persistence.Committed;
import org.millrace.persistence.Compaction;
import org.millrace.persistence.CursorState;
import org.millrace.persistence.EngineFailedException;
import org.millrace.persistence.LogEngine;
import org.millrace.persistence.Needed;
import org.millrace.persistence.PartitionBounds;
import org.millrace.persistence.PartitionId;
import org.millrace.persistence.RecordSlice;
import org.millrace.persistence.Recovered;
import org.millrace.persistence.SegmentList;
import org.millrace.persistence.StorageException;
import org.millrace.persistence.StorageIo;
import org.millrace.persistence.StoreExtent;
import org.millrace.persistence.UnitOfWork;
import org.millrace.persistence.catalog.Catalog;
import org.millrace.persistence.catalog.CatalogState.LastStop;
import org.millrace.persistence.journal.ChangeCodec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log engine of one machine: a journal that makes units durable, partition logs behind it, a
 * catalog for checkpoints. Wires its rooms; {@link CommitRound}, {@link Background} and {@link
 * Recovery} do the work.
 *
 * <p>Threads as {@link LogEngine} says. Answers come on the journal loop, those of reads on the
 * reader loop or at once. In a simulation {@link #recover} and {@link #close} are called outside
 * all loops.
 */
public final class EmbeddedEngine implements LogEngine {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedEngine.class);

    private record Running(
            Recovery.Result store,
            CommitQueue queue,
            CommitRound round,
            Background background,
            Compactor compactor) {
        EngineParts parts() {
            return store.parts();
        }
    }

    private final EngineSettings settings;
    private final StorageIo io;
    private final Catalog catalog;
    private final EngineLoops loops;
    private final Consumer<EngineFailedException> onFailure;
    private final AtomicBoolean opened = new AtomicBoolean();
    private volatile Running running;

    /**
     * Wires an engine; {@link #recover} opens it.
     *
     * @param catalog not opened yet; closed by {@link #close}
     * @param loops stay the caller's; to be closed after the engine
     * @param onFailure hears once, on a loop of the engine, when it failed for good
     */
    public EmbeddedEngine(
            EngineSettings settings,
            StorageIo io,
            Catalog catalog,
            EngineLoops loops,
            Consumer<EngineFailedException> onFailure) {
        this.settings = settings;
        this.io = io;
        this.catalog = catalog;
        this.loops = loops;
        this.onFailure = onFailure;
    }

    @Override
    public Recovered recover() {
        Check.invariant(opened.compareAndSet(false, true), "an engine is recovered once");
        Recovery.Result store = new Recovery(settings, io, catalog, loops, onFailure).run();
        running = wire(store);
        running.background().schedule();
        running.background().deleteStrays();
        return store.recovered();
    }

    private Running wire(Recovery.Result store) {
        EngineParts parts = store.parts();
        Checkpointer checkpointer = new Checkpointer(parts, store.flusher());
        // The queue starts rounds, rounds take from the queue: one of them has to be late.
        CommitRound[] round = new CommitRound[1];
        CommitQueue queue =
                new CommitQueue(settings.queueBytes(), loops.journal(), () -> round[0].run());
        Background background =
                new Background(parts, store.flusher(), checkpointer, queue::scheduleIfWaiting);
        round[0] = new CommitRound(parts, queue, background);
        return new Running(store, queue, round[0], background, new Compactor(parts, background));
    }

    @Override
    public CompletionStage<Committed> commit(UnitOfWork work) {
        Running now = running;
        if (now == null) {
            return CompletableFuture.failedFuture(notOpen());
        }
        Waiting unit = new Waiting(work);
        if (!ChangeCodec.isVolatile(work) || !now.round().runAtOnce(unit)) {
            now.queue().add(unit);
        }
        return unit.answer();
    }

    private StorageException notOpen() {
        return new StorageException(
                "store %s is not open: it was not recovered, or was closed"
                        .formatted(io.location()));
    }

    @Override
    public CompletionStage<RecordSlice> read(PartitionId partition, long fromOffset, int maxBytes) {
        PartitionLog log = existing(partition);
        return log == null
                ? CompletableFuture.completedFuture(new RecordSlice(List.of(), 0))
                : log.read(fromOffset, maxBytes, loops.reader());
    }

    private PartitionLog existing(PartitionId partition) {
        Running now = running;
        return now == null ? null : now.parts().logs().existing(partition);
    }

    @Override
    public PartitionBounds bounds(PartitionId partition) {
        PartitionLog log = existing(partition);
        return log == null ? new PartitionBounds(0, 0, 0, -1, -1) : log.bounds();
    }

    @Override
    public long recordEnd(PartitionId partition) {
        PartitionLog log = existing(partition);
        return log == null ? 0 : log.recordEnd();
    }

    @Override
    public List<PartitionId> partitions(long destinationId) {
        Running now = running;
        return now == null ? List.of() : now.parts().logs().of(destinationId);
    }

    @Override
    public CompletionStage<Long> offsetAt(PartitionId partition, Instant t) {
        PartitionLog log = existing(partition);
        return log == null
                ? CompletableFuture.completedFuture(0L)
                : log.offsetAt(t.toEpochMilli(), loops.reader());
    }

    @Override
    public CompletionStage<Long> offsetOfLast(PartitionId partition, long bytes) {
        PartitionLog log = existing(partition);
        return log == null
                ? CompletableFuture.completedFuture(0L)
                : log.offsetOfLast(bytes, loops.reader());
    }

    @Override
    public CompletionStage<SegmentList> segments(PartitionId partition, int max) {
        PartitionLog log = existing(partition);
        return log == null
                ? CompletableFuture.completedFuture(SegmentList.NONE)
                : CompletableFuture.supplyAsync(() -> log.segments(max), loops.reader());
    }

    @Override
    public CompletionStage<StoreExtent> extent() {
        Running now = running;
        if (now == null) {
            return CompletableFuture.failedFuture(notOpen());
        }
        EngineParts parts = now.parts();
        return CompletableFuture.supplyAsync(() -> parts.state().branchCount(), loops.journal())
                .thenApplyAsync(branches -> extent(parts, branches), loops.reader());
    }

    private StoreExtent extent(EngineParts parts, int branches) {
        return new StoreExtent(
                io.location(),
                OptionalLong.of(io.usableBytes()),
                settings.reserveBytes(),
                parts.journal().sizeBytes(),
                branches);
    }

    @Override
    public CompletionStage<List<CursorState>> cursors(long subscriptionId) {
        Running now = running;
        if (now == null) {
            return CompletableFuture.failedFuture(notOpen());
        }
        CompletableFuture<List<CursorState>> answer = new CompletableFuture<>();
        loops.journal().execute(() -> cursors(now.parts(), subscriptionId, answer));
        return answer;
    }

    /** On the journal loop; the catalog is asked on the reader loop, once for a subscription. */
    private void cursors(
            EngineParts parts, long subscriptionId, CompletableFuture<List<CursorState>> answer) {
        if (parts.state().isLoaded(subscriptionId)) {
            answer.complete(parts.state().cursors(subscriptionId));
            return;
        }
        loops.reader()
                .execute(
                        () -> {
                            try {
                                List<CursorState> stored = parts.catalog().cursors(subscriptionId);
                                loops.journal()
                                        .execute(
                                                () -> {
                                                    parts.state().adopt(subscriptionId, stored);
                                                    cursors(parts, subscriptionId, answer);
                                                });
                            } catch (RuntimeException failure) {
                                answer.completeExceptionally(failure);
                            }
                        });
    }

    @Override
    public void trim(PartitionId partition, long beforeOffset) {
        Running now = running;
        PartitionLog log = existing(partition);
        if (log != null) {
            now.parts().logs().touched(log);
            if (log.trim(beforeOffset)) {
                now.background().trimSegments(log);
            }
        }
    }

    @Override
    public CompletionStage<Long> compact(PartitionId partition, Compaction what) {
        Running now = running;
        PartitionLog log = existing(partition);
        return now == null || log == null
                ? CompletableFuture.completedFuture(0L)
                : now.compactor().compact(log, what);
    }

    @Override
    public CompletionStage<Long> retain(PartitionId partition, Needed what) {
        Running now = running;
        PartitionLog log = existing(partition);
        return now == null || log == null
                ? CompletableFuture.completedFuture(0L)
                : now.compactor().retain(log, what);
    }

    @Override
    public void close() {
        Running now = running;
        if (now == null) {
            return;
        }
        running = null;
        drain(now);
        checkpointAtStop(now);
        release(now);
    }

    private void drain(Running now) {
        do {
            runOn(loops.journal(), now.round()::run);
            runOn(loops.flusher(), now.background()::work);
        } while (!now.queue().isEmpty());
        runOn(loops.journal(), () -> now.round().refuseAll(notOpen()));
    }

    private void checkpointAtStop(Running now) {
        if (now.parts().poison().isSet()) {
            now.background().stop();
            return;
        }
        Checkpointer checkpointer = new Checkpointer(now.parts(), now.store().flusher());
        Checkpoint[] last = new Checkpoint[1];
        runOn(loops.journal(), () -> last[0] = checkpointer.take(LastStop.CLEAN));
        try {
            runOn(loops.flusher(), () -> now.background().finish(last[0]));
        } catch (StorageException failure) {
            now.background().stop();
            LOG.error(
                    "store {}: the last checkpoint was not written; nothing is lost, the next start replays the journal: {}",
                    io.location(),
                    failure.getMessage(),
                    failure);
        }
    }

    private void release(Running now) {
        if (!now.parts().poison().isSet()) {
            runOn(loops.flusher(), () -> now.parts().logs().all().forEach(PartitionLog::close));
        }
        now.parts().journal().close();
        catalog.close();
        now.store().unlock().close();
        LOG.info("store {} closed", io.location());
    }

    /** Runs the task on the loop and waits for it; at once when already there. */
    private static void runOn(Loop loop, Runnable task) {
        if (loop.inLoop()) {
            task.run();
            return;
        }
        try {
            CompletableFuture.runAsync(task, loop).join();
        } catch (CompletionException failed) {
            throw failed.getCause() instanceof RuntimeException cause ? cause : failed;
        }
    }
}
