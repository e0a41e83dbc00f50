package org.millrace.ra.outbound;

import jakarta.jms.JMSException;
import jakarta.jms.TopicConnection;
import jakarta.jms.TopicConnectionFactory;
import jakarta.resource.spi.ConnectionManager;

/** The factory of the topic domain (§9.2); {@code extends} because its interface does. */
public final class TopicConnectionFactoryHandle extends ConnectionFactoryHandle
        implements TopicConnectionFactory {
    private static final long serialVersionUID = 1L;

    TopicConnectionFactoryHandle(
            MillraceManagedConnectionFactory managed, ConnectionManager connections) {
        super(managed, connections);
    }

    @Override
    public TopicConnection createTopicConnection() throws JMSException {
        return (TopicConnection) createConnection();
    }

    @Override
    public TopicConnection createTopicConnection(String user, String password) throws JMSException {
        return (TopicConnection) createConnection(user, password);
    }
}
