package org.millrace.broker.selector;

import java.util.Optional;

/**
 * A parsed message selector (§3.8). Immutable, may be shared between threads; evaluation neither
 * throws nor changes anything.
 *
 * <p>Two selectors are equal when their texts are (SEL-74).
 */
public final class Selector {
    /** Longest text in characters. */
    public static final int MAX_LENGTH = 65_536;

    /**
     * Deepest nesting of parentheses, NOT and signs; keeps parser and evaluation off the stack's
     * end.
     */
    public static final int MAX_DEPTH = 200;

    /**
     * Longest pattern of LIKE in characters: bounds the time of a match, see {@link LikePattern}.
     */
    public static final int MAX_PATTERN_LENGTH = 1_024;

    private final String text;
    private final Expression root;

    private Selector(String text, Expression root) {
        this.text = text;
        this.root = root;
    }

    /**
     * Parses a selector.
     *
     * @throws InvalidSelector when the text is not one, is too long or too deep, or has a type
     *     error that shows without a message; also when it is blank, see {@link #isNone}
     */
    public static Selector parse(String text) throws InvalidSelector {
        if (text.length() > MAX_LENGTH) {
            throw new InvalidSelector(
                    text,
                    0,
                    "it has %d characters, at most %d are allowed"
                            .formatted(text.length(), MAX_LENGTH));
        }
        return new Selector(
                text, new Parser(new TokenStream(text, new Lexer(text).tokens())).parse());
    }

    /** As {@link #parse}; empty when the text says that all messages are wanted (SEL-1, SEL-2). */
    public static Optional<Selector> parseUnlessNone(String text) throws InvalidSelector {
        return isNone(text) ? Optional.empty() : Optional.of(parse(text));
    }

    /** Whether the text is null, empty or whitespace: no selector (SEL-1, SEL-2). */
    public static boolean isNone(String text) {
        if (text == null) {
            return true;
        }
        for (int i = 0; i < text.length(); i++) {
            if (!Lexer.isWhitespace(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** Whether the selector is TRUE for the message, not FALSE and not UNKNOWN (SEL-5). */
    public boolean matches(SelectorSubject subject) {
        return root.truth(subject) == Truth.TRUE;
    }

    /** The text as it was given. */
    public String text() {
        return text;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Selector selector && selector.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
