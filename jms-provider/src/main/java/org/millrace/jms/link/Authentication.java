package org.millrace.jms.link;

import jakarta.jms.JMSException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.sasl.SaslPrep;
import org.millrace.wire.sasl.ScramHash;
import org.millrace.wire.sasl.ScramKeys;

/**
 * SASL of one link, from the client's side: chooses the strongest mechanism on offer and answers
 * challenges. Confined to the client event loop; what takes long runs on a thread of its own.
 *
 * <p>With credentials: SCRAM when it is offered; PLAIN only when SCRAM is not; ANONYMOUS when the
 * broker can check nobody, so that the password stays here. Without: ANONYMOUS.
 */
final class Authentication {
    private static final String PLAIN = "PLAIN";
    private static final String ANONYMOUS = "ANONYMOUS";
    private static final int NONCE_BYTES = 18;
    private static final DerivedKeys KEYS = new DerivedKeys();

    /** Makes nonces; safe for any thread. */
    private static final SecureRandom CHANCE = new SecureRandom();

    private final Credentials credentials;
    private ScramClient scram;

    Authentication(Credentials credentials) {
        this.credentials = credentials;
    }

    /**
     * The first step.
     *
     * @throws jakarta.jms.JMSSecurityException when no mechanism fits
     */
    Frame.Authenticate begin(List<String> offered) throws JMSException {
        if (credentials.areEmpty()) {
            if (offered.contains(ANONYMOUS)) {
                return anonymous();
            }
            throw Failures.of(
                    ErrorCode.SECURITY,
                    "the broker takes no anonymous connections; give user name and password");
        }
        Optional<ScramHash> hash =
                Arrays.stream(ScramHash.values())
                        .filter(each -> offered.contains(each.mechanism()))
                        .findFirst();
        if (hash.isPresent()) {
            scram = new ScramClient(hash.get(), prepared("name", credentials.user()), nonce());
            return new Frame.Authenticate(hash.get().mechanism(), scram.first());
        }
        if (offered.contains(PLAIN)) {
            String message =
                    "\0"
                            + prepared("name", credentials.user())
                            + "\0"
                            + prepared("password", credentials.password());
            return new Frame.Authenticate(PLAIN, bytes(message));
        }
        if (offered.equals(List.of(ANONYMOUS))) {
            return anonymous();
        }
        throw Failures.of(
                ErrorCode.SECURITY,
                "the broker offers %s, this client can use SCRAM-SHA-512, SCRAM-SHA-256, PLAIN"
                        .formatted(offered));
    }

    private static Frame.Authenticate anonymous() {
        return new Frame.Authenticate(ANONYMOUS, ByteBuffer.allocate(0));
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String nonce() {
        byte[] nonce = new byte[NONCE_BYTES];
        CHANCE.nextBytes(nonce);
        return Base64.getEncoder().encodeToString(nonce);
    }

    private static String prepared(String what, String text) throws JMSException {
        try {
            return SaslPrep.prepared(text);
        } catch (IllegalArgumentException refused) {
            throw Failures.of(
                    ErrorCode.SECURITY,
                    "user %s cannot be used: %s".formatted(what, refused.getMessage()));
        }
    }

    /**
     * Answers the broker's challenge, at once or when the password has become keys. Fails with
     * {@link JMSException}.
     */
    CompletionStage<Frame.Authenticate> answer(ByteBuffer challenge) {
        try {
            if (scram == null) {
                throw new IllegalArgumentException("there is nothing to answer");
            }
            String password = prepared("password", credentials.password());
            ScramClient.Recipe recipe = scram.challenged(challenge);
            Optional<ScramKeys> known = KEYS.find(recipe, password);
            return known.isPresent()
                    ? CompletableFuture.completedFuture(proof(known.get()))
                    : CompletableFuture.supplyAsync(
                                    () -> KEYS.derive(recipe, password), Authentication::onThread)
                            .thenApply(this::proof);
        } catch (IllegalArgumentException malformed) {
            return CompletableFuture.failedFuture(
                    Failures.of(
                            ErrorCode.SECURITY,
                            "the broker's challenge is malformed: " + malformed.getMessage(),
                            malformed));
        } catch (JMSException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    private Frame.Authenticate proof(ScramKeys keys) {
        return new Frame.Authenticate("", scram.last(keys));
    }

    /** The event loop would be held up, and a shared pool may be busy with what waits for us. */
    private static void onThread(Runnable work) {
        Thread thread = new Thread(work, "millrace-client-login");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * The broker has let us in.
     *
     * @throws jakarta.jms.JMSSecurityException when it should have proven that it knows the user,
     *     and has not
     */
    void finish(ByteBuffer data) throws JMSException {
        boolean proven;
        try {
            proven = scram == null || scram.isProvenBy(data);
        } catch (IllegalArgumentException malformed) {
            proven = false;
        }
        if (!proven) {
            throw Failures.of(
                    ErrorCode.SECURITY,
                    "the broker has not proven that it knows user '%s': it is not the right one"
                            .formatted(credentials.user()));
        }
    }
}
