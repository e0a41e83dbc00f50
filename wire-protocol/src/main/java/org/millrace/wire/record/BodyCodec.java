package org.millrace.wire.record;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Bodies of Map and Stream messages (§3.11.3): typed values. Stateless.
 *
 * <pre>
 *   Stream:  value value ...                               up to the end
 *   Map:     count varint | name value | name value ...    in the order of the map
 *   name:    length varint | UTF-8 ({@link Utf8})
 *   value:   type u8 ({@link ValueType}) | content
 *
 *    0 NULL      nothing          4 CHAR   u16           8 DOUBLE  IEEE 754, 8 bytes
 *    1 BOOLEAN   u8, 0 or 1       5 INT    i32           9 STRING  length varint | UTF-8 ({@link Utf8})
 *    2 BYTE      i8               6 LONG   i64          10 BYTES   length varint | bytes
 *    3 SHORT     i16              7 FLOAT  IEEE 754, 4 bytes
 * </pre>
 *
 * <p>Numbers are big-endian; varints are those of the record format ({@link Varint}). Decoding
 * checks every length against the bytes left before it allocates, and throws {@link
 * CorruptRecordException} for anything that encoding does not write.
 */
public final class BodyCodec {
    private static final int MAX_FIXED_BYTES = 1 + Long.BYTES;
    private static final int MAX_VARINT_BYTES = 5;

    private BodyCodec() {}

    /**
     * Bytes of a Map body.
     *
     * @throws IllegalArgumentException for a value of another class than those of {@link ValueType}
     */
    public static ByteBuffer encodeMap(Map<String, ?> values) {
        GrowingBuffer out = new GrowingBuffer();
        Varint.writeInt(out.reserve(MAX_VARINT_BYTES), values.size());
        values.forEach(
                (name, value) -> {
                    writeBytes(out, Utf8.encode(name));
                    writeValue(out, value);
                });
        return out.written();
    }

    /** Names and values in stored order; byte arrays are copies. */
    public static Map<String, Object> decodeMap(ByteBuffer body) {
        ByteBuffer in = body.slice();
        try {
            int count = Varint.readInt(in);
            // A value takes at least two bytes: an empty name and a type.
            if (count < 0 || count > in.remaining() / 2) {
                throw new CorruptRecordException(
                        "map of %d values with %d bytes left".formatted(count, in.remaining()));
            }
            Map<String, Object> values = new LinkedHashMap<>();
            for (int i = 0; i < count; i++) {
                String name = readText(in);
                values.put(name, readValue(in));
                if (values.size() != i + 1) {
                    throw new CorruptRecordException("map has name '" + name + "' twice");
                }
            }
            if (in.hasRemaining()) {
                throw new CorruptRecordException(
                        "%d bytes after the last value of a map".formatted(in.remaining()));
            }
            return values;
        } catch (BufferUnderflowException truncated) {
            throw cutShort(in, truncated);
        }
    }

    /**
     * Bytes of a Stream body.
     *
     * @throws IllegalArgumentException for a value of another class than those of {@link ValueType}
     */
    public static ByteBuffer encodeStream(List<?> values) {
        GrowingBuffer out = new GrowingBuffer();
        values.forEach(value -> writeValue(out, value));
        return out.written();
    }

    /** Values in order; byte arrays are copies. */
    public static List<Object> decodeStream(ByteBuffer body) {
        ByteBuffer in = body.slice();
        List<Object> values = new ArrayList<>();
        try {
            while (in.hasRemaining()) {
                values.add(readValue(in));
            }
            return values;
        } catch (BufferUnderflowException truncated) {
            throw cutShort(in, truncated);
        }
    }

    private static CorruptRecordException cutShort(ByteBuffer in, Exception cause) {
        return new CorruptRecordException(
                "body of %d bytes is cut short".formatted(in.limit()), cause);
    }

    private static void writeValue(GrowingBuffer target, Object value) {
        ValueType type = ValueType.of(value);
        ByteBuffer out = target.reserve(MAX_FIXED_BYTES).put(type.code());
        switch (type) {
            case NULL -> {}
            case BOOLEAN -> out.put((byte) ((Boolean) value ? 1 : 0));
            case BYTE -> out.put((Byte) value);
            case SHORT -> out.putShort((Short) value);
            case CHAR -> out.putChar((Character) value);
            case INT -> out.putInt((Integer) value);
            case LONG -> out.putLong((Long) value);
            case FLOAT -> out.putInt(Float.floatToRawIntBits((Float) value));
            case DOUBLE -> out.putLong(Double.doubleToRawLongBits((Double) value));
            case STRING -> writeBytes(target, Utf8.encode((String) value));
            case BYTES -> writeBytes(target, (byte[]) value);
        }
    }

    private static void writeBytes(GrowingBuffer target, byte[] bytes) {
        ByteBuffer out = target.reserve((long) MAX_VARINT_BYTES + bytes.length);
        Varint.writeInt(out, bytes.length);
        out.put(bytes);
    }

    private static Object readValue(ByteBuffer in) {
        return switch (ValueType.ofCode(in.get())) {
            case NULL -> null;
            case BOOLEAN -> readBoolean(in);
            case BYTE -> in.get();
            case SHORT -> in.getShort();
            case CHAR -> in.getChar();
            case INT -> in.getInt();
            case LONG -> in.getLong();
            case FLOAT -> Float.intBitsToFloat(in.getInt());
            case DOUBLE -> Double.longBitsToDouble(in.getLong());
            case STRING -> readText(in);
            case BYTES -> readBytes(in);
        };
    }

    private static Boolean readBoolean(ByteBuffer in) {
        byte stored = in.get();
        if (stored != 0 && stored != 1) {
            throw new CorruptRecordException("boolean is %d, expected 0 or 1".formatted(stored));
        }
        return stored == 1;
    }

    private static String readText(ByteBuffer in) {
        return Utf8.decode(Record.takePart(in, Varint.readInt(in)));
    }

    private static byte[] readBytes(ByteBuffer in) {
        ByteBuffer part = Record.takePart(in, Varint.readInt(in));
        byte[] copied = new byte[part.remaining()];
        part.get(copied);
        return copied;
    }
}
