package org.millrace.persistence.segment;

import java.nio.ByteBuffer;
import org.millrace.persistence.StorageException;
import org.millrace.persistence.StorageFile;
import org.millrace.wire.record.CorruptRecordException;
import org.millrace.wire.record.RecordBatch;

/**
 * Walks over the batches of one segment file, front to back, in large reads, and trusts nothing:
 * lengths, order of offsets and checksums are looked at. Confined to its caller.
 *
 * <p>Every read goes into a buffer of its own, so that the batches given out stay valid.
 */
final class BatchScanner {
    private static final int LENGTH_POSITION = 8;
    private static final int MAGIC_POSITION = 16;
    private static final int LAST_DELTA_POSITION = 23;
    private static final byte MAGIC = 2;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final LogFiles files;
    private final StorageFile file;
    private final long limit;
    private final int readBytes;
    private ByteBuffer buffer = NOTHING;
    private long bufferPosition;
    private long position;
    private long nextPosition;
    private long lowestOffset;
    private int sizeBytes;

    /**
     * Starts before the batch at {@code position}.
     *
     * @param limit position where the batches end
     * @param readBytes how much to read at once
     * @param lowestOffset no offset found may be lower
     */
    BatchScanner(
            LogFiles files,
            StorageFile file,
            long position,
            long limit,
            int readBytes,
            long lowestOffset) {
        this.files = files;
        this.file = file;
        this.nextPosition = position;
        this.limit = limit;
        this.readBytes = readBytes;
        this.lowestOffset = lowestOffset;
    }

    /**
     * Moves to the next batch; false at the limit.
     *
     * @throws StorageException when there is something that is no batch
     */
    boolean next() {
        position = nextPosition;
        if (position >= limit) {
            return false;
        }
        if (limit - position < RecordBatch.HEADER_BYTES) {
            throw broken(
                    "expected a batch of at least %d bytes, found %d bytes before the end"
                            .formatted(RecordBatch.HEADER_BYTES, limit - position));
        }
        fetch(RecordBatch.HEADER_BYTES);
        int at = (int) (position - bufferPosition);
        long length = buffer.getInt(at + LENGTH_POSITION) + (long) RecordBatch.LENGTH_PREFIX_BYTES;
        if (length < RecordBatch.HEADER_BYTES || length > limit - position) {
            throw broken(
                    "expected a batch of %d to %d bytes, found length %d"
                            .formatted(RecordBatch.HEADER_BYTES, limit - position, length));
        }
        if (buffer.get(at + MAGIC_POSITION) != MAGIC) {
            throw broken(
                    "expected magic %d, found %d"
                            .formatted(MAGIC, buffer.get(at + MAGIC_POSITION)));
        }
        long baseOffset = buffer.getLong(at);
        int lastDelta = buffer.getInt(at + LAST_DELTA_POSITION);
        if (baseOffset < lowestOffset || lastDelta < 0) {
            throw broken(
                    "expected an offset from %d on, found batch with base offset %d and last offset delta %d"
                            .formatted(lowestOffset, baseOffset, lastDelta));
        }
        lowestOffset = baseOffset + lastDelta + 1;
        sizeBytes = (int) length;
        nextPosition = position + length;
        return true;
    }

    /** Position of the present batch; at the end, the limit. */
    long position() {
        return position;
    }

    /** Where the present batch ends. */
    long nextPosition() {
        return nextPosition;
    }

    int sizeBytes() {
        return sizeBytes;
    }

    /**
     * The present batch, its checksum verified.
     *
     * @throws StorageException when it is not what was written
     */
    RecordBatch batch() {
        fetch(sizeBytes);
        ByteBuffer bytes = buffer.slice((int) (position - bufferPosition), sizeBytes);
        try {
            return RecordBatch.checked(bytes);
        } catch (CorruptRecordException corrupt) {
            throw broken(corrupt.getMessage());
        }
    }

    private void fetch(int wanted) {
        long buffered = bufferPosition + buffer.limit() - position;
        if (position >= bufferPosition && buffered >= wanted) {
            return;
        }
        int bytes = (int) Math.min(Math.max(wanted, readBytes), limit - position);
        ByteBuffer fresh = ByteBuffer.allocate(bytes);
        int read = file.read(fresh, position);
        if (read < bytes) {
            throw broken("expected %d bytes, found %d before the end".formatted(bytes, read));
        }
        buffer = fresh.flip();
        bufferPosition = position;
    }

    private StorageException broken(String found) {
        return files.broken(file.name(), position, found);
    }
}
