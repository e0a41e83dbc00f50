package org.millrace.jms.client;

import jakarta.jms.JMSException;
import java.util.List;
import java.util.Optional;
import org.millrace.jms.link.ClientLink;
import org.millrace.jms.link.Failures;
import org.millrace.jms.link.Reply;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.DeliveryRange;

/**
 * What one session does in branches of global transactions: one branch at a time, bound to the line
 * on which it was entered. Used by the thread that works with the session, and by the transaction
 * manager.
 */
final class BranchWork {
    private final SessionCore core;
    private final XaSettlement settlement;
    private final Transaction transaction;

    BranchWork(SessionCore core, XaSettlement settlement, Transaction transaction) {
        this.core = core;
        this.settlement = settlement;
        this.transaction = transaction;
    }

    ClientLink link() {
        return core.link();
    }

    int sessionId() {
        return core.sessionId();
    }

    /** Where its commits in one phase are remembered. */
    long producerId() {
        return core.producerId();
    }

    boolean isOver() {
        return core.isClosed();
    }

    /** Sends and receives are part of a branch from now on, on this line. */
    void begin(int line) {
        transaction.begin(line);
        settlement.beginBranch();
    }

    /** See {@link XaSettlement#onlyInBranch}. */
    void onlyInBranch(boolean wanted) {
        settlement.onlyInBranch(wanted);
    }

    long nextCommitNumber() {
        return transaction.nextCommitNumber();
    }

    /** What became of the work of a branch that ends. */
    record Ended(int line, boolean consumed, Optional<JMSException> failure) {}

    /**
     * Waits for the answers to its sends; tells the broker what was consumed, which the end of the
     * branch must follow on the same line.
     */
    Ended end() {
        // First, so that nothing is sent on its line any more, perhaps by another thread.
        int line = transaction.ended();
        core.completions().awaitEmpty();
        JMSException refused = transaction.awaitSendsThroughInterrupts();
        if (refused != null && ErrorCode.ROLLED_BACK.name().equals(refused.getErrorCode())) {
            // The broker knows why, and says so at the end of the branch.
            refused = null;
        }
        if (settlement.takeLost() || line != link().lineNumber()) {
            refused = Failures.of(ErrorCode.LINK_LOST, "the link was lost while it was worked in");
        }
        List<DeliveryRange> consumed = settlement.endBranch();
        core.requests().acknowledgeUnawaited(consumed);
        return new Ended(line, !consumed.isEmpty(), Optional.ofNullable(refused));
    }

    /**
     * What was rolled back comes again before what the session has buffered. Only on the thread
     * that did the work, which does not receive at the same time.
     */
    void putInOrder() throws JMSException {
        boolean mayReset = core.isInListener() || !core.inbox().hasListener();
        if (mayReset && settlement.isIdle() && !core.isClosed()) {
            core.giveBackUnseen();
        }
    }

    /** Asks what has a meaning on any line; asked again after a loss. */
    Reply ask(Frame.XaOperation operation, Frame.XaBranch branch) {
        return link().request(id -> new Frame.Xa(id, 0, operation, branch, 0, 0));
    }

    /** Whether a commit whose answer was lost was carried out. */
    boolean wasCommitted(long producerId, long number) throws JMSException {
        return core.wasCommitted(producerId, number);
    }
}
