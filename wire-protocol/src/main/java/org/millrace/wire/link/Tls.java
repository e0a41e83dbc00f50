package org.millrace.wire.link;

import io.netty.channel.Channel;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.millrace.wire.MillraceUri.Endpoint;

/**
 * How one end encrypts its links and proves who it is: TLS 1.3 and 1.2 of the Java runtime. Read
 * from its files once; immutable.
 */
public final class Tls {
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    /** Whether a client insists that the certificate names the host that it connects to. */
    public enum HostCheck {
        STRICT,
        NONE
    }

    private final SslContext context;

    private Tls(SslContext context) {
        this.context = context;
    }

    /**
     * For a broker: certificate and key must be given.
     *
     * @throws IOException naming the files that cannot be used, and why
     */
    public static Tls broker(TlsFiles files) throws IOException {
        File certificate = file(files.certificate(), "a certificate");
        File key = file(files.key(), "the private key of its certificate");
        return built(
                files,
                () -> {
                    SslContextBuilder builder =
                            SslContextBuilder.forServer(
                                    certificate, key, files.keyPassword().orElse(null));
                    files.authorities()
                            .ifPresent(
                                    trusted ->
                                            builder.trustManager(trusted.toFile())
                                                    .clientAuth(ClientAuth.REQUIRE));
                    return builder;
                });
    }

    /**
     * For a client: everything may be left out; certificate and key belong together.
     *
     * @throws IOException naming the files that cannot be used, and why
     */
    public static Tls client(TlsFiles files, HostCheck hostCheck) throws IOException {
        boolean hasIdentity = files.certificate().isPresent() || files.key().isPresent();
        Optional<File> certificate =
                hasIdentity
                        ? Optional.of(file(files.certificate(), "the certificate of its key"))
                        : Optional.empty();
        Optional<File> key =
                hasIdentity
                        ? Optional.of(file(files.key(), "the private key of its certificate"))
                        : Optional.empty();
        return built(
                files,
                () -> {
                    SslContextBuilder builder = SslContextBuilder.forClient();
                    if (hostCheck == HostCheck.NONE) {
                        builder.endpointIdentificationAlgorithm(null);
                    }
                    certificate.ifPresent(
                            chain ->
                                    builder.keyManager(
                                            chain,
                                            key.orElseThrow(),
                                            files.keyPassword().orElse(null)));
                    files.authorities()
                            .ifPresent(trusted -> builder.trustManager(trusted.toFile()));
                    return builder;
                });
    }

    private static File file(Optional<Path> given, String what) throws IOException {
        Path path =
                given.orElseThrow(
                        () ->
                                new IOException(
                                        "TLS needs " + what + ", in a PEM file; none is given"));
        if (!Files.isReadable(path)) {
            throw new IOException("TLS file %s cannot be read".formatted(path));
        }
        return path.toFile();
    }

    /** Reads the files. */
    @FunctionalInterface
    private interface Plan {
        SslContextBuilder builder();
    }

    private static Tls built(TlsFiles files, Plan plan) throws IOException {
        if (files.authorities().isPresent()) {
            file(files.authorities(), "authorities");
        }
        try {
            return new Tls(
                    plan.builder().sslProvider(SslProvider.JDK).protocols(PROTOCOLS).build());
        } catch (IOException | IllegalArgumentException unusable) {
            throw new IOException(
                    "TLS files cannot be used (%s): %s; PEM is expected, keys as PKCS #8"
                            .formatted(files, deepest(unusable).getMessage()),
                    unusable);
        }
    }

    /** What went wrong below what Netty says of it. */
    static Throwable deepest(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** The broker's end of one link. */
    SslHandler handler(Channel channel, LinkSettings settings) {
        return limited(context.newHandler(channel.alloc()), settings.handshakeTimeout());
    }

    /** The client's end of one link. */
    SslHandler handler(Channel channel, Endpoint.Tcp peer, LinkSettings settings) {
        return limited(
                context.newHandler(channel.alloc(), peer.host(), peer.port()),
                settings.connectTimeout());
    }

    private static SslHandler limited(SslHandler handler, Duration limit) {
        handler.setHandshakeTimeoutMillis(limit.toMillis());
        return handler;
    }
}
