package org.millrace.broker.destination;

import java.util.Optional;

/**
 * One setting of a destination as users see it. Immutable.
 *
 * @param value what holds, as it was given or by default; empty for nothing
 * @param meaning one sentence, with the default
 */
public record SettingValue(String key, Optional<String> value, Origin origin, String meaning) {
    /** Where a value comes from; what is first goes before what follows. */
    public enum Origin {
        /** The destination's name when it was created, or an alteration. */
        DESTINATION,
        /** A name pattern in the configuration. */
        PATTERN,
        /** Nobody has set it. */
        DEFAULT
    }
}
