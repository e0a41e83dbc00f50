package org.millrace.broker.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.millrace.wire.link.TlsFiles;

/** The settings of an encrypted port. */
public final class TlsKeys {
    public static final ConfigKey<Optional<Path>> CERTIFICATE =
            file(
                    "tls.certificate",
                    "Chain of certificates by which the broker shows who it is, its own first. With"
                            + " it nothing but TLS is spoken on the port.");
    public static final ConfigKey<Optional<Path>> KEY =
            file("tls.key", "Private key of the broker's certificate (PKCS #8).");
    public static final ConfigKey<Optional<Path>> KEY_PASSWORD_FILE =
            file("tls.key-password-file", "File whose first line is the password of tls.key.");
    public static final ConfigKey<Optional<Path>> AUTHORITIES =
            file(
                    "tls.authorities",
                    "Certificates of those who vouch for clients. With it a client must have a"
                            + " certificate of theirs.");

    static final List<ConfigKey<?>> KEYS =
            List.of(CERTIFICATE, KEY, KEY_PASSWORD_FILE, AUTHORITIES);

    private TlsKeys() {}

    private static ConfigKey<Optional<Path>> file(String name, String doc) {
        return new ConfigKey<>(
                name,
                Optional.empty(),
                text -> Optional.of(Path.of(text)),
                path -> true,
                "the path of a PEM file",
                doc);
    }

    /** Empty unless a certificate is configured. */
    static Optional<TlsFiles> files(BrokerConfig config) {
        if (config.get(CERTIFICATE).isEmpty()) {
            for (ConfigKey<?> key : KEYS) {
                if (!config.get(key).equals(key.defaultValue())) {
                    throw new InvalidConfigException(
                            "%s is set and %s is not: the port would not be encrypted; broker not started"
                                    .formatted(key.name(), CERTIFICATE.name()));
                }
            }
            return Optional.empty();
        }
        return Optional.of(
                new TlsFiles(
                        config.get(CERTIFICATE),
                        config.get(KEY),
                        config.get(KEY_PASSWORD_FILE).map(TlsKeys::firstLine),
                        config.get(AUTHORITIES)));
    }

    private static String firstLine(Path file) {
        try {
            return Files.readString(file).lines().findFirst().orElse("");
        } catch (IOException unreadable) {
            throw new InvalidConfigException(
                    "%s: %s cannot be read: %s; broker not started"
                            .formatted(KEY_PASSWORD_FILE.name(), file, unreadable.getMessage()));
        }
    }
}
