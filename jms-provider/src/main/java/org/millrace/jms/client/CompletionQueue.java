package org.millrace.jms.client;

import jakarta.jms.BytesMessage;
import jakarta.jms.CompletionListener;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.millrace.jms.link.Failures;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls the {@code CompletionListener}s of one session in the order of its sends, one at a time,
 * each exactly once (§7.3.8), on the session's completion thread. Sends enter on application
 * threads, answers on the client event loop.
 *
 * <p>Holds at most {@value #MAX_PENDING} sends: then the next send waits, unless it is made by a
 * callback.
 */
final class CompletionQueue {
    private static final Logger LOG = LoggerFactory.getLogger(CompletionQueue.class);
    private static final int MAX_PENDING = 65_536;

    /** One asynchronous send whose callback was not made yet. */
    static final class Pending {
        private final Object producer;
        private final Message message;
        private final CompletionListener listener;
        private boolean answered;
        private JMSException failure;

        Pending(Object producer, Message message, CompletionListener listener) {
            this.producer = producer;
            this.message = message;
            this.listener = listener;
        }
    }

    private final CallbackThreads threads;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition headAnswered = lock.newCondition();
    private final Condition left = lock.newCondition();
    private final ArrayDeque<Pending> inOrder = new ArrayDeque<>();
    private Pending running;
    private Thread worker;
    private boolean stopped;

    CompletionQueue(CallbackThreads threads) {
        this.threads = threads;
    }

    /** Enters a send that is about to be made. */
    void add(Pending send) throws JMSException {
        lock.lock();
        try {
            while (inOrder.size() >= MAX_PENDING && Thread.currentThread() != worker) {
                left.await();
            }
            inOrder.add(send);
            if (worker == null) {
                worker = threads.make("completion", this::run);
                worker.start();
            }
        } catch (InterruptedException interrupted) {
            throw Failures.interrupted("room for another asynchronous send", interrupted);
        } finally {
            lock.unlock();
        }
    }

    /** The send threw: its callback is not made. */
    void withdraw(Pending send) {
        lock.lock();
        try {
            inOrder.remove(send);
            left.signalAll();
            headAnswered.signal();
        } finally {
            lock.unlock();
        }
    }

    /** The broker has answered; {@code failure} is null when it took the message. */
    void answered(Pending send, JMSException failure) {
        lock.lock();
        try {
            send.answered = true;
            send.failure = failure;
            if (inOrder.peek() == send && running == null) {
                headAnswered.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        Pending next;
        while ((next = awaitAnswered()) != null) {
            try {
                call(next);
            } catch (RuntimeException | Error thrown) {
                LOG.warn("completion listener {} threw", next.listener, thrown);
            } finally {
                callbackReturned();
            }
        }
    }

    private Pending awaitAnswered() {
        lock.lock();
        try {
            while (inOrder.isEmpty() ? !stopped : !inOrder.peek().answered) {
                headAnswered.awaitUninterruptibly();
            }
            running = inOrder.poll();
            return running;
        } finally {
            lock.unlock();
        }
    }

    private static void call(Pending send) {
        if (send.failure != null) {
            send.listener.onException(send.message, send.failure);
            return;
        }
        if (send.message instanceof BytesMessage bytes) {
            reset(bytes);
        }
        send.listener.onCompletion(send.message);
    }

    /** The Javadoc of {@code BytesMessage} asks for it, so that the callback can read the body. */
    private static void reset(BytesMessage message) {
        try {
            message.reset();
        } catch (JMSException refused) {
            LOG.debug("bytes message cannot be reset after an asynchronous send", refused);
        }
    }

    private void callbackReturned() {
        lock.lock();
        try {
            running = null;
            left.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether the calling thread is inside a callback of this session. */
    boolean isInCallback() {
        lock.lock();
        try {
            return worker == Thread.currentThread();
        } finally {
            lock.unlock();
        }
    }

    /** Whether it is inside a callback for this producer, or one of its callbacks is to come. */
    boolean isInCallbackBefore(Object producer) {
        lock.lock();
        try {
            return worker == Thread.currentThread() && concerns(send -> send.producer == producer);
        } finally {
            lock.unlock();
        }
    }

    /** Waits until all sends so far were answered and their callbacks returned. */
    void awaitEmpty() {
        awaitNone(send -> true);
    }

    /** As {@link #awaitEmpty} for the sends of one producer. */
    void awaitEmpty(Object producer) {
        awaitNone(send -> send.producer == producer);
    }

    private void awaitNone(Predicate<Pending> which) {
        lock.lock();
        try {
            while (concerns(which)) {
                left.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean concerns(Predicate<Pending> which) {
        return running != null && which.test(running) || inOrder.stream().anyMatch(which);
    }

    /** Ends the thread when all callbacks were made. */
    void stop() {
        lock.lock();
        try {
            stopped = true;
            headAnswered.signal();
        } finally {
            lock.unlock();
        }
    }
}
