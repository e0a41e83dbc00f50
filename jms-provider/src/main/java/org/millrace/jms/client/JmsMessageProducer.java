package org.millrace.jms.client;

import jakarta.jms.CompletionListener;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageProducer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.millrace.jms.MillraceDestination;
import org.millrace.jms.link.Failures;
import org.millrace.jms.message.SendHint;
import org.millrace.wire.ErrorCode;

/**
 * Sends to one destination, or as unidentified producer to any (§7). Used by the session's
 * application thread; {@link #close} by any.
 */
sealed class JmsMessageProducer implements MessageProducer
        permits JmsQueueSender, JmsTopicPublisher {
    private final SessionCore session;
    private final Optional<ProducerHandle> identified;
    private final AtomicBoolean closed = new AtomicBoolean();
    private SendPlan plan = SendPlan.DEFAULT;

    JmsMessageProducer(SessionCore session, Optional<ProducerHandle> identified) {
        this.session = session;
        this.identified = identified;
    }

    final void checkOpen() throws JMSException {
        if (closed.get() || session.isClosed()) {
            throw Failures.closed(
                    "producer" + identified.map(handle -> " for " + handle.destination).orElse(""));
        }
    }

    // ---- sending to the producer's destination

    @Override
    public void send(Message message) throws JMSException {
        checkOpen();
        transmit(ownTarget(), message, plan, Optional.empty());
    }

    @Override
    public void send(Message message, int deliveryMode, int priority, long timeToLive)
            throws JMSException {
        checkOpen();
        ProducerHandle target = ownTarget();
        checkMessage(message);
        transmit(target, message, planWith(deliveryMode, priority, timeToLive), Optional.empty());
    }

    @Override
    public void send(Message message, CompletionListener listener) throws JMSException {
        checkOpen();
        Optional<CompletionListener> present = present(listener);
        transmit(ownTarget(), message, plan, present);
    }

    @Override
    public void send(
            Message message,
            int deliveryMode,
            int priority,
            long timeToLive,
            CompletionListener listener)
            throws JMSException {
        checkOpen();
        Optional<CompletionListener> present = present(listener);
        ProducerHandle target = ownTarget();
        checkMessage(message);
        transmit(target, message, planWith(deliveryMode, priority, timeToLive), present);
    }

    // ---- sending to a destination that is named each time

    @Override
    public void send(Destination destination, Message message) throws JMSException {
        checkOpen();
        transmit(targetFor(destination), message, plan, Optional.empty());
    }

    @Override
    public void send(
            Destination destination,
            Message message,
            int deliveryMode,
            int priority,
            long timeToLive)
            throws JMSException {
        checkOpen();
        ProducerHandle target = targetFor(destination);
        checkMessage(message);
        transmit(target, message, planWith(deliveryMode, priority, timeToLive), Optional.empty());
    }

    @Override
    public void send(Destination destination, Message message, CompletionListener listener)
            throws JMSException {
        checkOpen();
        Optional<CompletionListener> present = present(listener);
        transmit(targetFor(destination), message, plan, present);
    }

    @Override
    public void send(
            Destination destination,
            Message message,
            int deliveryMode,
            int priority,
            long timeToLive,
            CompletionListener listener)
            throws JMSException {
        checkOpen();
        Optional<CompletionListener> present = present(listener);
        ProducerHandle target = targetFor(destination);
        checkMessage(message);
        transmit(target, message, planWith(deliveryMode, priority, timeToLive), present);
    }

    private static Optional<CompletionListener> present(CompletionListener listener) {
        if (listener == null) {
            throw new IllegalArgumentException("the CompletionListener is null");
        }
        return Optional.of(listener);
    }

    private ProducerHandle ownTarget() {
        return identified.orElseThrow(
                () ->
                        new UnsupportedOperationException(
                                "this producer was created without a destination: name one in each"
                                        + " send"));
    }

    private ProducerHandle targetFor(Destination destination) throws JMSException {
        if (identified.isPresent()) {
            throw new UnsupportedOperationException(
                    "this producer was created for "
                            + identified.get().destination
                            + ": send without naming a destination");
        }
        return session.producers().sharedFor(MillraceDestination.from(destination));
    }

    private SendPlan planWith(int deliveryMode, int priority, long timeToLive) throws JMSException {
        return plan.withDeliveryMode(deliveryMode)
                .withPriority(priority)
                .withTimeToLive(timeToLive);
    }

    private static void checkMessage(Message message) throws JMSException {
        if (message == null) {
            throw new MessageFormatException(
                    "the message to send is null", ErrorCode.INVALID_ARGUMENT.name());
        }
    }

    private void transmit(
            ProducerHandle target,
            Message message,
            SendPlan how,
            Optional<CompletionListener> listener)
            throws JMSException {
        checkMessage(message);
        if (listener.isEmpty()) {
            session.send(target, message, how);
        } else {
            session.send(
                    target,
                    message,
                    how,
                    new CompletionQueue.Pending(this, message, listener.get()));
        }
    }

    // ---- defaults

    @Override
    public Destination getDestination() throws JMSException {
        checkOpen();
        return identified.map(handle -> handle.destination).orElse(null);
    }

    @Override
    public void setDisableMessageID(boolean disabled) throws JMSException {
        checkOpen();
        plan = hinted(SendHint.DISABLE_MESSAGE_ID, disabled);
    }

    @Override
    public boolean getDisableMessageID() throws JMSException {
        checkOpen();
        return plan.has(SendHint.DISABLE_MESSAGE_ID);
    }

    @Override
    public void setDisableMessageTimestamp(boolean disabled) throws JMSException {
        checkOpen();
        plan = hinted(SendHint.DISABLE_TIMESTAMP, disabled);
    }

    private SendPlan hinted(SendHint hint, boolean disabled) {
        return disabled ? plan.with(hint) : plan.without(hint);
    }

    @Override
    public boolean getDisableMessageTimestamp() throws JMSException {
        checkOpen();
        return plan.has(SendHint.DISABLE_TIMESTAMP);
    }

    @Override
    public void setDeliveryMode(int deliveryMode) throws JMSException {
        checkOpen();
        plan = plan.withDeliveryMode(deliveryMode);
    }

    @Override
    public int getDeliveryMode() throws JMSException {
        checkOpen();
        return plan.deliveryMode();
    }

    @Override
    public void setPriority(int priority) throws JMSException {
        checkOpen();
        plan = plan.withPriority(priority);
    }

    @Override
    public int getPriority() throws JMSException {
        checkOpen();
        return plan.priority();
    }

    @Override
    public void setTimeToLive(long timeToLive) throws JMSException {
        checkOpen();
        plan = plan.withTimeToLive(timeToLive);
    }

    @Override
    public long getTimeToLive() throws JMSException {
        checkOpen();
        return plan.timeToLiveMillis();
    }

    @Override
    public void setDeliveryDelay(long deliveryDelay) throws JMSException {
        checkOpen();
        plan = plan.withDeliveryDelay(deliveryDelay);
    }

    @Override
    public long getDeliveryDelay() throws JMSException {
        checkOpen();
        return plan.deliveryDelayMillis();
    }

    // ---- closing

    /** Waits for the producer's asynchronous sends and their callbacks (§7.3.4). */
    @Override
    public void close() throws JMSException {
        if (closed.get() || session.isClosed()) {
            return;
        }
        if (session.completions().isInCallbackBefore(this)) {
            throw Failures.illegalState(
                    "close called from a CompletionListener of the same producer (§7.3.4)");
        }
        session.completions().awaitEmpty(this);
        if (closed.compareAndSet(false, true)) {
            identified.ifPresent(session.producers()::close);
        }
    }
}
