package org.millrace.ra;

import java.util.LinkedHashMap;
import java.util.Map;

/** The property {@code embedded}: settings of a broker inside the server. Stateless. */
final class EmbeddedSettings {
    private static final String VM = "vm://";

    private EmbeddedSettings() {}

    /**
     * Reads {@code key=value;key=value}.
     *
     * @throws IllegalArgumentException naming the part that cannot be read
     */
    static Map<String, String> parse(String text) {
        Map<String, String> settings = new LinkedHashMap<>();
        for (String part : text.split("[;\n]")) {
            int equals = part.indexOf('=');
            String key = equals < 0 ? "" : part.substring(0, equals).trim();
            if (part.isBlank()) {
                continue;
            }
            if (key.isEmpty() || settings.containsKey(key)) {
                throw new IllegalArgumentException(
                        "property embedded has '%s', allowed: key=value;key=value, each key of the broker's configuration once, such as data=/var/lib/millrace"
                                .formatted(part.trim()));
            }
            settings.put(key, part.substring(equals + 1).trim());
        }
        return settings;
    }

    /**
     * The name of the broker in this process that the URL leads to.
     *
     * @throws IllegalArgumentException when it leads somewhere else
     */
    static String brokerName(String url) {
        if (!url.startsWith(VM)) {
            throw new IllegalArgumentException(
                    "property url is '%s' and property embedded is set, allowed with it: vm://name"
                            .formatted(url));
        }
        int options = url.indexOf('?');
        return url.substring(VM.length(), options < 0 ? url.length() : options);
    }
}
