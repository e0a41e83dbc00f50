package org.millrace.broker.destination;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.millrace.broker.settings.DestinationDefaults;
import org.millrace.wire.Address;

/**
 * The queues that take dead letters or expired messages of others: what fails there stays there, so
 * that no message goes in circles. Confined to the broker loop; bounded by the destinations.
 */
final class LastStops {
    /** How the names of dead-letter queues begin that nobody has named. */
    static final String PREFIX = "DLQ.";

    private static final int MAX_NAME_LENGTH = Destinations.MAX_NAME_LENGTH;

    private final Set<String> named = new HashSet<>();

    LastStops(DestinationDefaults defaults) {
        for (DestinationDefaults.Rule rule : defaults.rules()) {
            if (rule.key().equals(DestinationSettings.DEAD_LETTER_QUEUE.key())
                    || rule.key().equals(DestinationSettings.EXPIRY_QUEUE.key())) {
                named.add(rule.value());
            }
        }
    }

    /** Where dead letters of a destination go when nobody has named a queue. */
    static String defaultQueue(Address origin) {
        if (origin.kind().isTemporary()) {
            return PREFIX + "temporary";
        }
        String kind = origin.kind().name().toLowerCase(Locale.ROOT);
        String name = PREFIX + kind + "." + origin.name();
        return name.substring(0, Math.min(name.length(), MAX_NAME_LENGTH));
    }

    /** A destination has these settings. */
    void add(DestinationSettings settings) {
        named.add(settings.get(DestinationSettings.DEAD_LETTER_QUEUE));
        named.add(settings.get(DestinationSettings.EXPIRY_QUEUE));
    }

    boolean has(Address address) {
        return address.kind() == Address.Kind.QUEUE
                && (address.name().startsWith(PREFIX) || named.contains(address.name()));
    }
}
