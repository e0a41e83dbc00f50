package org.millrace.jms.client;

import jakarta.jms.JMSException;
import org.millrace.jms.link.Failures;
import org.millrace.jms.link.Reply;

/**
 * The sends of the current local transaction that the broker has not answered, and whether one was
 * refused (§6.2.7). Entered on application threads, answered on the client event loop.
 */
final class Transaction {
    static final int NONE = 0;

    private int unanswered;
    private JMSException refused;
    private long nextCommitNumber;
    private int line = NONE;

    /** The line on which the transaction has sent, and must end; {@link #NONE} without sends. */
    synchronized int line() {
        return line;
    }

    /** It may be entered without a send. */
    synchronized void begin(int openLine) {
        line = openLine;
    }

    /** A send on this line; the first one binds the transaction to it. */
    synchronized void sending(int openLine) {
        unanswered++;
        line = line == NONE ? openLine : line;
    }

    /**
     * A send that must be part of what was begun.
     *
     * @return its line; {@link #NONE} when that has ended, and the send must not be made
     */
    synchronized int sendingWithin() {
        if (line != NONE) {
            unanswered++;
        }
        return line;
    }

    /** It was committed or rolled back, or is about to be; the line on which it was. */
    synchronized int ended() {
        int was = line;
        line = NONE;
        return was;
    }

    /** The send was not made after all. */
    synchronized void withdrawn() {
        unanswered--;
    }

    synchronized void answered(Reply reply) {
        unanswered--;
        if (refused == null) {
            refused = reply.failure().orElse(null);
        }
        if (unanswered == 0) {
            notifyAll();
        }
    }

    /** Waits until all sends are answered; the first refusal, or null. */
    synchronized JMSException awaitSends() throws JMSException {
        while (unanswered > 0) {
            try {
                wait();
            } catch (InterruptedException interrupted) {
                throw Failures.interrupted("the sends of the transaction", interrupted);
            }
        }
        return takeRefused();
    }

    /** As {@link #awaitSends}; an interrupt does not end the wait, and is there afterwards. */
    synchronized JMSException awaitSendsThroughInterrupts() {
        boolean interrupted = false;
        while (unanswered > 0) {
            try {
                wait();
            } catch (InterruptedException again) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return takeRefused();
    }

    private JMSException takeRefused() {
        JMSException first = refused;
        refused = null;
        return first;
    }

    /** Each commit of a session has its number, by which a lost answer can be asked for. */
    synchronized long nextCommitNumber() {
        return nextCommitNumber++;
    }
}
