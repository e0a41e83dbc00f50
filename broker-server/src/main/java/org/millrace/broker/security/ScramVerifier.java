package org.millrace.broker.security;

import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import org.millrace.wire.sasl.ScramHash;
import org.millrace.wire.sasl.ScramKeys;

/**
 * What is kept of a password: enough to check it, not enough to log in with it (RFC 5802 §3).
 * Immutable; the arrays are not to be changed.
 *
 * <p>As text {@code scram-sha-256:iterations:salt:storedKey:serverKey}, the last three in Base64.
 */
record ScramVerifier(
        ScramHash hash, int iterations, byte[] salt, byte[] storedKey, byte[] serverKey) {
    private static final int MIN_SALT_BYTES = 8;
    private static final int PARTS = 5;

    /** Takes long on purpose: about a microsecond per iteration. */
    static ScramVerifier of(ScramHash hash, String preparedPassword, byte[] salt, int iterations) {
        ScramKeys keys = ScramKeys.derive(hash, preparedPassword, salt, iterations);
        return new ScramVerifier(hash, iterations, salt, keys.storedKey(), keys.serverKey());
    }

    /**
     * @throws IllegalArgumentException saying what is wrong, without the keys
     */
    static ScramVerifier parse(String text) {
        String[] parts = text.split(":", -1);
        Optional<ScramHash> hash = hashOf(parts[0]);
        if (hash.isEmpty() || parts.length != PARTS) {
            throw new IllegalArgumentException(
                    "expected scram-sha-256:iterations:salt:storedKey:serverKey, or scram-sha-512,"
                            + " found %d parts".formatted(parts.length));
        }
        ScramVerifier parsed =
                new ScramVerifier(
                        hash.get(),
                        iterations(parts[1]),
                        decoded("salt", parts[2]),
                        decoded("storedKey", parts[3]),
                        decoded("serverKey", parts[4]));
        checkSize("salt", parsed.salt, MIN_SALT_BYTES, 1024);
        checkSize("storedKey", parsed.storedKey, hash.get().sizeBytes(), hash.get().sizeBytes());
        checkSize("serverKey", parsed.serverKey, hash.get().sizeBytes(), hash.get().sizeBytes());
        return parsed;
    }

    private static Optional<ScramHash> hashOf(String label) {
        return ScramHash.ofMechanism(label.toUpperCase(Locale.ROOT));
    }

    private static int iterations(String text) {
        try {
            int iterations = Integer.parseInt(text);
            if (iterations >= ScramHash.MIN_ITERATIONS && iterations <= ScramHash.MAX_ITERATIONS) {
                return iterations;
            }
        } catch (NumberFormatException notANumber) {
            throw wrongIterations(text, notANumber);
        }
        throw wrongIterations(text, null);
    }

    private static IllegalArgumentException wrongIterations(String text, Exception cause) {
        return new IllegalArgumentException(
                "iterations are '%s', allowed are %d to %d"
                        .formatted(text, ScramHash.MIN_ITERATIONS, ScramHash.MAX_ITERATIONS),
                cause);
    }

    private static byte[] decoded(String what, String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException malformed) {
            // The cause would show a piece of the key.
            throw new IllegalArgumentException(what + " is not Base64");
        }
    }

    private static void checkSize(String what, byte[] bytes, int least, int most) {
        if (bytes.length < least || bytes.length > most) {
            throw new IllegalArgumentException(
                    "%s has %d bytes, expected %d to %d"
                            .formatted(what, bytes.length, least, most));
        }
    }

    String text() {
        Base64.Encoder base64 = Base64.getEncoder();
        return String.join(
                ":",
                hash.label(),
                Integer.toString(iterations),
                base64.encodeToString(salt),
                base64.encodeToString(storedKey),
                base64.encodeToString(serverKey));
    }

    /** Without the keys. */
    @Override
    public String toString() {
        return hash.label() + " with " + iterations + " iterations";
    }
}
