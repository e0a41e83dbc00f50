package org.millrace.jms.client;

import jakarta.jms.InvalidClientIDException;
import jakarta.jms.JMSException;
import org.millrace.jms.link.Failures;
import org.millrace.wire.ErrorCode;

/**
 * The client identifier of one connection and whether it can still be set (§6.1.2). Guarded by its
 * own lock, which is held while the broker is asked.
 */
final class ClientIdentity {
    /** Asks the broker for the identifier. */
    @FunctionalInterface
    interface Claim {
        void claim(String clientId) throws JMSException;
    }

    private volatile String clientId;
    private String frozenBecause;

    /**
     * @param administered empty for none
     */
    ClientIdentity(String administered) {
        clientId = administered;
        frozenBecause =
                administered.isEmpty() ? null : "it was set by the factory: " + administered;
    }

    /** Empty for none; does not wait for a claim that is on its way. */
    String clientId() {
        return clientId;
    }

    /** The connection is being used: from now on the identifier stays as it is. */
    synchronized void freeze() {
        if (frozenBecause == null) {
            frozenBecause = "the connection has been used";
        }
    }

    synchronized void set(String wanted, Claim claim) throws JMSException {
        if (frozenBecause != null) {
            throw Failures.illegalState(
                    "client identifier cannot be set to "
                            + wanted
                            + ": "
                            + frozenBecause
                            + "; set it right after the connection was created");
        }
        if (wanted == null || wanted.isEmpty()) {
            throw new InvalidClientIDException(
                    "client identifier is null or empty", ErrorCode.INVALID_CLIENT_ID.name());
        }
        claim.claim(wanted);
        clientId = wanted;
        frozenBecause = "it was set before, to " + wanted;
    }
}
