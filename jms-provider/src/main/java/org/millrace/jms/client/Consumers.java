package org.millrace.jms.client;

import jakarta.jms.Destination;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Queue;
import jakarta.jms.Topic;
import java.util.ArrayList;
import java.util.List;
import org.millrace.jms.MillraceDestination;
import org.millrace.jms.client.ConsumerSpec.NoLocal;
import org.millrace.jms.link.Failures;
import org.millrace.jms.link.Reply;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.Done;
import org.millrace.wire.frame.Frame.SubscriptionKind;

/** Opens and closes the consumers of one session and checks what they are created with (§8.3). */
final class Consumers {
    private final SessionCore session;
    private final List<JmsMessageConsumer> open = new ArrayList<>();

    Consumers(SessionCore session) {
        this.session = session;
    }

    // ---- what may be asked for

    /** A consumer on a queue, or an unshared non-durable one on a topic (§8.3.1). */
    ConsumerSpec plain(Destination destination, String selector, boolean noLocal)
            throws JMSException {
        MillraceDestination ours = MillraceDestination.from(destination);
        SubscriptionKind kind =
                ours.isTopic() ? SubscriptionKind.NON_DURABLE : SubscriptionKind.QUEUE;
        return new ConsumerSpec(ours, kind, "", selector, NoLocal.of(noLocal));
    }

    /** §8.3.2. */
    ConsumerSpec shared(Topic topic, String name, String selector) throws JMSException {
        return subscription(topic, SubscriptionKind.SHARED, name, selector, false);
    }

    /** §8.3.3: needs a client identifier. */
    ConsumerSpec durable(Topic topic, String name, String selector, boolean noLocal)
            throws JMSException {
        MillraceDestination.from(topic);
        if (session.connection().clientIdOrEmpty().isEmpty()) {
            throw Failures.illegalState(
                    "unshared durable subscription %s needs a client identifier; set one on the connection or factory, or use a shared one"
                            .formatted(name));
        }
        return subscription(topic, SubscriptionKind.DURABLE, name, selector, noLocal);
    }

    /** §8.3.4. */
    ConsumerSpec sharedDurable(Topic topic, String name, String selector) throws JMSException {
        return subscription(topic, SubscriptionKind.SHARED_DURABLE, name, selector, false);
    }

    private static ConsumerSpec subscription(
            Topic topic, SubscriptionKind kind, String name, String selector, boolean noLocal)
            throws JMSException {
        MillraceDestination ours = MillraceDestination.from(topic);
        boolean durable = kind != SubscriptionKind.SHARED;
        if (durable && ours.address().kind().isTemporary()) {
            throw new InvalidDestinationException(
                    "durable subscription " + name + " on " + ours + ", which is temporary",
                    ErrorCode.INVALID_DESTINATION.name());
        }
        checkName(name);
        return new ConsumerSpec(ours, kind, name, selector, NoLocal.of(noLocal));
    }

    static void checkName(String name) throws JMSException {
        if (name == null || name.isEmpty()) {
            throw Failures.of(
                    ErrorCode.INVALID_ARGUMENT, "the name of the subscription is null or empty");
        }
    }

    // ---- opening and closing

    /**
     * Opens a consumer.
     *
     * @throws JMSException what the broker refused; nothing is open then
     */
    JmsMessageConsumer open(ConsumerSpec spec) throws JMSException {
        session.checkOpen();
        ConsumerInbox.Identity identity =
                new ConsumerInbox.Identity(session.sessionId(), session.endpoints().nextId(), spec);
        DeliveryOpener opener = new DeliveryOpener(session, spec.destination());
        ConsumerInbox inbox = session.inbox().add(identity, session.options().prefetch(), opener);
        session.endpoints().add(session.inbox(), inbox);
        try {
            request(inbox);
        } catch (JMSException refused) {
            session.endpoints().remove(inbox);
            session.inbox().remove(inbox);
            throw refused;
        }
        JmsMessageConsumer consumer =
                spec.destination() instanceof Queue
                        ? new JmsQueueReceiver(session, spec, inbox)
                        : new JmsTopicSubscriber(session, spec, inbox);
        synchronized (open) {
            open.add(consumer);
        }
        return consumer;
    }

    private void request(ConsumerInbox inbox) throws JMSException {
        session.link()
                .request(
                        inbox::openFrame,
                        reply ->
                                reply.answerIf(Frame.ConsumerOpened.class).ifPresent(inbox::opened))
                .await(Frame.ConsumerOpened.class, session.options().requestTimeout());
    }

    /** Ends a consumer whose receivers and listener are quiet. */
    void close(JmsMessageConsumer consumer) throws JMSException {
        if (forget(consumer)) {
            SessionRequests.awaitUnlessLost(
                    () ->
                            end(consumer)
                                    .awaitThroughInterrupts(
                                            Done.class, session.options().closeTimeout()));
        }
    }

    /** Ends all, for the closing of the session; the answers are still to come. */
    List<Reply> closeAll() {
        List<JmsMessageConsumer> all;
        synchronized (open) {
            all = List.copyOf(open);
        }
        List<Reply> replies = new ArrayList<>();
        for (JmsMessageConsumer consumer : all) {
            if (forget(consumer)) {
                replies.add(end(consumer));
            }
        }
        return replies;
    }

    private boolean forget(JmsMessageConsumer consumer) {
        synchronized (open) {
            return open.remove(consumer);
        }
    }

    private Reply end(JmsMessageConsumer consumer) {
        ConsumerInbox inbox = consumer.inbox();
        session.endpoints().remove(inbox);
        long lastSeen = session.inbox().remove(inbox);
        return session.requests().closeConsumer(inbox.consumerId, lastSeen);
    }
}
