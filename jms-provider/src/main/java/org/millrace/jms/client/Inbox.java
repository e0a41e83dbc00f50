package org.millrace.jms.client;

import jakarta.jms.JMSException;
import jakarta.jms.MessageListener;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.millrace.jms.link.Failures;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.Delivery;

/**
 * What one session was sent and the application has not seen, and who may take it: receivers or the
 * session's {@link SessionDispatcher}. The client event loop puts in, application and session
 * thread take out, all under one lock that is never held while waiting for the broker or calling
 * foreign code.
 *
 * <p>Deliveries of an epoch before the session's are dropped: the broker has taken them back. When
 * the line is lost, so are those that were not seen; no credit is granted until it is restored.
 */
final class Inbox {
    /** One call of a listener. */
    record Dispatch(ConsumerInbox consumer, MessageListener listener, Delivery delivery) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition dispatchable = lock.newCondition();
    private final Condition quiet = lock.newCondition();
    private final SessionRequests requests;
    private final List<ConsumerInbox> consumers = new ArrayList<>();
    private final ArrayDeque<ConsumerInbox> ready = new ArrayDeque<>();
    private boolean running;
    private boolean closing;
    private boolean resetting;
    private boolean connected;
    private int line;
    private int epoch;
    private long highestDeliveryId;
    private JMSException failure;
    private ConsumerInbox dispatching;
    private Thread dispatcher;

    /** Hands out nothing before {@link #start}. */
    Inbox(SessionRequests requests) {
        this.requests = requests;
    }

    // ---------------------------------------------------------------- client event loop

    void onDeliver(ConsumerInbox consumer, Frame.Deliver deliver) {
        lock.lock();
        try {
            if (resetting || deliver.epoch() != epoch || deliver.deliveries().isEmpty()) {
                return;
            }
            consumer.add(deliver.deliveries());
            highestDeliveryId = Math.max(highestDeliveryId, consumer.highestReceived());
            if (consumer.listener != null) {
                enqueue(consumer);
            } else if (consumer.receivers > 0) {
                consumer.arrived.signalAll();
            }
        } finally {
            lock.unlock();
        }
        consumer.arrival.run();
    }

    /** Gives back what the application has not seen; always answers, if with nothing. */
    void onReclaim(ConsumerInbox consumer) {
        lock.lock();
        try {
            SeenDeliveries unseen = new SeenDeliveries();
            consumer.unseen.forEach(delivery -> unseen.add(delivery.deliveryId()));
            consumer.unseen.clear();
            requests.release(unseen.take());
        } finally {
            lock.unlock();
        }
    }

    /** The broker ended this consumer. */
    void onEnded(ConsumerInbox consumer, JMSException why) {
        lock.lock();
        try {
            consumer.ended = why;
            consumer.arrived.signalAll();
        } finally {
            lock.unlock();
        }
        consumer.arrival.run();
    }

    /**
     * The line is lost, and with it all that is not seen: the broker gives it to whoever comes. No
     * delivery of it has an id above the one that is returned.
     */
    long disconnect() {
        lock.lock();
        try {
            connected = false;
            forgetUnseen();
            return highestDeliveryId;
        } finally {
            lock.unlock();
        }
    }

    long highestDeliveryId() {
        lock.lock();
        try {
            return highestDeliveryId;
        } finally {
            lock.unlock();
        }
    }

    /** The session is open, or open again, on this line: deliveries may come. */
    void connect(int newLine) {
        lock.lock();
        try {
            connected = true;
            line = newLine;
            epoch = 0;
            consumers.forEach(this::fill);
            wakeAll();
        } finally {
            lock.unlock();
        }
    }

    /** After {@link #disconnect}, which was for good. */
    void fail(JMSException why) {
        lock.lock();
        try {
            failure = why;
            wakeAll();
        } finally {
            lock.unlock();
        }
    }

    private void enqueue(ConsumerInbox consumer) {
        if (!consumer.queuedForDispatch && consumer.canDispatch()) {
            consumer.queuedForDispatch = true;
            ready.add(consumer);
            dispatchable.signal();
        }
    }

    private void wakeAll() {
        consumers.forEach(consumer -> consumer.arrived.signalAll());
        dispatchable.signalAll();
        quiet.signalAll();
    }

    // ---------------------------------------------------------------- consumers

    ConsumerInbox add(
            ConsumerInbox.Identity identity, int prefetch, ConsumerInbox.Opening opening) {
        lock.lock();
        try {
            ConsumerInbox consumer =
                    new ConsumerInbox(identity, prefetch, lock.newCondition(), opening);
            consumers.add(consumer);
            return consumer;
        } finally {
            lock.unlock();
        }
    }

    /** Null takes it away; a running call of it ends by itself. Feeds a consumer that is fed. */
    void setListener(ConsumerInbox consumer, MessageListener listener) {
        lock.lock();
        try {
            consumer.listener = listener;
            fill(consumer);
            enqueue(consumer);
        } finally {
            lock.unlock();
        }
    }

    MessageListener listenerOf(ConsumerInbox consumer) {
        lock.lock();
        try {
            return consumer.listener;
        } finally {
            lock.unlock();
        }
    }

    boolean hasListener() {
        lock.lock();
        try {
            return consumers.stream().anyMatch(consumer -> consumer.listener != null);
        } finally {
            lock.unlock();
        }
    }

    /** Whether {@link #take} would return at once, with a message or a reason why there is none. */
    boolean hasUnseen(ConsumerInbox consumer) {
        lock.lock();
        try {
            return failure != null || consumer.ended != null || !consumer.unseen.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    private void fill(ConsumerInbox consumer) {
        if (mayGrant() && !closing && !consumer.closing && consumer.isFed()) {
            requests.grant(consumer.consumerId, consumer.credit.fill(consumer.unseen.size()));
        }
    }

    // ---------------------------------------------------------------- receivers

    /**
     * Waits for a message.
     *
     * @param wait how long; {@link Patience} counts while the connection is stopped, too
     * @return null when nothing came in time, or when consumer or session are being closed
     */
    Delivery take(ConsumerInbox consumer, Patience wait) throws JMSException {
        lock.lock();
        consumer.receivers++;
        try {
            boolean asked = false;
            while (!closing && !consumer.closing) {
                checkUsable(consumer);
                Delivery delivery = running ? consumer.unseen.poll() : null;
                if (grant(consumer, delivery) && delivery == null) {
                    continue;
                }
                if (delivery != null || wait.isOver()) {
                    return delivery;
                }
                if (asked || !consumer.competes || !running) {
                    wait.awaitRest(consumer.arrived);
                } else if (!wait.awaitFirst(consumer.arrived) && running) {
                    asked = true;
                    requests.askForWhatOthersHold(consumer.consumerId);
                }
            }
            return null;
        } catch (InterruptedException interrupted) {
            throw Failures.interrupted("a message", interrupted);
        } finally {
            consumer.receivers--;
            quiet.signalAll();
            lock.unlock();
        }
    }

    /** Whether credit was granted; the lock was given up for a moment then. */
    private boolean grant(ConsumerInbox consumer, Delivery taken) {
        if (!mayGrant()) {
            return false;
        }
        int messages = consumer.creditAfter(taken);
        if (messages == 0) {
            return false;
        }
        lock.unlock();
        try {
            requests.grant(consumer.consumerId, messages);
        } finally {
            lock.lock();
        }
        return true;
    }

    private boolean mayGrant() {
        return running && connected && !resetting;
    }

    private void checkUsable(ConsumerInbox consumer) throws JMSException {
        JMSException why = failure != null ? failure : consumer.ended;
        if (why != null && consumer.unseen.isEmpty()) {
            throw Failures.causedBy(new JMSException(why.getMessage(), why.getErrorCode()), why);
        }
    }

    boolean isRunning() {
        lock.lock();
        try {
            return running && !closing;
        } finally {
            lock.unlock();
        }
    }

    /** Makes a taken delivery the next one again, as if it had not been taken (§8.6). */
    void putBack(ConsumerInbox consumer, Delivery delivery) {
        lock.lock();
        try {
            if (!requests.isLost(delivery.deliveryId())) {
                consumer.unseen.addFirst(delivery);
            }
        } finally {
            lock.unlock();
        }
    }

    // ---------------------------------------------------------------- session thread

    /** Waits for the next call of a listener; null when the session is being closed. */
    Dispatch awaitDispatch() {
        lock.lock();
        try {
            while (!closing) {
                Dispatch next = running && failure == null ? pollReady() : null;
                if (next != null) {
                    dispatching = next.consumer();
                    dispatcher = Thread.currentThread();
                    return next;
                }
                dispatchable.awaitUninterruptibly();
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    private Dispatch pollReady() {
        ConsumerInbox consumer;
        while ((consumer = ready.poll()) != null) {
            consumer.queuedForDispatch = false;
            if (consumer.canDispatch()) {
                Delivery delivery = consumer.unseen.poll();
                Dispatch next = new Dispatch(consumer, consumer.listener, delivery);
                enqueue(consumer);
                return next;
            }
        }
        return null;
    }

    /** The call returned. */
    void dispatched(Dispatch done) {
        lock.lock();
        try {
            dispatching = null;
            dispatcher = null;
            fill(done.consumer());
            quiet.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether the calling thread is inside a listener of this session. */
    boolean isInListener() {
        lock.lock();
        try {
            return dispatcher == Thread.currentThread();
        } finally {
            lock.unlock();
        }
    }

    // ---------------------------------------------------------------- start, stop, reset, close

    void start() {
        lock.lock();
        try {
            running = true;
            consumers.forEach(this::fill);
            wakeAll();
        } finally {
            lock.unlock();
        }
    }

    /** Nothing is handed out from now on; does not wait. */
    void pause() {
        lock.lock();
        try {
            running = false;
        } finally {
            lock.unlock();
        }
    }

    /** Forgets what is not seen; until {@link #endReset} everything that arrives is dropped. */
    void beginReset() {
        lock.lock();
        try {
            resetting = true;
            forgetUnseen();
        } finally {
            lock.unlock();
        }
    }

    private void forgetUnseen() {
        for (ConsumerInbox consumer : consumers) {
            consumer.unseen.clear();
            consumer.credit.revoked();
        }
    }

    /** From now on deliveries of this epoch count, unless it is one of a line that is lost. */
    void endReset(int lineOfEpoch, int newEpoch) {
        lock.lock();
        try {
            if (line == lineOfEpoch) {
                epoch = newEpoch;
            }
            resetting = false;
            consumers.forEach(this::fill);
            wakeAll();
        } finally {
            lock.unlock();
        }
    }

    /** The reset was not answered: the session keeps its epoch, or has that of a new line. */
    void abortReset() {
        lock.lock();
        try {
            endReset(line, epoch);
        } finally {
            lock.unlock();
        }
    }

    /** No receiver gets, no listener is called with, anything more; does not wait. */
    void beginClose() {
        lock.lock();
        try {
            closing = true;
            wakeAll();
        } finally {
            lock.unlock();
        }
    }

    /** As {@link #beginClose} for one consumer. */
    void beginClose(ConsumerInbox consumer) {
        lock.lock();
        try {
            consumer.closing = true;
            consumer.arrived.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until no listener of the session runs. */
    void awaitNoListener() {
        awaitQuiet(() -> dispatching == null);
    }

    /** Waits until no listener of the session runs and no receiver is inside. */
    void awaitQuiet() {
        awaitQuiet(
                () ->
                        dispatching == null
                                && consumers.stream().allMatch(each -> each.receivers == 0));
    }

    /** Waits for the listener and the receivers of one consumer; not when inside that listener. */
    void awaitQuiet(ConsumerInbox consumer) {
        boolean inside = isInListener();
        awaitQuiet(() -> (inside || dispatching != consumer) && consumer.receivers == 0);
    }

    private void awaitQuiet(BooleanSupplier isQuiet) {
        lock.lock();
        try {
            while (!isQuiet.getAsBoolean()) {
                quiet.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends a consumer; what it has not seen is above the id that is returned. */
    long remove(ConsumerInbox consumer) {
        lock.lock();
        try {
            long lastSeen = consumer.lastSeenDeliveryId();
            consumer.unseen.clear();
            consumer.listener = null;
            consumers.remove(consumer);
            return lastSeen;
        } finally {
            lock.unlock();
        }
    }
}
