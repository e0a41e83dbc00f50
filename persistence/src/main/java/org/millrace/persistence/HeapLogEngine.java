package org.millrace.persistence;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.millrace.foundation.Check;
import org.millrace.persistence.state.DurableState;
import org.millrace.persistence.state.Tail;

/**
 * Everything in memory, without threads: each call is answered before it returns. For in-memory
 * brokers and tests.
 *
 * <p>The store lives as long as this object: after {@link #close} it may be recovered again and
 * holds what it held. Faults on demand: {@link #fail} and {@link #setRoom}.
 *
 * <p>Callable from any thread; changes exclude each other, reads of records exclude nothing.
 */
public final class HeapLogEngine implements LogEngine {
    private static final long IDS_PER_MILLI = 1024;

    /** Whether appends find room. */
    public enum Room {
        /** Up to the size given to the constructor. */
        AVAILABLE,
        /** As if memory had run out. */
        NONE
    }

    private enum Status {
        NEW,
        OPEN,
        CLOSED,
        FAILED
    }

    private static final class HeapPartition {
        private final Tail tail;
        private volatile long startOffset;
        private volatile long endOffset;
        private volatile long lastTimestamp = -1;

        HeapPartition(Tail tail) {
            this.tail = tail;
        }
    }

    private final Object changes = new Object();
    private final ConcurrentSkipListMap<PartitionId, HeapPartition> partitions =
            new ConcurrentSkipListMap<>();
    private final AtomicLong usedBytes = new AtomicLong();
    private final long maxBytes;
    private final DurableState state;
    private Status status = Status.NEW;
    private Throwable failure;
    private volatile Room room = Room.AVAILABLE;

    /**
     * @param maxBytes appends are refused while the batches held take more
     */
    public HeapLogEngine(long maxBytes) {
        this(maxBytes, 1);
    }

    /**
     * @param maxBytes appends are refused while the batches held take more
     * @param firstId the first id to be given out; see {@link #firstIdAt}
     */
    public HeapLogEngine(long maxBytes, long firstId) {
        this.maxBytes = maxBytes;
        Recovered empty =
                new Recovered(0, List.of(), List.of(), List.of(), List.of(), firstId, true);
        this.state = new DurableState(empty, subscription -> List.of());
    }

    /**
     * An id that no engine that was started earlier has given out, so that message ids are unique
     * across restarts though nothing is stored (§3.4.3): none gives out more than {@value
     * #IDS_PER_MILLI} each millisecond.
     */
    public static long firstIdAt(InstantSource clock) {
        return clock.millis() * IDS_PER_MILLI;
    }

    @Override
    public Recovered recover() {
        synchronized (changes) {
            boolean cleanStop = status == Status.NEW || status == Status.CLOSED;
            status = Status.OPEN;
            state.endReplay();
            state.forEachMention(this::raiseEnd);
            return state.recovered(cleanStop);
        }
    }

    private void raiseEnd(PartitionId id, long offset) {
        if (offset > 0) {
            HeapPartition partition = partition(id);
            partition.endOffset = Math.max(partition.endOffset, offset);
            if (partition.tail.isEmpty()) {
                partition.startOffset = partition.endOffset;
            }
        }
    }

    private HeapPartition partition(PartitionId id) {
        HeapPartition found = partitions.get(id);
        return found != null
                ? found
                : partitions.computeIfAbsent(id, absent -> new HeapPartition(new Tail(usedBytes)));
    }

    @Override
    public CompletionStage<Committed> commit(UnitOfWork work) {
        synchronized (changes) {
            if (status != Status.OPEN) {
                return CompletableFuture.failedFuture(notOpen());
            }
            if ((room == Room.NONE || usedBytes.get() >= maxBytes) && work.needsRoom()) {
                return CompletableFuture.failedFuture(full());
            }
            List<Long> baseOffsets = new ArrayList<>(1);
            for (Change change : work.changes()) {
                if (change instanceof Change.Append append) {
                    baseOffsets.add(append(append));
                } else if (change instanceof Change.DeleteDestination delete) {
                    partitions(delete.destinationId()).forEach(this::drop);
                }
                state.apply(change);
            }
            state.forgetDirty();
            return CompletableFuture.completedFuture(new Committed(baseOffsets));
        }
    }

    private long append(Change.Append append) {
        HeapPartition partition = partition(append.partition());
        long baseOffset = partition.endOffset;
        append.batch().stampBaseOffset(baseOffset);
        partition.tail.append(append.batch());
        partition.lastTimestamp = append.batch().maxTimestamp();
        partition.endOffset = append.batch().lastOffset() + 1;
        return baseOffset;
    }

    private void drop(PartitionId id) {
        partitions.remove(id).tail.clear();
    }

    private StorageException notOpen() {
        return status == Status.FAILED
                ? new EngineFailedException(
                        "in-memory store failed: " + failure.getMessage() + "; restart the broker",
                        failure)
                : new StorageException("in-memory store is not open (" + status + ")");
    }

    private StorageFullException full() {
        return new StorageFullException(
                "in-memory store holds %d bytes of at most %d (room %s); nothing was changed; consume, or allow more"
                        .formatted(usedBytes.get(), maxBytes, room));
    }

    @Override
    public CompletionStage<RecordSlice> read(PartitionId id, long fromOffset, int maxBytes) {
        HeapPartition partition = partitions.get(id);
        if (partition == null) {
            return CompletableFuture.completedFuture(new RecordSlice(List.of(), 0));
        }
        long from = Math.max(fromOffset, partition.startOffset);
        long end = partition.endOffset;
        return CompletableFuture.completedFuture(partition.tail.read(from, maxBytes, end));
    }

    @Override
    public long recordEnd(PartitionId id) {
        HeapPartition partition = partitions.get(id);
        return partition == null ? 0 : partition.tail.recordEnd(partition.startOffset);
    }

    @Override
    public PartitionBounds bounds(PartitionId id) {
        HeapPartition partition = partitions.get(id);
        if (partition == null) {
            return new PartitionBounds(0, 0, 0, -1, -1);
        }
        long start = partition.startOffset;
        long end = Math.max(start, partition.endOffset);
        if (start == end) {
            return new PartitionBounds(start, end, 0, -1, -1);
        }
        return new PartitionBounds(
                start,
                end,
                partition.tail.bytes(),
                partition.tail.firstTimestamp(-1),
                partition.lastTimestamp);
    }

    @Override
    public List<PartitionId> partitions(long destinationId) {
        PartitionId lowest = new PartitionId(destinationId, 0, 0);
        PartitionId beyond = new PartitionId(destinationId + 1, 0, 0);
        return List.copyOf(partitions.subMap(lowest, beyond).keySet());
    }

    @Override
    public CompletionStage<Long> offsetAt(PartitionId id, Instant t) {
        HeapPartition partition = partitions.get(id);
        if (partition == null) {
            return CompletableFuture.completedFuture(0L);
        }
        long end = partition.endOffset;
        return CompletableFuture.completedFuture(
                partition.tail.offsetAt(t.toEpochMilli(), partition.startOffset, end));
    }

    @Override
    public CompletionStage<Long> offsetOfLast(PartitionId id, long bytes) {
        HeapPartition partition = partitions.get(id);
        if (partition == null) {
            return CompletableFuture.completedFuture(0L);
        }
        long end = partition.endOffset;
        long found = partition.tail.offsetOfLast(bytes, end);
        return CompletableFuture.completedFuture(Math.max(partition.startOffset, found));
    }

    @Override
    public CompletionStage<List<CursorState>> cursors(long subscriptionId) {
        synchronized (changes) {
            return CompletableFuture.completedFuture(state.cursors(subscriptionId));
        }
    }

    @Override
    public void trim(PartitionId id, long beforeOffset) {
        HeapPartition partition = partitions.get(id);
        if (partition == null) {
            return;
        }
        synchronized (changes) {
            long to = Math.min(beforeOffset, partition.endOffset);
            if (to > partition.startOffset) {
                partition.startOffset = to;
                partition.tail.dropBelow(to);
            }
        }
    }

    @Override
    public CompletionStage<Long> compact(PartitionId id, Compaction what) {
        HeapPartition partition = partitions.get(id);
        if (partition == null) {
            return CompletableFuture.completedFuture(0L);
        }
        synchronized (changes) {
            return CompletableFuture.completedFuture(partition.tail.compact(what));
        }
    }

    @Override
    public CompletionStage<Long> retain(PartitionId id, Needed what) {
        HeapPartition partition = partitions.get(id);
        return CompletableFuture.completedFuture(
                partition == null ? 0L : partition.tail.retain(what));
    }

    /** From now on every unit fails, as after a force that failed. */
    public void fail(Throwable cause) {
        Check.argument(cause != null, "a failure needs a cause");
        synchronized (changes) {
            failure = cause;
            status = Status.FAILED;
        }
    }

    /** Takes or gives back the room for appends. */
    public void setRoom(Room newRoom) {
        room = newRoom;
    }

    @Override
    public void close() {
        synchronized (changes) {
            if (status == Status.OPEN) {
                status = Status.CLOSED;
            }
        }
    }
}
