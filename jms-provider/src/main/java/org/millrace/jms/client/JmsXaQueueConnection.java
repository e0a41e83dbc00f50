package org.millrace.jms.client;

import jakarta.jms.JMSException;
import jakarta.jms.XAQueueConnection;
import jakarta.jms.XAQueueSession;
import jakarta.jms.XASession;
import org.millrace.jms.link.Credentials;
import org.millrace.wire.MillraceUri;

/** As {@link JmsXaConnection}, of the queue domain; {@code extends} because its interface does. */
public final class JmsXaQueueConnection extends JmsQueueConnection implements XAQueueConnection {
    public JmsXaQueueConnection(
            MillraceUri uri, ConnectionOptions options, Credentials credentials) {
        super(uri, options, credentials);
    }

    @Override
    public XAQueueSession createXAQueueSession() throws JMSException {
        return new JmsXaQueueSession(openSession(AckMode.XA));
    }

    @Override
    public XASession createXASession() throws JMSException {
        return createXAQueueSession();
    }
}
