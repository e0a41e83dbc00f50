package org.millrace.ra.outbound;

import jakarta.jms.JMSException;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueConnectionFactory;
import jakarta.resource.spi.ConnectionManager;

/** The factory of the queue domain (§9.2); {@code extends} because its interface does. */
public final class QueueConnectionFactoryHandle extends ConnectionFactoryHandle
        implements QueueConnectionFactory {
    private static final long serialVersionUID = 1L;

    QueueConnectionFactoryHandle(
            MillraceManagedConnectionFactory managed, ConnectionManager connections) {
        super(managed, connections);
    }

    @Override
    public QueueConnection createQueueConnection() throws JMSException {
        return (QueueConnection) createConnection();
    }

    @Override
    public QueueConnection createQueueConnection(String user, String password) throws JMSException {
        return (QueueConnection) createConnection(user, password);
    }
}
