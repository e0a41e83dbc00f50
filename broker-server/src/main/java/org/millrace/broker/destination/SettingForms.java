package org.millrace.broker.destination;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The forms that texts of settings have. Pure. */
final class SettingForms {
    private static final List<String> UNITS = List.of("KiB", "MiB", "GiB", "TiB");
    private static final Duration LONGEST = Duration.ofDays(36_500);
    private static final String BYTES_EXPECTED =
            "a number of bytes above 0, with KiB, MiB, GiB or TiB behind it or nothing";

    private SettingForms() {}

    static Setting.Form<Long> number(long lowest, long highest) {
        return text -> {
            // At most 19 characters and digits only: what is left to fail is the last digit.
            long number = text.matches("[0-9]{1,18}") ? Long.parseLong(text) : -1;
            if (number < lowest || number > highest) {
                throw new IllegalArgumentException(
                        "a number from %d to %d".formatted(lowest, highest));
            }
            return number;
        };
    }

    static Setting.Form<Integer> integer(int lowest, int highest) {
        Setting.Form<Long> number = number(lowest, highest);
        return text -> Math.toIntExact(number.read(text));
    }

    static Setting.Form<Duration> millis(Duration longest) {
        Setting.Form<Long> number = number(0, longest.toMillis());
        return text -> Duration.ofMillis(number.read(text));
    }

    /** A number with at most six digits on either side of the point. */
    static Setting.Form<Double> decimal(double lowest, double highest) {
        return text -> {
            double number =
                    text.matches("[0-9]{1,6}(\\.[0-9]{1,6})?") ? Double.parseDouble(text) : -1;
            if (number < lowest || number > highest) {
                throw new IllegalArgumentException(
                        "a number from %s to %s, such as 1.5".formatted(lowest, highest));
            }
            return number;
        };
    }

    static <T> Setting.Form<Optional<T>> optional(Setting.Form<T> form) {
        return text -> Optional.of(form.read(text));
    }

    /** A time as {@code PT24H} or {@code P7D}. */
    static Setting.Form<Optional<Duration>> time() {
        return text -> {
            Duration time = parsed(text);
            if (time.isNegative() || time.toMillis() == 0 || time.compareTo(LONGEST) > 0) {
                throw expectedTime(null);
            }
            return Optional.of(time);
        };
    }

    private static Duration parsed(String text) {
        try {
            return Duration.parse(text);
        } catch (DateTimeException | ArithmeticException unreadable) {
            throw expectedTime(unreadable);
        }
    }

    private static IllegalArgumentException expectedTime(Throwable cause) {
        return new IllegalArgumentException("a time such as PT24H or P7D, at most P36500D", cause);
    }

    /** As {@link #time}, but there is always one. */
    static Setting.Form<Duration> duration() {
        Setting.Form<Optional<Duration>> time = time();
        return text -> time.read(text).orElseThrow();
    }

    /** A size as {@code 10GiB} or {@code 1048576}. */
    static Setting.Form<OptionalLong> bytes() {
        return text -> {
            int unit = text.length() < 3 ? -1 : UNITS.indexOf(text.substring(text.length() - 3));
            String digits = unit < 0 ? text : text.substring(0, text.length() - 3);
            if (!digits.matches(unit < 0 ? "[0-9]{1,18}" : "[0-9]{1,9}")
                    || Long.parseLong(digits) == 0
                    || Long.parseLong(digits) > Long.MAX_VALUE >> 10 * (unit + 1)) {
                throw new IllegalArgumentException(BYTES_EXPECTED);
            }
            return OptionalLong.of(Long.parseLong(digits) << 10 * (unit + 1));
        };
    }

    static Setting.Form<Boolean> flag() {
        return text -> {
            if (!text.equals("true") && !text.equals("false")) {
                throw new IllegalArgumentException("true or false");
            }
            return text.equals("true");
        };
    }

    /** The name of a queue. */
    static Setting.Form<String> queueName() {
        return text -> {
            if (text.isBlank()
                    || text.chars().anyMatch(Character::isISOControl)
                    || text.length() > Destinations.MAX_NAME_LENGTH
                    || text.indexOf('?') >= 0) {
                throw new IllegalArgumentException(
                        "the name of a queue without options, of 1 to %d characters"
                                .formatted(Destinations.MAX_NAME_LENGTH));
            }
            return text;
        };
    }
}
