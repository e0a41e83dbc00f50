package org.millrace.broker.settings;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.millrace.foundation.Check;

/**
 * Settings of destinations by name pattern, from the configuration: {@code
 * destination.<pattern>.<key>=<value>}. In a pattern {@code *} stands for any characters. Of
 * several patterns that fit, the longest that has the key counts. Immutable.
 */
public record DestinationDefaults(List<Rule> rules) {
    public static final DestinationDefaults NONE = new DestinationDefaults(List.of());

    /** How a key in the configuration begins. */
    public static final String PREFIX = "destination.";

    /** Gives one setting to the destinations with such names. */
    public record Rule(String pattern, String key, String value) {
        /**
         * @throws IllegalArgumentException when the key has no pattern or no setting
         */
        public static Rule of(String configKey, String value) {
            int dot = configKey.lastIndexOf('.');
            Check.argument(
                    configKey.startsWith(PREFIX) && dot > PREFIX.length(),
                    "key '%s' is not of the form destination.<pattern>.<key>",
                    configKey);
            return new Rule(
                    configKey.substring(PREFIX.length(), dot),
                    configKey.substring(dot + 1),
                    value.trim());
        }

        boolean fits(String name) {
            String regex =
                    List.of(pattern.split("\\*", -1)).stream()
                            .map(Pattern::quote)
                            .collect(Collectors.joining(".*"));
            return Pattern.compile(regex, Pattern.DOTALL).matcher(name).matches();
        }
    }

    public DestinationDefaults {
        rules =
                rules.stream()
                        .sorted(
                                Comparator.comparingInt((Rule rule) -> rule.pattern().length())
                                        .thenComparing(Rule::pattern))
                        .toList();
    }

    /** By key, for a destination of this name. */
    public Map<String, String> of(String name) {
        Map<String, String> settings = new HashMap<>();
        for (Rule rule : rules) {
            if (rule.fits(name)) {
                settings.put(rule.key(), rule.value());
            }
        }
        return settings;
    }
}
