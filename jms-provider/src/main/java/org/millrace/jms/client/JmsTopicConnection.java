package org.millrace.jms.client;

import jakarta.jms.ConnectionConsumer;
import jakarta.jms.JMSException;
import jakarta.jms.ServerSessionPool;
import jakarta.jms.Topic;
import jakarta.jms.TopicConnection;
import jakarta.jms.TopicSession;
import org.millrace.jms.link.Credentials;
import org.millrace.wire.MillraceUri;

/** The connection of the topic domain (§9.2); {@code extends} because its interface does. */
public sealed class JmsTopicConnection extends JmsConnection implements TopicConnection
        permits JmsXaTopicConnection {
    public JmsTopicConnection(MillraceUri uri, ConnectionOptions options, Credentials credentials) {
        super(uri, options, credentials);
    }

    @Override
    public TopicSession createTopicSession(boolean transacted, int acknowledgeMode)
            throws JMSException {
        return new JmsTopicSession(openSession(AckMode.of(transacted, acknowledgeMode)));
    }

    @Override
    public ConnectionConsumer createConnectionConsumer(
            Topic topic, String selector, ServerSessionPool pool, int maxMessages)
            throws JMSException {
        throw noConnectionConsumer();
    }
}
