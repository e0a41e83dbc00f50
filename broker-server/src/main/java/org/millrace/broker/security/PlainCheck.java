package org.millrace.broker.security;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Optional;
import org.millrace.wire.sasl.SaslPrep;
import org.millrace.wire.sasl.ScramHash;
import org.millrace.wire.sasl.ScramText;

/**
 * A password that came as it is (RFC 4616), to be checked against the user's salted hash. {@link
 * #passes} takes long on purpose and runs on the hashing loop.
 */
final class PlainCheck {
    private static final int MAX_PASSWORD_LENGTH = 1024;

    private final String user;
    private final String password;
    private final ScramVerifier verifier;
    private final boolean known;

    /**
     * @throws IllegalArgumentException when the message is malformed
     */
    PlainCheck(ByteBuffer message, Users users, byte[] decoySecret) {
        String[] parts = ScramText.decode(message).split("\0", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("%d parts, expected 3".formatted(parts.length));
        }
        user = SaslPrep.prepared(parts[1]);
        password = SaslPrep.prepared(parts[2]);
        ScramServer.checkAuthorization(user, ScramText.escaped(parts[0]));
        if (password.length() > MAX_PASSWORD_LENGTH) {
            throw new IllegalArgumentException("the password is too long");
        }
        Optional<User> found = users.find(user);
        known = found.isPresent();
        verifier =
                found.map(User::strongest)
                        .orElseGet(() -> users.decoyFor(user, strongest(users), decoySecret));
    }

    private static ScramHash strongest(Users users) {
        return users.commonHashes().stream().findFirst().orElse(ScramHash.SHA_256);
    }

    /** Who the client says it is. */
    String user() {
        return user;
    }

    /** Takes the same time for a wrong password and for a user who is not known. */
    boolean passes() {
        ScramVerifier given =
                ScramVerifier.of(verifier.hash(), password, verifier.salt(), verifier.iterations());
        return known & MessageDigest.isEqual(given.storedKey(), verifier.storedKey());
    }
}
