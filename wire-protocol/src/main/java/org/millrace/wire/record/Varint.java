package org.millrace.wire.record;

import java.nio.ByteBuffer;

/** Zigzag base-128 numbers as Kafka's record format has them. */
public final class Varint {
    private static final int MAX_INT_BYTES = 5;
    private static final int MAX_LONG_BYTES = 10;

    private Varint() {}

    public static int readInt(ByteBuffer in) {
        int raw = 0;
        for (int i = 0; i < MAX_INT_BYTES; i++) {
            byte next = in.get();
            raw |= (next & 0x7f) << (7 * i);
            if (next >= 0) {
                return (raw >>> 1) ^ -(raw & 1);
            }
        }
        throw new CorruptRecordException("varint longer than %d bytes".formatted(MAX_INT_BYTES));
    }

    public static long readLong(ByteBuffer in) {
        long raw = 0;
        for (int i = 0; i < MAX_LONG_BYTES; i++) {
            byte next = in.get();
            raw |= (long) (next & 0x7f) << (7 * i);
            if (next >= 0) {
                return (raw >>> 1) ^ -(raw & 1);
            }
        }
        throw new CorruptRecordException("varlong longer than %d bytes".formatted(MAX_LONG_BYTES));
    }

    public static void writeInt(ByteBuffer out, int value) {
        int raw = (value << 1) ^ (value >> 31);
        while ((raw & ~0x7f) != 0) {
            out.put((byte) (raw & 0x7f | 0x80));
            raw >>>= 7;
        }
        out.put((byte) raw);
    }

    public static void writeLong(ByteBuffer out, long value) {
        long raw = (value << 1) ^ (value >> 63);
        while ((raw & ~0x7fL) != 0) {
            out.put((byte) (raw & 0x7f | 0x80));
            raw >>>= 7;
        }
        out.put((byte) raw);
    }

    public static int sizeOfInt(int value) {
        int raw = (value << 1) ^ (value >> 31);
        return (38 - Integer.numberOfLeadingZeros(raw | 1)) / 7;
    }

    public static int sizeOfLong(long value) {
        long raw = (value << 1) ^ (value >> 63);
        return (70 - Long.numberOfLeadingZeros(raw | 1)) / 7;
    }
}
