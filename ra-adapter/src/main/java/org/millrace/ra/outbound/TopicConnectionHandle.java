package org.millrace.ra.outbound;

import jakarta.jms.ConnectionConsumer;
import jakarta.jms.JMSException;
import jakarta.jms.ServerSessionPool;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import jakarta.jms.TopicConnection;
import jakarta.jms.TopicSession;

/** The handle of the topic domain (§9.2); {@code extends} because its interface does. */
public final class TopicConnectionHandle extends ConnectionHandle implements TopicConnection {
    TopicConnectionHandle(MillraceManagedConnection managed) {
        super(managed);
    }

    @Override
    public TopicSession createTopicSession(boolean transacted, int acknowledgeMode)
            throws JMSException {
        return session(
                TopicSession.class, transacted ? Session.SESSION_TRANSACTED : acknowledgeMode);
    }

    @Override
    public ConnectionConsumer createConnectionConsumer(
            Topic topic, String selector, ServerSessionPool pool, int maxMessages)
            throws JMSException {
        throw refused("createConnectionConsumer");
    }
}
