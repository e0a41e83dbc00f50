package org.millrace.wire.record;

/**
 * Type of a property or of a value in a Map or Stream body. The order is the code on disk.
 *
 * <p>Properties have all of them except {@link #CHAR} and {@link #BYTES} (§3.5.2).
 */
public enum ValueType {
    NULL,
    BOOLEAN,
    BYTE,
    SHORT,
    CHAR,
    INT,
    LONG,
    FLOAT,
    DOUBLE,
    STRING,
    BYTES;

    private static final ValueType[] BY_CODE = values();

    byte code() {
        return (byte) ordinal();
    }

    static ValueType ofCode(byte code) {
        if (code < 0 || code >= BY_CODE.length) {
            throw new CorruptRecordException(
                    "unknown value type %d, known are 0 to %d".formatted(code, BY_CODE.length - 1));
        }
        return BY_CODE[code];
    }

    static ValueType ofPropertyCode(byte code) {
        ValueType type = ofCode(code);
        if (type == CHAR || type == BYTES) {
            throw new CorruptRecordException("a property cannot have type " + type);
        }
        return type;
    }

    /** Type of a value of one of the classes that Map and Stream messages take. */
    static ValueType of(Object value) {
        if (value instanceof String) {
            return STRING;
        } else if (value instanceof Integer) {
            return INT;
        } else if (value instanceof Long) {
            return LONG;
        } else if (value instanceof Boolean) {
            return BOOLEAN;
        } else if (value instanceof Double) {
            return DOUBLE;
        } else if (value instanceof Float) {
            return FLOAT;
        } else if (value instanceof Short) {
            return SHORT;
        } else if (value instanceof Byte) {
            return BYTE;
        } else if (value instanceof Character) {
            return CHAR;
        } else if (value instanceof byte[]) {
            return BYTES;
        } else if (value == null) {
            return NULL;
        }
        throw new IllegalArgumentException("no value type for " + value.getClass().getName());
    }

    static ValueType ofProperty(String name, Object value) {
        ValueType type = of(value);
        if (type == CHAR || type == BYTES) {
            throw new IllegalArgumentException("property '" + name + "' cannot have type " + type);
        }
        return type;
    }
}
