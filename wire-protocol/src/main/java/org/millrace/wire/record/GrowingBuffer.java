package org.millrace.wire.record;

import java.nio.ByteBuffer;
import org.millrace.foundation.Check;

/**
 * A heap buffer that makes room before it is written to. Confined to its caller. The first request
 * gets exactly its size, later ones at least double it.
 */
final class GrowingBuffer {
    private static final int MAX_BYTES = Integer.MAX_VALUE - 16;

    private ByteBuffer bytes = ByteBuffer.allocate(0);

    /**
     * The buffer, standing behind what was written, with at least so many bytes left. Good until
     * the next call.
     *
     * @throws IllegalArgumentException when an array cannot be that large
     */
    ByteBuffer reserve(long count) {
        if (bytes.remaining() < count) {
            long wanted = bytes.position() + count;
            Check.argument(wanted <= MAX_BYTES, "%d bytes are too many for one batch", wanted);
            long doubled = Math.min(MAX_BYTES, bytes.capacity() * 2L);
            ByteBuffer larger = ByteBuffer.allocate((int) Math.max(wanted, doubled));
            larger.put(bytes.array(), 0, bytes.position());
            bytes = larger;
        }
        return bytes;
    }

    int position() {
        return bytes.position();
    }

    byte[] array() {
        return bytes.array();
    }

    /** What was written, from position 0 to limit; the same memory. */
    ByteBuffer written() {
        return bytes.duplicate().flip();
    }

    void clear() {
        bytes.clear();
    }
}
