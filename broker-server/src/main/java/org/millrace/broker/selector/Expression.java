package org.millrace.broker.selector;

/**
 * A node of a parsed selector, which evaluates itself. Immutable; never throws. As deep as the
 * parser's nesting limit allows and no deeper: rows of AND, OR and of arithmetic operators are
 * flat.
 */
sealed interface Expression permits Condition, Operand {
    /** What is known of a value before a message is seen. */
    enum StaticType {
        BOOLEAN("a condition"),
        NUMBER("a number"),
        STRING("a string"),
        /** An identifier: the message decides. */
        ANY("an identifier");

        private final String description;

        StaticType(String description) {
            this.description = description;
        }

        String description() {
            return description;
        }
    }

    StaticType type();

    /** Boolean, a number, String, or null for NULL and for UNKNOWN. */
    Object value(SelectorSubject subject);

    Truth truth(SelectorSubject subject);
}
