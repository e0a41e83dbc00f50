package org.millrace.wire;

/**
 * Names a destination on the wire.
 *
 * @param name without options; case-sensitive
 * @param options the part after {@code ?} of the name that the application gave, empty when there
 *     was none
 */
public record Address(Kind kind, String name, String options) {
    /** §4.1, §4.2, §6.2.2. */
    public enum Kind {
        QUEUE,
        TOPIC,
        TEMPORARY_QUEUE,
        TEMPORARY_TOPIC;

        public boolean isTopic() {
            return this == TOPIC || this == TEMPORARY_TOPIC;
        }

        public boolean isTemporary() {
            return this == TEMPORARY_QUEUE || this == TEMPORARY_TOPIC;
        }
    }

    public static Address of(Kind kind, String name) {
        return new Address(kind, name, "");
    }

    @Override
    public String toString() {
        return kind + " " + name + (options.isEmpty() ? "" : "?" + options);
    }
}
