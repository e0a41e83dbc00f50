package org.millrace.conformance.crash;

import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;

/** Where a crash test sends to and how it consumes. */
enum CrashTarget {
    QUEUE {
        @Override
        Destination destination(Session session) throws JMSException {
            return session.createQueue("crash");
        }

        @Override
        MessageConsumer consumer(Session session) throws JMSException {
            return session.createConsumer(session.createQueue("crash"));
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
}
