package org.millrace.broker.selector;

/**
 * A selector text that cannot be used (§3.8.1.1). The message says where, what was expected and
 * found, and shows the text near the place. Nothing was changed when it is thrown.
 */
public final class InvalidSelector extends Exception {
    private static final long serialVersionUID = 1L;
    private static final int SHOWN_BEFORE = 60;
    private static final int SHOWN_AFTER = 60;

    private final int position;

    InvalidSelector(String text, int position, String problem) {
        super(
                "selector is not valid at character %d: %s; the text is: %s"
                        .formatted(position + 1, problem, excerpt(text, position)));
        this.position = position;
    }

    /** Index of the offending character in the text, from 0; its length when more was expected. */
    public int position() {
        return position;
    }

    private static String excerpt(String text, int position) {
        int from = Math.max(0, position - SHOWN_BEFORE);
        int to = Math.min(text.length(), position + SHOWN_AFTER);
        return (from > 0 ? "…" : "") + text.substring(from, to) + (to < text.length() ? "…" : "");
    }
}
