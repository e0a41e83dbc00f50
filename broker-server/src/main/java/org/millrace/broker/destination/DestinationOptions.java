package org.millrace.broker.destination;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.millrace.broker.loop.RefusedException;
import org.millrace.wire.Address;
import org.millrace.wire.ErrorCode;

/**
 * What an application asks for in the name of a destination: {@code orders?partitions=8}. Options
 * are {@code key=value}, separated by {@code &}. Immutable.
 *
 * @param partitions {@code partitions}: how many it is created with, or must have
 */
record DestinationOptions(OptionalInt partitions) {
    static final int MAX_PARTITIONS = 1024;

    private static final String PARTITIONS = "partitions";

    /**
     * @throws RefusedException when an option is unknown, given twice or has a value that is not
     *     allowed
     */
    static DestinationOptions of(Address address) {
        OptionalInt partitions = OptionalInt.empty();
        for (Map.Entry<String, String> option : split(address).entrySet()) {
            switch (option.getKey()) {
                case PARTITIONS -> partitions = OptionalInt.of(number(address, option.getValue()));
                default ->
                        throw refused(
                                address,
                                "unknown option '%s', known is '%s'"
                                        .formatted(option.getKey(), PARTITIONS));
            }
        }
        if (partitions.isPresent() && address.kind().isTemporary()) {
            throw refused(address, "a temporary destination has one partition");
        }
        return new DestinationOptions(partitions);
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
            String before = options.put(option.substring(0, equals), option.substring(equals + 1));
            if (before != null) {
                throw refused(
                        address,
                        "option '%s' is given twice".formatted(option.substring(0, equals)));
            }
        }
        return options;
    }

    private static int number(Address address, String text) {
        // At most four digits: no overflow, no sign.
        int partitions = text.matches("[0-9]{1,4}") ? Integer.parseInt(text) : 0;
        if (partitions < 1 || partitions > MAX_PARTITIONS) {
            throw refused(
                    address,
                    "%s '%s', expected a number from 1 to %d"
                            .formatted(PARTITIONS, text, MAX_PARTITIONS));
        }
        return partitions;
    }

    private static RefusedException refused(Address address, String why) {
        return RefusedException.of(
                ErrorCode.INVALID_DESTINATION, "%s: %s; nothing was created", address, why);
    }

    /**
     * @throws RefusedException when the destination is not as is asked for
     */
    void check(Destination found) {
        if (partitions.isPresent() && partitions.getAsInt() != found.partitionCount()) {
            throw RefusedException.of(
                    ErrorCode.INVALID_DESTINATION,
                    "%s has %d partitions, not %d as its name asks for;"
                            + " leave the option out, or alter the destination",
                    found,
                    found.partitionCount(),
                    partitions.getAsInt());
        }
    }
}
