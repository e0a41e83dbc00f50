package org.millrace.jms.client;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageListener;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.millrace.jms.link.Failures;
import org.millrace.wire.frame.Frame.Delivery;

/**
 * Receives from one destination or subscription (§8). Used by the session's application thread;
 * {@link #close} by any.
 */
sealed class JmsMessageConsumer implements MessageConsumer
        permits JmsQueueReceiver, JmsTopicSubscriber {
    /** What the application wants of a message: itself, or its body. */
    @FunctionalInterface
    interface Wanted<T> {
        T of(Message message) throws JMSException;
    }

    private final SessionCore session;
    private final ConsumerSpec spec;
    private final ConsumerInbox inbox;
    private final AtomicBoolean closing = new AtomicBoolean();
    private volatile boolean closed;

    JmsMessageConsumer(SessionCore session, ConsumerSpec spec, ConsumerInbox inbox) {
        this.session = session;
        this.spec = spec;
        this.inbox = inbox;
    }

    final ConsumerInbox inbox() {
        return inbox;
    }

    final ConsumerSpec spec() {
        return spec;
    }

    final void checkOpen() throws JMSException {
        if (closed || session.isClosed()) {
            throw Failures.closed("consumer on " + spec.destination());
        }
    }

    // ---- receiving

    @Override
    public Message receive() throws JMSException {
        return take(message -> message, Patience.forever());
    }

    @Override
    public Message receive(long timeoutMillis) throws JMSException {
        return take(message -> message, timeoutMillis);
    }

    @Override
    public Message receiveNoWait() throws JMSException {
        return takeNow(message -> message);
    }

    /** As {@code receive(timeout)}: 0 waits for ever, below that not at all. */
    final <T> T take(Wanted<T> wanted, long timeoutMillis) throws JMSException {
        if (timeoutMillis < 0) {
            return takeNow(wanted);
        }
        return take(
                wanted, timeoutMillis == 0 ? Patience.forever() : Patience.ofMillis(timeoutMillis));
    }

    /** As {@code receiveNoWait()}: asks the broker once when nothing is here. */
    final <T> T takeNow(Wanted<T> wanted) throws JMSException {
        T here = take(wanted, Patience.none());
        if (here != null || !session.inbox().isRunning()) {
            return here;
        }
        session.requests().drain(inbox.consumerId);
        return take(wanted, Patience.none());
    }

    /** Null when no message came in time, or when this consumer is being closed. */
    final <T> T take(Wanted<T> wanted, Patience patience) throws JMSException {
        checkOpen();
        if (session.inbox().hasListener()) {
            throw Failures.illegalState(
                    "receive while a MessageListener is set in the session (§6.2.5)");
        }
        session.settlement().awaitTurn();
        Delivery delivery;
        while ((delivery = session.inbox().take(inbox, patience)) != null) {
            Optional<Message> message = inbox.opening.open(delivery);
            if (message.isPresent()) {
                return handOver(delivery, message.get(), wanted);
            }
        }
        return null;
    }

    private <T> T handOver(Delivery delivery, Message message, Wanted<T> wanted)
            throws JMSException {
        Settlement settlement = session.settlement();
        T result;
        try {
            result = wanted.of(message);
        } catch (JMSException unfit) {
            // §8.6: as if the call had not happened, or as delivered, depending on the mode.
            if (settlement.redeliversFailed()) {
                session.inbox().putBack(inbox, delivery);
            } else {
                settlement.handedOver(delivery.deliveryId());
            }
            throw unfit;
        }
        try {
            settlement.handedOver(delivery.deliveryId());
        } catch (JMSException over) {
            session.inbox().putBack(inbox, delivery);
            throw over;
        }
        settlement.finished();
        return result;
    }

    // ---- for a resource adapter, see ConnectorDoor

    /** Has messages sent ahead, for {@link #takeHere}. */
    final void feed(Runnable arrival) throws JMSException {
        checkOpen();
        inbox.arrival = arrival;
        session.inbox().setListener(inbox, null);
    }

    final boolean hasUnseen() {
        return session.inbox().hasUnseen(inbox);
    }

    /** Gives up what comes next while it was delivered more often than this. */
    final void rejectBeyond(int maxDeliveries) throws JMSException {
        checkOpen();
        Delivery next;
        while ((next = session.inbox().take(inbox, Patience.none())) != null) {
            if (next.deliveryCount() <= maxDeliveries) {
                session.inbox().putBack(inbox, next);
                return;
            }
            session.requests()
                    .reject(
                            next.deliveryId(),
                            "delivered %d times, allowed are %d"
                                    .formatted(next.deliveryCount() - 1, maxDeliveries));
        }
    }

    /** What is here already; asks nobody, waits for nothing. */
    final Message takeHere() throws JMSException {
        return take(message -> message, Patience.none());
    }

    // ---- listener, selector

    @Override
    public MessageListener getMessageListener() throws JMSException {
        checkOpen();
        return session.inbox().listenerOf(inbox);
    }

    @Override
    public void setMessageListener(MessageListener listener) throws JMSException {
        checkOpen();
        if (listener != null) {
            session.dispatcher().start();
        }
        session.inbox().setListener(inbox, listener);
    }

    @Override
    public String getMessageSelector() throws JMSException {
        checkOpen();
        return spec.selectorOrEmpty().isEmpty() ? null : spec.selector();
    }

    // ---- closing

    /**
     * Waits for a running receive and, unless called by it, a running listener; what was delivered
     * can still be acknowledged, committed, rolled back (§8.8).
     */
    @Override
    public void close() throws JMSException {
        if (!closing.compareAndSet(false, true) || session.isClosed()) {
            return;
        }
        session.inbox().beginClose(inbox);
        session.inbox().awaitQuiet(inbox);
        closed = true;
        session.consumers().close(this);
    }
}
