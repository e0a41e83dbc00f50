package org.millrace.broker.loop;

import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.millrace.foundation.Loop;
import org.millrace.persistence.Change;
import org.millrace.persistence.Committed;
import org.millrace.persistence.Compaction;
import org.millrace.persistence.CursorState;
import org.millrace.persistence.LogEngine;
import org.millrace.persistence.Needed;
import org.millrace.persistence.PartitionBounds;
import org.millrace.persistence.PartitionId;
import org.millrace.persistence.RecordSlice;
import org.millrace.persistence.SegmentList;
import org.millrace.persistence.StorageFullException;
import org.millrace.persistence.StoreExtent;
import org.millrace.persistence.UnitOfWork;
import org.millrace.wire.ErrorCode;

/**
 * The log engine as the broker loop sees it: every answer arrives on the loop, in the engine's
 * order, many at a time. Confined to the broker loop.
 *
 * <p>When the engine fails, {@code onFailure} hears of it once and nothing is answered any more:
 * whether the waiting units are durable is known only after recovery, and the broker stops.
 */
public final class Storage {
    private final LogEngine engine;
    private final Loop loop;
    private final Consumer<Throwable> onFailure;
    private final Queue<Runnable> inbox = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean inboxDue = new AtomicBoolean();
    private boolean stopped;

    public Storage(LogEngine engine, Loop loop, Consumer<Throwable> onFailure) {
        this.engine = engine;
        this.loop = loop;
        this.onFailure = onFailure;
    }

    /** For units without appends, which are never refused. */
    public void commit(List<Change> changes, Runnable durable) {
        commit(
                new UnitOfWork(changes),
                Answer.of(
                        committed -> durable.run(),
                        refused -> fail(new IllegalStateException("refused " + changes, refused))));
    }

    /** Refused when there is no room; nothing was changed then. */
    public void commit(UnitOfWork work, Answer<Committed> answer) {
        loop.assertInLoop();
        if (stopped) {
            return;
        }
        handOver(
                engine.commit(work),
                answer::granted,
                failure -> {
                    if (failure instanceof StorageFullException full) {
                        answer.refused(
                                new RefusedException(ErrorCode.RESOURCE_LIMIT, full.getMessage()));
                    } else {
                        fail(failure);
                    }
                });
    }

    /** Calls back at once when the engine has the batches in memory, else in a later turn. */
    public void read(PartitionId partition, long from, int maxBytes, Consumer<RecordSlice> then) {
        loop.assertInLoop();
        if (stopped) {
            return;
        }
        CompletionStage<RecordSlice> stage = engine.read(partition, from, maxBytes);
        if (stage instanceof CompletableFuture<RecordSlice> future
                && future.isDone()
                && !future.isCompletedExceptionally()) {
            then.accept(future.join());
        } else {
            handOver(stage, then, this::fail);
        }
    }

    public void cursors(long subscriptionId, Consumer<List<CursorState>> then) {
        handOver(engine.cursors(subscriptionId), then, this::fail);
    }

    /** As {@link LogEngine#offsetAt}; in a later turn. */
    public void offsetAt(PartitionId partition, Instant time, Consumer<Long> then) {
        if (!stopped) {
            handOver(engine.offsetAt(partition, time), then, this::fail);
        }
    }

    /** As {@link LogEngine#offsetOfLast}; in a later turn. */
    public void offsetOfLast(PartitionId partition, long bytes, Consumer<Long> then) {
        if (!stopped) {
            handOver(engine.offsetOfLast(partition, bytes), then, this::fail);
        }
    }

    /** As {@link LogEngine#segments}; in a later turn. */
    public void segments(PartitionId partition, int max, Consumer<SegmentList> then) {
        if (!stopped) {
            handOver(engine.segments(partition, max), then, this::fail);
        }
    }

    /** As {@link LogEngine#extent}; in a later turn. */
    public void extent(Consumer<StoreExtent> then) {
        if (!stopped) {
            handOver(engine.extent(), then, this::fail);
        }
    }

    /** As {@link LogEngine#compact}; in a later turn. */
    public void compact(PartitionId partition, Compaction what, Consumer<Long> then) {
        if (!stopped) {
            handOver(engine.compact(partition, what), then, this::fail);
        }
    }

    /** As {@link LogEngine#retain}; in a later turn. */
    public void retain(PartitionId partition, Needed what, Consumer<Long> then) {
        if (!stopped) {
            handOver(engine.retain(partition, what), then, this::fail);
        }
    }

    public PartitionBounds bounds(PartitionId partition) {
        return engine.bounds(partition);
    }

    /** As {@link LogEngine#recordEnd}. */
    public long recordEnd(PartitionId partition) {
        return engine.recordEnd(partition);
    }

    public List<PartitionId> partitions(long destinationId) {
        return engine.partitions(destinationId);
    }

    public void trim(PartitionId partition, long beforeOffset) {
        if (!stopped) {
            engine.trim(partition, beforeOffset);
        }
    }

    /** From now on nothing reaches the engine and nothing is answered. */
    public void stop() {
        stopped = true;
    }

    private <T> void handOver(
            CompletionStage<T> stage, Consumer<T> then, Consumer<Throwable> failed) {
        stage.whenComplete(
                (result, failure) -> {
                    inbox.add(
                            failure == null
                                    ? () -> then.accept(result)
                                    : () -> failed.accept(failure));
                    if (inboxDue.compareAndSet(false, true)) {
                        loop.execute(this::drainInbox);
                    }
                });
    }

    private void drainInbox() {
        inboxDue.set(false);
        for (Runnable next = inbox.poll(); next != null; next = inbox.poll()) {
            if (stopped) {
                inbox.clear();
                return;
            }
            next.run();
        }
    }

    private void fail(Throwable failure) {
        if (!stopped) {
            stopped = true;
            onFailure.accept(failure);
        }
    }
}
