package org.millrace.ra.outbound;

import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.CommException;
import jakarta.resource.spi.ResourceAllocationException;

/** Exceptions of one contract as those of the other. Stateless. */
final class Failures {
    private Failures() {}

    /** What the server's pool is told of a failure of the client. */
    static ResourceException forServer(String what, JMSException cause) {
        String message = what + ": " + cause.getMessage();
        return cause instanceof JMSSecurityException
                ? new jakarta.resource.spi.SecurityException(message, cause)
                : new CommException(message, cause);
    }

    /** What the application is told when the server gave it no connection. */
    static JMSException forApplication(ResourceException refused) {
        String message = "no connection: " + reason(refused);
        JMSException told;
        if (isCausedBy(refused, jakarta.resource.spi.SecurityException.class)
                || isCausedBy(refused, JMSSecurityException.class)) {
            told = new JMSSecurityException(message, "SECURITY");
        } else if (refused instanceof ResourceAllocationException) {
            told = new jakarta.jms.ResourceAllocationException(message, "NO_CONNECTION");
        } else {
            told = new JMSException(message, "NO_CONNECTION");
        }
        told.initCause(refused);
        told.setLinkedException(refused);
        return told;
    }

    private static boolean isCausedBy(Throwable failure, Class<? extends Throwable> type) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (type.isInstance(each)) {
                return true;
            }
        }
        return false;
    }

    /** Servers wrap what the adapter said, some more than once. */
    private static String reason(Throwable failure) {
        String reason = String.valueOf(failure.getMessage());
        for (Throwable each = failure.getCause(); each != null; each = each.getCause()) {
            if (each instanceof JMSException) {
                return each.getMessage();
            }
        }
        return reason;
    }

    static JMSException closed(String what) {
        return new IllegalStateException(what + " is closed", "CLOSED");
    }

    /** §12.2: what an application in a web or enterprise bean container must not do. */
    static JMSException notInContainer(String method) {
        return new IllegalStateException(
                method + " is not allowed in a web or enterprise bean container (§12.2)",
                "UNSUPPORTED");
    }
}
