package org.millrace.persistence.journal;

import org.millrace.foundation.Check;

/**
 * Address of a frame: number of the file and byte in it, packed into one number that ascends
 * through the whole life of a journal. A frame holds its own address, so that the bytes that a
 * recycled file still holds from an earlier life are never taken for new ones.
 */
final class JournalPosition {
    /** Before every frame; also "the frame before the first one". */
    static final long START = 0;

    private static final int OFFSET_BITS = 36;
    private static final long OFFSET_MASK = (1L << OFFSET_BITS) - 1;

    private JournalPosition() {}

    static long of(long fileNumber, long offset) {
        Check.invariant(0 <= offset && offset <= OFFSET_MASK, "journal file of %d bytes", offset);
        return fileNumber << OFFSET_BITS | offset;
    }

    static long fileOf(long position) {
        return position >>> OFFSET_BITS;
    }

    static long offsetOf(long position) {
        return position & OFFSET_MASK;
    }

    static String text(long position) {
        return position == START
                ? "start"
                : "file %d position %d".formatted(fileOf(position), offsetOf(position));
    }
}
