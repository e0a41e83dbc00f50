package org.millrace.wire.record;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * Walks the uncompressed records of one batch and checks that their offsets ascend within it.
 * Confined to its caller.
 */
final class RecordIterator implements Iterator<Record>, Record.Place {
    private final RecordBatch batch;
    private final ByteBuffer buffer;
    private final ByteCursor in = new ByteCursor();
    private final int end;
    private int left;
    private int lastDelta = -1;

    /** Reads {@code records} from an index to the limit; its own position stays as it is. */
    RecordIterator(RecordBatch batch, ByteBuffer records, int start) {
        this.batch = batch;
        this.buffer = records;
        this.end = records.limit();
        in.reset(records, start, end);
        this.left = batch.recordCount();
    }

    @Override
    public boolean hasNext() {
        return left > 0;
    }

    @Override
    public Record next() {
        if (left <= 0) {
            throw new NoSuchElementException();
        }
        int length = nextLength();
        int next = in.position() + length;
        in.reset(buffer, in.position(), next);
        Record record = Record.parse(buffer, in, this);
        in.reset(buffer, next, end);
        left--;
        if (left == 0 && in.remaining() > 0) {
            throw new CorruptRecordException(
                    "%s has %d bytes after its last record".formatted(batch, in.remaining()));
        }
        return record;
    }

    private int nextLength() {
        int length;
        try {
            length = in.nextInt();
        } catch (BufferUnderflowException truncated) {
            throw new CorruptRecordException(
                    "%s ends %d records too early".formatted(batch, left), truncated);
        }
        if (length < 0 || length > in.remaining()) {
            throw new CorruptRecordException(
                    "record of %s has length %d, %d bytes left"
                            .formatted(batch, length, in.remaining()));
        }
        return length;
    }

    @Override
    public long offset(int delta) {
        if (delta <= lastDelta || delta > batch.lastOffsetDelta()) {
            throw new CorruptRecordException(
                    "record of %s has offset delta %d after %d".formatted(batch, delta, lastDelta));
        }
        lastDelta = delta;
        return batch.baseOffset() + delta;
    }

    @Override
    public long timestamp(long delta) {
        return batch.isAppendTime() ? batch.maxTimestamp() : batch.baseTimestamp() + delta;
    }
}
