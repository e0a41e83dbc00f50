package org.millrace.jms.client;

import jakarta.jms.JMSException;
import jakarta.jms.Topic;
import jakarta.jms.TopicSubscriber;

/** A consumer on a topic; {@code extends} because the specification's interface does. */
final class JmsTopicSubscriber extends JmsMessageConsumer implements TopicSubscriber {
    JmsTopicSubscriber(SessionCore session, ConsumerSpec spec, ConsumerInbox inbox) {
        super(session, spec, inbox);
    }

    @Override
    public Topic getTopic() throws JMSException {
        checkOpen();
        return (Topic) spec().destination();
    }

    @Override
    public boolean getNoLocal() throws JMSException {
        checkOpen();
        return spec().excludesOwn();
    }
}
