package org.millrace.wire.sasl;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The grammar of SCRAM's messages (RFC 5802 §7). Stateless; messages name no content. */
public final class ScramText {
    private ScramText() {}

    /**
     * @throws IllegalArgumentException when it is not UTF-8
     */
    public static String decode(ByteBuffer utf8) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(utf8.duplicate()).toString();
        } catch (CharacterCodingException notUtf8) {
            throw new IllegalArgumentException("it is not UTF-8", notUtf8);
        }
    }

    /**
     * The values of the attributes that a message must begin with; optional extensions after them
     * are passed over.
     *
     * @param names one letter each
     * @throws IllegalArgumentException when one is missing or another is in its place
     */
    public static List<String> values(String message, String names) {
        String[] parts = message.split(",", -1);
        List<String> values = new ArrayList<>();
        for (int i = 0; i < names.length(); i++) {
            String start = names.charAt(i) + "=";
            if (i >= parts.length || !parts[i].startsWith(start)) {
                throw new IllegalArgumentException(
                        "attribute %d is not '%c'".formatted(i + 1, names.charAt(i)));
            }
            values.add(parts[i].substring(2));
        }
        return values;
    }

    /** A user name in a message: commas and equals signs are escaped. */
    public static String escaped(String name) {
        return name.replace("=", "=3D").replace(",", "=2C");
    }

    /**
     * @throws IllegalArgumentException when an equals sign escapes something else
     */
    public static String unescaped(String name) {
        String commas = name.replace("=2C", ",");
        if (commas.replace("=3D", "").indexOf('=') >= 0) {
            throw new IllegalArgumentException("the user name has a wrong escape");
        }
        return commas.replace("=3D", "=");
    }
}
