package org.millrace.wire.record;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * Walks the headers of one record without making objects of them. Confined to its caller; used
 * again through {@link #reset}.
 */
final class HeaderCursor {
    static final int ABSENT = -1;

    private final ByteCursor in = new ByteCursor();
    private ByteBuffer bytes;
    private int left;
    private int namePosition;
    private int nameLength;
    private int valuePosition;
    private int valueLength;

    /**
     * Stands before the first header of a record.
     *
     * @param start where the count of headers is
     * @param end where the record ends
     */
    void reset(ByteBuffer record, int start, int end) {
        bytes = record;
        in.reset(record, start, end);
        try {
            left = in.nextInt();
        } catch (BufferUnderflowException truncated) {
            throw new CorruptRecordException("record ends before its headers", truncated);
        }
        // A header takes at least two bytes, the lengths of name and value.
        if (left < 0 || left > in.remaining() / 2) {
            throw new CorruptRecordException(
                    "%d headers with %d bytes left".formatted(left, in.remaining()));
        }
    }

    /** Headers not yet walked over. */
    int left() {
        return left;
    }

    boolean next() {
        if (left == 0) {
            return false;
        }
        try {
            nameLength = in.nextInt();
            namePosition = in.position();
            skip(nameLength);
            valueLength = in.nextInt();
            valuePosition = in.position();
            if (valueLength != ABSENT) {
                skip(valueLength);
            }
        } catch (BufferUnderflowException truncated) {
            throw new CorruptRecordException("headers of a record are cut short", truncated);
        }
        left--;
        return true;
    }

    private void skip(int length) {
        if (!in.skip(length)) {
            throw new CorruptRecordException(
                    "header length %d with %d bytes left".formatted(length, in.remaining()));
        }
    }

    int namePosition() {
        return namePosition;
    }

    int nameLength() {
        return nameLength;
    }

    int valuePosition() {
        return valuePosition;
    }

    /** {@link #ABSENT} for null. */
    int valueLength() {
        return valueLength;
    }

    boolean nameEquals(byte[] name) {
        return equals(bytes, namePosition, nameLength, name);
    }

    static boolean equals(ByteBuffer bytes, int position, int length, byte[] expected) {
        if (length != expected.length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (bytes.get(position + i) != expected[i]) {
                return false;
            }
        }
        return true;
    }
}
