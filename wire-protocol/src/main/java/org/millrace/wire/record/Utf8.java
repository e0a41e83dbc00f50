package org.millrace.wire.record;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Text as bytes: UTF-8, with one addition. A Java string may hold a surrogate without its partner,
 * which UTF-8 cannot say; such a char is written as the three bytes that its code point would have
 * (as in WTF-8), so that every string survives. Text without lone surrogates is plain UTF-8, byte
 * for byte. Reading malformed bytes gives U+FFFD and never fails. Stateless.
 */
public final class Utf8 {
    private static final char REPLACEMENT = '\uFFFD';

    private Utf8() {}

    public static byte[] encode(String text) {
        byte[] plain = text.getBytes(StandardCharsets.UTF_8);
        return mayHoldSurrogates(text, plain) ? encodeWithSurrogates(text) : plain;
    }

    private static boolean mayHoldSurrogates(String text, byte[] plain) {
        if (plain.length == text.length()) {
            // ASCII throughout, or some lone surrogates became '?'. Reading back is vectorised, and
            // so cheaper than looking at each char.
            return !new String(plain, StandardCharsets.ISO_8859_1).equals(text);
        }
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    private static byte[] encodeWithSurrogates(String text) {
        ByteBuffer out = ByteBuffer.allocate(Math.multiplyExact(text.length(), 3));
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean pair =
                    Character.isHighSurrogate(c)
                            && i + 1 < text.length()
                            && Character.isLowSurrogate(text.charAt(i + 1));
            if (pair) {
                i++;
            } else if (Character.isSurrogate(c)) {
                out.put(text.substring(start, i).getBytes(StandardCharsets.UTF_8));
                out.put((byte) (0xE0 | c >> 12));
                out.put((byte) (0x80 | c >> 6 & 0x3F));
                out.put((byte) (0x80 | c & 0x3F));
                start = i + 1;
            }
        }
        out.put(text.substring(start).getBytes(StandardCharsets.UTF_8));
        byte[] encoded = new byte[out.position()];
        out.get(0, encoded);
        return encoded;
    }

    /** Reads from position to limit; the position stays. */
    public static String decode(ByteBuffer in) {
        return decode(in, in.position(), in.remaining());
    }

    static String decode(ByteBuffer in, int position, int length) {
        if (in.hasArray()) {
            return decode(in.array(), in.arrayOffset() + position, length);
        }
        byte[] copied = new byte[length];
        in.get(position, copied);
        return decode(copied, 0, length);
    }

    static String decode(byte[] in, int position, int length) {
        String text = new String(in, position, length, StandardCharsets.UTF_8);
        return text.indexOf(REPLACEMENT) < 0 ? text : decodeWithSurrogates(in, position, length);
    }

    private static String decodeWithSurrogates(byte[] in, int position, int length) {
        StringBuilder text = new StringBuilder(length);
        int end = position + length;
        int start = position;
        for (int i = position; i + 2 < end; i++) {
            if (isEncodedSurrogate(in, i)) {
                text.append(new String(in, start, i - start, StandardCharsets.UTF_8));
                text.append(
                        (char) ((in[i] & 0x0F) << 12 | (in[i + 1] & 0x3F) << 6 | in[i + 2] & 0x3F));
                start = i + 3;
                i += 2;
            }
        }
        return text.append(new String(in, start, end - start, StandardCharsets.UTF_8)).toString();
    }

    private static boolean isEncodedSurrogate(byte[] in, int i) {
        return in[i] == (byte) 0xED && (in[i + 1] & 0xE0) == 0xA0 && (in[i + 2] & 0xC0) == 0x80;
    }
}
