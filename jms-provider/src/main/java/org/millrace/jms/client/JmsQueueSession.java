package org.millrace.jms.client;

import jakarta.jms.Destination;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.QueueReceiver;
import jakarta.jms.QueueSender;
import jakarta.jms.QueueSession;
import jakarta.jms.TemporaryTopic;
import jakarta.jms.Topic;
import jakarta.jms.TopicSubscriber;
import org.millrace.jms.MillraceDestination;
import org.millrace.jms.link.Failures;
import org.millrace.wire.ErrorCode;

/**
 * The session of the queue domain: what is for topics only is refused (§9.2). {@code extends}
 * because its interface does.
 */
sealed class JmsQueueSession extends JmsSession implements QueueSession permits JmsXaQueueSession {
    JmsQueueSession(SessionCore core) {
        super(core);
    }

    @Override
    void checkDomain(MillraceDestination destination) throws JMSException {
        if (destination.isTopic()) {
            throw new InvalidDestinationException(
                    destination + " is not for a QueueSession (§9.2)",
                    ErrorCode.INVALID_DESTINATION.name());
        }
    }

    @Override
    public QueueReceiver createReceiver(Queue queue) throws JMSException {
        return createReceiver(queue, null);
    }

    @Override
    public QueueReceiver createReceiver(Queue queue, String selector) throws JMSException {
        return (QueueReceiver) createConsumer(queue, selector);
    }

    @Override
    public QueueSender createSender(Queue queue) throws JMSException {
        return new JmsQueueSender(core(), handleFor(queue));
    }

    @Override
    public MessageProducer createProducer(Destination destination) throws JMSException {
        return new JmsQueueSender(core(), handleFor(destination));
    }

    private JMSException forTopicsOnly(String method) throws JMSException {
        core().checkOpen();
        return Failures.illegalState(method + " is not for a QueueSession (§9.2)");
    }

    @Override
    public Topic createTopic(String name) throws JMSException {
        throw forTopicsOnly("createTopic");
    }

    @Override
    public TemporaryTopic createTemporaryTopic() throws JMSException {
        throw forTopicsOnly("createTemporaryTopic");
    }

    @Override
    public TopicSubscriber createDurableSubscriber(
            Topic topic, String name, String selector, boolean noLocal) throws JMSException {
        throw forTopicsOnly("createDurableSubscriber");
    }

    @Override
    public MessageConsumer createSharedConsumer(Topic topic, String name, String selector)
            throws JMSException {
        throw forTopicsOnly("createSharedConsumer");
    }

    @Override
    public MessageConsumer createSharedDurableConsumer(Topic topic, String name, String selector)
            throws JMSException {
        throw forTopicsOnly("createSharedDurableConsumer");
    }

    @Override
    public void unsubscribe(String name) throws JMSException {
        throw forTopicsOnly("unsubscribe");
    }
}
