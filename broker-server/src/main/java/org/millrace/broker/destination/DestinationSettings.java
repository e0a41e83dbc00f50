package org.millrace.broker.destination;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * The settings of one destination, as the catalog has them by key; what is not there has its
 * default. Immutable.
 *
 * @param maxDeliveries {@code maxDeliveries}: after so many attempts a message goes to the
 *     dead-letter queue; 10
 * @param redeliveryDelay {@code redeliveryDelayMillis}: how long a message that came back rests; 0
 * @param deadLetterQueue {@code deadLetterQueue}: its name; {@code DLQ.queue.<name>} or {@code
 *     DLQ.topic.<name>}
 * @param hasExpiring {@code expiring}: whether a message with an expiration was ever sent to it
 */
record DestinationSettings(
        int maxDeliveries, Duration redeliveryDelay, String deadLetterQueue, boolean hasExpiring) {
    private static final String MAX_DELIVERIES = "maxDeliveries";
    private static final String REDELIVERY_DELAY = "redeliveryDelayMillis";
    private static final String DEAD_LETTER_QUEUE = "deadLetterQueue";
    private static final String EXPIRING = "expiring";
    private static final long MAX_DELAY_MILLIS = Duration.ofDays(366).toMillis();
    private static final int DEFAULT_MAX_DELIVERIES = 10;

    static DestinationSettings of(Map<String, String> byKey) {
        return new DestinationSettings(
                (int) number(byKey, MAX_DELIVERIES, DEFAULT_MAX_DELIVERIES, 1, Integer.MAX_VALUE),
                Duration.ofMillis(number(byKey, REDELIVERY_DELAY, 0, 0, MAX_DELAY_MILLIS)),
                byKey.getOrDefault(DEAD_LETTER_QUEUE, ""),
                Boolean.parseBoolean(byKey.get(EXPIRING)));
    }

    private static long number(
            Map<String, String> byKey, String key, long absent, long lowest, long highest) {
        String text = byKey.get(key);
        if (text == null) {
            return absent;
        }
        try {
            long number = Long.parseLong(text);
            if (lowest <= number && number <= highest) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException(refusal(key, text, lowest, highest), notANumber);
        }
        throw new IllegalArgumentException(refusal(key, text, lowest, highest));
    }

    private static String refusal(String key, String text, long lowest, long highest) {
        return "setting %s of a destination is '%s', expected a number from %d to %d"
                .formatted(key, text, lowest, highest);
    }

    /** The settings by key of a destination to which messages with expiration are sent. */
    static Map<String, String> withExpiring(Map<String, String> byKey) {
        Map<String, String> changed = new HashMap<>(byKey);
        changed.put(EXPIRING, "true");
        return changed;
    }
}
