package org.millrace.jms.link;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import org.millrace.wire.sasl.ScramHash;
import org.millrace.wire.sasl.ScramKeys;
import org.millrace.wire.sasl.ScramText;

/**
 * The client's half of one SCRAM conversation (RFC 5802 §5, without channel binding). One call at a
 * time, in the order of the methods; a message that is malformed is an {@link
 * IllegalArgumentException}.
 */
final class ScramClient {
    private static final String HEADER = "n,,";

    /** How the broker wants the password made into keys. */
    record Recipe(ScramHash hash, byte[] salt, int iterations) {}

    private final ScramHash hash;
    private final String nonce;
    private final String firstBare;
    private String serverFirst;
    private String serverNonce;

    /** Written by the thread that makes the keys, read on the event loop. */
    private volatile String signature;

    /**
     * @param nonce printable, without commas, different each time and not to be guessed
     */
    ScramClient(ScramHash hash, String preparedUser, String nonce) {
        this.hash = hash;
        this.nonce = nonce;
        this.firstBare = "n=" + ScramText.escaped(preparedUser) + ",r=" + nonce;
    }

    ByteBuffer first() {
        return bytes(HEADER + firstBare);
    }

    /** Reads the broker's challenge. */
    Recipe challenged(ByteBuffer challenge) {
        serverFirst = ScramText.decode(challenge);
        List<String> values = ScramText.values(serverFirst, "rsi");
        serverNonce = values.get(0);
        if (!serverNonce.startsWith(nonce) || serverNonce.length() == nonce.length()) {
            throw new IllegalArgumentException("the nonce is not ours with theirs behind it");
        }
        int iterations = Integer.parseInt(values.get(2));
        if (iterations < ScramHash.MIN_ITERATIONS || iterations > ScramHash.MAX_ITERATIONS) {
            throw new IllegalArgumentException(
                    "%d iterations, allowed are %d to %d"
                            .formatted(
                                    iterations,
                                    ScramHash.MIN_ITERATIONS,
                                    ScramHash.MAX_ITERATIONS));
        }
        return new Recipe(hash, Base64.getDecoder().decode(values.get(1)), iterations);
    }

    /** The proof that we know the password. */
    ByteBuffer last(ScramKeys keys) {
        String header = Base64.getEncoder().encodeToString(HEADER.getBytes(StandardCharsets.UTF_8));
        String withoutProof = "c=" + header + ",r=" + serverNonce;
        String all = firstBare + "," + serverFirst + "," + withoutProof;
        byte[] proof = ScramKeys.xor(keys.clientKey(), hash.hmac(keys.storedKey(), all));
        signature = Base64.getEncoder().encodeToString(hash.hmac(keys.serverKey(), all));
        return bytes(withoutProof + ",p=" + Base64.getEncoder().encodeToString(proof));
    }

    /** Whether the broker has proven that it knows the user. */
    boolean isProvenBy(ByteBuffer serverLast) {
        return signature != null
                && MessageDigest.isEqual(
                        ScramText.values(ScramText.decode(serverLast), "v")
                                .get(0)
                                .getBytes(StandardCharsets.UTF_8),
                        signature.getBytes(StandardCharsets.UTF_8));
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
