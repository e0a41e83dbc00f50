package org.millrace.jms.link;

import jakarta.jms.JMSException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.millrace.foundation.Loop;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.link.Link;

/**
 * The first frames of a link, up to being let in. Confined to the client event loop; only {@link
 * #outcome} is read elsewhere.
 *
 * <pre>
 *   Hello -> Welcome -> Authenticate [-> Challenge -> Authenticate] -> Authenticated
 *                                    -> Failed, Goodbye or a closed link: not let in
 * </pre>
 */
final class Handshake {
    static final int VERSION = 1;
    private static final String PRODUCT = "Millrace Java client";

    /** What the broker said about itself and us. */
    record Admission(Frame.Welcome welcome, String user) {}

    private final Authentication authentication;
    private final Loop loop;
    private final CompletableFuture<Admission> outcome = new CompletableFuture<>();
    private Frame.Welcome welcome;

    Handshake(Credentials credentials, Loop loop) {
        this.loop = loop;
        this.authentication = new Authentication(credentials);
    }

    CompletableFuture<Admission> outcome() {
        return outcome;
    }

    boolean isOver() {
        return outcome.isDone();
    }

    void begin(Link link) {
        link.write(new Frame.Hello(VERSION, VERSION, 0L, PRODUCT));
        link.flush();
    }

    void onFrame(Link link, Frame frame) {
        if (frame instanceof Frame.Welcome answer && welcome == null) {
            welcome = answer;
            authenticate(link);
        } else if (frame instanceof Frame.Challenge challenge) {
            answer(link, challenge);
        } else if (frame instanceof Frame.Authenticated authenticated && welcome != null) {
            admitted(authenticated);
        } else if (frame instanceof Frame.Failed failed) {
            refuse(failed.code(), failed.message());
        } else if (frame instanceof Frame.Goodbye goodbye) {
            refuse(goodbye.code(), goodbye.message());
        } else {
            refuse(
                    ErrorCode.PROTOCOL,
                    "broker sent " + frame.getClass().getSimpleName() + " during the handshake");
        }
    }

    private void authenticate(Link link) {
        try {
            link.write(authentication.begin(welcome.mechanisms()));
            link.flush();
        } catch (JMSException noMechanism) {
            outcome.completeExceptionally(noMechanism);
        }
    }

    private void answer(Link link, Frame.Challenge challenge) {
        var unused =
                authentication
                        .answer(challenge.data())
                        .thenAccept(
                                answer -> {
                                    link.write(answer);
                                    link.flush();
                                })
                        .exceptionally(
                                failure -> {
                                    loop.execute(() -> failed(failure));
                                    return null;
                                });
    }

    private void failed(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
        outcome.completeExceptionally(
                cause instanceof JMSException known
                        ? known
                        : Failures.of(ErrorCode.INTERNAL, "login failed: " + cause, cause));
    }

    private void admitted(Frame.Authenticated authenticated) {
        try {
            authentication.finish(authenticated.data());
            outcome.complete(new Admission(welcome, authenticated.user()));
        } catch (JMSException impostor) {
            outcome.completeExceptionally(impostor);
        }
    }

    void refuse(ErrorCode code, String message) {
        outcome.completeExceptionally(Failures.of(code, message));
    }
}
