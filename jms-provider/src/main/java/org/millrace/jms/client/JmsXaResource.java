package org.millrace.jms.client;

import jakarta.jms.JMSException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.millrace.jms.link.Failures;
import org.millrace.jms.link.Reply;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.XaBranch;
import org.millrace.wire.frame.Frame.XaOperation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives the branches of one session (§6.2.8). The broker keeps their state; this keeps what their
 * loss with a link means:
 *
 * <ul>
 *   <li>work that is not prepared ends with its link: {@code end}, {@code prepare} and a commit in
 *       one phase say {@code XA_RBCOMMFAIL}, {@code rollback} succeeds;
 *   <li>whether a prepare happened whose answer was lost is not known: {@code XAER_RMFAIL};
 *   <li>commit and rollback of what is prepared are asked again after a reconnect; when that takes
 *       longer than {@link #PATIENCE}, {@code XAER_RMFAIL} says so and recovery goes on.
 * </ul>
 *
 * <p>Branches may be ended by another resource of the same broker than the one that began them, and
 * after their session was closed. Any thread, one at a time for each branch.
 */
public final class JmsXaResource implements XAResource {
    private static final Logger LOG = LoggerFactory.getLogger(JmsXaResource.class);

    /** How long a decision waits for a link. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final int MAX_REMEMBERED = 1024;
    private static final XaBranch NO_BRANCH = BranchXid.toWire(0, new byte[0], new byte[0]);

    /**
     * Where a branch was worked in last, and by which thread: its number, so that no thread is held
     * here that has ended.
     */
    private record Place(int line, long threadId, boolean consumed) {
        static Place here(int line, boolean consumed) {
            return new Place(line, Thread.currentThread().getId(), consumed);
        }

        boolean isOfThisThread() {
            return threadId == Thread.currentThread().getId();
        }
    }

    private final BranchWork work;
    private final Map<XaBranch, Place> places =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<XaBranch, Place> eldest) {
                    return size() > MAX_REMEMBERED;
                }
            };
    private XaBranch current;
    private volatile int timeoutSeconds;

    JmsXaResource(BranchWork work) {
        this.work = work;
    }

    // ---- work

    @Override
    public void start(Xid xid, int flags) throws XAException {
        XaOperation operation =
                switch (flags) {
                    case TMNOFLAGS -> XaOperation.START;
                    case TMJOIN -> XaOperation.JOIN;
                    case TMRESUME -> XaOperation.RESUME;
                    default -> throw invalid("start", flags);
                };
        XaBranch branch = BranchXid.toWire(xid);
        synchronized (this) {
            if (current != null) {
                throw XaFailures.of(
                        XAException.XAER_PROTO, "the session works in another branch; end it");
            }
        }
        try {
            int line = work.link().awaitOpen(PATIENCE);
            checkWork(branch, await(request(line, operation, branch, 0)));
            work.begin(line);
            remember(branch, Place.here(line, false));
        } catch (JMSException lost) {
            throw XaFailures.of(XAException.XAER_RMFAIL, "the branch was not entered", lost);
        }
        synchronized (this) {
            current = branch;
        }
    }

    @Override
    public void end(Xid xid, int flags) throws XAException {
        XaOperation operation =
                switch (flags) {
                    case TMSUCCESS -> XaOperation.END_SUCCESS;
                    case TMFAIL -> XaOperation.END_FAIL;
                    case TMSUSPEND -> XaOperation.SUSPEND;
                    default -> throw invalid("end", flags);
                };
        XaBranch branch = BranchXid.toWire(xid);
        boolean isCurrent;
        synchronized (this) {
            isCurrent = branch.equals(current);
            current = isCurrent ? null : current;
        }
        try {
            if (isCurrent) {
                endCurrent(operation, branch);
            } else {
                int line = work.link().awaitOpen(PATIENCE);
                checkWork(branch, await(request(line, operation, branch, 0)));
            }
        } catch (JMSException failed) {
            throw Failures.isLinkLoss(failed)
                    ? lostWork(failed)
                    : XaFailures.of(XAException.XAER_RMFAIL, "the branch was not ended", failed);
        }
    }

    private void endCurrent(XaOperation operation, XaBranch branch)
            throws XAException, JMSException {
        BranchWork.Ended ended = work.end();
        Place place = place(branch);
        boolean consumed = ended.consumed() || (place != null && place.consumed());
        remember(branch, Place.here(ended.line(), consumed));
        if (ended.failure().isEmpty()) {
            check(await(request(ended.line(), operation, branch, 0)));
            return;
        }
        JMSException why = ended.failure().get();
        if (Failures.isLinkLoss(why)) {
            throw lostWork(why);
        }
        check(await(request(ended.line(), XaOperation.END_FAIL, branch, 0)));
        if (operation != XaOperation.END_FAIL) {
            throw XaFailures.of(XAException.XA_RBROLLBACK, "a send of the branch was refused", why);
        }
    }

    private static XAException lostWork(JMSException why) {
        return XaFailures.of(
                XAException.XA_RBCOMMFAIL,
                "the link was lost before the branch was prepared: it is rolled back",
                why);
    }

    // ---- decisions

    @Override
    public int prepare(Xid xid) throws XAException {
        XaBranch branch = BranchXid.toWire(xid);
        Frame.XaReply reply;
        try {
            int line = work.link().awaitOpen(PATIENCE);
            reply = await(request(line, XaOperation.PREPARE, branch, 0));
        } catch (JMSException lost) {
            throw XaFailures.of(
                    XAException.XAER_RMFAIL, "whether the branch is prepared is not known", lost);
        }
        if (reply.result() == XAException.XAER_NOTA && wasLost(branch)) {
            throw rolledBackWithLink(branch);
        }
        if (reply.result() != XA_OK) {
            forgetPlace(branch);
        }
        if (reply.result() != XA_RDONLY) {
            check(reply);
        }
        return reply.result();
    }

    @Override
    public void commit(Xid xid, boolean onePhase) throws XAException {
        XaBranch branch = BranchXid.toWire(xid);
        if (onePhase) {
            commitOnePhase(branch);
        } else {
            decide(branch, XaOperation.COMMIT);
        }
        forgetPlace(branch);
    }

    private void commitOnePhase(XaBranch branch) throws XAException {
        long producerId = work.producerId();
        long number = work.nextCommitNumber();
        Frame.XaReply reply;
        try {
            Place place = place(branch);
            int line = place == null ? work.link().awaitOpen(PATIENCE) : place.line();
            reply = await(request(line, XaOperation.COMMIT_ONE_PHASE, branch, number));
        } catch (JMSException lost) {
            if (wasCommitted(producerId, number, lost)) {
                return;
            }
            throw lostWork(lost);
        }
        if (reply.result() == XAException.XAER_NOTA && wasLost(branch)) {
            throw rolledBackWithLink(branch);
        }
        check(reply);
    }

    private boolean wasCommitted(long producerId, long number, JMSException lost)
            throws XAException {
        if (Failures.isLinkLoss(lost) && !work.isOver()) {
            try {
                return work.wasCommitted(producerId, number);
            } catch (JMSException unanswered) {
                lost.addSuppressed(unanswered);
            }
        }
        throw XaFailures.of(
                XAException.XAER_RMFAIL, "whether the branch is committed is not known", lost);
    }

    @Override
    public void rollback(Xid xid) throws XAException {
        XaBranch branch = BranchXid.toWire(xid);
        try {
            decide(branch, XaOperation.ROLLBACK);
        } catch (XAException refused) {
            if (refused.errorCode != XAException.XAER_NOTA || !wasLost(branch)) {
                throw refused;
            }
        }
        Place place = forgetPlace(branch);
        if (place != null && place.consumed() && place.isOfThisThread()) {
            try {
                work.putInOrder();
            } catch (JMSException broken) {
                // The branch is rolled back; who works with the session next hears of this.
                LOG.debug("session failed after a rollback: {}", broken.getMessage());
            }
        }
    }

    @Override
    public void forget(Xid xid) throws XAException {
        decide(BranchXid.toWire(xid), XaOperation.FORGET);
    }

    /** What has a meaning on any line. When it was asked twice, the first time may have done it. */
    private void decide(XaBranch branch, XaOperation operation) throws XAException {
        Reply reply = work.ask(operation, branch);
        Frame.XaReply answer;
        try {
            answer = await(reply);
        } catch (JMSException unanswered) {
            throw XaFailures.of(
                    XAException.XAER_RMFAIL,
                    "whether %s happened is not known; ask again".formatted(operation),
                    unanswered);
        }
        if (answer.result() != XAException.XAER_NOTA || !reply.wasAskedAgain()) {
            check(answer);
        }
    }

    @Override
    public Xid[] recover(int flags) throws XAException {
        if ((flags & ~(TMSTARTRSCAN | TMENDRSCAN)) != 0) {
            throw invalid("recover", flags);
        }
        if ((flags & TMSTARTRSCAN) == 0) {
            // The start of the scan has given all.
            return new Xid[0];
        }
        try {
            List<XaBranch> found = await(work.ask(XaOperation.RECOVER, NO_BRANCH)).branches();
            return found.stream().map(BranchXid::of).toArray(Xid[]::new);
        } catch (JMSException lost) {
            throw XaFailures.of(XAException.XAER_RMFAIL, "the scan failed", lost);
        }
    }

    // ---- facts

    /**
     * Whether both lead to the same store, by whatever addresses, and whether or not the broker was
     * started again between one connection and the other.
     */
    @Override
    public boolean isSameRM(XAResource other) {
        return other == this
                || (other instanceof JmsXaResource resource
                        && resource.work.link().storeId() == work.link().storeId());
    }

    @Override
    public int getTransactionTimeout() {
        return timeoutSeconds;
    }

    /** 0 for no limit: the default. For branches that are started later. */
    @Override
    public boolean setTransactionTimeout(int seconds) throws XAException {
        if (seconds < 0) {
            throw XaFailures.of(XAException.XAER_INVAL, "timeout of " + seconds + " seconds");
        }
        timeoutSeconds = seconds;
        return true;
    }

    // ---- asking

    private Reply request(int line, XaOperation operation, XaBranch branch, long commitNumber) {
        int sessionId = operation == XaOperation.PREPARE || work.isOver() ? 0 : work.sessionId();
        int timeout = operation == XaOperation.START ? timeoutSeconds : 0;
        return work.link()
                .requestOn(
                        line,
                        id ->
                                new Frame.Xa(
                                        id, sessionId, operation, branch, timeout, commitNumber));
    }

    /** An interrupt is for the application: it must not make an outcome unknown. */
    private static Frame.XaReply await(Reply reply) throws JMSException {
        return reply.awaitThroughInterrupts(Frame.XaReply.class, PATIENCE);
    }

    /** A new line knows nothing of what was done, or suspended, on one that is lost. */
    private void checkWork(XaBranch branch, Frame.XaReply reply) throws XAException {
        boolean isForgotten =
                reply.result() == XAException.XAER_NOTA || reply.result() == XAException.XAER_PROTO;
        if (isForgotten && wasLost(branch)) {
            throw lostWork();
        }
        check(reply);
    }

    private static void check(Frame.XaReply reply) throws XAException {
        if (reply.result() != XA_OK) {
            throw XaFailures.of(reply.result(), reply.message());
        }
    }

    private static XAException invalid(String method, int flags) {
        return XaFailures.of(
                XAException.XAER_INVAL, "flags 0x%x are not for %s".formatted(flags, method));
    }

    // ---- what is remembered of branches

    private synchronized void remember(XaBranch branch, Place place) {
        places.put(branch, place);
    }

    private synchronized Place place(XaBranch branch) {
        return places.get(branch);
    }

    private synchronized Place forgetPlace(XaBranch branch) {
        return places.remove(branch);
    }

    /** Whether the line is gone on which it was worked in. */
    private boolean wasLost(XaBranch branch) {
        Place place = place(branch);
        return place != null && place.line() != work.link().lineNumber();
    }

    private XAException rolledBackWithLink(XaBranch branch) {
        forgetPlace(branch);
        return lostWork();
    }

    private static XAException lostWork() {
        return XaFailures.of(
                XAException.XA_RBCOMMFAIL,
                "the link was lost before the branch was prepared: it is rolled back");
    }

    // ---- for a resource adapter, see ConnectorDoor

    void onlyInBranch(boolean wanted) {
        work.onlyInBranch(wanted);
    }
}
