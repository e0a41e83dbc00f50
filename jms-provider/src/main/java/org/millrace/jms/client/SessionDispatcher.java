package org.millrace.jms.client;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls the listeners of one session, one at a time (§6.2.13), on the session thread. The thread is
 * a daemon, named after the session, has the context class loader of the connection's creation, and
 * ends when the session is closed.
 */
final class SessionDispatcher {
    private static final Logger LOG = LoggerFactory.getLogger(SessionDispatcher.class);

    /** What is to be done when a listener has failed. */
    interface Redelivery {
        /** It threw on this delivery. */
        void failed(long deliveryId, Throwable thrown);

        /** Makes what it failed on come again (§8.7). */
        void recover() throws JMSException;
    }

    private final Inbox inbox;
    private final Settlement settlement;
    private final Redelivery redelivery;
    private final CallbackThreads threads;
    private boolean started;

    SessionDispatcher(
            Inbox inbox, Settlement settlement, Redelivery redelivery, CallbackThreads threads) {
        this.inbox = inbox;
        this.settlement = settlement;
        this.redelivery = redelivery;
        this.threads = threads;
    }

    /** Starts the thread when it does not run yet. Any thread. */
    synchronized void start() {
        if (!started) {
            started = true;
            threads.start("listener", this::run);
        }
    }

    private void run() {
        Inbox.Dispatch next;
        while ((next = awaitNext()) != null) {
            try {
                dispatch(next);
            } finally {
                // A flag that the listener left behind must not disturb the next call.
                boolean unused = Thread.interrupted();
                inbox.dispatched(next);
            }
        }
    }

    private Inbox.Dispatch awaitNext() {
        try {
            settlement.awaitTurn();
        } catch (JMSException refused) {
            LOG.warn(
                    "acknowledgement of the last message was not confirmed, it may come again: {}",
                    refused.getMessage());
        }
        return inbox.awaitDispatch();
    }

    private void dispatch(Inbox.Dispatch next) {
        Optional<Message> message = next.consumer().opening.open(next.delivery());
        if (message.isEmpty()) {
            return;
        }
        try {
            settlement.handedOver(next.delivery().deliveryId());
        } catch (JMSException over) {
            LOG.warn("message was not given to its listener: {}", over.getMessage());
            inbox.putBack(next.consumer(), next.delivery());
            return;
        }
        try {
            next.listener().onMessage(message.get());
            settlement.finished();
        } catch (RuntimeException | Error thrown) {
            onListenerFailed(next, thrown);
        }
    }

    private void onListenerFailed(Inbox.Dispatch next, Throwable thrown) {
        redelivery.failed(next.delivery().deliveryId(), thrown);
        LOG.warn(
                "listener of consumer {} threw on delivery {} (attempt {}); {}",
                next.consumer().consumerId,
                next.delivery().deliveryId(),
                next.delivery().deliveryCount(),
                settlement.redeliversFailed()
                        ? "the message comes again"
                        : "the message stays unacknowledged",
                thrown);
        if (settlement.redeliversFailed()) {
            try {
                redelivery.recover();
            } catch (JMSException lost) {
                LOG.warn("message cannot be given back: {}", lost.getMessage());
            }
        }
    }
}
