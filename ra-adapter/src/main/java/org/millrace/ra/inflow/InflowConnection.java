package org.millrace.ra.inflow;

import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import jakarta.jms.XAConnection;
import jakarta.jms.XASession;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.transaction.xa.XAResource;
import org.millrace.jms.client.ConnectorDoor;
import org.millrace.ra.BranchResource;
import org.millrace.ra.ConnectionSettings;

/**
 * The one connection of an activation, and its sessions: opened together, closed together. Any
 * thread.
 */
final class InflowConnection {
    private static final Logger LOG = Logger.getLogger(InflowConnection.class.getName());

    private final Activation activation;
    private final XAConnection connection;
    private final Source source;
    private final List<InflowSession> sessions = new ArrayList<>();

    private InflowConnection(Activation activation, XAConnection connection, Source source) {
        this.activation = activation;
        this.connection = connection;
        this.source = source;
    }

    /**
     * Connects and opens all consumers; nothing is delivered yet.
     *
     * @throws JMSException when one of them is refused; nothing is left open
     */
    static InflowConnection open(Activation activation, ConnectionSettings settings, Source source)
            throws JMSException {
        XAConnection connection = settings.factory().createXAConnection();
        InflowConnection opened = new InflowConnection(activation, connection, source);
        boolean complete = false;
        try {
            // What JNDI has found may be of another kind than the plan could know.
            int count = source.kind().hasOneSession() ? 1 : activation.plan().sessions();
            Source.Begin begin = activation.nextBegin();
            for (int i = 0; i < count; i++) {
                opened.sessions.add(opened.openSession(begin));
                begin = Source.Begin.WHERE_IT_IS;
            }
            complete = true;
            return opened;
        } finally {
            if (!complete) {
                opened.closeConnection();
            }
        }
    }

    private InflowSession openSession(Source.Begin begin) throws JMSException {
        Session session;
        Optional<XAResource> resource;
        if (activation.isTransacted()) {
            XASession xa = connection.createXASession();
            session = xa.getSession();
            int limitSeconds = activation.plan().transactionTimeoutSeconds();
            resource = Optional.of(new BranchResource(xa.getXAResource(), limitSeconds));
        } else {
            session = connection.createSession(false, Session.CLIENT_ACKNOWLEDGE);
            resource = Optional.empty();
        }
        MessageConsumer consumer = source.open(session, begin);
        return new InflowSession(
                activation, this, new InflowSession.Line(session, consumer, resource));
    }

    int sessionCount() {
        return sessions.size();
    }

    Source source() {
        return source;
    }

    /** Messages may come from now on. */
    void startDelivery() throws JMSException {
        connection.setExceptionListener(this::failedIfGone);
        for (InflowSession session : sessions) {
            session.feed();
        }
        connection.start();
        failedIfGone(new JMSException("the link was lost while it was set up"));
    }

    /** A link that is being opened again is no failure yet. */
    private void failedIfGone(JMSException cause) {
        if (!ConnectorDoor.isUsable(connection)) {
            activation.onFailure(this, cause);
        }
    }

    /** A session cannot go on. */
    void failed(Exception cause) {
        activation.onFailure(this, cause);
    }

    /** Ends deliveries, waits for those under way, closes. */
    void close() {
        sessions.forEach(InflowSession::end);
        awaitQuiet();
        closeConnection();
    }

    /** Waits for deliveries under way. */
    void awaitQuiet() {
        sessions.forEach(InflowSession::awaitQuiet);
    }

    /** Whether no delivery is under way. */
    boolean isQuiet() {
        return sessions.stream().allMatch(InflowSession::isQuiet);
    }

    /** As {@link #close} for a connection that is lost: deliveries under way end by themselves. */
    void abandon() {
        sessions.forEach(InflowSession::end);
        closeConnection();
    }

    private void closeConnection() {
        try {
            connection.close();
        } catch (JMSException refused) {
            LOG.log(Level.FINE, "connection was not closed in order", refused);
        }
    }
}
