package org.millrace.jms.message;

import jakarta.jms.JMSException;

/**
 * What {@code Message.acknowledge()} does; given by the session that received the message
 * (§6.2.10). Called on the application's thread.
 */
@FunctionalInterface
public interface Acknowledgement {
    /** For messages that were never received, and for sessions that acknowledge by themselves. */
    Acknowledgement NOTHING = () -> {};

    /**
     * Acknowledges all that the session has consumed.
     *
     * @throws jakarta.jms.IllegalStateException when the session is closed
     */
    void acknowledge() throws JMSException;
}
