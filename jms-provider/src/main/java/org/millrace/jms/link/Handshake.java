package org.millrace.jms.link;

import jakarta.jms.JMSException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.link.Link;

/**
 * The first frames of a link, up to being let in. Confined to the client event loop; only {@link
 * #outcome} is read elsewhere.
 *
 * <pre>
 *   Hello -> Welcome -> Authenticate -> Authenticated
 *                                    -> Failed, Goodbye or a closed link: not let in
 * </pre>
 */
final class Handshake {
    static final int VERSION = 1;
    private static final String PRODUCT = "Millrace Java client";

    /** What the broker said about itself and us. */
    record Admission(Frame.Welcome welcome, String user) {}

    private final Credentials credentials;
    private final CompletableFuture<Admission> outcome = new CompletableFuture<>();
    private Frame.Welcome welcome;

    Handshake(Credentials credentials) {
        this.credentials = credentials;
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
        } else if (frame instanceof Frame.Challenge) {
            // PLAIN and ANONYMOUS are one step; an empty answer ends a mechanism that asks again.
            link.write(new Frame.Authenticate("", ByteBuffer.allocate(0)));
            link.flush();
        } else if (frame instanceof Frame.Authenticated authenticated && welcome != null) {
            outcome.complete(new Admission(welcome, authenticated.user()));
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
            link.write(credentials.begin(welcome.mechanisms()));
            link.flush();
        } catch (JMSException noMechanism) {
            outcome.completeExceptionally(noMechanism);
        }
    }

    void refuse(ErrorCode code, String message) {
        outcome.completeExceptionally(Failures.of(code, message));
    }
}
