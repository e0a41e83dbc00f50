package org.millrace.broker.security;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.millrace.wire.sasl.SaslPrep;
import org.millrace.wire.sasl.ScramHash;
import org.millrace.wire.sasl.ScramKeys;
import org.millrace.wire.sasl.ScramText;

/**
 * The broker's half of one SCRAM conversation (RFC 5802 §5, without channel binding). A name that
 * is not there gets a challenge like any other and fails at the end. Confined to the login loop.
 */
final class ScramServer {
    private final ScramHash hash;
    private final String nonce;
    private String user;
    private String gs2Header;
    private String clientNonce;
    private String firstMessages;
    private ScramVerifier verifier;
    private boolean known;

    /**
     * @param nonce printable, without commas, different each time and not to be guessed
     */
    ScramServer(ScramHash hash, String nonce) {
        this.hash = hash;
        this.nonce = nonce;
    }

    /**
     * Takes the client's first message and gives the server's.
     *
     * @throws IllegalArgumentException when it is malformed or asks for what is not offered
     */
    ByteBuffer challenge(ByteBuffer clientFirst, Users users, byte[] decoySecret) {
        String message = ScramText.decode(clientFirst);
        int bareStart = message.indexOf(',', message.indexOf(',') + 1) + 1;
        if (bareStart < 2) {
            throw new IllegalArgumentException("the header is missing");
        }
        gs2Header = message.substring(0, bareStart);
        String bare = message.substring(bareStart);
        List<String> values = ScramText.values(bare, "nr");
        user = SaslPrep.prepared(ScramText.unescaped(values.get(0)));
        clientNonce = values.get(1);
        checkHeader();
        if (clientNonce.isEmpty()) {
            throw new IllegalArgumentException("the nonce is empty");
        }
        Optional<ScramVerifier> found = users.find(user).flatMap(each -> each.verifier(hash));
        known = found.isPresent();
        verifier = found.orElseGet(() -> users.decoyFor(user, hash, decoySecret));
        String serverFirst =
                "r=%s%s,s=%s,i=%d"
                        .formatted(
                                clientNonce,
                                nonce,
                                Base64.getEncoder().encodeToString(verifier.salt()),
                                verifier.iterations());
        firstMessages = bare + "," + serverFirst;
        return bytes(serverFirst);
    }

    private void checkHeader() {
        String[] parts = gs2Header.split(",", -1);
        if (!parts[0].equals("n") && !parts[0].equals("y")) {
            throw new IllegalArgumentException("channel binding is not offered");
        }
        checkAuthorization(user, parts[1].isEmpty() ? "" : ScramText.values(parts[1], "a").get(0));
    }

    /** Nobody acts for somebody else. */
    static void checkAuthorization(String user, String actingFor) {
        if (!actingFor.isEmpty() && !ScramText.unescaped(actingFor).equals(user)) {
            throw new IllegalArgumentException("acting for another user is not offered");
        }
    }

    /** Who the client says it is. */
    String user() {
        return user;
    }

    /**
     * Checks the client's last message and gives the server's; empty when the password is wrong or
     * the user not known, which take the same time.
     *
     * @throws IllegalArgumentException when it is malformed
     */
    Optional<ByteBuffer> finish(ByteBuffer clientFinal) {
        String message = ScramText.decode(clientFinal);
        List<String> values = ScramText.values(message, "cr");
        int proofStart = message.lastIndexOf(",p=");
        String header =
                Base64.getEncoder().encodeToString(gs2Header.getBytes(StandardCharsets.UTF_8));
        if (proofStart < 0
                || !values.get(0).equals(header)
                || !values.get(1).equals(clientNonce + nonce)) {
            throw new IllegalArgumentException("header, nonce or proof do not belong here");
        }
        byte[] proof = Base64.getDecoder().decode(message.substring(proofStart + 3));
        if (proof.length != hash.sizeBytes()) {
            throw new IllegalArgumentException("the proof has the wrong length");
        }
        String all = firstMessages + "," + message.substring(0, proofStart);
        byte[] clientKey = ScramKeys.xor(proof, hash.hmac(verifier.storedKey(), all));
        String signature = Base64.getEncoder().encodeToString(hash.hmac(verifier.serverKey(), all));
        boolean right = MessageDigest.isEqual(hash.hash(clientKey), verifier.storedKey());
        return known & right ? Optional.of(bytes("v=" + signature)) : Optional.empty();
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
