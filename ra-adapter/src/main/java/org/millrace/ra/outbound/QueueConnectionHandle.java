package org.millrace.ra.outbound;

import jakarta.jms.ConnectionConsumer;
import jakarta.jms.JMSException;
import jakarta.jms.Queue;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueSession;
import jakarta.jms.ServerSessionPool;
import jakarta.jms.Session;

/** The handle of the queue domain (§9.2); {@code extends} because its interface does. */
public final class QueueConnectionHandle extends ConnectionHandle implements QueueConnection {
    QueueConnectionHandle(MillraceManagedConnection managed) {
        super(managed);
    }

    @Override
    public QueueSession createQueueSession(boolean transacted, int acknowledgeMode)
            throws JMSException {
        return session(
                QueueSession.class, transacted ? Session.SESSION_TRANSACTED : acknowledgeMode);
    }

    @Override
    public ConnectionConsumer createConnectionConsumer(
            Queue queue, String selector, ServerSessionPool pool, int maxMessages)
            throws JMSException {
        throw refused("createConnectionConsumer");
    }
}
