package org.millrace.ra.inflow;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageListener;
import jakarta.jms.Session;
import jakarta.jms.TransactionRolledBackException;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.UnavailableException;
import jakarta.resource.spi.endpoint.MessageEndpoint;
import jakarta.resource.spi.work.Work;
import java.time.Duration;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.transaction.xa.XAResource;
import org.millrace.jms.client.ConnectorDoor;

/**
 * One session of an activation. When messages arrive it asks for a thread of the server, gives it a
 * few deliveries, and gives it back: an idle bean holds no thread and no endpoint.
 *
 * <p>In a transaction the message is taken after the server has begun it (option B), so that it
 * comes back with a rollback. Otherwise it is acknowledged when the bean has returned.
 *
 * <pre>
 * IDLE -> QUEUED (arrival) -> RUNNING -> IDLE or QUEUED (more, or after a pause)
 * any -> ENDED
 * </pre>
 */
final class InflowSession {
    private static final Logger LOG = Logger.getLogger(InflowSession.class.getName());

    /** Deliveries before others get the thread and the endpoint. */
    private static final int BURST = 20;

    /** Until an endpoint is asked for again when the server has none. */
    private static final Duration NO_ENDPOINT = Duration.ofMillis(200);

    /** Until the next try when the server could not begin a delivery. */
    private static final Duration NOT_BEGUN = Duration.ofMillis(500);

    private enum State {
        IDLE,
        QUEUED,
        RUNNING,
        ENDED
    }

    /** What a delivery leaves behind. */
    private enum Result {
        DELIVERED,
        FAILED,
        NOT_BEGUN
    }

    /**
     * What it has of the client.
     *
     * @param resource empty when deliveries are not transacted
     */
    record Line(Session session, MessageConsumer consumer, Optional<XAResource> resource) {}

    private final Activation activation;
    private final InflowConnection owner;
    private final Line line;
    private ConnectorDoor.Inflow inflow;
    private State state = State.IDLE;
    private boolean running;
    private Message unacknowledged;

    InflowSession(Activation activation, InflowConnection owner, Line line) {
        this.activation = activation;
        this.owner = owner;
        this.line = line;
    }

    /** Has messages sent ahead; called once. */
    void feed() throws JMSException {
        inflow = ConnectorDoor.feed(line.consumer(), this::onArrival);
    }

    // ---- arrivals

    /** On the client event loop, and wherever something may have been missed. */
    private void onArrival() {
        synchronized (this) {
            if (state != State.IDLE) {
                return;
            }
            state = State.QUEUED;
        }
        activation.thread().submit(new Burst());
    }

    private void again(Duration delay) {
        synchronized (this) {
            if (state == State.ENDED) {
                return;
            }
            state = State.QUEUED;
        }
        activation.thread().submit(new Burst(), delay);
    }

    // ---- on a thread of the server

    /** A few deliveries. Each is a work of its own: servers release a work when it has run. */
    private final class Burst implements Work {
        @Override
        public void run() {
            InflowSession.this.run();
        }

        @Override
        public void release() {
            // Ends after a few deliveries by itself, or with the activation.
        }

        @Override
        public String toString() {
            return "deliveries of " + activation;
        }
    }

    private void run() {
        synchronized (this) {
            if (state != State.QUEUED) {
                return;
            }
            state = State.RUNNING;
            running = true;
        }
        Optional<Duration> pause = Optional.empty();
        try {
            pause = deliverSome();
            acknowledge();
        } catch (JMSException lost) {
            owner.failed(lost);
        } catch (RuntimeException | Error thrown) {
            // Of the server's own code around the bean: tried again, but not at once.
            complain("the server failed at a delivery", thrown);
            pause = Optional.of(NOT_BEGUN);
        } finally {
            // A flag that a bean left behind must not disturb the server's thread.
            boolean unused = Thread.interrupted();
            finished(pause);
        }
    }

    private void finished(Optional<Duration> pause) {
        synchronized (this) {
            running = false;
            notifyAll();
            if (state == State.ENDED) {
                return;
            }
            state = State.IDLE;
        }
        if (pause.isPresent()) {
            again(pause.get());
        } else if (inflow.hasSomething()) {
            onArrival();
        }
    }

    /** Gives how long to rest before the next ones; empty for not at all. */
    private Optional<Duration> deliverSome() throws JMSException {
        MessageEndpoint endpoint;
        try {
            endpoint = activation.factory().createEndpoint(line.resource().orElse(null));
        } catch (UnavailableException none) {
            LOG.log(Level.FINE, "{0}: no endpoint now: {1}", new Object[] {activation, none});
            return Optional.of(NO_ENDPOINT);
        }
        try {
            for (int i = 0; i < BURST && isRunning() && hasSomething(); i++) {
                Result result =
                        line.resource().isPresent()
                                ? deliverInTransaction(endpoint)
                                : deliver(endpoint);
                if (result == Result.NOT_BEGUN) {
                    return Optional.of(NOT_BEGUN);
                }
                if (result == Result.FAILED && !activation.plan().redeliveryPause().isZero()) {
                    return Optional.of(activation.plan().redeliveryPause());
                }
            }
            return Optional.empty();
        } finally {
            endpoint.release();
        }
    }

    /** Whether there is a message that may be delivered, once those are gone that may not. */
    private boolean hasSomething() throws JMSException {
        int maxDeliveries = activation.plan().maxDeliveries();
        if (maxDeliveries > 0 && inflow.hasSomething()) {
            inflow.rejectBeyond(maxDeliveries);
        }
        return inflow.hasSomething();
    }

    private synchronized boolean isRunning() {
        return state == State.RUNNING;
    }

    private Result deliverInTransaction(MessageEndpoint endpoint) throws JMSException {
        try {
            endpoint.beforeDelivery(activation.onMessage());
        } catch (ResourceException | NoSuchMethodException | RuntimeException refused) {
            complain("the server could not begin a delivery", refused);
            return Result.NOT_BEGUN;
        }
        Result result = Result.DELIVERED;
        try {
            Message message = inflow.take();
            // The broker may have given it to somebody else meanwhile: an empty pair is allowed.
            if (message != null) {
                result = call(endpoint, message);
            }
        } catch (TransactionRolledBackException over) {
            complain("the transaction of a delivery was over before it began", over);
            result = Result.FAILED;
        } finally {
            result = end(endpoint, result);
        }
        return result;
    }

    private Result end(MessageEndpoint endpoint, Result result) {
        try {
            endpoint.afterDelivery();
            return result;
        } catch (ResourceException | RuntimeException rolledBack) {
            if (result != Result.FAILED) {
                complain("the transaction of a delivery was not committed", rolledBack);
            }
            return Result.FAILED;
        }
    }

    private Result call(MessageEndpoint endpoint, Message message) {
        try {
            ((MessageListener) endpoint).onMessage(message);
            return Result.DELIVERED;
        } catch (RuntimeException | Error thrown) {
            complain("the bean failed on a message, which comes again", thrown);
            return Result.FAILED;
        }
    }

    private Result deliver(MessageEndpoint endpoint) throws JMSException {
        Message message = inflow.take();
        if (message == null) {
            return Result.DELIVERED;
        }
        Result result = call(endpoint, message);
        if (result == Result.FAILED) {
            unacknowledged = null;
            line.session().recover();
            return result;
        }
        unacknowledged = message;
        if (activation.plan().acknowledge() == ActivationPlan.Acknowledge.EACH) {
            acknowledge();
        }
        return result;
    }

    /** All that were delivered. */
    private void acknowledge() throws JMSException {
        Message last = unacknowledged;
        unacknowledged = null;
        if (last != null) {
            last.acknowledge();
        }
    }

    private void complain(String what, Throwable cause) {
        Throwable root = cause;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        LOG.log(Level.FINE, activation + ": " + what, cause);
        activation.deliveryComplaints().warn(activation + ": " + what, String.valueOf(root));
    }

    // ---- end

    /** No further delivery begins; does not wait. */
    void end() {
        synchronized (this) {
            state = State.ENDED;
        }
    }

    synchronized boolean isQuiet() {
        return !running;
    }

    /** Waits for the delivery under way. */
    void awaitQuiet() {
        boolean interrupted = false;
        synchronized (this) {
            while (running) {
                try {
                    wait();
                } catch (InterruptedException request) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
