package org.millrace.ra;

import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Queue;
import org.millrace.jms.MillraceDestination;

/** A queue as an administered object; its one property is its name. */
public final class MillraceQueue extends ConfiguredDestination implements Queue {
    private static final long serialVersionUID = 1L;

    @Override
    public String getQueueName() throws JMSException {
        return requireName("queue");
    }

    @Override
    public MillraceDestination destination() throws InvalidDestinationException {
        return new org.millrace.jms.MillraceQueue(requireName("queue"));
    }

    @Override
    public String toString() {
        return "queue://" + getName();
    }
}
