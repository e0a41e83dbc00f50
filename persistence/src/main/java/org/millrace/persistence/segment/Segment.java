package org.millrace.persistence.segment;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.millrace.foundation.Check;
import org.millrace.persistence.StorageException;
import org.millrace.persistence.StorageFile;
import org.millrace.persistence.StorageIo;
import org.millrace.wire.record.Record;
import org.millrace.wire.record.RecordBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One file of batches with its two indexes. The active segment keeps its indexes in memory and
 * writes them when it is sealed; a sealed one never changes again and loads them when it is read.
 * No file stays open between calls, so that any number of segments costs no handles.
 *
 * <p>Threads: one writer, any number of readers, who see what lies below {@link #sizeBytes}. The
 * log that owns the segment sees to it that it is not cut or deleted while it is read.
 */
final class Segment {
    private static final Logger LOG = LoggerFactory.getLogger(Segment.class);
    private static final int SCAN_BYTES = 1 << 20;
    private static final int SEARCH_BYTES = 64 << 10;
    private static final int MAX_READ_BYTES = 16 << 20;

    private final LogFiles files;
    private final long baseOffset;
    private volatile long sizeBytes;
    private volatile Optional<SegmentIndex> growing;
    private volatile Optional<OffsetIndex> loaded = Optional.empty();
    private OptionalLong kept = OptionalLong.empty();

    private Segment(
            LogFiles files, long baseOffset, long sizeBytes, Optional<SegmentIndex> growing) {
        this.files = files;
        this.baseOffset = baseOffset;
        this.sizeBytes = sizeBytes;
        this.growing = growing;
    }

    /** An active segment without batches; creates its file. */
    static Segment create(LogFiles files, long baseOffset) {
        files.delete(baseOffset);
        files.io().create(files.log(baseOffset)).close();
        return new Segment(files, baseOffset, 0, Optional.of(newIndex(files, baseOffset)));
    }

    /** A sealed segment that is on disk. */
    static Segment sealed(LogFiles files, long baseOffset) {
        long size = files.io().size(files.log(baseOffset));
        return new Segment(files, baseOffset, size, Optional.empty());
    }

    private static SegmentIndex newIndex(LogFiles files, long baseOffset) {
        return new SegmentIndex(baseOffset, files.limits().indexIntervalBytes());
    }

    long baseOffset() {
        return baseOffset;
    }

    long sizeBytes() {
        return sizeBytes;
    }

    /** How many offsets it has left since it was thinned, as far as is known; for the writer. */
    OptionalLong kept() {
        return kept;
    }

    void keptOf(long offsets) {
        kept = OptionalLong.of(offsets);
    }

    /** Whether the batch may go in here. */
    boolean hasRoomFor(RecordBatch batch, long sizeSoFar) {
        return (sizeSoFar == 0 || sizeSoFar + batch.sizeBytes() <= files.limits().segmentBytes())
                && batch.lastOffset() - baseOffset <= Integer.MAX_VALUE;
    }

    /** Appends to the active segment; readers see the batches when all are written. */
    void append(List<RecordBatch> batches, WriteBuffer writeBuffer) {
        SegmentIndex index = growing.orElseThrow();
        long start = sizeBytes;
        long end;
        try (StorageFile file = files.io().open(files.log(baseOffset))) {
            end = writeBuffer.write(file, start, batches);
        }
        long position = start;
        for (RecordBatch batch : batches) {
            index.add(batch, position);
            position += batch.sizeBytes();
        }
        Check.invariant(position == end, "wrote up to %d, expected %d", end, position);
        sizeBytes = end;
    }

    void force() {
        try (StorageFile file = files.io().open(files.log(baseOffset))) {
            file.force(StorageIo.Force.DATA);
        }
    }

    /** Forces the segment and its indexes; it never changes again. */
    void seal() {
        force();
        writeIndexes();
        growing = Optional.empty();
    }

    /** Writes the indexes of the active segment, for whoever looks at the files. */
    void writeIndexes() {
        growing.ifPresent(index -> index.write(files, baseOffset));
    }

    /**
     * Makes this the active segment: verifies every batch below {@code end}, rebuilds the indexes
     * and cuts off what lies above. Returns the last batch.
     */
    RecordBatch activate(long end) {
        SegmentIndex index = newIndex(files, baseOffset);
        RecordBatch last = null;
        long cut = 0;
        try (StorageFile file = files.io().open(files.log(baseOffset))) {
            BatchScanner scan = scanner(file, 0, baseOffset, SCAN_BYTES);
            while ((last == null || last.lastOffset() + 1 < end) && scan.next()) {
                last = scan.batch();
                index.add(last, scan.position());
                cut = scan.nextPosition();
            }
            if (last == null || last.lastOffset() + 1 != end) {
                String found = last == null ? "no batch" : last.toString();
                throw files.missing(found + " as the last in " + file.name(), end);
            }
            if (cut < file.size()) {
                LOG.info(
                        "{}: cut from {} to {} bytes, offset {}",
                        file.name(),
                        file.size(),
                        cut,
                        end);
                file.truncate(cut);
            }
        }
        files.deleteIndexes(baseOffset);
        sizeBytes = cut;
        growing = Optional.of(index);
        return last;
    }

    /** Whole batches from the one that holds {@code fromOffset} on; none when all are below it. */
    List<RecordBatch> read(long fromOffset, int maxBytes) {
        List<RecordBatch> batches = new ArrayList<>();
        try (StorageFile file = files.io().open(files.log(baseOffset))) {
            BatchScanner scan = scannerFor(fromOffset, file, readBytesFor(maxBytes));
            long total = 0;
            while (scan.next()) {
                if (!batches.isEmpty() && total + scan.sizeBytes() > maxBytes) {
                    break;
                }
                RecordBatch batch = scan.batch();
                if (batch.lastOffset() >= fromOffset) {
                    batches.add(batch);
                    total += batch.sizeBytes();
                }
            }
        }
        return batches;
    }

    private int readBytesFor(int maxBytes) {
        long wanted = (long) maxBytes + files.limits().indexIntervalBytes();
        return (int) Math.max(SEARCH_BYTES, Math.min(wanted, MAX_READ_BYTES));
    }

    /** Offset of the first record with this timestamp or a later one. */
    Optional<Long> offsetAt(long timestamp) {
        long from = times().before(timestamp).map(entry -> entry.offset() + 1).orElse(baseOffset);
        try (StorageFile file = files.io().open(files.log(baseOffset))) {
            BatchScanner scan = scannerFor(from, file, SEARCH_BYTES);
            while (scan.next()) {
                RecordBatch batch = scan.batch();
                if (batch.lastOffset() < from || batch.maxTimestamp() < timestamp) {
                    continue;
                }
                for (Record record : batch) {
                    if (record.timestamp() >= timestamp) {
                        return Optional.of(record.offset());
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** Base offset of the first batch that begins at this position or behind it. */
    Optional<Long> offsetAtPosition(long position) {
        long from =
                offsets().atPosition(position).map(OffsetIndex.Entry::offset).orElse(baseOffset);
        try (StorageFile file = files.io().open(files.log(baseOffset))) {
            BatchScanner scan = scannerFor(from, file, SEARCH_BYTES);
            while (scan.next()) {
                if (scan.position() >= position) {
                    return Optional.of(scan.batch().baseOffset());
                }
            }
        }
        return Optional.empty();
    }

    /** Timestamp of the first record. */
    long firstTimestamp() {
        return read(baseOffset, 0).get(0).baseTimestamp();
    }

    /** A scanner that starts at or before the batch with this offset. */
    private BatchScanner scannerFor(long offset, StorageFile file, int readBytes) {
        Optional<OffsetIndex.Entry> entry = offsets().floor(offset);
        if (entry.isPresent() && !leadsToBatch(entry.get(), file)) {
            LOG.warn("{}: index entry {} leads nowhere; rebuilding", file.name(), entry.get());
            rebuildIndexes();
            entry = offsets().floor(offset);
        }
        return entry.isPresent()
                ? scanner(file, entry.get().position(), baseOffset, readBytes)
                : scanner(file, 0, baseOffset, readBytes);
    }

    private boolean leadsToBatch(OffsetIndex.Entry entry, StorageFile file) {
        if (growing.isPresent()) {
            return true;
        }
        ByteBuffer header = ByteBuffer.allocate(RecordBatch.HEADER_BYTES);
        return file.read(header, entry.position()) == RecordBatch.HEADER_BYTES
                && header.getLong(0) + header.getInt(23) == entry.offset();
    }

    private BatchScanner scanner(StorageFile file, long position, long lowest, int readBytes) {
        return new BatchScanner(files, file, position, sizeBytes, readBytes, lowest);
    }

    private OffsetIndex offsets() {
        Optional<SegmentIndex> active = growing;
        if (active.isPresent()) {
            return active.get().offsets();
        }
        Optional<OffsetIndex> inMemory = loaded;
        return inMemory.isPresent() ? inMemory.get() : loadOffsets();
    }

    private synchronized OffsetIndex loadOffsets() {
        OffsetIndex index =
                files.content(files.offsetIndex(baseOffset))
                        .flatMap(bytes -> OffsetIndex.decode(baseOffset, bytes, sizeBytes))
                        .orElseGet(() -> rebuildIndexes().offsets());
        loaded = Optional.of(index);
        return index;
    }

    /** Gives the memory of a sealed segment's index back. */
    void unload() {
        loaded = Optional.empty();
    }

    private TimeIndex times() {
        Optional<SegmentIndex> active = growing;
        if (active.isPresent()) {
            return active.get().times();
        }
        return files.content(files.timeIndex(baseOffset))
                .flatMap(bytes -> TimeIndex.decode(baseOffset, bytes))
                .orElseGet(() -> rebuildIndexes().times());
    }

    private synchronized SegmentIndex rebuildIndexes() {
        LOG.warn("{}: index missing or in doubt; rebuilding", files.log(baseOffset));
        SegmentIndex index = newIndex(files, baseOffset);
        try (StorageFile file = files.io().open(files.log(baseOffset))) {
            BatchScanner scan = scanner(file, 0, baseOffset, SCAN_BYTES);
            while (scan.next()) {
                index.add(scan.batch(), scan.position());
            }
        }
        try {
            index.write(files, baseOffset);
        } catch (StorageException notKept) {
            LOG.warn(
                    "{}: rebuilt index could not be kept; it will be rebuilt",
                    files.log(baseOffset),
                    notKept);
        }
        loaded = Optional.of(index.offsets());
        return index;
    }
}
