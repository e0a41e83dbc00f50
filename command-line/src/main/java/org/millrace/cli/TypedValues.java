package org.millrace.cli;

import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Values of properties, Map and Stream bodies (§3.5.4, §3.11) as JSON. What JSON does not keep, the
 * difference between a {@code long} and an {@code int} for example, is told in a second map, from
 * name to type, for those values only that need it: so what is written reads back as it was.
 */
final class TypedValues {
    private static final String TYPES =
            "string, boolean, byte, short, int, long, float, double, char, bytes";

    private TypedValues() {}

    /** A value as JSON has it: text, a number, a boolean, null. */
    static Object toJson(Object value) {
        if (value instanceof byte[] bytes) {
            return Base64.getEncoder().encodeToString(bytes);
        }
        boolean noNumber =
                value instanceof Double d && !Double.isFinite(d)
                        || value instanceof Float f && !Float.isFinite(f);
        return noNumber || value instanceof Character ? value.toString() : value;
    }

    /** The types of those values that JSON alone would read back as another type. */
    static Map<String, String> types(Map<String, Object> values) {
        Map<String, String> types = new LinkedHashMap<>();
        values.forEach(
                (name, value) -> {
                    if (needsType(value)) {
                        types.put(name, typeOf(value));
                    }
                });
        return types;
    }

    private static boolean needsType(Object value) {
        if (value instanceof Long number) {
            return number == number.intValue();
        }
        if (value instanceof Double number) {
            return !Double.isFinite(number);
        }
        return !(value == null
                || value instanceof String
                || value instanceof Boolean
                || value instanceof Integer);
    }

    private static String typeOf(Object value) {
        if (value instanceof byte[]) {
            return "bytes";
        }
        return value instanceof Character
                ? "char"
                : value.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

    /** A value that JSON had, of the type that fits it best. */
    static Object fromJson(Object json) {
        if (json == null
                || json instanceof String
                || json instanceof Boolean
                || json instanceof Integer
                || json instanceof Long
                || json instanceof Double) {
            return json;
        }
        throw new IllegalArgumentException(
                "%s is neither text, number, true, false nor null".formatted(Json.write(json)));
    }

    /**
     * A value of this type, written as text or as JSON has it.
     *
     * @throws IllegalArgumentException when it is not such a value or there is no such type
     */
    static Object of(Object json, String type) {
        String text = String.valueOf(fromJson(json));
        try {
            return switch (type) {
                case "string" -> text;
                case "boolean" -> flag(text);
                case "byte" -> Byte.valueOf(text);
                case "short" -> Short.valueOf(text);
                case "int", "integer" -> Integer.valueOf(text);
                case "long" -> Long.valueOf(text);
                case "float" -> Float.valueOf(text);
                case "double" -> Double.valueOf(text);
                case "char" -> character(text);
                case "bytes" -> Base64.getDecoder().decode(text);
                default ->
                        throw new IllegalArgumentException(
                                "there is no type '%s', there are %s".formatted(type, TYPES));
            };
        } catch (NumberFormatException wrong) {
            throw new IllegalArgumentException("'%s' is no %s".formatted(text, type), wrong);
        }
    }

    private static boolean flag(String text) {
        if (!text.equals("true") && !text.equals("false")) {
            throw new IllegalArgumentException("'%s' is neither true nor false".formatted(text));
        }
        return text.equals("true");
    }

    private static char character(String text) {
        if (text.length() != 1) {
            throw new IllegalArgumentException("'%s' is not one character".formatted(text));
        }
        return text.charAt(0);
    }
}
