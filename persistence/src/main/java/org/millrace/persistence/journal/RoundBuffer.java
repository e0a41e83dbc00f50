package org.millrace.persistence.journal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * One frame in the making: a direct buffer that grows when a unit needs it. Confined to the thread
 * that writes.
 *
 * <pre>
 *  0 length i32 (bytes of the body) | 4 crc u32 (CRC-32C of everything from 8 to the end of the body)
 *  8 position i64 (own address)     | 16 previous i64 (address of the frame before)
 * 24 body: units, one after the other | zeros up to a multiple of 8
 * </pre>
 */
public final class RoundBuffer {
    static final int HEADER_BYTES = 24;
    static final int CRC_START = 8;
    static final int ALIGNMENT = 8;

    private final int normalBytes;
    private final CRC32C crc = new CRC32C();
    private ByteBuffer buffer;

    public RoundBuffer(int normalBytes) {
        this.normalBytes = normalBytes;
        buffer = ByteBuffer.allocateDirect(normalBytes);
        clear();
    }

    /** Forgets the content; a buffer that grew for a large unit is given back. */
    public void clear() {
        if (buffer.capacity() > 4 * normalBytes) {
            buffer = ByteBuffer.allocateDirect(normalBytes);
        }
        buffer.clear().position(HEADER_BYTES);
    }

    public int bodyBytes() {
        return buffer.position() - HEADER_BYTES;
    }

    void putByte(int value) {
        reserve(1).put((byte) value);
    }

    void putInt(int value) {
        reserve(4).putInt(value);
    }

    void putLong(long value) {
        reserve(8).putLong(value);
    }

    void putString(String value) {
        putBytes(ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)));
    }

    /** Length and bytes; the source is left as it is. */
    void putBytes(ByteBuffer bytes) {
        int length = bytes.remaining();
        ByteBuffer out = reserve(4 + length);
        out.putInt(length);
        out.put(out.position(), bytes, bytes.position(), length);
        out.position(out.position() + length);
    }

    private ByteBuffer reserve(int bytes) {
        if (buffer.remaining() < bytes + ALIGNMENT) {
            int wanted = Math.addExact(buffer.position(), Math.addExact(bytes, ALIGNMENT));
            long doubled = Math.min(Integer.MAX_VALUE - 64L, 2L * buffer.capacity());
            ByteBuffer larger = ByteBuffer.allocateDirect((int) Math.max(wanted, doubled));
            larger.put(buffer.flip());
            buffer = larger;
        }
        return buffer;
    }

    /** What was encoded so far, without the header; a view. */
    public ByteBuffer body() {
        return buffer.slice(HEADER_BYTES, bodyBytes());
    }

    /** Bytes that {@link #seal} will return. */
    int frameBytes() {
        return aligned(buffer.position());
    }

    static int aligned(int bytes) {
        return Math.addExact(bytes, ALIGNMENT - 1) & -ALIGNMENT;
    }

    /** The complete frame, ready to be written at its address. Nothing can be added afterwards. */
    ByteBuffer seal(long position, long previous) {
        int end = buffer.position();
        while (buffer.position() % ALIGNMENT != 0) {
            buffer.put((byte) 0);
        }
        buffer.putInt(0, end - HEADER_BYTES);
        buffer.putLong(8, position);
        buffer.putLong(16, previous);
        crc.reset();
        crc.update(buffer.slice(CRC_START, end - CRC_START));
        buffer.putInt(4, (int) crc.getValue());
        return buffer.flip();
    }
}
