package org.millrace.wire.record;

import java.util.Optional;
import org.millrace.foundation.Check;

/**
 * Identity of a message (§3.4.3): the producer that sent it and the number it gave it. Known to the
 * client when it sends, unique over all time because producer ids are.
 *
 * @param number 0 or more
 */
public record MessageId(long producerId, long number) {
    private static final String PREFIX = "ID:";
    private static final char SEPARATOR = '-';

    public MessageId {
        Check.argument(number >= 0, "message number %d is negative", number);
    }

    /**
     * Reads the text form of one of our ids; empty for any other text, for example the id of
     * another provider.
     */
    public static Optional<MessageId> parse(String text) {
        int separator = text.lastIndexOf(SEPARATOR);
        if (!text.startsWith(PREFIX) || separator <= PREFIX.length()) {
            return Optional.empty();
        }
        try {
            MessageId id =
                    new MessageId(
                            Long.parseLong(text, PREFIX.length(), separator, 10),
                            Long.parseLong(text, separator + 1, text.length(), 10));
            // Only what toString() writes is ours: not "ID:+7-1", not "ID:07-1".
            return id.toString().equals(text) ? Optional.of(id) : Optional.empty();
        } catch (IllegalArgumentException foreign) {
            return Optional.empty();
        }
    }

    /** {@code ID:<producer id>-<number>}, both decimal. */
    @Override
    public String toString() {
        return PREFIX + producerId + SEPARATOR + number;
    }
}
