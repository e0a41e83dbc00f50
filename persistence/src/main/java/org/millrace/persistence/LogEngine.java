package org.millrace.persistence;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The one door to durable state. Nothing above it knows which engine is below.
 *
 * <p>Threads: every method but {@link #recover} and {@link #close} may be called from any thread
 * and never blocks. Stages are completed on a thread of the engine; a caller hands over to its own
 * loop. Units are made durable and answered in the order in which {@link #commit} was called; a
 * unit's appends are readable before its stage is completed.
 *
 * <p>Failure: a unit refused for lack of room fails with {@link StorageFullException} and changed
 * nothing. After any other failure of the store ({@link EngineFailedException}) the engine is
 * poisoned: all waiting and later units fail likewise, and the broker must stop; whether the
 * waiting units are durable is known only after recovery.
 */
public interface LogEngine extends AutoCloseable {

    /**
     * Opens the store and brings it to the state of the last durable unit. Blocks; called once,
     * before anything else.
     *
     * @throws StorageException with what, where, expected and found, and what to do: locked,
     *     unreadable, corrupt
     */
    Recovered recover();

    /** Makes the unit durable, whole or not at all. */
    CompletionStage<Committed> commit(UnitOfWork work);

    /**
     * Reads whole batches, the first being the one that holds {@code fromOffset} or the next one
     * after it. Completed at once when the batches are in the tail. Holds at least one batch if
     * there is one, however large, and else at most about {@code maxBytes}. Below the start offset
     * it reads from the start offset.
     */
    CompletionStage<RecordSlice> read(PartitionId partition, long fromOffset, int maxBytes);

    /** Extent of the partition; an unknown partition is empty and starts at 0. */
    PartitionBounds bounds(PartitionId partition);

    /**
     * One above the highest offset that has a record. From there to the end offset there is
     * nothing: after an unclean stop the end lies above every offset that may have been delivered.
     */
    default long recordEnd(PartitionId partition) {
        return bounds(partition).endOffset();
    }

    /** Partitions of a destination that have been appended to, in order of {@link PartitionId}. */
    List<PartitionId> partitions(long destinationId);

    /**
     * Lowest offset whose record has a timestamp at or after {@code t}; the end offset when there
     * is none.
     */
    CompletionStage<Long> offsetAt(PartitionId partition, Instant t);

    /**
     * Lowest offset from which on the batches held take at most so many bytes, as far as the engine
     * can tell; the end offset when not even the last one fits. For retention.
     */
    CompletionStage<Long> offsetOfLast(PartitionId partition, long bytes);

    /**
     * The segments of a partition and the oldest {@code max} of them one by one, for people who ask
     * what is kept. Looks at files.
     */
    default CompletionStage<SegmentList> segments(PartitionId partition, int max) {
        return CompletableFuture.completedFuture(SegmentList.NONE);
    }

    /** What the store takes and has left, for people who ask. Looks at files. */
    default CompletionStage<StoreExtent> extent() {
        return CompletableFuture.completedFuture(StoreExtent.inMemory(0));
    }

    /**
     * Durable cursors of a subscription. Must be asked for once before the first change to a cursor
     * of it in this run.
     */
    CompletionStage<List<CursorState>> cursors(long subscriptionId);

    /**
     * Allows the engine to drop what lies below the offset. A hint, not journaled; moves up only.
     */
    void trim(PartitionId partition, long beforeOffset);

    /**
     * Lets the engine drop records that a newer one with the same key replaces, as far as it is
     * worth its while: offsets stay, with gaps. Records without key are kept. Nothing is promised
     * about when; what is left of each key is never less than its newest record, or nothing if that
     * is a tombstone. Answered with the bytes given back, when the engine does no more about it.
     */
    CompletionStage<Long> compact(PartitionId partition, Compaction what);

    /**
     * Lets the engine drop what lies below an offset and nobody needs, although something before it
     * is needed: offsets stay, with gaps. As {@link #trim} it is a hint that is not journaled; so
     * few records that are needed for long do not keep what follows them. Nothing is promised about
     * when, or how the engine keeps the rest. Answered with the bytes given back, when it does no
     * more about it.
     */
    CompletionStage<Long> retain(PartitionId partition, Needed what);

    /**
     * Makes everything durable and releases the store; waits. After an engine failure it releases
     * without writing.
     */
    @Override
    void close();
}
