package org.millrace.ra;

import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Topic;
import org.millrace.jms.MillraceDestination;

/** A topic as an administered object; its one property is its name. */
public final class MillraceTopic extends ConfiguredDestination implements Topic {
    private static final long serialVersionUID = 1L;

    @Override
    public String getTopicName() throws JMSException {
        return requireName("topic");
    }

    @Override
    public MillraceDestination destination() throws InvalidDestinationException {
        return new org.millrace.jms.MillraceTopic(requireName("topic"));
    }

    @Override
    public String toString() {
        return "topic://" + getName();
    }
}
