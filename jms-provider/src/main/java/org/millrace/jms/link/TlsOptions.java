package org.millrace.jms.link;

import jakarta.jms.JMSException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.MillraceUri;
import org.millrace.wire.link.Tls;
import org.millrace.wire.link.TlsFiles;

/** The options of a {@code millraces://} URI that say how its links are encrypted. */
public final class TlsOptions {
    private static final String AUTHORITIES = "tlsAuthorities";
    private static final String CERTIFICATE = "tlsCertificate";
    private static final String KEY = "tlsKey";
    private static final String KEY_PASSWORD = "tlsKeyPassword";
    private static final String VERIFY_HOST = "tlsVerifyHost";

    public static final Set<String> NAMES =
            Set.of(AUTHORITIES, CERTIFICATE, KEY, KEY_PASSWORD, VERIFY_HOST);

    private TlsOptions() {}

    /**
     * Looks at the options, not at the files that they name.
     *
     * @throws IllegalArgumentException naming the option that cannot be used
     */
    public static void check(MillraceUri uri) {
        if (uri.transport() != MillraceUri.Transport.TLS) {
            checkNone(uri);
        }
        var unused = hostCheck(uri.options());
    }

    /**
     * Empty unless the URI asks for TLS. Reads the files that it names.
     *
     * @throws JMSException naming the file that cannot be used
     */
    static Optional<Tls> of(MillraceUri uri) throws JMSException {
        Map<String, String> options = uri.options();
        if (uri.transport() != MillraceUri.Transport.TLS) {
            return Optional.empty();
        }
        TlsFiles files =
                new TlsFiles(
                        path(options, CERTIFICATE),
                        path(options, KEY),
                        Optional.ofNullable(options.get(KEY_PASSWORD)),
                        path(options, AUTHORITIES));
        try {
            return Optional.of(Tls.client(files, hostCheck(options)));
        } catch (IOException unusable) {
            throw Failures.of(ErrorCode.INVALID_ARGUMENT, unusable.getMessage(), unusable);
        }
    }

    private static void checkNone(MillraceUri uri) {
        Set<String> given = new TreeSet<>(uri.options().keySet());
        given.retainAll(NAMES);
        if (!given.isEmpty()) {
            throw new IllegalArgumentException(
                    "options %s are for TLS, and '%s' is without; use millraces://"
                            .formatted(given, uri));
        }
    }

    private static Optional<Path> path(Map<String, String> options, String name) {
        return Optional.ofNullable(options.get(name)).map(Path::of);
    }

    private static Tls.HostCheck hostCheck(Map<String, String> options) {
        String text = options.getOrDefault(VERIFY_HOST, "true");
        return switch (text) {
            case "true" -> Tls.HostCheck.STRICT;
            case "false" -> Tls.HostCheck.NONE;
            default ->
                    throw new IllegalArgumentException(
                            "option %s is '%s', allowed are true and false"
                                    .formatted(VERIFY_HOST, text));
        };
    }
}
