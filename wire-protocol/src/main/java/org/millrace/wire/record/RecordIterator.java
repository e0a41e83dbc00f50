package org.millrace.wire.record;

import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** Walks the uncompressed records of one batch. Confined to its caller. */
final class RecordIterator implements Iterator<Record> {
    private final ByteBuffer records;
    private final long baseOffset;
    private final long baseTimestamp;
    private int left;

    RecordIterator(ByteBuffer records, long baseOffset, long baseTimestamp, int count) {
        this.records = records;
        this.baseOffset = baseOffset;
        this.baseTimestamp = baseTimestamp;
        this.left = count;
    }

    @Override
    public boolean hasNext() {
        return left > 0;
    }

    @Override
    public Record next() {
        if (left == 0) {
            throw new NoSuchElementException();
        }
        int length = Varint.readInt(records);
        if (length < 0 || length > records.remaining()) {
            throw new CorruptRecordException(
                    "record after offset %d has length %d, %d bytes left"
                            .formatted(baseOffset, length, records.remaining()));
        }
        ByteBuffer body = records.slice(records.position(), length);
        records.position(records.position() + length);
        left--;
        return Record.parse(body, baseOffset, baseTimestamp);
    }
}
