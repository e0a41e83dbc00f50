package org.millrace.jms.link;

import jakarta.jms.JMSException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.millrace.foundation.Loop;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame;

/**
 * The answer to one request. Completed once: on the client event loop, or by the thread that asks
 * or closes when no answer can come. At most one thread waits for it.
 *
 * <p>The waiter is woken by the event loop itself, without a lock or a queue between: that is most
 * of what the client adds to the time of a synchronous send.
 */
public final class Reply {
    /** Hears of the answer on the client event loop; must not wait. */
    @FunctionalInterface
    public interface Arrival {
        Arrival UNHEARD = reply -> {};

        void answered(Reply reply);
    }

    /** No limit on the wait but the life of the link. */
    public static final Duration NO_LIMIT = Duration.ZERO;

    /** For requests that are asked again on the next line when theirs is lost. */
    static final int ANY_LINE = 0;

    private final Frame request;
    private final Arrival arrival;
    private final Loop loop;
    private final int boundTo;
    private volatile Frame answer;
    private volatile Thread waiter;
    private volatile boolean expired;

    /** Number of the line on which it was asked last; guarded as {@link Unanswered} says. */
    int askedOn;

    private boolean askedAgain;

    /**
     * @param boundTo {@link #ANY_LINE}, or the number of the only line on which it has a meaning
     * @param loop measures the limits of waits
     */
    Reply(Frame request, Arrival arrival, int boundTo, Loop loop) {
        this.request = request;
        this.arrival = arrival;
        this.boundTo = boundTo;
        this.loop = loop;
    }

    /** Whether it may be asked on the line of this number. */
    boolean isFor(int lineNumber) {
        return boundTo == ANY_LINE || boundTo == lineNumber;
    }

    boolean isBound() {
        return boundTo != ANY_LINE;
    }

    void askAgainOn(int lineNumber) {
        askedAgain |= askedOn != 0;
        askedOn = lineNumber;
    }

    /**
     * Whether a lost link made us ask twice: what was refused the second time may have been carried
     * out the first time. Only when done.
     */
    public boolean wasAskedAgain() {
        return askedAgain;
    }

    /** What was asked. */
    Frame request() {
        return request;
    }

    void complete(Frame frame) {
        answer = frame;
        LockSupport.unpark(waiter);
        arrival.answered(this);
    }

    private void expire() {
        expired = true;
        LockSupport.unpark(waiter);
    }

    public boolean isDone() {
        return answer != null;
    }

    /**
     * The answer; only when done.
     *
     * @throws JMSException when the request was refused or its link lost
     */
    public <T extends Frame> T answer(Class<T> expected) throws JMSException {
        return answerAs(expected);
    }

    /** The answer; empty when the request was refused. Only when done. */
    public <T extends Frame> Optional<T> answerIf(Class<T> expected) {
        Frame frame = answer;
        return expected.isInstance(frame) ? Optional.of(expected.cast(frame)) : Optional.empty();
    }

    /** Why the request was refused; empty when it was carried out. Only when done. */
    public Optional<JMSException> failure() {
        return answer instanceof Frame.Failed failed
                ? Optional.of(Failures.of(failed.code(), failed.message()))
                : Optional.empty();
    }

    /**
     * Waits for the answer on an application thread.
     *
     * @param limit {@link #NO_LIMIT} or the longest wait
     * @throws JMSException when the request was refused, the link was lost, the limit passed, or
     *     the thread was interrupted; in the last three cases whether it happened is not known
     */
    public <T extends Frame> T await(Class<T> expected, Duration limit) throws JMSException {
        try {
            park(limit);
        } catch (InterruptedException interrupted) {
            throw Failures.interrupted("the answer to " + name(), interrupted);
        } catch (TimeoutException late) {
            throw timedOut(limit, late);
        }
        return answerAs(expected);
    }

    /**
     * As {@link #await} for closing: an interrupt does not end the wait, and is there again
     * afterwards.
     */
    public <T extends Frame> T awaitThroughInterrupts(Class<T> expected, Duration limit)
            throws JMSException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    park(limit);
                    return answerAs(expected);
                } catch (InterruptedException again) {
                    interrupted = true;
                }
            }
        } catch (TimeoutException late) {
            throw timedOut(limit, late);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void park(Duration limit) throws InterruptedException, TimeoutException {
        if (answer != null) {
            return;
        }
        waiter = Thread.currentThread();
        Loop.Timer timer = limit.isZero() ? () -> {} : loop.after(limit, this::expire);
        try {
            while (answer == null) {
                if (Thread.interrupted()) {
                    throw new InterruptedException(name());
                }
                if (expired) {
                    throw new TimeoutException(name());
                }
                LockSupport.park(this);
            }
        } finally {
            timer.cancel();
        }
    }

    private JMSException timedOut(Duration limit, TimeoutException late) {
        return Failures.causedBy(
                new JMSException(
                        "%s was not answered within %d ms; whether it happened is not known; see option requestTimeoutMillis"
                                .formatted(name(), limit.toMillis()),
                        Failures.TIMED_OUT),
                late);
    }

    private <T extends Frame> T answerAs(Class<T> expected) throws JMSException {
        Frame frame = answer;
        if (frame instanceof Frame.Failed failed) {
            throw Failures.of(failed.code(), failed.message());
        }
        if (!expected.isInstance(frame)) {
            throw Failures.of(
                    ErrorCode.PROTOCOL,
                    "%s was answered by %s, expected %s"
                            .formatted(
                                    name(),
                                    frame.getClass().getSimpleName(),
                                    expected.getSimpleName()));
        }
        return expected.cast(frame);
    }

    private String name() {
        return request.getClass().getSimpleName();
    }
}
