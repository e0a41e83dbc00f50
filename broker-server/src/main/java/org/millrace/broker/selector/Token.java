package org.millrace.broker.selector;

/**
 * One token of a selector.
 *
 * @param position index of its first character
 * @param value of a {@link Kind#STRING} its content, of an {@link Kind#INTEGER} a BigInteger, of a
 *     {@link Kind#FLOATING} a Float or Double; else the text
 */
record Token(Kind kind, int position, String text, Object value) {
    enum Kind {
        IDENTIFIER,
        STRING,
        INTEGER,
        FLOATING,
        AND,
        OR,
        NOT,
        BETWEEN,
        LIKE,
        IN,
        IS,
        NULL,
        TRUE,
        FALSE,
        ESCAPE,
        EQUAL,
        NOT_EQUAL,
        LESS,
        LESS_OR_EQUAL,
        GREATER,
        GREATER_OR_EQUAL,
        PLUS,
        MINUS,
        TIMES,
        DIVIDE,
        OPEN,
        CLOSE,
        COMMA,
        END
    }

    private static final int SHOWN = 40;

    /** For messages. */
    String description() {
        if (kind == Kind.END) {
            return "the end of the text";
        }
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    }
}
