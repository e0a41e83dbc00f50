package org.millrace.jms.client;

import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.QueueSender;
import java.util.Optional;

/** A producer of a queue session; {@code extends} because the specification's interface does. */
final class JmsQueueSender extends JmsMessageProducer implements QueueSender {
    JmsQueueSender(SessionCore session, Optional<ProducerHandle> identified) {
        super(session, identified);
    }

    @Override
    public Queue getQueue() throws JMSException {
        return (Queue) getDestination();
    }

    @Override
    public void send(Queue queue, Message message) throws JMSException {
        send((Destination) queue, message);
    }

    @Override
    public void send(Queue queue, Message message, int deliveryMode, int priority, long timeToLive)
            throws JMSException {
        send((Destination) queue, message, deliveryMode, priority, timeToLive);
    }
}
