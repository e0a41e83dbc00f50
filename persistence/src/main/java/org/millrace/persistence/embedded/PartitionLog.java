package org.millrace.persistence.embedded;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.millrace.foundation.Loop;
import org.millrace.persistence.Change.Durability;
import org.millrace.persistence.Compaction;
import org.millrace.persistence.Needed;
import org.millrace.persistence.PartitionBounds;
import org.millrace.persistence.PartitionId;
import org.millrace.persistence.RecordSlice;
import org.millrace.persistence.SegmentList;
import org.millrace.persistence.catalog.PartitionRow;
import org.millrace.persistence.segment.SegmentWork;
import org.millrace.persistence.segment.SegmentedLog;
import org.millrace.persistence.state.Tail;
import org.millrace.wire.record.RecordBatch;

/**
 * One partition: its tail in memory and its segments on the disk. Everything below {@link
 * #flushedEnd} is in segments (or trimmed), everything from there on in the tail.
 *
 * <p>Threads: {@link #takeOffsets} and {@link #commit} under the lock that commit rounds hold, on
 * the journal loop or, for what needs no journal, any other; {@link #unflushed}, {@link #flushed},
 * {@link #trimSegments}, {@link #compaction}, {@link #thinning} and {@link #row} on the flusher
 * loop; the rest anywhere.
 */
final class PartitionLog {
    /** Before the segments were looked at for the first time. */
    private static final int FIRST_TRIM_STEP = 1024;

    private final PartitionId id;
    private final Tail tail;
    private final SegmentedLog segments;
    private final AtomicLong startOffset;
    private final AtomicLong mentionedEnd;
    private volatile long endOffset;
    private volatile long persistentEnd;
    private volatile long flushedEnd;
    private volatile long lastTimestamp;
    private volatile long segmentBytes;
    private volatile long segmentTimestamp;

    /** A start offset from here on lets a segment go, as far as is known. */
    private volatile long firstSegmentEnd;

    private long checkpointedEnd;
    private volatile boolean deleted;
    private boolean unforced;
    private long nextOffset;

    /**
     * @param row what the last checkpoint says; {@link #newRow} for a new partition
     */
    PartitionLog(PartitionRow row, SegmentedLog segments, AtomicLong tailBytes) {
        this.id = row.id();
        this.tail = new Tail(tailBytes);
        this.segments = segments;
        this.startOffset = new AtomicLong(row.bounds().startOffset());
        this.mentionedEnd = new AtomicLong(row.bounds().endOffset());
        this.endOffset = row.bounds().endOffset();
        this.nextOffset = endOffset;
        this.flushedEnd = row.segmentEnd();
        this.lastTimestamp = row.bounds().lastTimestamp();
        this.segmentBytes = row.bounds().sizeBytes();
        this.segmentTimestamp = row.bounds().firstTimestamp();
        this.firstSegmentEnd = row.bounds().startOffset() + FIRST_TRIM_STEP;
        this.checkpointedEnd = row.segmentEnd();
    }

    static PartitionRow newRow(PartitionId id) {
        return new PartitionRow(id, 0, new PartitionBounds(0, 0, 0, -1, -1));
    }

    PartitionId id() {
        return id;
    }

    /** Stamps the batch with the next offsets; it is visible after {@link #commit}. */
    long takeOffsets(RecordBatch batch) {
        long baseOffset = nextOffset;
        batch.stampBaseOffset(baseOffset);
        nextOffset = batch.lastOffset() + 1;
        return baseOffset;
    }

    /** Makes a durable (or non-persistent) batch readable. */
    void commit(RecordBatch batch, Durability durability) {
        tail.append(batch);
        long end = batch.lastOffset() + 1;
        lastTimestamp = batch.maxTimestamp();
        if (durability == Durability.PERSISTENT) {
            persistentEnd = end;
        }
        nextOffset = Math.max(nextOffset, end);
        endOffset = Math.max(endOffset, end);
    }

    /** As {@link #commit} for a batch of the journal, which the checkpoint may hold already. */
    void replay(RecordBatch batch) {
        if (batch.baseOffset() >= flushedEnd && batch.lastOffset() >= startOffset.get()) {
            commit(batch, Durability.PERSISTENT);
        }
        nextOffset = Math.max(nextOffset, batch.lastOffset() + 1);
        endOffset = nextOffset;
    }

    /** Says that offsets below this one may not be given out again after a crash. */
    void mention(long offset) {
        mentionedEnd.accumulateAndGet(offset, Math::max);
    }

    /** Ends recovery: what is mentioned counts as given out. */
    void skipMentioned() {
        nextOffset = Math.max(nextOffset, mentionedEnd.get());
        endOffset = nextOffset;
    }

    boolean exists() {
        return endOffset > 0 && !deleted;
    }

    CompletionStage<RecordSlice> read(long fromOffset, int maxBytes, Loop reader) {
        while (!deleted) {
            long from = Math.max(fromOffset, startOffset.get());
            if (from < flushedEnd) {
                CompletableFuture<RecordSlice> answer = new CompletableFuture<>();
                reader.execute(() -> readSegments(from, maxBytes, reader, answer));
                return answer;
            }
            RecordSlice slice = tail.read(from, maxBytes, endOffset);
            if (from >= flushedEnd) {
                return CompletableFuture.completedFuture(slice);
            }
            // The flusher moved these batches to the segments meanwhile.
        }
        return CompletableFuture.completedFuture(new RecordSlice(List.of(), 0));
    }

    private void readSegments(
            long from, int maxBytes, Loop reader, CompletableFuture<RecordSlice> answer) {
        try {
            RecordSlice slice = segments.read(from, maxBytes);
            if (!slice.batches().isEmpty()) {
                answer.complete(slice);
            } else {
                read(Math.max(slice.nextOffset(), flushedEnd), maxBytes, reader)
                        .whenComplete((found, failure) -> complete(answer, found, failure));
            }
        } catch (RuntimeException failure) {
            answer.completeExceptionally(failure);
        }
    }

    private static <T> void complete(CompletableFuture<T> answer, T found, Throwable failure) {
        if (failure != null) {
            answer.completeExceptionally(failure);
        } else {
            answer.complete(found);
        }
    }

    PartitionBounds bounds() {
        long end = endOffset;
        long start = startOffset.get();
        boolean tailIsAll = segmentBytes == 0 || start >= flushedEnd;
        if (start >= end || tailIsAll && tail.isEmpty()) {
            return new PartitionBounds(end, end, 0, -1, -1);
        }
        long first = tailIsAll ? tail.firstTimestamp(segmentTimestamp) : segmentTimestamp;
        return new PartitionBounds(start, end, segmentBytes + tail.bytes(), first, lastTimestamp);
    }

    long recordEnd() {
        return tail.recordEnd(flushedEnd);
    }

    CompletionStage<Long> offsetAt(long timestamp, Loop reader) {
        if (segmentBytes == 0) {
            return CompletableFuture.completedFuture(
                    tail.offsetAt(timestamp, startOffset.get(), endOffset));
        }
        CompletableFuture<Long> answer = new CompletableFuture<>();
        reader.execute(
                () -> {
                    try {
                        answer.complete(offsetAt(timestamp));
                    } catch (RuntimeException failure) {
                        answer.completeExceptionally(failure);
                    }
                });
        return answer;
    }

    private long offsetAt(long timestamp) {
        while (true) {
            long flushed = flushedEnd;
            Optional<Long> cold = segments.offsetAt(timestamp);
            if (cold.isPresent()) {
                return Math.max(cold.get(), startOffset.get());
            }
            long found = tail.offsetAt(timestamp, startOffset.get(), endOffset);
            if (flushed == flushedEnd) {
                return found;
            }
            // The flusher moved batches from where was not looked yet to where was looked before.
        }
    }

    CompletionStage<Long> offsetOfLast(long bytes, Loop reader) {
        long inTail = tail.bytes();
        if (segmentBytes == 0 || bytes < inTail) {
            long found = tail.offsetOfLast(bytes, endOffset);
            return CompletableFuture.completedFuture(Math.max(found, startOffset.get()));
        }
        CompletableFuture<Long> answer = new CompletableFuture<>();
        reader.execute(
                () -> {
                    try {
                        long found = segments.offsetOfLast(bytes - inTail);
                        answer.complete(Math.max(found, startOffset.get()));
                    } catch (RuntimeException failure) {
                        answer.completeExceptionally(failure);
                    }
                });
        return answer;
    }

    /** Drops what lies below from memory; returns whether segments have something to drop too. */
    boolean trim(long beforeOffset) {
        long to = Math.min(beforeOffset, endOffset);
        if (to <= startOffset.get()) {
            return false;
        }
        startOffset.accumulateAndGet(to, Math::max);
        tail.dropBelow(to);
        return segmentBytes > 0 && (to >= firstSegmentEnd || to >= flushedEnd);
    }

    /** May block. */
    SegmentList segments(int max) {
        return deleted || segmentBytes == 0 ? SegmentList.NONE : segments.list(max);
    }

    void trimSegments() {
        do {
            if (deleted || segmentBytes == 0) {
                return;
            }
            segments.trim(startOffset.get());
            lookAtSegments();
            // The start may have moved past another segment before its end was known.
        } while (startOffset.get() >= firstSegmentEnd);
    }

    /** The next batches to move to segments, about {@code maxBytes}; empty when there are none. */
    List<RecordBatch> unflushed(long toOffset, int maxBytes) {
        return deleted || flushedEnd >= toOffset
                ? List.of()
                : tail.range(flushedEnd, toOffset, maxBytes);
    }

    /** Moves batches from the tail to the segments; readable at every moment. */
    void flush(List<RecordBatch> batches) {
        try {
            segments.append(batches);
        } finally {
            // When room ran out half-way, what went in stays in.
            lookAtSegments();
            flushedEnd = Math.max(flushedEnd, segments.endOffset());
            tail.dropBelow(flushedEnd);
        }
    }

    private void lookAtSegments() {
        unforced = true;
        PartitionBounds cold = segments.bounds();
        segmentBytes = cold.sizeBytes();
        firstSegmentEnd = segments.firstSegmentEnd();
        segmentTimestamp = cold.firstTimestamp();
    }

    void forceSegments() {
        // Also when all was trimmed: a deletion that is lost would bring back an unforced file.
        if (!deleted && unforced) {
            segments.force();
            unforced = false;
        }
    }

    long tailBytes() {
        return tail.bytes();
    }

    long endOffset() {
        return endOffset;
    }

    /** One above the last persistent record: what a checkpoint has to bring to segments. */
    long persistentEnd() {
        return persistentEnd;
    }

    /** For the checkpoint, after {@link #forceSegments}. */
    PartitionRow row() {
        long end = Math.max(endOffset, mentionedEnd.get());
        PartitionBounds bounds =
                new PartitionBounds(
                        startOffset.get(), end, segmentBytes, segmentTimestamp, lastTimestamp);
        return new PartitionRow(id, flushedEnd, bounds);
    }

    /** The row is durable. */
    void checkpointed(PartitionRow row) {
        checkpointedEnd = row.segmentEnd();
    }

    /** Empty when it has no segments; each step of it is followed by {@link #worked}. */
    Optional<SegmentWork> compaction(Compaction what, int maxKeys) {
        return deleted || segmentBytes == 0
                ? Optional.empty()
                : Optional.of(segments.compaction(what, checkpointedEnd, maxKeys));
    }

    /** As {@link #compaction}; drops from the tail at once what nobody needs. */
    Optional<SegmentWork> thinning(Needed what) {
        tail.retain(what);
        return deleted || segmentBytes == 0
                ? Optional.empty()
                : Optional.of(segments.thinning(what, checkpointedEnd));
    }

    void worked() {
        lookAtSegments();
    }

    boolean isDeleted() {
        return deleted;
    }

    /** Forgets everything; files are deleted after the next checkpoint. */
    void delete() {
        deleted = true;
        tail.clear();
    }

    void close() {
        if (!deleted && segmentBytes > 0) {
            segments.close();
        }
    }
}
