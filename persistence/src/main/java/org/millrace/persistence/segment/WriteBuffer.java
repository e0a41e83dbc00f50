package org.millrace.persistence.segment;

import java.nio.ByteBuffer;
import org.millrace.persistence.StorageFile;
import org.millrace.wire.record.RecordBatch;

/**
 * Gathers batches into large sequential writes. Confined to the thread that writes segments; its
 * buffer is outside the heap, is taken on first use and kept.
 */
final class WriteBuffer {
    private static final int SIZE_BYTES = 1 << 20;

    private ByteBuffer buffer;

    /**
     * Writes the batches one behind the other from {@code position} on, and returns where they end.
     */
    long write(StorageFile file, long position, Iterable<RecordBatch> batches) {
        if (buffer == null) {
            buffer = ByteBuffer.allocateDirect(SIZE_BYTES);
        }
        buffer.clear();
        long at = position;
        for (RecordBatch batch : batches) {
            if (batch.sizeBytes() > buffer.remaining()) {
                at = drain(file, at);
            }
            if (batch.sizeBytes() > buffer.remaining()) {
                file.write(batch.bytes(), at);
                at += batch.sizeBytes();
            } else {
                buffer.put(batch.bytes());
            }
        }
        return drain(file, at);
    }

    private long drain(StorageFile file, long at) {
        buffer.flip();
        int bytes = buffer.remaining();
        file.write(buffer, at);
        buffer.clear();
        return at + bytes;
    }
}
