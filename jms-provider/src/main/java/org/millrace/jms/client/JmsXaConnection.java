package org.millrace.jms.client;

import jakarta.jms.JMSException;
import jakarta.jms.XAConnection;
import jakarta.jms.XASession;
import org.millrace.jms.link.Credentials;
import org.millrace.wire.MillraceUri;

/** A connection with sessions for global transactions, and others (§6.1, §6.2.8). Any thread. */
public final class JmsXaConnection extends JmsConnection implements XAConnection {
    public JmsXaConnection(MillraceUri uri, ConnectionOptions options, Credentials credentials) {
        super(uri, options, credentials);
    }

    @Override
    public XASession createXASession() throws JMSException {
        return new JmsXaSession(openSession(AckMode.XA));
    }
}
