package org.millrace.broker.destination;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.persistence.DestinationRow;

/**
 * What a destination was before it was altered: names in applications may go on saying so, for an
 * alteration must not stop the applications that created it with its first value. Immutable.
 *
 * <p>In the catalog: setting {@code formerly}, as options in a name; the newest come last.
 */
record FormerOptions(List<Option> all) {
    /** Of more the oldest are forgotten: names that say them are refused then. */
    static final int MAX_OPTIONS = 32;

    private static final String SETTING = "formerly";

    /** One that was altered. */
    record Option(String key, String value) {
        private String text() {
            return key + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
        }

        private static Option parse(String text) {
            int equals = text.indexOf('=');
            return new Option(
                    text.substring(0, equals),
                    URLDecoder.decode(text.substring(equals + 1), StandardCharsets.UTF_8));
        }
    }

    FormerOptions {
        all = List.copyOf(all);
    }

    static FormerOptions of(DestinationRow row) {
        List<Option> options = new ArrayList<>();
        for (String each : row.settings().getOrDefault(SETTING, "").split("&")) {
            if (!each.isEmpty()) {
                options.add(Option.parse(each));
            }
        }
        return new FormerOptions(options);
    }

    /** All values that the key had. */
    List<String> values(String key) {
        return all.stream().filter(each -> each.key().equals(key)).map(Option::value).toList();
    }

    FormerOptions with(String key, String value) {
        Option added = new Option(key, value);
        List<Option> more = new ArrayList<>(all);
        more.remove(added);
        more.add(added);
        return new FormerOptions(more.subList(Math.max(0, more.size() - MAX_OPTIONS), more.size()));
    }

    /** The settings of a row with these. */
    Map<String, String> in(Map<String, String> settings) {
        Map<String, String> changed = new HashMap<>(settings);
        Optional<String> text = all.stream().map(Option::text).reduce((a, b) -> a + "&" + b);
        text.ifPresent(options -> changed.put(SETTING, options));
        return changed;
    }
}
