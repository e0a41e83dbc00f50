package org.millrace.jms.client;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.Delivery;

/**
 * What one consumer was sent and the application has not seen. All state is guarded by the lock of
 * its {@link Inbox}.
 */
final class ConsumerInbox {
    private static final Runnable NOBODY = () -> {};

    final int sessionId;
    final int consumerId;

    /** Whether other consumers may hold messages that it could take. */
    final boolean competes;

    final CreditWindow credit;
    final Condition arrived;
    final ArrayDeque<Delivery> unseen = new ArrayDeque<>();

    /** Turns a delivery into what the listener is called with. */
    final Opening opening;

    MessageListener listener;

    /** Told, without the lock, that something can be taken, or that nothing ever will. */
    volatile Runnable arrival = NOBODY;

    boolean queuedForDispatch;
    boolean closing;
    int receivers;

    /** Why the broker ended the consumer; null while it lives. */
    JMSException ended;

    /** Whether the broker has opened it: then it is opened again after a loss of the link. */
    volatile boolean opened;

    private final ConsumerSpec spec;
    private long highestReceived;

    /** Confined to the client event loop. */
    private long resumeToken;

    /** Whose consumer it is, and of what. */
    record Identity(int sessionId, int consumerId, ConsumerSpec spec) {}

    /** Turns a delivery into a message. */
    @FunctionalInterface
    interface Opening {
        /** Empty when the application is not to see it: expired, or its record is damaged. */
        Optional<Message> open(Delivery delivery);
    }

    ConsumerInbox(Identity identity, int prefetch, Condition arrived, Opening opening) {
        this.sessionId = identity.sessionId();
        this.consumerId = identity.consumerId();
        this.spec = identity.spec();
        this.competes = identity.spec().competes();
        this.credit = new CreditWindow(prefetch);
        this.arrived = arrived;
        this.opening = opening;
    }

    /** Opens it, or opens it again. On the client event loop, or before it was opened. */
    Frame openFrame(long requestId) {
        return new Frame.OpenConsumer(
                requestId,
                sessionId,
                consumerId,
                opened ? spec.addressAgain() : spec.destination().address(),
                spec.kind(),
                spec.subscription(),
                spec.selectorOrEmpty(),
                spec.excludesOwn(),
                resumeToken);
    }

    /** On the client event loop. */
    void opened(Frame.ConsumerOpened answer) {
        resumeToken = answer.resumeToken();
        opened = true;
    }

    void add(List<Delivery> deliveries) {
        credit.used(deliveries.size());
        unseen.addAll(deliveries);
        highestReceived = deliveries.get(deliveries.size() - 1).deliveryId();
    }

    long highestReceived() {
        return highestReceived;
    }

    /** Whether it is sent messages ahead all the time, not only when a receiver waits. */
    boolean isFed() {
        return listener != null || arrival != NOBODY;
    }

    /** What to grant a receiver that got this, or that waits when it is null. */
    int creditAfter(Delivery taken) {
        if (isFed()) {
            return credit.fill(unseen.size());
        }
        return taken == null ? credit.demand(unseen.size()) : credit.topUp(unseen.size());
    }

    boolean canDispatch() {
        return listener != null && !closing && !unseen.isEmpty();
    }

    /** Everything above was not seen by the application. */
    long lastSeenDeliveryId() {
        return unseen.isEmpty() ? highestReceived : unseen.peek().deliveryId() - 1;
    }
}
