package org.millrace.wire.link;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where one end finds what it needs for TLS, all in PEM form. Immutable.
 *
 * @param certificate the chain by which this end shows who it is, its own first
 * @param key private key of the first certificate (PKCS #8)
 * @param keyPassword of an encrypted key
 * @param authorities whom to trust: for a broker, certificates of clients are demanded then; for a
 *     client instead of those that its Java runtime trusts
 */
public record TlsFiles(
        Optional<Path> certificate,
        Optional<Path> key,
        Optional<String> keyPassword,
        Optional<Path> authorities) {

    /** Names the files, not the password. */
    @Override
    public String toString() {
        return "certificate %s, key %s, authorities %s"
                .formatted(text(certificate), text(key), text(authorities));
    }

    private static String text(Optional<Path> file) {
        return file.map(Path::toString).orElse("none");
    }
}
