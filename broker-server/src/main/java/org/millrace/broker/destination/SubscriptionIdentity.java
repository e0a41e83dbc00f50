package org.millrace.broker.destination;

import java.util.Optional;
import org.millrace.foundation.Check;

/**
 * What names a subscription of a topic: its name, and the client id of its creator if that had one.
 * "Set" and "not set" are different identities (§8.3.2, §8.3.4). Immutable.
 */
record SubscriptionIdentity(Optional<String> clientId, String name) {
    /** Name in the catalog: {@code length:clientId:name}, or {@code :name} without client id. */
    String encoded() {
        return clientId.map(id -> id.length() + ":" + id + ":" + name).orElse(":" + name);
    }

    static SubscriptionIdentity decode(String encoded) {
        int colon = encoded.indexOf(':');
        Check.invariant(colon >= 0, "subscription name '%s' has no client id part", encoded);
        if (colon == 0) {
            return new SubscriptionIdentity(Optional.empty(), encoded.substring(1));
        }
        int length = Integer.parseInt(encoded.substring(0, colon));
        int end = colon + 1 + length;
        return new SubscriptionIdentity(
                Optional.of(encoded.substring(colon + 1, end)), encoded.substring(end + 1));
    }

    @Override
    public String toString() {
        return "'" + name + "'" + clientId.map(id -> " of client '" + id + "'").orElse("");
    }
}
