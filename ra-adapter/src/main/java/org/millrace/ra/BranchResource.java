package org.millrace.ra;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.millrace.jms.client.ConnectorDoor;

/**
 * The resource of one session as servers have it. Any thread.
 *
 * <p>Several sessions may work in one branch (TMJOIN). GlassFish rolls such a branch back through
 * one of them and never ends the others, which the XA rules forbid and the broker refuses: the
 * message would stay with a dead branch. So a rollback ends what still works in the branch first.
 * WildFly's pool ends a session that has joined, and Narayana ends it once more, with a warning
 * when that is refused. So an end that comes again has happened already.
 */
public final class BranchResource implements XAResource {
    private static final Logger LOG = Logger.getLogger(BranchResource.class.getName());

    /** Who works in which branch now. */
    private static final Map<Key, Set<BranchResource>> WORKING = new ConcurrentHashMap<>();

    private final XAResource session;
    private final int limitSeconds;
    private volatile Key alreadyEnded;
    private volatile Key current;
    private volatile long worker;
    private volatile Key workingIn;
    private volatile boolean over;

    /** Equal for equal branches, whoever made the Xid. */
    private record Key(int format, ByteBuffer global, ByteBuffer qualifier) {
        static Key of(Xid branch) {
            return new Key(
                    branch.getFormatId(),
                    ByteBuffer.wrap(branch.getGlobalTransactionId().clone()),
                    ByteBuffer.wrap(branch.getBranchQualifier().clone()));
        }
    }

    public BranchResource(XAResource session) {
        this(session, 0);
    }

    /**
     * @param limitSeconds longest time for a branch, whatever the transaction manager says; 0 for
     *     none
     */
    public BranchResource(XAResource session, int limitSeconds) {
        this.session = session;
        this.limitSeconds = limitSeconds;
    }

    /** The client's own resource, if it is one of these. */
    static XAResource unwrap(XAResource resource) {
        return resource instanceof BranchResource ours ? ours.session : resource;
    }

    // ---- work

    @Override
    public void start(Xid branch, int flags) throws XAException {
        if (limitSeconds > 0 && session.getTransactionTimeout() == 0) {
            setTransactionTimeout(limitSeconds);
        }
        session.start(branch, flags);
        alreadyEnded = null;
        current = Key.of(branch);
        worker = Thread.currentThread().getId();
        workingIn = current;
        over = false;
        Set<BranchResource> unused =
                WORKING.compute(
                        Key.of(branch),
                        (key, working) -> {
                            Set<BranchResource> more =
                                    working == null ? ConcurrentHashMap.newKeySet() : working;
                            more.add(this);
                            return more;
                        });
    }

    @Override
    public void end(Xid branch, int flags) throws XAException {
        Key key = Key.of(branch);
        Set<BranchResource> unused =
                WORKING.computeIfPresent(
                        key,
                        (same, working) -> {
                            working.remove(this);
                            return working.isEmpty() ? null : working;
                        });
        if (key.equals(alreadyEnded)) {
            return;
        }
        boolean isForeign = worker != Thread.currentThread().getId();
        if (flags == TMFAIL || (flags == TMSUCCESS && isForeign)) {
            stopWork(key);
        }
        try {
            session.end(branch, flags);
            ended(key);
            if (flags != TMSUSPEND) {
                alreadyEnded = key;
            }
        } catch (XAException told) {
            if (isRollback(told)) {
                ended(key);
            }
            throw told;
        }
    }

    private void ended(Key branch) {
        if (branch.equals(workingIn)) {
            workingIn = null;
        }
    }

    private static boolean isRollback(XAException told) {
        return told.errorCode >= XAException.XA_RBBASE && told.errorCode <= XAException.XA_RBEND;
    }

    /** Before the branch ends, so that nothing slips out of it that the application does now. */
    private void stopWork(Key branch) {
        if (branch.equals(current)) {
            over = true;
            ConnectorDoor.refuseOutside(session);
        }
    }

    @Override
    public void rollback(Xid branch) throws XAException {
        Key key = Key.of(branch);
        stopWork(key);
        Set<BranchResource> left = WORKING.remove(key);
        if (left != null) {
            left.forEach(each -> each.endForRollback(branch));
        }
        session.rollback(branch);
        ended(key);
    }

    private void endForRollback(Xid branch) {
        alreadyEnded = Key.of(branch);
        stopWork(alreadyEnded);
        try {
            session.end(branch, TMFAIL);
            ended(alreadyEnded);
        } catch (XAException expected) {
            // It says that the branch will be rolled back.
            LOG.log(
                    Level.FINE,
                    "session ended for a rollback, XA code {0}",
                    String.valueOf(expected.errorCode));
        }
    }

    /**
     * Whether the branch that was started last was ended, perhaps by a timeout, while the
     * application may work on: what it does now must not count at once.
     */
    public boolean isOver() {
        return over;
    }

    /** Whether it is in a branch that was neither ended nor suspended. */
    public boolean isWorking() {
        return workingIn != null;
    }

    /** The transaction is over for the application, too: what it does counts at once. */
    public void leaveTransaction() {
        over = false;
        ConnectorDoor.allowOutside(session);
    }

    // ---- passed on

    @Override
    public int prepare(Xid branch) throws XAException {
        return session.prepare(branch);
    }

    @Override
    public void commit(Xid branch, boolean onePhase) throws XAException {
        session.commit(branch, onePhase);
    }

    @Override
    public void forget(Xid branch) throws XAException {
        session.forget(branch);
    }

    @Override
    public Xid[] recover(int flags) throws XAException {
        return session.recover(flags);
    }

    @Override
    public boolean isSameRM(XAResource other) throws XAException {
        return session.isSameRM(unwrap(other));
    }

    @Override
    public int getTransactionTimeout() throws XAException {
        return session.getTransactionTimeout();
    }

    @Override
    public boolean setTransactionTimeout(int seconds) throws XAException {
        boolean isLimited = limitSeconds > 0 && (seconds == 0 || seconds > limitSeconds);
        return session.setTransactionTimeout(isLimited ? limitSeconds : seconds);
    }

    @Override
    public String toString() {
        return "resource of " + session;
    }
}
