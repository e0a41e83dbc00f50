package org.millrace.broker.dispatch;

/**
 * What is known of earlier deliveries of a message beside their number; in memory only. Immutable.
 *
 * @param firstMillis when it was delivered first since the broker started, in milliseconds since
 *     1970; 0 when it was not
 * @param cause what the application failed on, as far as its client said so last; empty for nothing
 */
public record Past(long firstMillis, String cause) {
    static final Past NONE = new Past(0, "");

    /** Characters of a cause that are kept. */
    private static final int CAUSE_CHARS = 1000;

    /** With one more delivery that failed; an unknown cause leaves the last known. */
    Past with(long deliveredMillis, String lastCause) {
        return new Past(
                firstMillis == 0 ? deliveredMillis : firstMillis,
                lastCause.isEmpty() ? cause : cut(lastCause));
    }

    private static String cut(String text) {
        return text.length() <= CAUSE_CHARS ? text : text.substring(0, CAUSE_CHARS);
    }
}
