package org.millrace.persistence.catalog;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Settings as text: one {@code key=value} per line, in order of the keys; backslash, newline and
 * equals sign are written {@code \\}, {@code \n} and {@code \e}. Pure.
 */
final class SettingsText {
    private SettingsText() {}

    static String encode(Map<String, String> settings) {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(settings)
                .forEach(
                        (key, value) -> {
                            escape(key, text);
                            text.append('=');
                            escape(value, text);
                            text.append('\n');
                        });
        return text.toString();
    }

    static Map<String, String> decode(String text) {
        if (text.isEmpty()) {
            return Map.of();
        }
        Map<String, String> settings = new HashMap<>();
        int start = 0;
        while (start < text.length()) {
            int equals = text.indexOf('=', start);
            int end = text.indexOf('\n', equals);
            settings.put(
                    unescape(text.substring(start, equals)),
                    unescape(text.substring(equals + 1, end)));
            start = end + 1;
        }
        return settings;
    }

    private static void escape(String plain, StringBuilder out) {
        for (int i = 0; i < plain.length(); i++) {
            char c = plain.charAt(i);
            switch (c) {
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '=' -> out.append("\\e");
                default -> out.append(c);
            }
        }
    }

    private static String unescape(String escaped) {
        if (escaped.indexOf('\\') < 0) {
            return escaped;
        }
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < escaped.length(); i++) {
            char c = escaped.charAt(i);
            if (c != '\\') {
                plain.append(c);
                continue;
            }
            i++;
            switch (escaped.charAt(i)) {
                case 'n' -> plain.append('\n');
                case 'e' -> plain.append('=');
                default -> plain.append(escaped.charAt(i));
            }
        }
        return plain.toString();
    }
}
