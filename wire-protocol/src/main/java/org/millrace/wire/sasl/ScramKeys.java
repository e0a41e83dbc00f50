package org.millrace.wire.sasl;

/**
 * What a password becomes (RFC 5802 §3). The broker keeps stored and server key; only who knows the
 * password knows the client key. The arrays are not to be changed.
 */
public record ScramKeys(byte[] clientKey, byte[] storedKey, byte[] serverKey) {

    /** Takes as long as {@link ScramHash#saltedPassword}. */
    public static ScramKeys derive(
            ScramHash hash, String preparedPassword, byte[] salt, int iterations) {
        byte[] salted = hash.saltedPassword(preparedPassword, salt, iterations);
        byte[] clientKey = hash.hmac(salted, "Client Key");
        return new ScramKeys(clientKey, hash.hash(clientKey), hash.hmac(salted, "Server Key"));
    }

    /** Byte by byte; both are of one length. */
    public static byte[] xor(byte[] left, byte[] right) {
        byte[] both = new byte[left.length];
        for (int i = 0; i < both.length; i++) {
            both[i] = (byte) (left[i] ^ right[i]);
        }
        return both;
    }
}
