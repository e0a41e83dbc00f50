package org.millrace.jms.link;

import jakarta.jms.JMSException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import org.millrace.foundation.Check;
import org.millrace.foundation.Loop;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.ProtocolException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which line requests go to, what is asked and not answered, and what becomes of both when a line
 * is lost: the only door to {@link LinkLife}. Any thread; waits only where it says so.
 *
 * <p>Asking takes no lock while a line is open. Replacing the line, and asking while there is none,
 * are steps under the gate: requests that outlived their line are written on the next one in their
 * order, before it is the open one and any new request can be written.
 */
final class Switchboard {
    private static final Logger LOG = LoggerFactory.getLogger(Switchboard.class);
    private static final int NO_LINE = 0;

    private final String target;
    private final Loop loop;
    private final Unanswered unanswered = new Unanswered();
    private final AtomicLong lastRequestId = new AtomicLong();

    /** Guards the steps; never held while waiting for the broker or telling anybody. */
    private final Object gate = new Object();

    private LinkLife life = LinkLife.CONNECTING;
    private boolean leaving;

    /** The line that requests go to; null unless the life is OPEN. */
    private volatile Line open;

    /** The line that is open, or was last; null before the first. */
    private volatile Line last;

    /** Why nothing more can be asked; null until CLOSED. */
    private volatile JMSException end;

    /** {@code target} is for logs; waits are measured by {@code loop}. */
    Switchboard(String target, Loop loop) {
        this.target = target;
        this.loop = loop;
    }

    // ---- steps

    /** A line is open and restored; false when nobody wants it any more. */
    boolean connected(Line line) {
        synchronized (gate) {
            if (life == LinkLife.CLOSED) {
                return false;
            }
            unanswered.askAgain(line);
            become(LinkLife.OPEN, "line %d to %s".formatted(line.number(), line.peer()));
            last = line;
            open = line;
            gate.notifyAll();
        }
        line.flush();
        return true;
    }

    /** The open line is lost and may be replaced; false when it is another, or nobody wants one. */
    boolean lost(Line line, String reason) {
        synchronized (gate) {
            if (open != line || leaving) {
                return false;
            }
            become(LinkLife.RECONNECTING, reason);
            open = null;
            return true;
        }
    }

    /** Nothing more can be asked; what was fails later, by {@link #failAll}. False if so before. */
    boolean end(JMSException why) {
        synchronized (gate) {
            if (life == LinkLife.CLOSED) {
                return false;
            }
            become(LinkLife.CLOSED, why.getMessage());
            end = why;
            open = null;
            return true;
        }
    }

    /** From now on a lost line is not replaced; true when it is lost already. */
    boolean leave() {
        synchronized (gate) {
            leaving = true;
            return life == LinkLife.RECONNECTING;
        }
    }

    private void become(LinkLife next, String reason) {
        Check.invariant(life.canBecome(next), "link: %s -> %s (%s)", life, next, reason);
        LOG.debug("link to {}: {} -> {} ({})", target, life, next, reason);
        life = next;
    }

    // ---- facts and waits

    /** Null unless one is open. */
    Line open() {
        return open;
    }

    /** Of the line that is open, or was last. */
    int lineNumber() {
        Line line = last;
        return line == null ? NO_LINE : line.number();
    }

    void closeLine() {
        Line line = last;
        if (line != null) {
            line.close();
        }
    }

    void checkAlive() throws JMSException {
        JMSException why = end;
        if (why != null) {
            throw Failures.of(ErrorCode.valueOf(why.getErrorCode()), why.getMessage(), why);
        }
    }

    /** Waits; see {@link ClientLink#awaitOpen}. */
    int awaitOpen(Duration limit) throws JMSException {
        Line line = open;
        return line != null ? line.number() : awaitOpenSlowly(limit);
    }

    private int awaitOpenSlowly(Duration limit) throws JMSException {
        long deadlineNanos = loop.nanoTime() + limit.toNanos();
        synchronized (gate) {
            while (open == null) {
                checkAlive();
                long leftNanos = deadlineNanos - loop.nanoTime();
                if (limit.isZero()) {
                    await(0, "the link to be opened again");
                } else if (leftNanos > 0) {
                    await(
                            TimeUnit.NANOSECONDS.toMillis(leftNanos) + 1,
                            "the link to be opened again");
                } else {
                    throw new JMSException(
                            "the link was lost and is not open again after %d ms; see option requestTimeoutMillis"
                                    .formatted(limit.toMillis()),
                            Failures.TIMED_OUT);
                }
            }
            return open.number();
        }
    }

    /** Waits while the broker reads slower than we write. */
    void awaitRoom() throws JMSException {
        Line line = open;
        if (line == null || !line.isCongested()) {
            return;
        }
        synchronized (gate) {
            while (open == line && line.isCongested()) {
                await(0, "room on the link");
            }
        }
    }

    /** Under the gate. */
    private void await(long millis, String what) throws JMSException {
        try {
            gate.wait(millis);
        } catch (InterruptedException interrupted) {
            throw Failures.interrupted(what, interrupted);
        }
    }

    /** Who waits looks again. */
    void wakeAll() {
        synchronized (gate) {
            gate.notifyAll();
        }
    }

    // ---- asking

    Reply ask(LongFunction<Frame> frame, Reply.Arrival arrival, int boundTo) {
        long requestId = lastRequestId.incrementAndGet();
        Reply reply = new Reply(frame.apply(requestId), arrival, boundTo, loop);
        Line line = open;
        boolean now = line != null && reply.isFor(line.number());
        if (now) {
            reply.askedOn = line.number();
        }
        unanswered.add(requestId, reply);
        if (now) {
            try {
                line.post(reply.request());
            } catch (ProtocolException tooLarge) {
                unanswered.refuse(requestId, tooLarge);
            }
        }
        // Looked at again after the reply is in the table: who replaces the line in between has
        // either seen the reply there or is seen here.
        if (!now || open != line) {
            askLater(requestId, reply);
        }
        return reply;
    }

    private void askLater(long requestId, Reply reply) {
        String why;
        synchronized (gate) {
            Line line = open;
            if (end == null && line == null && !reply.isBound()) {
                return;
            }
            if (line != null && reply.isFor(line.number())) {
                if (reply.askedOn != line.number()) {
                    unanswered.askAgain(requestId, reply, line);
                    line.flush();
                }
                return;
            }
            why = end == null ? "the link was lost" : end.getMessage();
        }
        unanswered.fail(requestId, codeOfEnd(), why);
    }

    private ErrorCode codeOfEnd() {
        JMSException why = end;
        return why == null ? ErrorCode.LINK_LOST : ErrorCode.valueOf(why.getErrorCode());
    }

    /** Asks on a line that is being restored, and only there. On the client event loop. */
    void askOn(Line line, LongFunction<Frame> frame, Reply.Arrival arrival) {
        long requestId = lastRequestId.incrementAndGet();
        Reply reply = new Reply(frame.apply(requestId), arrival, line.number(), loop);
        unanswered.add(requestId, reply);
        if (line.isClosed()) {
            unanswered.fail(requestId, ErrorCode.LINK_LOST, "the link was lost");
        } else {
            line.post(reply.request());
        }
    }

    /** False when nobody waits for it. */
    boolean answer(long requestId, Frame answer) {
        return unanswered.answer(requestId, answer);
    }

    /** The line of this number is lost: what has a meaning only there fails. */
    void failBoundTo(int number, String reason) {
        unanswered.failBoundTo(number, reason);
        wakeAll();
    }

    /** After {@link #end}. */
    void failAll() {
        unanswered.failAll(codeOfEnd(), end.getMessage());
        wakeAll();
    }
}
