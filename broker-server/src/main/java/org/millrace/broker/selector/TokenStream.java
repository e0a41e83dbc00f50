package org.millrace.broker.selector;

import java.util.List;
import org.millrace.broker.selector.Token.Kind;

/**
 * Where a parser stands in its tokens, and how deep it is nested. Words every refusal. Confined to
 * its caller.
 */
final class TokenStream {
    private final String text;
    private final List<Token> tokens;
    private int next;
    private int depth;

    /** The tokens of the text, of which the last is {@link Kind#END}. */
    TokenStream(String text, List<Token> tokens) {
        this.text = text;
        this.tokens = tokens;
    }

    /** Index of the next token. */
    int index() {
        return next;
    }

    Token at(int index) {
        return tokens.get(index);
    }

    Token peek() {
        return tokens.get(next);
    }

    /** The next token; whoever took the last one steps back. */
    Token take() {
        return tokens.get(next++);
    }

    void stepBack() {
        next--;
    }

    boolean accept(Kind kind) {
        if (peek().kind() != kind) {
            return false;
        }
        next++;
        return true;
    }

    Token expect(Kind kind, String description) throws InvalidSelector {
        if (peek().kind() != kind) {
            throw expected(description);
        }
        return take();
    }

    /** Begins something nested; {@link #leave} ends it. */
    void enter() throws InvalidSelector {
        if (++depth > Selector.MAX_DEPTH) {
            throw invalid(
                    peek(),
                    "nested deeper than %d parentheses, NOT and signs"
                            .formatted(Selector.MAX_DEPTH));
        }
    }

    void leave() {
        depth--;
    }

    InvalidSelector expected(String description) {
        return invalid(
                peek(), "expected %s, found %s".formatted(description, peek().description()));
    }

    InvalidSelector invalid(Token at, String problem) {
        return new InvalidSelector(text, at.position(), problem);
    }
}
