package org.millrace.broker.settings;

import java.util.function.Function;
import java.util.function.Predicate;

/**
 * One setting: its name in the file, what it may be, and what it is for. Immutable.
 *
 * @param name in the file; in the environment {@code MILLRACE_} and the name in capitals with
 *     underscores
 * @param range for people: what is allowed, with the unit
 * @param doc one paragraph
 */
public record ConfigKey<T>(
        String name,
        T defaultValue,
        Function<String, T> parse,
        Predicate<T> allowed,
        String range,
        String doc) {

    /**
     * @throws InvalidConfigException when the text is not allowed
     */
    public T read(String text, String origin) {
        T value;
        try {
            value = parse.apply(text.trim());
        } catch (RuntimeException unreadable) {
            throw refused(text, origin);
        }
        if (!allowed.test(value)) {
            throw refused(text, origin);
        }
        return value;
    }

    private InvalidConfigException refused(String text, String origin) {
        return new InvalidConfigException(
                "%s: %s is '%s', allowed is %s; broker not started; %s"
                        .formatted(origin, name, text, range, doc));
    }

    public String environmentName() {
        return "MILLRACE_"
                + name.replace('.', '_').replace('-', '_').toUpperCase(java.util.Locale.ROOT);
    }
}
