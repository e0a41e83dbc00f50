package org.millrace.jms.client;

import jakarta.jms.JMSException;
import jakarta.jms.Session;
import org.millrace.jms.link.Failures;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame;

/** How a session acknowledges (§6.2.10), and whether it is transacted (§6.2.7). */
enum AckMode {
    TRANSACTED(Session.SESSION_TRANSACTED),
    AUTO(Session.AUTO_ACKNOWLEDGE),
    CLIENT(Session.CLIENT_ACKNOWLEDGE),
    DUPS_OK(Session.DUPS_OK_ACKNOWLEDGE),
    /** In branches of global transactions; AUTO outside (§6.2.8). Never chosen by a number. */
    XA(Session.SESSION_TRANSACTED);

    private final int jmsValue;

    AckMode(int jmsValue) {
        this.jmsValue = jmsValue;
    }

    int jmsValue() {
        return jmsValue;
    }

    boolean isTransacted() {
        return this == TRANSACTED || this == XA;
    }

    Frame.SessionKind sessionKind() {
        return switch (this) {
            case TRANSACTED -> Frame.SessionKind.TRANSACTED;
            case XA -> Frame.SessionKind.XA;
            case AUTO, CLIENT, DUPS_OK -> Frame.SessionKind.DIRECT;
        };
    }

    static AckMode of(int jmsValue) throws JMSException {
        for (AckMode mode : values()) {
            if (mode.jmsValue == jmsValue) {
                return mode;
            }
        }
        throw Failures.of(
                ErrorCode.INVALID_ARGUMENT,
                "session mode is %d, allowed are 0 (transacted), 1 (auto), 2 (client), 3 (dups ok)"
                        .formatted(jmsValue));
    }

    /** As {@code createSession(boolean, int)} means it: the mode is ignored when transacted. */
    static AckMode of(boolean transacted, int jmsValue) throws JMSException {
        if (transacted) {
            return TRANSACTED;
        }
        if (jmsValue == Session.SESSION_TRANSACTED) {
            throw Failures.of(
                    ErrorCode.INVALID_ARGUMENT,
                    "session mode is 0 (transacted) but transacted is false");
        }
        return of(jmsValue);
    }
}
