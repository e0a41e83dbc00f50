package org.millrace.broker.destination;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The settings of one destination, as the catalog has them by key; what is not there has its
 * default. Immutable.
 *
 * @param maxDeliveries {@code maxDeliveries}: after so many attempts a message goes to the
 *     dead-letter queue; 10
 * @param redeliveryDelay {@code redeliveryDelayMillis}: how long a message that came back rests; 0
 * @param deadLetterQueue {@code deadLetterQueue}: its name; {@code DLQ.queue.<name>} or {@code
 *     DLQ.topic.<name>}
 * @param retention {@code retention}: how long what everybody has finished is kept, as {@code P7D}
 * @param retentionBytes {@code retentionBytes}: how much of it at most, all logs of the destination
 *     together, as {@code 10GiB}
 * @param hasExpiring {@code expiring}: whether a message with an expiration was ever sent to it
 * @param created {@code createdMillis}: when it was
 */
record DestinationSettings(
        int maxDeliveries,
        Duration redeliveryDelay,
        String deadLetterQueue,
        Optional<Duration> retention,
        OptionalLong retentionBytes,
        boolean hasExpiring,
        Instant created) {
    private static final String MAX_DELIVERIES = "maxDeliveries";
    private static final String REDELIVERY_DELAY = "redeliveryDelayMillis";
    private static final String DEAD_LETTER_QUEUE = "deadLetterQueue";
    private static final String RETENTION = "retention";
    private static final String RETENTION_BYTES = "retentionBytes";
    private static final String EXPIRING = "expiring";
    private static final String CREATED = "createdMillis";

    /** Those that a name or the configuration may give. */
    private static final List<String> GIVEN =
            List.of(
                    MAX_DELIVERIES,
                    REDELIVERY_DELAY,
                    DEAD_LETTER_QUEUE,
                    RETENTION,
                    RETENTION_BYTES);

    private static final List<String> UNITS = List.of("KiB", "MiB", "GiB", "TiB");
    private static final Duration MAX_RETENTION = Duration.ofDays(36_500);
    private static final long MAX_DELAY_MILLIS = Duration.ofDays(366).toMillis();
    private static final int DEFAULT_MAX_DELIVERIES = 10;

    static DestinationSettings of(Map<String, String> byKey) {
        return new DestinationSettings(
                (int) number(byKey, MAX_DELIVERIES, DEFAULT_MAX_DELIVERIES, 1, Integer.MAX_VALUE),
                Duration.ofMillis(number(byKey, REDELIVERY_DELAY, 0, 0, MAX_DELAY_MILLIS)),
                byKey.getOrDefault(DEAD_LETTER_QUEUE, ""),
                Optional.ofNullable(byKey.get(RETENTION)).map(DestinationSettings::retention),
                bytes(byKey),
                Boolean.parseBoolean(byKey.get(EXPIRING)),
                Instant.ofEpochMilli(number(byKey, CREATED, 0, 0, Long.MAX_VALUE)));
    }

    /**
     * @throws IllegalArgumentException when a key is none that a name or the configuration may give
     */
    static void checkGiven(Map<String, String> byKey) {
        for (String key : byKey.keySet()) {
            if (!GIVEN.contains(key)) {
                throw new IllegalArgumentException(
                        "unknown setting '%s' of a destination, known are partitions, %s and, of a consumer, from"
                                .formatted(key, GIVEN));
            }
        }
        of(byKey);
    }

    /** Whether it keeps what everybody has finished. */
    boolean keepsHistory() {
        return retention.isPresent() || retentionBytes.isPresent();
    }

    private static Duration retention(String text) {
        try {
            Duration time = Duration.parse(text);
            if (time.toMillis() > 0 && time.compareTo(MAX_RETENTION) <= 0) {
                return time;
            }
        } catch (DateTimeException | ArithmeticException unreadable) {
            throw new IllegalArgumentException(refusedRetention(text), unreadable);
        }
        throw new IllegalArgumentException(refusedRetention(text));
    }

    private static String refusedRetention(String text) {
        return "setting retention of a destination is '%s', expected a time such as PT24H or P7D, at most P36500D"
                .formatted(text);
    }

    private static OptionalLong bytes(Map<String, String> byKey) {
        String text = byKey.get(RETENTION_BYTES);
        if (text == null) {
            return OptionalLong.empty();
        }
        int unit = text.length() < 3 ? -1 : UNITS.indexOf(text.substring(text.length() - 3));
        String digits = unit < 0 ? text : text.substring(0, text.length() - 3);
        if (!digits.matches("[0-9]{1,9}") && (unit >= 0 || !digits.matches("[0-9]{1,18}"))
                || Long.parseLong(digits) == 0
                || Long.parseLong(digits) > Long.MAX_VALUE >> 10 * (unit + 1)) {
            throw new IllegalArgumentException(
                    "setting retentionBytes of a destination is '%s', expected a number of bytes above 0, with KiB, MiB, GiB or TiB behind it or nothing"
                            .formatted(text));
        }
        return OptionalLong.of(Long.parseLong(digits) << 10 * (unit + 1));
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

    /** The settings by key of a new destination. */
    static Map<String, String> created(Map<String, String> given, Instant now) {
        Map<String, String> settings = new HashMap<>(given);
        settings.put(CREATED, Long.toString(now.toEpochMilli()));
        return settings;
    }
}
