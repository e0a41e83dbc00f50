package org.millrace.jms.message;

import jakarta.jms.MessageFormatException;
import org.millrace.wire.ErrorCode;

/**
 * The one conversion table of properties (§3.5.4), Map and Stream bodies (§3.11.3): reads a value
 * of the type it was set with as another type. Callable from any thread.
 *
 * <p>The table of properties is the part of the other without char and byte[], which cannot be
 * property values. Null is converted like the text null by {@code valueOf}. Each method takes the
 * value and what it is called in error messages.
 *
 * <p>Fails with {@link MessageFormatException} for pairs outside the table, {@link
 * NumberFormatException} for text that is not a number and for null as an integer type, {@link
 * NullPointerException} for null as float, double or char.
 */
final class Conversion {
    private Conversion() {}

    /** Refuses values that no property may have (§3.5.5). */
    static void checkProperty(Object value, String of) throws MessageFormatException {
        if (!(value == null
                || value instanceof String
                || value instanceof Boolean
                || isNumber(value))) {
            throw unsupported(
                    value, of, "the wrappers of primitive types except Character, String");
        }
    }

    /** The value as a body keeps it: byte[] copied, unsupported classes refused (§3.11.3). */
    static Object bodyValue(Object value, String of) throws MessageFormatException {
        if (value instanceof byte[] bytes) {
            return bytes.clone();
        }
        if (value == null
                || value instanceof String
                || value instanceof Boolean
                || value instanceof Character
                || isNumber(value)) {
            return value;
        }
        throw unsupported(value, of, "the wrappers of primitive types, String, byte[]");
    }

    /** The value as it is handed to the application. */
    static Object copyOf(Object value) {
        return value instanceof byte[] bytes ? bytes.clone() : value;
    }

    private static boolean isNumber(Object value) {
        return value instanceof Integer
                || value instanceof Long
                || value instanceof Double
                || value instanceof Float
                || value instanceof Short
                || value instanceof Byte;
    }

    static boolean toBoolean(Object value, String of) throws MessageFormatException {
        if (value instanceof Boolean is) {
            return is;
        }
        if (value == null || value instanceof String) {
            return Boolean.parseBoolean((String) value);
        }
        throw mismatch(value, of, "boolean");
    }

    static byte toByte(Object value, String of) throws MessageFormatException {
        if (value instanceof Byte is) {
            return is;
        }
        if (value == null || value instanceof String) {
            return Byte.parseByte((String) value);
        }
        throw mismatch(value, of, "byte");
    }

    static short toShort(Object value, String of) throws MessageFormatException {
        if (value instanceof Short || value instanceof Byte) {
            return ((Number) value).shortValue();
        }
        if (value == null || value instanceof String) {
            return Short.parseShort((String) value);
        }
        throw mismatch(value, of, "short");
    }

    static char toChar(Object value, String of) throws MessageFormatException {
        if (value instanceof Character is) {
            return is;
        }
        if (value == null) {
            throw new NullPointerException(of + " is null and cannot be read as char");
        }
        throw mismatch(value, of, "char");
    }

    static int toInt(Object value, String of) throws MessageFormatException {
        if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return ((Number) value).intValue();
        }
        if (value == null || value instanceof String) {
            return Integer.parseInt((String) value);
        }
        throw mismatch(value, of, "int");
    }

    static long toLong(Object value, String of) throws MessageFormatException {
        if (value instanceof Long
                || value instanceof Integer
                || value instanceof Short
                || value instanceof Byte) {
            return ((Number) value).longValue();
        }
        if (value == null || value instanceof String) {
            return Long.parseLong((String) value);
        }
        throw mismatch(value, of, "long");
    }

    static float toFloat(Object value, String of) throws MessageFormatException {
        if (value instanceof Float is) {
            return is;
        }
        if (value instanceof String text) {
            return Float.parseFloat(text);
        }
        if (value == null) {
            throw new NullPointerException(of + " is null and cannot be read as float");
        }
        throw mismatch(value, of, "float");
    }

    static double toDouble(Object value, String of) throws MessageFormatException {
        if (value instanceof Double || value instanceof Float) {
            return ((Number) value).doubleValue();
        }
        if (value instanceof String text) {
            return Double.parseDouble(text);
        }
        if (value == null) {
            throw new NullPointerException(of + " is null and cannot be read as double");
        }
        throw mismatch(value, of, "double");
    }

    static String toText(Object value, String of) throws MessageFormatException {
        if (value instanceof byte[]) {
            throw mismatch(value, of, "String");
        }
        return value == null ? null : value.toString();
    }

    /** The stored array itself; callers copy. */
    static byte[] toBytes(Object value, String of) throws MessageFormatException {
        if (value == null || value instanceof byte[]) {
            return (byte[]) value;
        }
        throw mismatch(value, of, "byte[]");
    }

    private static MessageFormatException mismatch(Object value, String of, String wanted) {
        return new MessageFormatException(
                "%s is of type %s and cannot be read as %s"
                        .formatted(of, value.getClass().getSimpleName(), wanted),
                ErrorCode.INVALID_ARGUMENT.name());
    }

    private static MessageFormatException unsupported(Object value, String of, String allowed) {
        return new MessageFormatException(
                "%s cannot be of type %s; allowed are %s"
                        .formatted(of, value.getClass().getName(), allowed),
                ErrorCode.INVALID_ARGUMENT.name());
    }
}
