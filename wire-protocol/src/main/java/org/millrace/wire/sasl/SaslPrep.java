package org.millrace.wire.sasl;

import java.text.Normalizer;

/**
 * User names and passwords in one form, however they were typed (RFC 4013). Stateless.
 *
 * <p>Spaces become U+0020, what is invisible goes away, the rest is put into Unicode form NFKC;
 * control, private and unassigned characters are refused. The rule against mixing directions of
 * writing is not applied: it guards against confusion on a screen.
 */
public final class SaslPrep {
    private static final String INVISIBLE =
            "[\\u00ad\\u034f\\u1806\\u180b-\\u180d\\u200b-\\u200d\\u2060\\ufe00-\\ufe0f\\ufeff]";

    private SaslPrep() {}

    /**
     * @throws IllegalArgumentException for a character that is not allowed, without naming it
     */
    public static String prepared(String text) {
        String visible =
                text.chars().allMatch(c -> c < 0x80)
                        ? text
                        : Normalizer.normalize(
                                text.replaceAll("\\p{Zs}", " ").replaceAll(INVISIBLE, ""),
                                Normalizer.Form.NFKC);
        visible.codePoints().forEach(SaslPrep::check);
        return visible;
    }

    private static void check(int character) {
        switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.PRIVATE_USE,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    throw new IllegalArgumentException(
                            "it has a control, private or unassigned character");
            default -> {
                // Everything that can be typed and seen.
            }
        }
    }
}
