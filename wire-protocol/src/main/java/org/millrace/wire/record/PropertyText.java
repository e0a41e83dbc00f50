package org.millrace.wire.record;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Values of properties as text. Stateless. */
final class PropertyText {
    /** Longest text of a number, with room: {@code -2.2250738585072014E-308}. */
    private static final int MAX_NUMBER_BYTES = 64;

    private PropertyText() {}

    static byte[] format(Object value) {
        return value instanceof String text
                ? Utf8.encode(text)
                : value.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    static Object parse(ValueType type, ByteBuffer buffer, int position, int length) {
        if (type == ValueType.STRING) {
            return Utf8.decode(buffer, position, length);
        }
        if (length > MAX_NUMBER_BYTES) {
            throw new CorruptRecordException(
                    "value of type %s has %d bytes, expected at most %d"
                            .formatted(type, length, MAX_NUMBER_BYTES));
        }
        String text = Utf8.decode(buffer, position, length);
        try {
            return parse(type, text);
        } catch (NumberFormatException garbage) {
            throw new CorruptRecordException("value '%s' is no %s".formatted(text, type), garbage);
        }
    }

    private static Object parse(ValueType type, String text) {
        return switch (type) {
            case BOOLEAN -> parseBoolean(text);
            case BYTE -> Byte.valueOf(text);
            case SHORT -> Short.valueOf(text);
            case INT -> Integer.valueOf(text);
            case LONG -> Long.valueOf(text);
            case FLOAT -> Float.valueOf(text);
            case DOUBLE -> Double.valueOf(text);
            default ->
                    throw new CorruptRecordException(
                            "a property of type %s has the value '%s'".formatted(type, text));
        };
    }

    private static Boolean parseBoolean(String text) {
        if (text.equals("true")) {
            return Boolean.TRUE;
        } else if (text.equals("false")) {
            return Boolean.FALSE;
        }
        throw new CorruptRecordException("value '" + text + "' is no BOOLEAN");
    }
}
