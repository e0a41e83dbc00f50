package org.millrace.ra.inflow;

import jakarta.resource.spi.InvalidPropertyException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the text of properties and collects what is wrong with them, so that all of it is said at
 * once. Confined to its caller.
 */
final class PropertyCheck {
    private final List<String> problems = new ArrayList<>();

    /** One of some words, in any case; the first one when nothing is said. */
    String choice(String property, String value, String... allowed) {
        if (isUnsaid(value)) {
            return allowed[0];
        }
        for (String each : allowed) {
            if (each.equalsIgnoreCase(value.trim())) {
                return each;
            }
        }
        wrong(property, value, String.join(", ", allowed));
        return allowed[0];
    }

    /** A number within limits, both allowed. */
    int number(String property, String value, int unlessSaid, int least, int most) {
        if (isUnsaid(value)) {
            return unlessSaid;
        }
        try {
            int number = Integer.parseInt(value.trim());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            wrong(property, value, "a whole number, " + least + " to " + most);
            return unlessSaid;
        }
        wrong(property, value, least + " to " + most);
        return unlessSaid;
    }

    /** The text, or empty. */
    static String text(String value) {
        return isUnsaid(value) ? "" : value.trim();
    }

    private static boolean isUnsaid(String value) {
        return value == null || value.isBlank();
    }

    void wrong(String property, String value, String allowed) {
        problem("property %s is '%s', allowed: %s".formatted(property, value, allowed));
    }

    void problem(String sentence) {
        problems.add(sentence);
    }

    /** Throws when something was wrong. */
    void finish(Object whose) throws InvalidPropertyException {
        if (!problems.isEmpty()) {
            throw new InvalidPropertyException(whose + ": " + String.join("; ", problems));
        }
    }
}
