package org.millrace.wire.frame;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BiConsumer;
import org.millrace.wire.Address;
import org.millrace.wire.ErrorCode;

/**
 * Takes the fields of a frame in their order: once to count their bytes, once to write them. Each
 * Java type has one encoding, whatever the frame; numbers are big-endian and of fixed width.
 */
sealed interface FieldWriter {
    void i64(long value);

    void i32(int value);

    void i16(int value);

    void u8(int value);

    void string(String value);

    /** From position to limit, which stay as they are. */
    void bytes(ByteBuffer value);

    default void bool(boolean value) {
        u8(value ? 1 : 0);
    }

    /** Constants are never reordered or removed: the ordinal is what crosses the link. */
    default void constant(Enum<?> value) {
        u8(value.ordinal());
    }

    default void error(ErrorCode code) {
        i16(code.id());
    }

    default void address(Address address) {
        constant(address.kind());
        string(address.name());
        string(address.options());
    }

    default <T> void list(List<T> items, BiConsumer<T, FieldWriter> item) {
        FrameLimits.checkItems(items.size());
        i32(items.size());
        for (int i = 0; i < items.size(); i++) {
            item.accept(items.get(i), this);
        }
    }

    /** Counts. */
    final class Size implements FieldWriter {
        private long bytes;

        long bytes() {
            return bytes;
        }

        @Override
        public void i64(long value) {
            bytes += Long.BYTES;
        }

        @Override
        public void i32(int value) {
            bytes += Integer.BYTES;
        }

        @Override
        public void i16(int value) {
            bytes += Short.BYTES;
        }

        @Override
        public void u8(int value) {
            bytes++;
        }

        @Override
        public void string(String value) {
            int length = value.isEmpty() ? 0 : value.getBytes(StandardCharsets.UTF_8).length;
            FrameLimits.checkString(length);
            bytes += Integer.BYTES + length;
        }

        @Override
        public void bytes(ByteBuffer value) {
            bytes += Integer.BYTES + value.remaining();
        }
    }

    /** Writes; the buffer has room because the bytes were counted before. */
    final class Buffer implements FieldWriter {
        private final ByteBuffer out;

        Buffer(ByteBuffer out) {
            this.out = out;
        }

        @Override
        public void i64(long value) {
            out.putLong(value);
        }

        @Override
        public void i32(int value) {
            out.putInt(value);
        }

        @Override
        public void i16(int value) {
            out.putShort((short) value);
        }

        @Override
        public void u8(int value) {
            out.put((byte) value);
        }

        @Override
        public void string(String value) {
            byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
            out.putInt(utf8.length);
            out.put(utf8);
        }

        @Override
        public void bytes(ByteBuffer value) {
            out.putInt(value.remaining());
            out.put(value.duplicate());
        }
    }
}
