package org.millrace.ra.outbound;

import jakarta.jms.JMSException;
import jakarta.jms.XAConnection;
import jakarta.jms.XAQueueConnection;
import jakarta.jms.XAQueueSession;
import jakarta.jms.XASession;
import jakarta.jms.XATopicConnection;
import jakarta.jms.XATopicSession;
import javax.transaction.xa.XAResource;
import org.millrace.jms.MillraceConnectionFactory;
import org.millrace.ra.ConnectionSettings;

/** Which interfaces a connection definition offers (§9.2): both kinds of destinations, or one. */
public enum Domain {
    COMMON {
        @Override
        Physical open(MillraceConnectionFactory factory) throws JMSException {
            XAConnection connection = factory.createXAConnection();
            return closedUnlessMade(
                    connection,
                    () -> {
                        XASession session = connection.createXASession();
                        return new Physical(
                                connection, session.getSession(), session.getXAResource());
                    });
        }
    },
    QUEUE {
        @Override
        Physical open(MillraceConnectionFactory factory) throws JMSException {
            XAQueueConnection connection = factory.createXAQueueConnection();
            return closedUnlessMade(
                    connection,
                    () -> {
                        XAQueueSession session = connection.createXAQueueSession();
                        return new Physical(
                                connection, session.getQueueSession(), session.getXAResource());
                    });
        }
    },
    TOPIC {
        @Override
        Physical open(MillraceConnectionFactory factory) throws JMSException {
            XATopicConnection connection = factory.createXATopicConnection();
            return closedUnlessMade(
                    connection,
                    () -> {
                        XATopicSession session = connection.createXATopicSession();
                        return new Physical(
                                connection, session.getTopicSession(), session.getXAResource());
                    });
        }
    };

    /**
     * Connects; waits for the broker.
     *
     * @throws JMSException when it cannot; nothing is left open
     */
    final Physical open(ConnectionSettings settings) throws JMSException {
        return open(settings.factory());
    }

    abstract Physical open(MillraceConnectionFactory factory) throws JMSException;

    @FunctionalInterface
    private interface Making {
        Physical make() throws JMSException;
    }

    private static Physical closedUnlessMade(XAConnection connection, Making making)
            throws JMSException {
        boolean made = false;
        try {
            Physical physical = making.make();
            made = true;
            return physical;
        } finally {
            if (!made) {
                connection.close();
            }
        }
    }

    /**
     * A connection to the broker with its one session; what a server pools.
     *
     * @param session also used outside transactions: it acknowledges automatically then
     */
    record Physical(XAConnection connection, jakarta.jms.Session session, XAResource resource) {}
}
