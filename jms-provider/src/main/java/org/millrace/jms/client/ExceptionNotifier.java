package org.millrace.jms.client;

import jakarta.jms.ExceptionListener;
import jakarta.jms.JMSException;
import java.util.ArrayDeque;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a connection's {@code ExceptionListener} what nobody else can be told (§6.1.7): one call at
 * a time, on a thread that lives while there is something to tell, so that the listener may call
 * anything, {@code close} included.
 */
final class ExceptionNotifier {
    private static final Logger LOG = LoggerFactory.getLogger(ExceptionNotifier.class);

    /** More than this waiting to be told are only logged. */
    private static final int MAX_WAITING = 64;

    private final CallbackThreads threads;
    private final ArrayDeque<JMSException> waiting = new ArrayDeque<>();
    private ExceptionListener listener;
    private boolean telling;

    /** The last that was only logged. */
    private String logged;

    ExceptionNotifier(CallbackThreads threads) {
        this.threads = threads;
    }

    synchronized ExceptionListener listener() {
        return listener;
    }

    synchronized void setListener(ExceptionListener wanted) {
        listener = wanted;
    }

    /** Any thread; does not wait. */
    synchronized void tell(JMSException problem) {
        if (listener == null || waiting.size() >= MAX_WAITING) {
            // A producer that goes on after a refusal gets the same one for each message.
            if (!Objects.equals(logged, problem.getMessage())) {
                logged = problem.getMessage();
                LOG.warn("no exception listener was told: {}", logged);
            }
            return;
        }
        waiting.add(problem);
        if (!telling) {
            telling = true;
            threads.start("exception", this::run);
        }
    }

    private void run() {
        JMSException next;
        while ((next = poll()) != null) {
            ExceptionListener told = listener();
            try {
                if (told != null) {
                    told.onException(next);
                }
            } catch (RuntimeException | Error thrown) {
                LOG.warn("exception listener threw", thrown);
            }
        }
    }

    private synchronized JMSException poll() {
        JMSException next = waiting.poll();
        telling = next != null;
        return next;
    }
}
