package org.millrace.broker.selector;

/** The three values of SQL conditions (§3.8.1.2). */
enum Truth {
    TRUE,
    FALSE,
    UNKNOWN;

    static Truth of(boolean holds) {
        return holds ? TRUE : FALSE;
    }

    /** A value used as a condition: what is not Boolean is UNKNOWN (SEL-30). */
    static Truth ofValue(Object value) {
        return value instanceof Boolean holds ? of(holds) : UNKNOWN;
    }

    Truth not() {
        return switch (this) {
            case TRUE -> FALSE;
            case FALSE -> TRUE;
            case UNKNOWN -> UNKNOWN;
        };
    }

    /** The condition used as a value; UNKNOWN is NULL. */
    Boolean toValue() {
        return switch (this) {
            case TRUE -> Boolean.TRUE;
            case FALSE -> Boolean.FALSE;
            case UNKNOWN -> null;
        };
    }
}
