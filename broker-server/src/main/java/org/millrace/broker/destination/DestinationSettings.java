package org.millrace.broker.destination;

import static org.millrace.broker.destination.Setting.Door.BROKER;
import static org.millrace.broker.destination.Setting.Door.USERS;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.millrace.wire.Address;

/**
 * The settings of one destination, read and checked as a whole; what is not there has its default.
 * Immutable.
 *
 * <p>A new setting is a constant here that {@link #ALL} names, and what it does: names of
 * destinations, patterns in the configuration and alterations know it then. What settings must not
 * be together is in {@link #checkTogether}.
 */
final class DestinationSettings {
    static final Setting<Integer> MAX_DELIVERIES =
            new Setting<>(
                    "maxDeliveries",
                    USERS,
                    new Setting.Default<>(10, "10"),
                    SettingForms.integer(1, Integer.MAX_VALUE),
                    "after so many attempts a message goes to the dead-letter queue; default 10");
    static final Setting<Duration> REDELIVERY_DELAY =
            new Setting<>(
                    "redeliveryDelayMillis",
                    USERS,
                    new Setting.Default<>(Duration.ZERO, "0"),
                    SettingForms.millis(Duration.ofDays(366)),
                    "how long a message that came back rests, in milliseconds; default 0");
    static final Setting<Double> REDELIVERY_MULTIPLIER =
            new Setting<>(
                    "redeliveryMultiplier",
                    USERS,
                    new Setting.Default<>(1.0, "1"),
                    SettingForms.decimal(1, 100),
                    "each rest is so many times the one before; default 1");
    static final Setting<Optional<Duration>> MAX_REDELIVERY_DELAY =
            new Setting<>(
                    "maxRedeliveryDelayMillis",
                    USERS,
                    new Setting.Default<>(Optional.empty(), ""),
                    SettingForms.optional(SettingForms.millis(Duration.ofDays(366))),
                    "the longest rest, in milliseconds; default an hour, or redeliveryDelayMillis if that is longer");
    static final Setting<Double> REDELIVERY_JITTER =
            new Setting<>(
                    "redeliveryJitter",
                    USERS,
                    new Setting.Default<>(0.0, "0"),
                    SettingForms.decimal(0, 1),
                    "part of a rest by which it is longer or shorter by chance, 0 to 1; default 0");
    static final Setting<String> DEAD_LETTER_QUEUE =
            new Setting<>(
                    "deadLetterQueue",
                    USERS,
                    new Setting.Default<>("", ""),
                    SettingForms.queueName(),
                    "where messages go that are given up; default DLQ.queue.<name> or DLQ.topic.<name>");
    static final Setting<String> EXPIRY_QUEUE =
            new Setting<>(
                    "expiryQueue",
                    USERS,
                    new Setting.Default<>("", ""),
                    SettingForms.queueName(),
                    "where messages go that have expired; default none: they are dropped");
    static final Setting<Optional<Duration>> RETENTION =
            new Setting<>(
                    "retention",
                    USERS,
                    new Setting.Default<>(Optional.empty(), ""),
                    SettingForms.time(),
                    "how long what everybody has finished is kept, as P7D; default not at all");
    static final Setting<OptionalLong> RETENTION_BYTES =
            new Setting<>(
                    "retentionBytes",
                    USERS,
                    new Setting.Default<>(OptionalLong.empty(), ""),
                    SettingForms.bytes(),
                    "how much history is kept, all logs together, as 10GiB; default none");

    static final Setting<Boolean> COMPACTION =
            new Setting<>(
                    "compaction",
                    USERS,
                    new Setting.Default<>(false, "false"),
                    SettingForms.flag(),
                    "whether of each key (JMSXGroupID) only the newest message is kept; default false");
    static final Setting<Duration> TOMBSTONE_RETENTION =
            new Setting<>(
                    "tombstoneRetention",
                    USERS,
                    new Setting.Default<>(Duration.ofDays(1), "P1D"),
                    SettingForms.duration(),
                    "how long a message without body, which deletes its key, is kept; default P1D");

    private static final Setting<Boolean> EXPIRING =
            new Setting<>(
                    "expiring",
                    BROKER,
                    new Setting.Default<>(false, "false"),
                    SettingForms.flag(),
                    "whether a message with an expiration was ever sent to it");
    private static final Setting<Long> CREATED =
            new Setting<>(
                    "createdMillis",
                    BROKER,
                    new Setting.Default<>(0L, "0"),
                    SettingForms.number(0, Long.MAX_VALUE),
                    "when it was created");

    /** In the order in which users see them. */
    private static final List<Setting<?>> ALL =
            List.of(
                    MAX_DELIVERIES,
                    REDELIVERY_DELAY,
                    REDELIVERY_MULTIPLIER,
                    MAX_REDELIVERY_DELAY,
                    REDELIVERY_JITTER,
                    DEAD_LETTER_QUEUE,
                    EXPIRY_QUEUE,
                    RETENTION,
                    RETENTION_BYTES,
                    COMPACTION,
                    TOMBSTONE_RETENTION,
                    EXPIRING,
                    CREATED);

    private static final Duration LONGEST_REST = Duration.ofHours(1);

    private final Map<Setting<?>, Object> values;
    private final boolean keepsHistory;
    private final boolean isCompacted;
    private final boolean hasExpiring;
    private final Backoff backoff;

    private DestinationSettings(Map<Setting<?>, Object> values) {
        this.values = Map.copyOf(values);
        // Asked for each message.
        this.isCompacted = get(COMPACTION);
        this.keepsHistory = isCompacted || limitsHistory();
        this.hasExpiring = get(EXPIRING);
        this.backoff = readBackoff();
    }

    /**
     * @throws IllegalArgumentException when a value cannot be read, or contradicts another
     */
    static DestinationSettings of(Map<String, String> byKey) {
        Map<Setting<?>, Object> values = new HashMap<>();
        ALL.forEach(setting -> values.put(setting, setting.in(byKey)));
        DestinationSettings settings = new DestinationSettings(values);
        settings.checkTogether();
        return settings;
    }

    private void checkTogether() {
        Duration first = get(REDELIVERY_DELAY);
        Optional<Duration> longest = get(MAX_REDELIVERY_DELAY);
        if (longest.isPresent() && longest.get().compareTo(first) < 0) {
            throw new IllegalArgumentException(
                    "%s %d is below %s %d"
                            .formatted(
                                    MAX_REDELIVERY_DELAY,
                                    longest.get().toMillis(),
                                    REDELIVERY_DELAY,
                                    first.toMillis()));
        }
    }

    /** Those that a name, the configuration or an alteration may give. */
    static List<Setting<?>> ofUsers() {
        return ALL.stream().filter(setting -> setting.door() == USERS).toList();
    }

    /**
     * @throws IllegalArgumentException when it is none that users may give
     */
    static Setting<?> known(String key) {
        return ofUsers().stream()
                .filter(setting -> setting.key().equals(key))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "unknown setting '%s' of a destination, known are %s"
                                                .formatted(key, ofUsers())));
    }

    /**
     * @throws IllegalArgumentException when a key is none that users may give, or its value cannot
     *     be read
     */
    static void checkGiven(Map<String, String> byKey) {
        byKey.keySet().forEach(DestinationSettings::known);
        of(byKey);
    }

    /** What holds, set or by default. */
    <T> T get(Setting<T> setting) {
        @SuppressWarnings("unchecked") // What a setting reads is what it is asked for.
        T value = (T) values.get(setting);
        return value;
    }

    /** Whether history goes when it is old or large. */
    boolean limitsHistory() {
        return get(RETENTION).isPresent() || get(RETENTION_BYTES).isPresent();
    }

    /** Whether newer messages of a key replace older ones. */
    boolean isCompacted() {
        return isCompacted;
    }

    /** Whether it keeps what everybody has finished. */
    boolean keepsHistory() {
        return keepsHistory;
    }

    /** Whether a message with an expiration was ever sent to it. */
    boolean hasExpiring() {
        return hasExpiring;
    }

    /** How long messages that came back rest. */
    Backoff backoff() {
        return backoff;
    }

    private Backoff readBackoff() {
        Duration first = get(REDELIVERY_DELAY);
        return first.isZero()
                ? Backoff.NONE
                : new Backoff(
                        first, get(REDELIVERY_MULTIPLIER), longestRest(), get(REDELIVERY_JITTER));
    }

    private Duration longestRest() {
        Duration first = get(REDELIVERY_DELAY);
        return get(MAX_REDELIVERY_DELAY)
                .orElse(first.compareTo(LONGEST_REST) > 0 ? first : LONGEST_REST);
    }

    /** What holds of a setting that nobody has set, as a user would write it; empty for nothing. */
    Optional<String> byDefault(Setting<?> setting, Address address) {
        String text = setting.absentText();
        if (setting == DEAD_LETTER_QUEUE) {
            text = LastStops.defaultQueue(address);
        } else if (setting == MAX_REDELIVERY_DELAY) {
            text = Long.toString(longestRest().toMillis());
        }
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    /** When the destination was. */
    Instant created() {
        return Instant.ofEpochMilli(get(CREATED));
    }

    /** The settings by key of a destination to which messages with expiration are sent. */
    static Map<String, String> withExpiring(Map<String, String> byKey) {
        Map<String, String> changed = new HashMap<>(byKey);
        changed.put(EXPIRING.key(), "true");
        return changed;
    }

    /** The settings by key of a new destination. */
    static Map<String, String> created(Map<String, String> given, Instant now) {
        Map<String, String> settings = new HashMap<>(given);
        settings.put(CREATED.key(), Long.toString(now.toEpochMilli()));
        return settings;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DestinationSettings settings && settings.values.equals(values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    @Override
    public String toString() {
        return values.toString();
    }
}
