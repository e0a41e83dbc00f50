package org.millrace.wire.record;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * A place in bytes that others read, too, and where it has to stop: reads numbers as {@link Varint}
 * without a view of the buffer for each record. Confined to its caller; used again through {@link
 * #reset}.
 */
final class ByteCursor {
    private static final int MAX_INT_SHIFT = 28;
    private static final int MAX_LONG_SHIFT = 63;

    private ByteBuffer bytes;
    private int position;
    private int end;

    void reset(ByteBuffer from, int start, int before) {
        bytes = from;
        position = start;
        end = before;
    }

    int position() {
        return position;
    }

    /** The byte before which it stops. */
    int end() {
        return end;
    }

    int remaining() {
        return end - position;
    }

    /**
     * @throws BufferUnderflowException at the end
     */
    byte next() {
        if (position >= end) {
            throw new BufferUnderflowException();
        }
        return bytes.get(position++);
    }

    /**
     * @throws BufferUnderflowException when it ends within the number
     */
    int nextInt() {
        int raw = 0;
        for (int shift = 0; shift <= MAX_INT_SHIFT; shift += 7) {
            byte next = next();
            raw |= (next & 0x7f) << shift;
            if (next >= 0) {
                return (raw >>> 1) ^ -(raw & 1);
            }
        }
        throw new CorruptRecordException("varint longer than 5 bytes");
    }

    /**
     * @throws BufferUnderflowException when it ends within the number
     */
    long nextLong() {
        long raw = 0;
        for (int shift = 0; shift <= MAX_LONG_SHIFT; shift += 7) {
            byte next = next();
            raw |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return (raw >>> 1) ^ -(raw & 1);
            }
        }
        throw new CorruptRecordException("varlong longer than 10 bytes");
    }

    /** Passes over so many bytes; false when there are not so many. */
    boolean skip(int length) {
        if (length < 0 || length > end - position) {
            return false;
        }
        position += length;
        return true;
    }
}
