package org.millrace.jms.client;

import jakarta.jms.JMSException;
import jakarta.jms.XASession;
import jakarta.jms.XATopicConnection;
import jakarta.jms.XATopicSession;
import org.millrace.jms.link.Credentials;
import org.millrace.wire.MillraceUri;

/** As {@link JmsXaConnection}, of the topic domain; {@code extends} because its interface does. */
public final class JmsXaTopicConnection extends JmsTopicConnection implements XATopicConnection {
    public JmsXaTopicConnection(
            MillraceUri uri, ConnectionOptions options, Credentials credentials) {
        super(uri, options, credentials);
    }

    @Override
    public XATopicSession createXATopicSession() throws JMSException {
        return new JmsXaTopicSession(openSession(AckMode.XA));
    }

    @Override
    public XASession createXASession() throws JMSException {
        return createXATopicSession();
    }
}
