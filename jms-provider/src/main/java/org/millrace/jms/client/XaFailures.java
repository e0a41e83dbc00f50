package org.millrace.jms.client;

import javax.transaction.xa.XAException;

/** Makes exceptions that say more than their code. Stateless. */
final class XaFailures {
    private XaFailures() {}

    static XAException of(int code, String message) {
        XAException failure = new XAException("%s (XA code %d)".formatted(message, code));
        failure.errorCode = code;
        return failure;
    }

    static XAException of(int code, String message, Throwable cause) {
        XAException failure = of(code, message + ": " + cause.getMessage());
        failure.initCause(cause);
        return failure;
    }
}
