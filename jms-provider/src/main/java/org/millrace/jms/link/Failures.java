package org.millrace.jms.link;

import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidClientIDException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.InvalidSelectorException;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.ResourceAllocationException;
import jakarta.jms.TransactionRolledBackException;
import org.millrace.wire.ErrorCode;

/** Turns what was refused into the exception that §10.3 asks for. Stateless. */
public final class Failures {
    /** Error code of a wait that the application interrupted; never on the wire. */
    public static final String INTERRUPTED = "INTERRUPTED";

    /** Error code of an answer that did not come in time; never on the wire. */
    public static final String TIMED_OUT = "TIMED_OUT";

    private Failures() {}

    /** The exception class of this code, with {@code code.name()} as its error code. */
    public static JMSException of(ErrorCode code, String message) {
        String name = code.name();
        return switch (code) {
            case SECURITY -> new JMSSecurityException(message, name);
            case INVALID_DESTINATION, UNKNOWN_SUBSCRIPTION ->
                    new InvalidDestinationException(message, name);
            case INVALID_SELECTOR -> new InvalidSelectorException(message, name);
            case INVALID_CLIENT_ID -> new InvalidClientIDException(message, name);
            case ILLEGAL_STATE -> new IllegalStateException(message, name);
            case RESOURCE_LIMIT, MESSAGE_TOO_LARGE ->
                    new ResourceAllocationException(message, name);
            case ROLLED_BACK -> new TransactionRolledBackException(message, name);
            case PROTOCOL,
                    VERSION,
                    IN_USE,
                    BROKER_STOPPED,
                    UNSUPPORTED,
                    LINK_LOST,
                    INVALID_ARGUMENT,
                    INTERNAL,
                    XA ->
                    new JMSException(message, name);
        };
    }

    /** As {@link #of(ErrorCode, String)}; the cause is also the linked exception (EXC-2). */
    public static JMSException of(ErrorCode code, String message, Throwable cause) {
        return causedBy(of(code, message), cause);
    }

    /** Whether nothing but the loss of a link was in the way. */
    public static boolean isLinkLoss(JMSException failure) {
        return ErrorCode.LINK_LOST.name().equals(failure.getErrorCode());
    }

    /** Gives an exception its cause, and its linked exception when the cause can be one. */
    public static <E extends JMSException> E causedBy(E failure, Throwable cause) {
        failure.initCause(cause);
        if (cause instanceof Exception linked) {
            failure.setLinkedException(linked);
        }
        return failure;
    }

    /** A call on something that was closed (§6.1.8, §6.2.15). */
    public static IllegalStateException closed(String what) {
        return new IllegalStateException(what + " is closed", ErrorCode.ILLEGAL_STATE.name());
    }

    /** A call that is not allowed now or here. */
    public static IllegalStateException illegalState(String message) {
        return new IllegalStateException(message, ErrorCode.ILLEGAL_STATE.name());
    }

    /** A feature that is not there. */
    public static JMSException unsupported(String feature) {
        return of(ErrorCode.UNSUPPORTED, feature + " is not supported by this provider");
    }

    /** The waiting thread was interrupted; its flag is set again. */
    public static JMSException interrupted(String what, InterruptedException cause) {
        Thread.currentThread().interrupt();
        return causedBy(
                new JMSException(
                        "interrupted while waiting for "
                                + what
                                + "; whether it happened is not known",
                        INTERRUPTED),
                cause);
    }
}
