package org.millrace.jms.client;

import jakarta.jms.Destination;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.Topic;
import jakarta.jms.TopicPublisher;
import jakarta.jms.TopicSession;
import jakarta.jms.TopicSubscriber;
import org.millrace.jms.MillraceDestination;
import org.millrace.jms.link.Failures;
import org.millrace.wire.ErrorCode;

/**
 * The session of the topic domain: what is for queues only is refused (§9.2). {@code extends}
 * because its interface does.
 */
sealed class JmsTopicSession extends JmsSession implements TopicSession permits JmsXaTopicSession {
    JmsTopicSession(SessionCore core) {
        super(core);
    }

    @Override
    void checkDomain(MillraceDestination destination) throws JMSException {
        if (!destination.isTopic()) {
            throw new InvalidDestinationException(
                    destination + " is not for a TopicSession (§9.2)",
                    ErrorCode.INVALID_DESTINATION.name());
        }
    }

    @Override
    public TopicSubscriber createSubscriber(Topic topic) throws JMSException {
        return createSubscriber(topic, null, false);
    }

    @Override
    public TopicSubscriber createSubscriber(Topic topic, String selector, boolean noLocal)
            throws JMSException {
        return (TopicSubscriber) createConsumer(topic, selector, noLocal);
    }

    @Override
    public TopicPublisher createPublisher(Topic topic) throws JMSException {
        return new JmsTopicPublisher(core(), handleFor(topic));
    }

    @Override
    public MessageProducer createProducer(Destination destination) throws JMSException {
        return new JmsTopicPublisher(core(), handleFor(destination));
    }

    private JMSException forQueuesOnly(String method) throws JMSException {
        core().checkOpen();
        return Failures.illegalState(method + " is not for a TopicSession (§9.2)");
    }

    @Override
    public Queue createQueue(String name) throws JMSException {
        throw forQueuesOnly("createQueue");
    }

    @Override
    public TemporaryQueue createTemporaryQueue() throws JMSException {
        throw forQueuesOnly("createTemporaryQueue");
    }

    @Override
    public QueueBrowser createBrowser(Queue queue, String selector) throws JMSException {
        throw forQueuesOnly("createBrowser");
    }
}
