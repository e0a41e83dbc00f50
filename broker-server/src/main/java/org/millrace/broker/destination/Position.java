package org.millrace.broker.destination;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;

/** Where in the history of a destination somebody begins to read. Immutable. */
public sealed interface Position {
    /** What is written in a destination's name, for messages. */
    String FORMS =
            "earliest, latest, offset:4711, a time such as 2026-08-01T00:00:00Z, or a time ago such"
                    + " as -PT2H";

    /** The oldest record that is kept. */
    record Earliest() implements Position {}

    /** Behind the newest record. */
    record Latest() implements Position {}

    /** A record of a destination that has one log. */
    record AtOffset(long offset) implements Position {}

    /** The first record of this time or later, by its {@code JMSTimestamp}. */
    record AtTime(Instant time) implements Position {}

    /** The first record that is at most so old; the oldest when the log does not reach back. */
    record Ago(Duration time) implements Position {}

    /**
     * @throws IllegalArgumentException when the text is none of {@link #FORMS}
     */
    static Position parse(String text) {
        try {
            if (text.equals("earliest")) {
                return new Earliest();
            } else if (text.equals("latest")) {
                return new Latest();
            } else if (text.startsWith("offset:")) {
                return new AtOffset(offset(text.substring("offset:".length())));
            } else if (text.startsWith("-P")) {
                return ago(text);
            }
            return new AtTime(Instant.parse(text));
        } catch (DateTimeException | NumberFormatException unreadable) {
            throw new IllegalArgumentException(
                    "from is '%s', expected %s".formatted(text, FORMS), unreadable);
        }
    }

    private static Ago ago(String text) {
        Duration time = Duration.parse(text.substring(1));
        if (time.isNegative()) {
            throw new DateTimeException("minus minus is plus: " + text);
        }
        return new Ago(time);
    }

    private static long offset(String text) {
        long offset = Long.parseLong(text);
        if (offset < 0) {
            throw new NumberFormatException("negative");
        }
        return offset;
    }
}
