package org.millrace.jms.client;

import jakarta.jms.ConnectionConsumer;
import jakarta.jms.JMSException;
import jakarta.jms.Queue;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueSession;
import jakarta.jms.ServerSessionPool;
import jakarta.jms.Topic;
import org.millrace.jms.link.Credentials;
import org.millrace.jms.link.Failures;
import org.millrace.wire.MillraceUri;

/** The connection of the queue domain (§9.2); {@code extends} because its interface does. */
public sealed class JmsQueueConnection extends JmsConnection implements QueueConnection
        permits JmsXaQueueConnection {
    public JmsQueueConnection(MillraceUri uri, ConnectionOptions options, Credentials credentials) {
        super(uri, options, credentials);
    }

    @Override
    public QueueSession createQueueSession(boolean transacted, int acknowledgeMode)
            throws JMSException {
        return new JmsQueueSession(openSession(AckMode.of(transacted, acknowledgeMode)));
    }

    @Override
    public ConnectionConsumer createConnectionConsumer(
            Queue queue, String selector, ServerSessionPool pool, int maxMessages)
            throws JMSException {
        throw noConnectionConsumer();
    }

    @Override
    public ConnectionConsumer createSharedConnectionConsumer(
            Topic topic, String name, String selector, ServerSessionPool pool, int maxMessages)
            throws JMSException {
        throw notForQueues("createSharedConnectionConsumer");
    }

    @Override
    public ConnectionConsumer createDurableConnectionConsumer(
            Topic topic, String name, String selector, ServerSessionPool pool, int maxMessages)
            throws JMSException {
        throw notForQueues("createDurableConnectionConsumer");
    }

    @Override
    public ConnectionConsumer createSharedDurableConnectionConsumer(
            Topic topic, String name, String selector, ServerSessionPool pool, int maxMessages)
            throws JMSException {
        throw notForQueues("createSharedDurableConnectionConsumer");
    }

    private JMSException notForQueues(String method) throws JMSException {
        checkOpen();
        return Failures.illegalState(method + " is not for a QueueConnection (§9.2)");
    }
}
