package org.millrace.persistence.segment;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.millrace.foundation.Check;
import org.millrace.persistence.Compaction;
import org.millrace.persistence.Needed;
import org.millrace.persistence.PartitionBounds;
import org.millrace.persistence.PartitionId;
import org.millrace.persistence.RecordSlice;
import org.millrace.persistence.SegmentList;
import org.millrace.persistence.StorageException;
import org.millrace.persistence.StorageFullException;
import org.millrace.wire.record.RecordBatch;

/**
 * All segments of one partition. Files are touched on first use, never by the constructor: then
 * what lies above the checkpointed end is cut off, and every batch of the last segment is verified.
 *
 * <p>Threads: {@link #append}, {@link #force}, {@link #trim}, {@link #truncateTo}, {@link #delete}
 * and {@link #close} by one writer (the flusher loop); {@link #read}, {@link #offsetAt} and {@link
 * #bounds} by any number of readers beside it. Trimming, cutting and deleting wait for reads that
 * are under way. Every method may block.
 *
 * <p>What {@link #compaction} and {@link #thinning} give runs on the writer's thread, too.
 *
 * <p>Failure: {@link StorageException}. A broken batch is an error that names file and position and
 * is never skipped. After a failed append, {@link #endOffset} says which batches are in; appending
 * the others again is safe.
 */
public final class SegmentedLog implements AutoCloseable {
    private static final long NO_TIMESTAMP = -1;

    private final LogFiles files;
    private final WriteBuffer writeBuffer;
    private final long segmentEnd;
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private volatile Optional<List<Segment>> opened = Optional.empty();
    private volatile PartitionBounds bounds;
    private volatile Optional<Segment> readLast = Optional.empty();
    private long compactedTo;
    private boolean unforced;
    private boolean entriesUnforced;
    private boolean directoryIsNew;

    SegmentedLog(LogFiles files, WriteBuffer writeBuffer, long segmentEnd) {
        this.files = files;
        this.writeBuffer = writeBuffer;
        this.segmentEnd = segmentEnd;
        this.bounds = emptyAt(segmentEnd);
    }

    public PartitionId partition() {
        return files.partition();
    }

    /**
     * Appends the batches, whose offsets ascend above {@link #endOffset}, with gaps or without, in
     * as few writes as possible. Readable at once, durable after {@link #force}.
     */
    public void append(List<RecordBatch> batches) {
        List<Segment> segments = segments();
        int from = 0;
        while (from < batches.size()) {
            Segment active = activeFor(batches.get(from), segments);
            int to = from;
            long size = active.sizeBytes();
            while (to < batches.size() && active.hasRoomFor(batches.get(to), size)) {
                size += batches.get(to).sizeBytes();
                to++;
            }
            List<RecordBatch> group = batches.subList(from, to);
            checkOrder(group);
            unforced = true;
            active.append(group, writeBuffer);
            grew(group);
            segments = segments();
            from = to;
        }
    }

    private void checkOrder(List<RecordBatch> batches) {
        long end = bounds.endOffset();
        for (RecordBatch batch : batches) {
            Check.invariant(
                    batch.baseOffset() >= end,
                    "append of offset %d below the end %d of the segments",
                    batch.baseOffset(),
                    end);
            end = batch.lastOffset() + 1;
        }
    }

    /** The segment that takes the batch: the last one, or a new one behind it. */
    private Segment activeFor(RecordBatch batch, List<Segment> segments) {
        if (!segments.isEmpty()) {
            Segment last = segments.get(segments.size() - 1);
            if (last.hasRoomFor(batch, last.sizeBytes())) {
                return last;
            }
            last.seal();
        }
        Segment created = Segment.create(files, batch.baseOffset());
        entriesUnforced = true;
        directoryIsNew |= segments.isEmpty();
        List<Segment> more = new ArrayList<>(segments);
        more.add(created);
        opened = Optional.of(List.copyOf(more));
        return created;
    }

    private void grew(List<RecordBatch> batches) {
        PartitionBounds before = bounds;
        RecordBatch first = batches.get(0);
        RecordBatch last = batches.get(batches.size() - 1);
        boolean wasEmpty = before.sizeBytes() == 0;
        long added = 0;
        for (RecordBatch batch : batches) {
            added += batch.sizeBytes();
        }
        bounds =
                new PartitionBounds(
                        wasEmpty ? first.baseOffset() : before.startOffset(),
                        last.lastOffset() + 1,
                        before.sizeBytes() + added,
                        wasEmpty ? first.baseTimestamp() : before.firstTimestamp(),
                        last.maxTimestamp());
    }

    /**
     * Makes everything appended, cut and trimmed durable; touches nothing when nothing changed. A
     * checkpoint that names {@link #endOffset} comes after it, also when all segments were trimmed:
     * a deleted file may else come back torn. After a failure nobody knows what is on the device;
     * the caller stops.
     */
    public void force() {
        if (!unforced && !entriesUnforced) {
            return;
        }
        List<Segment> segments = segments();
        if (unforced && !segments.isEmpty()) {
            segments.get(segments.size() - 1).force();
        }
        if (directoryIsNew) {
            files.forceDirectories();
        } else if (entriesUnforced) {
            files.io().forceDirectory(files.directory());
        }
        unforced = false;
        entriesUnforced = false;
        directoryIsNew = false;
    }

    /**
     * Whole batches, the first being the one that holds {@code fromOffset} or the next above it: at
     * least one if there is one, and else at most {@code maxBytes}, all of one segment. When there
     * is none, the slice is empty and goes on at the end offset.
     */
    public RecordSlice read(long fromOffset, int maxBytes) {
        return reading(() -> readFrom(segments(), fromOffset, maxBytes));
    }

    private RecordSlice readFrom(List<Segment> segments, long fromOffset, int maxBytes) {
        // Read before the search, so that a batch appended meanwhile is not passed over.
        long end = bounds.endOffset();
        for (int i = indexOf(segments, fromOffset); i < segments.size(); i++) {
            List<RecordBatch> batches = segments.get(i).read(fromOffset, maxBytes);
            keepIndexOf(segments.get(i));
            if (!batches.isEmpty()) {
                RecordBatch last = batches.get(batches.size() - 1);
                checkBelowNext(segments, i, last);
                return new RecordSlice(batches, last.lastOffset() + 1);
            }
        }
        return new RecordSlice(List.of(), Math.max(end, fromOffset));
    }

    /** Only the sealed segment read last keeps its index in memory. */
    private void keepIndexOf(Segment segment) {
        Optional<Segment> before = readLast;
        if (before.isEmpty() || before.get() != segment) {
            readLast = Optional.of(segment);
            before.ifPresent(Segment::unload);
        }
    }

    private void checkBelowNext(List<Segment> segments, int index, RecordBatch last) {
        if (index + 1 < segments.size()
                && last.lastOffset() >= segments.get(index + 1).baseOffset()) {
            throw files.broken(
                    files.log(segments.get(index).baseOffset()),
                    segments.get(index).sizeBytes(),
                    "%s reaches into the next segment, expected offsets below %d"
                            .formatted(last, segments.get(index + 1).baseOffset()));
        }
    }

    /** Index of the last segment that begins at or below the offset, or of the first one. */
    static int indexOf(List<Segment> segments, long offset) {
        int below = 0;
        int above = segments.size();
        while (above - below > 1) {
            int middle = (below + above) >>> 1;
            if (segments.get(middle).baseOffset() <= offset) {
                below = middle;
            } else {
                above = middle;
            }
        }
        return below;
    }

    /** Lowest offset whose record has this timestamp (milliseconds) or a later one. */
    public Optional<Long> offsetAt(long timestamp) {
        return reading(
                () -> {
                    for (Segment segment : segments()) {
                        Optional<Long> offset = segment.offsetAt(timestamp);
                        if (offset.isPresent()) {
                            return offset;
                        }
                    }
                    return Optional.empty();
                });
    }

    /** Lowest offset from which on the batches take at most so many bytes, or the end offset. */
    public long offsetOfLast(long bytes) {
        return reading(
                () -> {
                    List<Segment> segments = segments();
                    long room = bytes;
                    for (int i = segments.size() - 1; i >= 0; i--) {
                        long size = segments.get(i).sizeBytes();
                        if (size > room) {
                            long next = endOf(segments, i);
                            return segments.get(i).offsetAtPosition(size - room).orElse(next);
                        }
                        room -= size;
                    }
                    return segments.isEmpty() ? bounds.endOffset() : segments.get(0).baseOffset();
                });
    }

    private <T> T reading(Supplier<T> work) {
        segments();
        lock.readLock().lock();
        try {
            return work.get();
        } finally {
            lock.readLock().unlock();
        }
    }

    /** How many segments there are, and the oldest {@code max}. */
    public SegmentList list(int max) {
        return reading(
                () -> {
                    List<Segment> segments = segments();
                    List<SegmentList.Extent> oldest =
                            segments.stream()
                                    .limit(max)
                                    .map(
                                            each ->
                                                    new SegmentList.Extent(
                                                            each.baseOffset(),
                                                            each.sizeBytes(),
                                                            each.firstTimestamp()))
                                    .toList();
                    return new SegmentList(segments.size(), oldest);
                });
    }

    /** Extent of what is in segments. The start offset is that of the first batch held. */
    public PartitionBounds bounds() {
        segments();
        return bounds;
    }

    /** One above the last offset ever appended; trimming does not change it. */
    public long endOffset() {
        return bounds().endOffset();
    }

    /**
     * Deletes the segments that lie wholly below the offset, the active one too; returns the bytes
     * given back.
     */
    public long trim(long beforeOffset) {
        return writing(() -> trimNow(beforeOffset));
    }

    private long trimNow(long beforeOffset) {
        List<Segment> segments = segments();
        int doomed = 0;
        while (doomed < segments.size() && endOf(segments, doomed) <= beforeOffset) {
            doomed++;
        }
        if (doomed == 0) {
            return 0;
        }
        List<Segment> kept = segments.subList(doomed, segments.size());
        opened = Optional.of(List.copyOf(kept));
        for (Segment segment : segments.subList(0, doomed)) {
            // In order and each durable before the next: what is left is always the newest part.
            if (entriesUnforced) {
                files.io().forceDirectory(files.directory());
            }
            files.delete(segment.baseOffset());
            entriesUnforced = true;
        }
        long before = bounds.sizeBytes();
        bounds = kept.isEmpty() ? emptyAt(bounds.endOffset()) : boundsFrom(kept);
        return before - bounds.sizeBytes();
    }

    /** Begins to drop replaced records; on the writer's thread. */
    public SegmentWork compaction(Compaction what, long checkpointedEnd, int maxKeys) {
        return new LogCompaction(this, files, writeBuffer, what, checkpointedEnd, maxKeys);
    }

    /** Begins to drop records that nobody needs; on the writer's thread. */
    public SegmentWork thinning(Needed what, long checkpointedEnd) {
        return new LogThinning(this, files, writeBuffer, what, checkpointedEnd);
    }

    long compactedTo() {
        return compactedTo;
    }

    void compacted(long to) {
        compactedTo = Math.max(compactedTo, to);
    }

    /**
     * Puts what was rewritten in the place of its segments, unless nothing is different; gives the
     * segment that it has become, if anything is left.
     */
    Optional<Segment> replace(SegmentRewrite rewrite) {
        if (!rewrite.isChanged()) {
            rewrite.discard();
            return Optional.empty();
        }
        if (rewrite.sizeBytes() > 0) {
            rewrite.force();
        }
        return writing(() -> replaceNow(rewrite));
    }

    private Optional<Segment> replaceNow(SegmentRewrite rewrite) {
        List<Segment> kept = new ArrayList<>(segments());
        int at = kept.indexOf(rewrite.group().get(0));
        kept.removeAll(rewrite.group());
        Optional<Segment> become = Optional.empty();
        try {
            if (rewrite.sizeBytes() > 0) {
                files.replaceByCompacted(rewrite.baseOffset(), rewrite.end());
                rewrite.index().write(files, rewrite.baseOffset());
                become = Optional.of(Segment.sealed(files, rewrite.baseOffset()));
                kept.add(at, become.get());
            } else {
                rewrite.group().forEach(gone -> files.delete(gone.baseOffset()));
            }
        } catch (StorageFullException full) {
            // Half-way there is no way back: what is on the device is right, what is here is not.
            throw new StorageException(full.getMessage(), full);
        }
        entriesUnforced = true;
        opened = Optional.of(List.copyOf(kept));
        bounds = boundsFrom(kept);
        return become;
    }

    long endOf(List<Segment> segments, int index) {
        return index + 1 < segments.size()
                ? segments.get(index + 1).baseOffset()
                : bounds.endOffset();
    }

    /** Where the oldest segment ends; without segments, the end offset. */
    public long firstSegmentEnd() {
        List<Segment> segments = segments();
        return segments.isEmpty() ? bounds.endOffset() : endOf(segments, 0);
    }

    private PartitionBounds boundsFrom(List<Segment> kept) {
        return new PartitionBounds(
                kept.get(0).baseOffset(),
                bounds.endOffset(),
                sizeOf(kept),
                kept.get(0).firstTimestamp(),
                bounds.lastTimestamp());
    }

    private static long sizeOf(List<Segment> segments) {
        return segments.stream().mapToLong(Segment::sizeBytes).sum();
    }

    /**
     * Cuts off everything from {@code end} on, which must be where a batch ends.
     *
     * @throws StorageException when the segments do not reach up to {@code end}
     */
    public void truncateTo(long end) {
        writing(
                () -> {
                    segments();
                    return openAt(end);
                });
    }

    /** Deletes all files of the partition; the log is empty and its end offset stays. */
    public void delete() {
        writing(
                () -> {
                    long end = opened.isPresent() ? bounds.endOffset() : segmentEnd;
                    opened = Optional.of(List.of());
                    bounds = emptyAt(end);
                    files.io()
                            .list(files.directory())
                            .forEach(name -> files.io().delete(files.directory() + "/" + name));
                    files.io().delete(files.directory());
                    unforced = false;
                    entriesUnforced = false;
                    return end;
                });
    }

    /** Writes the indexes of the active segment; forces nothing. The log may be used again. */
    @Override
    public void close() {
        writing(
                () -> {
                    for (Segment segment : opened.orElse(List.of())) {
                        segment.writeIndexes();
                        segment.unload();
                    }
                    return opened;
                });
    }

    private <T> T writing(Supplier<T> work) {
        lock.writeLock().lock();
        try {
            return work.get();
        } finally {
            lock.writeLock().unlock();
        }
    }

    List<Segment> segments() {
        Optional<List<Segment>> already = opened;
        return already.isPresent() ? already.get() : writing(this::openOnce);
    }

    private List<Segment> openOnce() {
        return opened.isPresent() ? opened.get() : openAt(segmentEnd);
    }

    private List<Segment> openAt(long end) {
        files.finishCompaction();
        List<Segment> segments = new ArrayList<>();
        List<Long> doomed = new ArrayList<>();
        for (long base : files.baseOffsets()) {
            if (base < end) {
                segments.add(Segment.sealed(files, base));
            } else {
                doomed.add(base);
            }
        }
        PartitionBounds found = emptyAt(end);
        if (!segments.isEmpty()) {
            RecordBatch last = segments.get(segments.size() - 1).activate(end);
            found =
                    new PartitionBounds(
                            segments.get(0).baseOffset(),
                            end,
                            sizeOf(segments),
                            segments.get(0).firstTimestamp(),
                            last.maxTimestamp());
        }
        doomed.forEach(files::delete);
        files.deleteStrayIndexes();
        // Also what a killed process created or deleted here may not be on the device yet.
        entriesUnforced |= !doomed.isEmpty() || !segments.isEmpty();
        bounds = found;
        opened = Optional.of(List.copyOf(segments));
        return segments;
    }

    private static PartitionBounds emptyAt(long end) {
        return new PartitionBounds(end, end, 0, NO_TIMESTAMP, NO_TIMESTAMP);
    }
}
