package org.millrace.jms.client;

import jakarta.jms.JMSException;
import jakarta.jms.Queue;
import jakarta.jms.QueueReceiver;

/** A consumer on a queue; {@code extends} because the specification's interface does. */
final class JmsQueueReceiver extends JmsMessageConsumer implements QueueReceiver {
    JmsQueueReceiver(SessionCore session, ConsumerSpec spec, ConsumerInbox inbox) {
        super(session, spec, inbox);
    }

    @Override
    public Queue getQueue() throws JMSException {
        checkOpen();
        return (Queue) spec().destination();
    }
}
