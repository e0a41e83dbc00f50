package org.millrace.wire.sasl;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The hash functions of SCRAM, the strongest first (RFC 5802 §2.2). Stateless; any thread. */
public enum ScramHash {
    SHA_512("SHA-512", "HmacSHA512"),
    SHA_256("SHA-256", "HmacSHA256");

    /** What a client does at least, so that nobody can make it give its password away cheaply. */
    public static final int MIN_ITERATIONS = 4096;

    /** What a client does at most, so that nobody can keep it busy. */
    public static final int MAX_ITERATIONS = 2_000_000;

    private static final byte[] FIRST_BLOCK = {0, 0, 0, 1};

    private final String digest;
    private final String mac;

    ScramHash(String digest, String mac) {
        this.digest = digest;
        this.mac = mac;
    }

    /** As SASL names it: {@code SCRAM-SHA-256}. */
    public String mechanism() {
        return "SCRAM-" + digest;
    }

    /** As users files name it: {@code scram-sha-256}. */
    public String label() {
        return mechanism().toLowerCase(Locale.ROOT);
    }

    public static Optional<ScramHash> ofMechanism(String mechanism) {
        for (ScramHash each : values()) {
            if (each.mechanism().equals(mechanism)) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    /** Bytes of a key. */
    public int sizeBytes() {
        return this == SHA_512 ? 64 : 32;
    }

    /** {@code H(data)}. */
    public byte[] hash(byte[] data) {
        try {
            return MessageDigest.getInstance(digest).digest(data);
        } catch (GeneralSecurityException absent) {
            throw new IllegalStateException("this Java runtime lacks " + digest, absent);
        }
    }

    /** {@code HMAC(key, text)}; the text in UTF-8. */
    public byte[] hmac(byte[] key, String text) {
        return keyed(key).doFinal(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * {@code Hi(password, salt, iterations)}: PBKDF2 of one block. Takes long on purpose, about a
     * microsecond per iteration: not for loops.
     */
    public byte[] saltedPassword(String preparedPassword, byte[] salt, int iterations) {
        Mac keyed = keyed(preparedPassword.getBytes(StandardCharsets.UTF_8));
        keyed.update(salt);
        byte[] round = keyed.doFinal(FIRST_BLOCK);
        byte[] sum = round.clone();
        try {
            for (int i = 1; i < iterations; i++) {
                keyed.update(round);
                keyed.doFinal(round, 0);
                for (int b = 0; b < sum.length; b++) {
                    sum[b] ^= round[b];
                }
            }
        } catch (GeneralSecurityException tooShort) {
            throw new IllegalStateException("a MAC differs in length from itself", tooShort);
        }
        return sum;
    }

    private Mac keyed(byte[] key) {
        try {
            Mac keyed = Mac.getInstance(mac);
            // HMAC pads keys with zeros, so this is the empty key, which Java refuses.
            keyed.init(new SecretKeySpec(key.length == 0 ? new byte[1] : key, mac));
            return keyed;
        } catch (GeneralSecurityException absent) {
            throw new IllegalStateException("this Java runtime lacks " + mac, absent);
        }
    }
}
