package org.millrace.broker.destination;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.millrace.broker.dispatch.Assignment;
import org.millrace.broker.loop.RefusedException;
import org.millrace.broker.settings.DestinationDefaults;
import org.millrace.wire.Address;
import org.millrace.wire.ErrorCode;

/**
 * What an application asks for in the name of a destination: {@code orders?partitions=8}. Options
 * are {@code key=value}, separated by {@code &}; values may be percent-encoded. Immutable.
 *
 * @param partitions {@code partitions}: how many it is created with, or must have
 * @param settings of the destination by key, which it is created with or must have
 * @param from where a consumer begins; nothing to those who send
 * @param assignment of partitions to the consumers of a subscription; nothing to those who send
 */
public record DestinationOptions(
        OptionalInt partitions,
        Map<String, String> settings,
        Optional<Position> from,
        Assignment assignment) {
    static final int MAX_PARTITIONS = 1024;
    static final String PARTITIONS = "partitions";
    private static final String FROM = "from";
    private static final String ASSIGNMENT = "assignment";

    /**
     * @throws RefusedException when an option is unknown, given twice or has a value that is not
     *     allowed
     */
    public static DestinationOptions of(Address address) {
        Map<String, String> options = split(address);
        Optional<String> partitions = Optional.ofNullable(options.remove(PARTITIONS));
        Optional<String> from = Optional.ofNullable(options.remove(FROM));
        Optional<String> assignment = Optional.ofNullable(options.remove(ASSIGNMENT));
        if (partitions.isPresent() && address.kind().isTemporary()) {
            throw refused(address, "a temporary destination has one partition");
        }
        try {
            checkKnown(options);
            DestinationSettings.checkGiven(options);
            return new DestinationOptions(
                    partitions.isEmpty()
                            ? OptionalInt.empty()
                            : OptionalInt.of(number(partitions.get())),
                    Map.copyOf(options),
                    from.map(Position::parse),
                    assignment(assignment));
        } catch (IllegalArgumentException wrong) {
            throw refused(address, wrong.getMessage());
        }
    }

    private static void checkKnown(Map<String, String> settings) {
        List<String> known = new ArrayList<>(List.of(PARTITIONS, FROM, ASSIGNMENT));
        DestinationSettings.ofUsers().forEach(setting -> known.add(setting.key()));
        for (String key : settings.keySet()) {
            if (!known.contains(key)) {
                throw new IllegalArgumentException(
                        "unknown option '%s', known are %s".formatted(key, known));
            }
        }
    }

    private static Map<String, String> split(Address address) {
        Map<String, String> options = new LinkedHashMap<>();
        if (address.options().isEmpty()) {
            return options;
        }
        for (String option : address.options().split("&", -1)) {
            int equals = option.indexOf('=');
            if (equals <= 0) {
                throw refused(address, "option '%s', expected key=value".formatted(option));
            }
            String key = option.substring(0, equals);
            if (options.put(key, decoded(address, option.substring(equals + 1))) != null) {
                throw refused(address, "option '%s' is given twice".formatted(key));
            }
        }
        return options;
    }

    private static String decoded(Address address, String value) {
        try {
            return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException wrong) {
            throw refused(address, "value '" + value + "': " + wrong.getMessage());
        }
    }

    private static Assignment assignment(Optional<String> text) {
        return switch (text.orElse("shared")) {
            case "shared" -> Assignment.SHARED;
            case "exclusive" -> Assignment.EXCLUSIVE;
            default ->
                    throw new IllegalArgumentException(
                            "%s '%s', expected shared or exclusive"
                                    .formatted(ASSIGNMENT, text.get()));
        };
    }

    private static int number(String text) {
        // At most four digits: no overflow, no sign.
        int partitions = text.matches("[0-9]{1,4}") ? Integer.parseInt(text) : 0;
        if (!isPossible(partitions)) {
            throw new IllegalArgumentException(
                    "%s '%s', expected a number from 1 to %d"
                            .formatted(PARTITIONS, text, MAX_PARTITIONS));
        }
        return partitions;
    }

    private static boolean isPossible(int partitions) {
        return 1 <= partitions && partitions <= MAX_PARTITIONS;
    }

    /**
     * @throws RefusedException when no destination can have so many
     */
    static void checkPartitions(Address address, int partitions) {
        if (!isPossible(partitions)) {
            throw RefusedException.of(
                    ErrorCode.INVALID_ARGUMENT,
                    "%d partitions for %s, expected 1 to %d; nothing was changed",
                    partitions,
                    address,
                    MAX_PARTITIONS);
        }
    }

    /** How many partitions a destination of this name is created with. */
    static int defaultPartitions(DestinationDefaults defaults, Address address) {
        String text = defaults.of(address.name()).get(PARTITIONS);
        return text == null ? 1 : number(text);
    }

    /**
     * Whether the configuration may give this to destinations by a pattern of their name.
     *
     * @throws IllegalArgumentException when not
     */
    static void checkDefault(String key, String value) {
        if (key.equals(PARTITIONS)) {
            number(value);
        } else {
            DestinationSettings.checkGiven(Map.of(key, value));
        }
    }

    private static RefusedException refused(Address address, String why) {
        return RefusedException.of(
                ErrorCode.INVALID_DESTINATION, "%s: %s; nothing was created", address, why);
    }

    /**
     * @throws RefusedException when the destination is not as is asked for
     */
    void check(Destination found) {
        if (partitions.isPresent()
                && partitions.getAsInt() != found.partitionCount()
                && !had(found, partitions.getAsInt())) {
            throw RefusedException.of(
                    ErrorCode.INVALID_DESTINATION,
                    "%s has %d partitions, not %d as its name asks for; leave the option out, or"
                            + " change it: millrace destinations alter %s --partitions %3$d",
                    found,
                    found.partitionCount(),
                    partitions.getAsInt(),
                    found.address().kind() == Address.Kind.TOPIC
                            ? "topic://" + found.address().name()
                            : found.address().name());
        }
    }

    /** Names may go on saying how many it had before somebody altered that. */
    private static boolean had(Destination found, int count) {
        return FormerOptions.of(found.liveSettings().row())
                .values(PARTITIONS)
                .contains(Integer.toString(count));
    }

    /**
     * @throws RefusedException when it says what only a consumer can
     */
    void checkNotOfConsumer(Address address) {
        if (from.isPresent()) {
            throw refused(address, "option 'from' is for consumers");
        }
    }

    /** The destination itself. */
    static Address bare(Address address) {
        return address.options().isEmpty() ? address : Address.of(address.kind(), address.name());
    }
}
