package org.millrace.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.millrace.wire.Address;

/** How facts look to people. */
final class Shown {
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

    private Shown() {}

    /** As commands take it, and as messages show it. */
    static String destination(Address.Kind kind, String name) {
        return switch (kind) {
            case QUEUE -> "queue://" + name;
            case TOPIC -> "topic://" + name;
            case TEMPORARY_QUEUE -> "temporary queue " + name;
            case TEMPORARY_TOPIC -> "temporary topic " + name;
        };
    }

    /** As {@code 1 partition}, {@code 2 partitions}. */
    static String count(long count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    static String bytes(long bytes) {
        int unit = 0;
        double size = bytes;
        while (size >= 1024 && unit < UNITS.length - 1) {
            size /= 1024;
            unit++;
        }
        return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", size, UNITS[unit]);
    }

    /** The two largest units, as {@code 2h 5m}. */
    static String seconds(long seconds) {
        Duration time = Duration.ofSeconds(seconds);
        if (time.toDays() > 0) {
            return time.toDays() + "d " + time.toHoursPart() + "h";
        } else if (time.toHours() > 0) {
            return time.toHours() + "h " + time.toMinutesPart() + "m";
        } else if (time.toMinutes() > 0) {
            return time.toMinutes() + "m " + time.toSecondsPart() + "s";
        }
        return seconds + "s";
    }

    /** How long ago it was. */
    static String age(Optional<Instant> since, Instant now) {
        return since.map(time -> seconds(Math.max(0, Duration.between(time, now).toSeconds())))
                .orElse("-");
    }

    static String orDash(Optional<?> value) {
        return value.map(Object::toString).orElse("-");
    }

    static String lane(int lane) {
        return switch (lane) {
            case 4 -> "normal";
            case 10 -> "delayed";
            default -> "priority " + lane;
        };
    }
}
