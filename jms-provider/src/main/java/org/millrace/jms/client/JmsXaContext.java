package org.millrace.jms.client;

import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.XAJMSContext;
import javax.transaction.xa.XAResource;
import org.millrace.jms.link.Credentials;
import org.millrace.wire.MillraceUri;

/**
 * The simplified API's face of a connection and one session for global transactions (§6.2.8). Its
 * {@code commit} and {@code rollback} throw; its resource ends transactions.
 */
public final class JmsXaContext extends JmsContext implements XAJMSContext {
    private JmsXaContext(SharedConnection shared) throws JMSException {
        super(shared, AckMode.XA);
    }

    /** A context on a connection of its own. */
    public static JmsXaContext connect(
            MillraceUri uri, ConnectionOptions options, Credentials credentials) {
        return Unchecked.call(
                () -> {
                    JmsConnection connection = new JmsConnection(uri, options, credentials);
                    connection.open();
                    return new JmsXaContext(new SharedConnection(connection));
                });
    }

    @Override
    JmsXaSession newSession() throws JMSException {
        return new JmsXaSession(connection().openSession(AckMode.XA));
    }

    @Override
    public JMSContext getContext() {
        return this;
    }

    @Override
    public XAResource getXAResource() {
        return Unchecked.call(() -> ((JmsXaSession) session()).getXAResource());
    }
}
