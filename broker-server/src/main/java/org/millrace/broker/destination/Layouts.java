package org.millrace.broker.destination;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.millrace.broker.loop.RefusedException;
import org.millrace.foundation.Check;
import org.millrace.persistence.DestinationRow;
import org.millrace.wire.ErrorCode;

/**
 * The layouts of one destination, oldest first (ADR-0008): each time its number of partitions is
 * changed a new one begins, with partition numbers above all that were ever used. What is sent goes
 * to the newest; the others are read to their end. Immutable.
 *
 * <p>In the catalog: setting {@code layouts}, {@code <first number>+<partitions>} of each,
 * separated by commas; without it there is one that begins at 0.
 */
record Layouts(List<Layout> all) {
    /** So many may have messages left. */
    static final int MAX_LAYOUTS = 100;

    private static final String SETTING = "layouts";

    /** Partitions {@code first} to {@code first + count - 1}. */
    record Layout(int first, int count) {
        boolean has(int partition) {
            return first <= partition && partition < first + count;
        }

        private static Layout parse(String text) {
            int plus = text.indexOf('+');
            return new Layout(
                    Integer.parseInt(text.substring(0, plus)),
                    Integer.parseInt(text.substring(plus + 1)));
        }
    }

    Layouts {
        all = List.copyOf(all);
        Check.argument(!all.isEmpty(), "a destination without layout");
    }

    static Layouts of(DestinationRow row) {
        String text = row.settings().getOrDefault(SETTING, "0+" + row.partitions());
        List<Layout> layouts = new ArrayList<>();
        for (String each : text.split(",")) {
            layouts.add(Layout.parse(each));
        }
        return new Layouts(layouts);
    }

    /** The row with these. */
    DestinationRow in(DestinationRow row) {
        Map<String, String> settings = new HashMap<>(row.settings());
        settings.put(
                SETTING,
                all.stream()
                        .map(each -> each.first() + "+" + each.count())
                        .collect(Collectors.joining(",")));
        return new DestinationRow(row.id(), row.kind(), row.name(), newest().count(), settings);
    }

    /** Where what is sent now goes. */
    Layout newest() {
        return all.get(all.size() - 1);
    }

    /**
     * The first partition number of the layout that the partition belongs to: the lower, the older.
     * One of a layout that is finished counts as a layout of its own.
     */
    int layoutOf(int partition) {
        for (Layout each : all) {
            if (each.has(partition)) {
                return each.first();
            }
        }
        return partition;
    }

    /**
     * With a new layout of so many partitions.
     *
     * @throws RefusedException when there are too many
     */
    Layouts with(int count) {
        if (all.size() >= MAX_LAYOUTS) {
            throw RefusedException.of(
                    ErrorCode.RESOURCE_LIMIT,
                    "the number of partitions was changed %d times and messages of every time are"
                            + " left; nothing was changed; consume them first",
                    all.size() - 1);
        }
        List<Layout> more = new ArrayList<>(all);
        more.add(new Layout(Math.addExact(newest().first(), newest().count()), count));
        return new Layouts(more);
    }

    /** All but the newest. */
    List<Layout> older() {
        return all.subList(0, all.size() - 1);
    }

    /** Without one that is finished. */
    Layouts without(Layout finished) {
        return new Layouts(all.stream().filter(each -> !each.equals(finished)).toList());
    }

    /** Whether the partition belongs to one of them; if not, it is finished. */
    boolean have(int partition) {
        return all.stream().anyMatch(each -> each.has(partition));
    }
}
