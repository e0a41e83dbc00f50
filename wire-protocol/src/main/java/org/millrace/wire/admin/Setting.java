package org.millrace.wire.admin;

import java.util.Optional;

/**
 * One setting of a destination.
 *
 * @param meaning one sentence, with the default
 * @param value what holds, given or by default; empty for nothing
 * @param origin where it comes from
 */
public record Setting(String key, Optional<String> value, Origin origin, String meaning) {
    /** Who says what a setting is. */
    public enum Origin {
        /** Given when the destination was created, or altered. */
        DESTINATION,
        /** A name pattern of the broker's configuration. */
        PATTERN,
        DEFAULT
    }
}
