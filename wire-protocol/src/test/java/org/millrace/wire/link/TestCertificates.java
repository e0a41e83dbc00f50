package org.millrace.wire.link;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Optional;

/** Certificates that vouch for themselves, made by the {@code keytool} of the Java runtime. */
public final class TestCertificates {
    private static final String PASSWORD = "password";

    private TestCertificates() {}

    /**
     * Writes {@code name.crt} and {@code name.key} in PEM form.
     *
     * @param hosts in keytool's terms, such as {@code dns:localhost}
     */
    public static TlsFiles create(Path directory, String name, String hosts)
            throws IOException, InterruptedException, GeneralSecurityException {
        Path store = directory.resolve(name + ".p12");
        Process keytool =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-alias",
                                name,
                                "-keyalg",
                                "EC",
                                "-dname",
                                "CN=" + name,
                                "-ext",
                                "san=" + hosts,
                                "-keystore",
                                store.toString(),
                                "-storepass",
                                PASSWORD,
                                "-storetype",
                                "PKCS12")
                        .redirectErrorStream(true)
                        .start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (keytool.waitFor() != 0) {
            throw new IllegalStateException("keytool failed: " + said);
        }
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        Path certificate = directory.resolve(name + ".crt");
        Path key = directory.resolve(name + ".key");
        write(certificate, "CERTIFICATE", keys.getCertificate(name).getEncoded());
        write(key, "PRIVATE KEY", keys.getKey(name, PASSWORD.toCharArray()).getEncoded());
        return new TlsFiles(
                Optional.of(certificate), Optional.of(key), Optional.empty(), Optional.empty());
    }

    private static void write(Path file, String what, byte[] der) throws IOException {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        Files.writeString(
                file, "-----BEGIN %s-----%n%s%n-----END %s-----%n".formatted(what, base64, what));
    }

    /** The same end, trusting who shows that certificate. */
    public static TlsFiles trusting(TlsFiles files, TlsFiles trusted) {
        return new TlsFiles(
                files.certificate(), files.key(), files.keyPassword(), trusted.certificate());
    }

    /** One without a certificate of its own. */
    public static TlsFiles nobody() {
        return new TlsFiles(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }
}
