package org.millrace.broker.admin;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.millrace.broker.destination.Destination;
import org.millrace.broker.destination.Destinations;
import org.millrace.wire.Address;

/**
 * The destinations of one page: those that a name pattern fits, as many as may be looked at in one
 * turn.
 *
 * @param found in the order of their ids
 * @param more where to go on; empty when all were looked at
 */
record DestinationScan(List<Destination> found, String more) {
    private static final int MAX_LOOKED_AT = 10_000;

    static DestinationScan of(Destinations all, String pattern, Place after, int max) {
        Predicate<Address> fits = fitting(pattern);
        List<Destination> found = new ArrayList<>();
        int lookedAt = 0;
        long last = 0;
        for (Destination each : all.createdAfter(after.finishedId())) {
            if (found.size() >= max || lookedAt >= MAX_LOOKED_AT) {
                return new DestinationScan(found, Place.behind(last).text());
            }
            lookedAt++;
            last = each.id();
            if (fits.test(each.address())) {
                found.add(each);
            }
        }
        return new DestinationScan(found, "");
    }

    /** Of one kind when the pattern begins as {@code topic://}. */
    private static Predicate<Address> fitting(String pattern) {
        for (Address.Kind kind : List.of(Address.Kind.QUEUE, Address.Kind.TOPIC)) {
            String scheme = kind.name().toLowerCase(Locale.ROOT) + "://";
            if (pattern.startsWith(scheme)) {
                Predicate<Address> named = fitting(pattern.substring(scheme.length()));
                return address -> address.kind() == kind && named.test(address);
            }
        }
        if (pattern.isEmpty()) {
            return address -> true;
        }
        Pattern names = compile(pattern);
        return address -> names.matcher(address.name()).matches();
    }

    private static Pattern compile(String pattern) {
        return Pattern.compile(
                Arrays.stream(pattern.split("\\*", -1))
                        .map(Pattern::quote)
                        .collect(Collectors.joining(".*")),
                Pattern.DOTALL);
    }

    /** Runs when the cursors of all of them are in memory; at once or in a later turn. */
    void whenOpen(Runnable then) {
        int[] missing = {found.size() + 1};
        Runnable opened =
                () -> {
                    if (--missing[0] == 0) {
                        then.run();
                    }
                };
        found.forEach(each -> each.whenOpen(opened));
        opened.run();
    }
}
