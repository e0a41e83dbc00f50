package org.millrace.conformance.crash;

import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;

/**
 * Where a crash test sends to and how it consumes.
 *
 * <p>Order is checked where one consumer gets everything: of several, one may be given what another
 * had buffered and not seen, after it got something later (docs/adr/0003).
 */
enum CrashTarget {
    COMPETING_CONSUMERS {
        @Override
        Destination destination(Session session) throws JMSException {
            return session.createQueue("crash");
        }

        @Override
        MessageConsumer consumer(Session session) throws JMSException {
            return session.createConsumer(session.createQueue("crash"));
        }
    },
    ONE_CONSUMER {
        @Override
        Destination destination(Session session) throws JMSException {
            return session.createQueue("crash-ordered");
        }

        @Override
        MessageConsumer consumer(Session session) throws JMSException {
            return session.createConsumer(session.createQueue("crash-ordered"));
        }

        @Override
        int[] acknowledgeModes() {
            return new int[] {Session.AUTO_ACKNOWLEDGE};
        }
    },
    SHARED_DURABLE_SUBSCRIPTION {
        @Override
        Destination destination(Session session) throws JMSException {
            return session.createTopic("crash");
        }

        @Override
        MessageConsumer consumer(Session session) throws JMSException {
            return session.createSharedDurableConsumer(session.createTopic("crash"), "workers");
        }
    };

    abstract Destination destination(Session session) throws JMSException;

    abstract MessageConsumer consumer(Session session) throws JMSException;

    /** One consumer for each. */
    int[] acknowledgeModes() {
        return new int[] {
            Session.AUTO_ACKNOWLEDGE, Session.CLIENT_ACKNOWLEDGE, Session.SESSION_TRANSACTED
        };
    }

    /** With one consumer every lost link is the test's to see; elsewhere the client repairs it. */
    String options() {
        return isOrdered() ? "?reconnect=false" : "";
    }

    boolean isOrdered() {
        return acknowledgeModes().length == 1;
    }
}
