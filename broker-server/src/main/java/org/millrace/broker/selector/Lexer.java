package org.millrace.broker.selector;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.millrace.broker.selector.Token.Kind;

/**
 * Cuts the text of a selector into tokens. Confined to its caller; used once.
 *
 * <p>Numbers follow Java's literals without binary ones, hexadecimal floats and underscores. A
 * literal is the number it spells: {@code 0xFFFFFFFF} is 4294967295, not -1.
 */
final class Lexer {
    private static final Map<String, Kind> KEYWORDS =
            Map.ofEntries(
                    Map.entry("AND", Kind.AND),
                    Map.entry("OR", Kind.OR),
                    Map.entry("NOT", Kind.NOT),
                    Map.entry("BETWEEN", Kind.BETWEEN),
                    Map.entry("LIKE", Kind.LIKE),
                    Map.entry("IN", Kind.IN),
                    Map.entry("IS", Kind.IS),
                    Map.entry("NULL", Kind.NULL),
                    Map.entry("TRUE", Kind.TRUE),
                    Map.entry("FALSE", Kind.FALSE),
                    Map.entry("ESCAPE", Kind.ESCAPE));
    private static final int LONGEST_KEYWORD = 7;
    private static final int OCTAL = 8;
    private static final int DECIMAL = 10;
    private static final int HEXADECIMAL = 16;

    private final String text;
    private final List<Token> tokens = new ArrayList<>();
    private int position;

    Lexer(String text) {
        this.text = text;
    }

    /** All tokens; the last is {@link Kind#END}. */
    List<Token> tokens() throws InvalidSelector {
        while (true) {
            while (position < text.length() && isWhitespace(text.charAt(position))) {
                position++;
            }
            if (position == text.length()) {
                tokens.add(new Token(Kind.END, position, "", ""));
                return tokens;
            }
            readToken();
        }
    }

    /** SEL-8. */
    static boolean isWhitespace(char c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
    }

    private void readToken() throws InvalidSelector {
        char c = text.charAt(position);
        if (c == '\'') {
            readString();
        } else if (isDigit(c) || c == '.' && isDigit(peek(1))) {
            readNumber();
        } else if (Character.isJavaIdentifierStart(text.codePointAt(position))) {
            readWord();
        } else {
            readSymbol(c);
        }
    }

    /** The character so far ahead; 0 past the end, which no token contains. */
    private char peek(int ahead) {
        int index = position + ahead;
        return index < text.length() ? text.charAt(index) : '\0';
    }

    private void add(Kind kind, int start, Object value) {
        tokens.add(new Token(kind, start, text.substring(start, position), value));
    }

    private void addSymbol(Kind kind, int length) {
        int start = position;
        position += length;
        add(kind, start, text.substring(start, position));
    }

    private void readSymbol(char c) throws InvalidSelector {
        switch (c) {
            case '=' -> addSymbol(Kind.EQUAL, 1);
            case '<' -> {
                switch (peek(1)) {
                    case '>' -> addSymbol(Kind.NOT_EQUAL, 2);
                    case '=' -> addSymbol(Kind.LESS_OR_EQUAL, 2);
                    default -> addSymbol(Kind.LESS, 1);
                }
            }
            case '>' -> {
                if (peek(1) == '=') {
                    addSymbol(Kind.GREATER_OR_EQUAL, 2);
                } else {
                    addSymbol(Kind.GREATER, 1);
                }
            }
            case '+' -> addSymbol(Kind.PLUS, 1);
            case '-' -> {
                refuseComment('-');
                addSymbol(Kind.MINUS, 1);
            }
            case '*' -> addSymbol(Kind.TIMES, 1);
            case '/' -> {
                refuseComment('*');
                addSymbol(Kind.DIVIDE, 1);
            }
            case '(' -> addSymbol(Kind.OPEN, 1);
            case ')' -> addSymbol(Kind.CLOSE, 1);
            case ',' -> addSymbol(Kind.COMMA, 1);
            default ->
                    throw invalid(
                            position,
                            "expected a name, a literal or an operator, found "
                                    + Character.toString(text.codePointAt(position)));
        }
    }

    private void refuseComment(char second) throws InvalidSelector {
        if (peek(1) == second) {
            throw invalid(
                    position,
                    "SQL comments are not allowed, found "
                            + text.substring(position, position + 2));
        }
    }

    private void readString() throws InvalidSelector {
        int start = position++;
        StringBuilder content = new StringBuilder();
        while (true) {
            int quote = text.indexOf('\'', position);
            if (quote < 0) {
                throw invalid(start, "expected a closing quote for the string that begins here");
            }
            content.append(text, position, quote);
            position = quote + 1;
            if (peek(0) != '\'') {
                add(Kind.STRING, start, content.toString());
                return;
            }
            content.append('\'');
            position++;
        }
    }

    private void readWord() throws InvalidSelector {
        int start = position;
        String word = wordAt(position);
        position += word.length();
        Kind kind = keyword(word);
        if (kind == Kind.IDENTIFIER && !Identifier.isAllowed(word)) {
            throw invalid(
                    start,
                    "%s cannot be used in a selector; of the names that begin with JMS only"
                                    .formatted(word)
                            + " JMSDeliveryMode, JMSPriority, JMSMessageID, JMSTimestamp,"
                            + " JMSCorrelationID, JMSType, JMSX… and JMS_… can");
        }
        add(kind, start, word);
    }

    private String wordAt(int start) {
        int end = start;
        while (end < text.length() && Character.isJavaIdentifierPart(text.codePointAt(end))) {
            end += Character.charCount(text.codePointAt(end));
        }
        return text.substring(start, end);
    }

    /** Only ASCII letters make a keyword; some others have an ASCII letter as their upper case. */
    private static Kind keyword(String word) {
        if (word.length() > LONGEST_KEYWORD || !word.chars().allMatch(c -> c < 128)) {
            return Kind.IDENTIFIER;
        }
        return KEYWORDS.getOrDefault(word.toUpperCase(Locale.ROOT), Kind.IDENTIFIER);
    }

    private void readNumber() throws InvalidSelector {
        int start = position;
        if (peek(0) == '0' && (peek(1) == 'x' || peek(1) == 'X')) {
            position += 2;
            skipDigits(HEXADECIMAL);
            readInteger(start, text.substring(start + 2, position), HEXADECIMAL);
        } else {
            skipDigits(DECIMAL);
            if (skipFractionAndExponent() | isFloatSuffix(peek(0))) {
                readFloating(start);
            } else {
                String digits = text.substring(start, position);
                boolean octal = digits.length() > 1 && digits.charAt(0) == '0';
                readInteger(start, digits, octal ? OCTAL : DECIMAL);
            }
        }
        String follows = wordAt(position);
        if (!follows.isEmpty() && keyword(follows) == Kind.IDENTIFIER) {
            throw malformed(start, text.substring(start, position) + follows);
        }
    }

    private void skipDigits(int radix) {
        while (isDigit(peek(0)) || radix == HEXADECIMAL && isHexLetter(peek(0))) {
            position++;
        }
    }

    /** True when there was one of them. */
    private boolean skipFractionAndExponent() {
        int start = position;
        if (peek(0) == '.') {
            position++;
            skipDigits(DECIMAL);
        }
        if (peek(0) == 'e' || peek(0) == 'E') {
            int sign = peek(1) == '+' || peek(1) == '-' ? 1 : 0;
            if (isDigit(peek(1 + sign))) {
                position += 1 + sign;
                skipDigits(DECIMAL);
            }
        }
        return position > start;
    }

    private void readFloating(int start) throws InvalidSelector {
        String digits = text.substring(start, position);
        char suffix = peek(0);
        position += isFloatSuffix(suffix) ? 1 : 0;
        Number value;
        boolean inRange;
        if (suffix == 'f' || suffix == 'F') {
            float number = Float.parseFloat(digits);
            value = number;
            inRange = Float.isFinite(number) && (number != 0 || isZero(digits));
        } else {
            double number = Double.parseDouble(digits);
            value = number;
            inRange = Double.isFinite(number) && (number != 0 || isZero(digits));
        }
        if (!inRange) {
            throw invalid(start, "number is outside the range of its type: " + digits);
        }
        add(Kind.FLOATING, start, value);
    }

    /** Whether all digits before the exponent are 0: else a result of 0 is an underflow. */
    private static boolean isZero(String digits) {
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            if (c == 'e' || c == 'E') {
                return true;
            }
            if (c != '0' && c != '.') {
                return false;
            }
        }
        return true;
    }

    private void readInteger(int start, String digits, int radix) throws InvalidSelector {
        if (peek(0) == 'l' || peek(0) == 'L') {
            position++;
        }
        try {
            add(Kind.INTEGER, start, new BigInteger(digits, radix));
        } catch (NumberFormatException malformed) {
            throw malformed(start, text.substring(start, position));
        }
    }

    private InvalidSelector malformed(int start, String found) {
        return invalid(start, "expected a number in Java's syntax, found " + found);
    }

    private InvalidSelector invalid(int at, String problem) {
        return new InvalidSelector(text, at, problem);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isHexLetter(char c) {
        return c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F';
    }

    private static boolean isFloatSuffix(char c) {
        return c == 'f' || c == 'F' || c == 'd' || c == 'D';
    }
}
