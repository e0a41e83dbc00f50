package org.millrace.ra.inflow;

import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import java.util.ArrayList;
import java.util.List;
import org.millrace.jms.MillraceQueue;
import org.millrace.jms.MillraceTopic;

/**
 * What an activation consumes from. Immutable.
 *
 * @param name of the destination, with its options
 * @param from where its first consumer begins; empty for where it is
 * @param subscription its name; empty for queues
 * @param selector null for none
 */
record Source(Kind kind, String name, String from, String subscription, String selector) {
    /** How several sessions come to the messages of one destination. */
    enum Kind {
        QUEUE,
        /** Each activation gets every message; its sessions share them. */
        SHARED,
        /** As {@link #SHARED}; alone, and forgotten with its one session. */
        UNSHARED,
        SHARED_DURABLE,
        /** Needs a client identifier; has one session. */
        UNSHARED_DURABLE;

        boolean hasOneSession() {
            return this == UNSHARED || this == UNSHARED_DURABLE;
        }
    }

    /** Where a consumer begins to read. */
    enum Begin {
        /** Where {@link Source#from} says: for the first consumer of an activation. */
        FROM,
        WHERE_IT_IS
    }

    MessageConsumer open(Session session, Begin begin) throws JMSException {
        Destination destination = destination(begin);
        return switch (kind) {
            case QUEUE, UNSHARED -> session.createConsumer(destination, selector);
            case SHARED ->
                    session.createSharedConsumer((Topic) destination, subscription, selector);
            case SHARED_DURABLE ->
                    session.createSharedDurableConsumer(
                            (Topic) destination, subscription, selector);
            case UNSHARED_DURABLE ->
                    session.createDurableConsumer(
                            (Topic) destination, subscription, selector, false);
        };
    }

    Source named(String other) {
        return new Source(kind, other, from, subscription, selector);
    }

    private Destination destination(Begin begin) {
        String fullName =
                begin == Begin.FROM && !from.isEmpty()
                        ? withOptions(name, List.of("from=" + from))
                        : name;
        return kind == Kind.QUEUE ? new MillraceQueue(fullName) : new MillraceTopic(fullName);
    }

    /** The name with more options behind it. */
    static String withOptions(String name, List<String> options) {
        if (options.isEmpty()) {
            return name;
        }
        return name + (name.indexOf('?') < 0 ? "?" : "&") + String.join("&", options);
    }

    /** The name of a destination of any provider that can be one of ours. */
    static String nameOf(Destination destination) throws JMSException {
        return destination instanceof Queue queue
                ? queue.getQueueName()
                : ((Topic) destination).getTopicName();
    }

    /** {@code name=value} for those that are said. */
    static List<String> options(String... namesAndValues) {
        List<String> options = new ArrayList<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            if (!namesAndValues[i + 1].isEmpty()) {
                options.add(namesAndValues[i] + "=" + namesAndValues[i + 1]);
            }
        }
        return options;
    }

    /** For logs. */
    @Override
    public String toString() {
        return (kind == Kind.QUEUE ? "queue " : "topic ")
                + name
                + (subscription.isEmpty() ? "" : ", subscription " + subscription);
    }
}
