package org.millrace.broker.selector;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A LIKE pattern (SEL-55, SEL-56): {@code _} is one character, {@code %} any run of them, all else
 * itself. A character is a Unicode code point. Immutable.
 *
 * <p>The pattern is cut at each {@code %} into pieces of fixed length. The first is found at the
 * start of the text, the last at its end, those between as early as possible, which never has to be
 * taken back. So the time is at most text length times piece length, whatever the pattern.
 */
final class LikePattern {
    private static final int ANY_ONE = -1;
    private static final int NOT_FOUND = -1;

    /** One piece more than the pattern has {@code %}; code points or {@link #ANY_ONE}. */
    private final List<int[]> pieces;

    private LikePattern(List<int[]> pieces) {
        this.pieces = pieces;
    }

    /** A pattern without escape character. */
    static LikePattern of(String pattern) {
        return cut(pattern.codePoints().toArray(), ANY_ONE);
    }

    /**
     * A pattern in which the character after {@code escape} is itself.
     *
     * @throws IllegalArgumentException when the pattern ends with a lone escape character
     */
    static LikePattern of(String pattern, int escape) {
        return cut(pattern.codePoints().toArray(), escape);
    }

    private static LikePattern cut(int[] pattern, int escape) {
        List<int[]> pieces = new ArrayList<>();
        int[] piece = new int[pattern.length];
        int length = 0;
        for (int i = 0; i < pattern.length; i++) {
            int point = pattern[i];
            if (point == escape) {
                if (++i == pattern.length) {
                    throw new IllegalArgumentException("pattern ends with its escape character");
                }
                piece[length++] = pattern[i];
            } else if (point == '%') {
                pieces.add(Arrays.copyOf(piece, length));
                length = 0;
            } else {
                piece[length++] = point == '_' ? ANY_ONE : point;
            }
        }
        pieces.add(Arrays.copyOf(piece, length));
        return new LikePattern(List.copyOf(pieces));
    }

    boolean matches(String text) {
        int position = endIfAt(pieces.get(0), text, 0);
        int last = pieces.size() - 1;
        if (last == 0 || position == NOT_FOUND) {
            return position == text.length();
        }
        for (int i = 1; i < last && position != NOT_FOUND; i++) {
            position = endOfFirst(pieces.get(i), text, position);
        }
        return position != NOT_FOUND && endsWith(text, pieces.get(last), position);
    }

    /** Where the piece ends if it stands at {@code from}. */
    private static int endIfAt(int[] piece, String text, int from) {
        int position = from;
        for (int point : piece) {
            if (position >= text.length()) {
                return NOT_FOUND;
            }
            int found = text.codePointAt(position);
            if (point != ANY_ONE && point != found) {
                return NOT_FOUND;
            }
            position += Character.charCount(found);
        }
        return position;
    }

    /** Where the first occurrence at or after {@code from} ends. */
    private static int endOfFirst(int[] piece, String text, int from) {
        for (int start = from; start <= text.length() - piece.length; ) {
            int end = endIfAt(piece, text, start);
            if (end != NOT_FOUND) {
                return end;
            }
            start += Character.charCount(text.codePointAt(start));
        }
        return NOT_FOUND;
    }

    private static boolean endsWith(String text, int[] piece, int from) {
        int position = text.length();
        for (int i = piece.length - 1; i >= 0; i--) {
            if (position <= from) {
                return false;
            }
            int found = text.codePointBefore(position);
            if (piece[i] != ANY_ONE && piece[i] != found) {
                return false;
            }
            position -= Character.charCount(found);
        }
        return position >= from;
    }
}
