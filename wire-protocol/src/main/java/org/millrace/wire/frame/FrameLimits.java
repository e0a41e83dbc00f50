package org.millrace.wire.frame;

import org.millrace.foundation.Check;
import org.millrace.wire.ErrorCode;

/**
 * What one frame may take. Both ends check: the writer before it queues, the reader before it
 * allocates.
 *
 * @param maxFrameBytes largest frame of an open link, without its length field; told to the client
 *     by {@link Frame.Welcome}
 */
public record FrameLimits(int maxFrameBytes) {
    /** Largest frame until the link is authenticated. */
    public static final int HANDSHAKE_FRAME_BYTES = 8 * 1024;

    /** What {@link #maxFrameBytes} may be at most. */
    public static final int LARGEST_FRAME_BYTES = 1 << 30;

    /** UTF-8 bytes of one string: names, selectors, texts for people. */
    public static final int STRING_BYTES = 64 * 1024;

    /** Items of one list. */
    public static final int LIST_ITEMS = 64 * 1024;

    public static final FrameLimits DEFAULT = new FrameLimits(64 << 20);

    public FrameLimits {
        Check.argument(
                maxFrameBytes >= HANDSHAKE_FRAME_BYTES && maxFrameBytes <= LARGEST_FRAME_BYTES,
                "frame limit is %d bytes, allowed are %d to %d",
                maxFrameBytes,
                HANDSHAKE_FRAME_BYTES,
                LARGEST_FRAME_BYTES);
    }

    int maxFrameBytes(LinkPhase phase) {
        return phase == LinkPhase.OPEN ? maxFrameBytes : HANDSHAKE_FRAME_BYTES;
    }

    static void checkString(int utf8Bytes) {
        if (utf8Bytes > STRING_BYTES) {
            throw new ProtocolException(
                    ErrorCode.PROTOCOL,
                    "string of %d bytes, at most %d".formatted(utf8Bytes, STRING_BYTES));
        }
    }

    static void checkItems(int items) {
        if (items > LIST_ITEMS) {
            throw new ProtocolException(
                    ErrorCode.PROTOCOL,
                    "list of %d items, at most %d".formatted(items, LIST_ITEMS));
        }
    }
}
