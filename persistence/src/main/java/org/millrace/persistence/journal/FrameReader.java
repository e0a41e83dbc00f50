package org.millrace.persistence.journal;

import java.nio.ByteBuffer;
import java.util.OptionalLong;
import java.util.zip.CRC32C;

/**
 * Reads the frames of one journal file through a window that moves upward. Confined to its caller.
 */
final class FrameReader {
    private static final int WINDOW_BYTES = 1 << 20;

    private final JournalFile file;
    private ByteBuffer window = ByteBuffer.allocate(WINDOW_BYTES).limit(0);
    private long windowOffset;

    FrameReader(JournalFile file) {
        this.file = file;
    }

    /** What stands at an offset. */
    enum Finding {
        /** A frame with the right address and checksum. */
        INTACT,
        /** It carries the right address and is not intact. */
        BROKEN,
        /** Zeros, or bytes of an earlier life of the file, or a frame that lost its first bytes. */
        NOTHING
    }

    Finding findingAt(long offset) {
        if (!carriesAddress(offset)) {
            return Finding.NOTHING;
        }
        return isIntact(offset) ? Finding.INTACT : Finding.BROKEN;
    }

    private boolean carriesAddress(long offset) {
        ByteBuffer header = view(offset, RoundBuffer.HEADER_BYTES);
        return header.remaining() == RoundBuffer.HEADER_BYTES
                && header.getLong(8) == addressOf(offset);
    }

    private boolean isIntact(long offset) {
        int length = lengthAt(offset);
        if (length < 0 || length > file.sizeBytes() - offset - RoundBuffer.HEADER_BYTES) {
            return false;
        }
        return checksumAt(offset) == view(offset, RoundBuffer.HEADER_BYTES).getInt(4);
    }

    int lengthAt(long offset) {
        return view(offset, RoundBuffer.HEADER_BYTES).getInt(0);
    }

    long previousAt(long offset) {
        return view(offset, RoundBuffer.HEADER_BYTES).getLong(16);
    }

    private int checksumAt(long offset) {
        ByteBuffer frame = view(offset, RoundBuffer.HEADER_BYTES + lengthAt(offset));
        CRC32C crc = new CRC32C();
        crc.update(frame.position(RoundBuffer.CRC_START));
        return (int) crc.getValue();
    }

    /** Body of an intact frame; valid until the next call. */
    ByteBuffer bodyAt(long offset) {
        int length = lengthAt(offset);
        return view(offset, RoundBuffer.HEADER_BYTES + length)
                .slice(RoundBuffer.HEADER_BYTES, length);
    }

    long addressOf(long offset) {
        return JournalPosition.of(file.number(), offset);
    }

    /** What stands at an offset, for a message. */
    String describe(long offset) {
        if (view(offset, RoundBuffer.HEADER_BYTES).remaining() < RoundBuffer.HEADER_BYTES) {
            return "the end of the file";
        }
        ByteBuffer header = view(offset, RoundBuffer.HEADER_BYTES);
        int length = header.getInt(0);
        int crc = header.getInt(4);
        long address = header.getLong(8);
        long previous = header.getLong(16);
        return switch (findingAt(offset)) {
            case INTACT -> "one that follows " + JournalPosition.text(previous);
            case NOTHING ->
                    "address 0x%016x instead of 0x%016x".formatted(address, addressOf(offset));
            case BROKEN ->
                    length < 0 || length > file.sizeBytes() - offset - RoundBuffer.HEADER_BYTES
                            ? "a length of %d bytes".formatted(length)
                            : "checksum 0x%08x instead of 0x%08x"
                                    .formatted(checksumAt(offset), crc);
        };
    }

    long endOf(long offset) {
        return offset + RoundBuffer.aligned(RoundBuffer.HEADER_BYTES + lengthAt(offset));
    }

    /** Offset of the first intact frame at or after {@code offset}, wherever it begins. */
    OptionalLong nextIntact(long offset) {
        long last = file.sizeBytes() - RoundBuffer.HEADER_BYTES;
        long at = offset;
        while (at <= last) {
            long candidate = nextAddress(at);
            if (candidate <= last && isIntact(candidate)) {
                return OptionalLong.of(candidate);
            }
            at = candidate + RoundBuffer.ALIGNMENT;
        }
        return OptionalLong.empty();
    }

    /** First offset from {@code offset} at which the bytes of its own address stand. */
    private long nextAddress(long offset) {
        long last = file.sizeBytes() - RoundBuffer.HEADER_BYTES;
        long at = offset;
        while (at <= last) {
            int count = view(at, WINDOW_BYTES).remaining();
            int start = (int) (at - windowOffset);
            for (int i = 0; i + RoundBuffer.HEADER_BYTES <= count; i += RoundBuffer.ALIGNMENT) {
                if (window.getLong(start + i + 8) == addressOf(at + i)) {
                    return at + i;
                }
            }
            at += Math.max(RoundBuffer.ALIGNMENT, count - RoundBuffer.HEADER_BYTES & -8);
        }
        return at;
    }

    /** Bytes from {@code offset}, at position 0; fewer at the end of the file. */
    private ByteBuffer view(long offset, int length) {
        boolean inside = offset >= windowOffset && offset + length <= windowOffset + window.limit();
        if (!inside) {
            if (window.capacity() < length) {
                window = ByteBuffer.allocate(length);
            }
            windowOffset = offset;
            window.clear();
            file.read(window, offset);
            window.flip();
        }
        int start = (int) (offset - windowOffset);
        return window.slice(start, Math.min(length, window.limit() - start));
    }
}
