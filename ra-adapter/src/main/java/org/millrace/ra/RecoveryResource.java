package org.millrace.ra;

import jakarta.jms.JMSException;
import jakarta.jms.XAConnection;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/**
 * What a transaction manager finishes branches with after a crash. Opens a connection for each call
 * and closes it again, so that it can be kept, forgotten, or asked while the broker is down:
 * nothing leaks and the next call tries again. Any thread.
 */
final class RecoveryResource implements XAResource {
    private static final Logger LOG = Logger.getLogger(RecoveryResource.class.getName());

    /** Says where to connect: asked for each call, because JNDI may not know it yet. */
    @FunctionalInterface
    interface Where {
        ConnectionSettings settings() throws JMSException;
    }

    private final Where where;
    private final String name;

    /** {@code name} is for logs. */
    RecoveryResource(Where where, String name) {
        this.where = where;
        this.name = name;
    }

    @FunctionalInterface
    private interface Step<T> {
        T run(XAResource resource) throws XAException;
    }

    @FunctionalInterface
    private interface Act {
        void run(XAResource resource) throws XAException;
    }

    private <T> T connected(Step<T> step) throws XAException {
        XAConnection connection;
        XAResource resource;
        try (OwnLoader own = OwnLoader.enter()) {
            connection = where.settings().anonymousClient().factory().createXAConnection();
        } catch (JMSException refused) {
            throw unreachable(refused);
        }
        try {
            resource = connection.createXASession().getXAResource();
            return step.run(resource);
        } catch (JMSException refused) {
            throw unreachable(refused);
        } finally {
            close(connection);
        }
    }

    private void act(Act act) throws XAException {
        Object unused =
                connected(
                        resource -> {
                            act.run(resource);
                            return null;
                        });
    }

    private XAException unreachable(JMSException cause) {
        LOG.log(
                Level.WARNING,
                "transactions of {0} cannot be recovered now: {1}",
                new Object[] {name, cause.getMessage()});
        XAException failed = new XAException(XAException.XAER_RMFAIL);
        failed.initCause(cause);
        return failed;
    }

    private void close(XAConnection connection) {
        try {
            connection.close();
        } catch (JMSException refused) {
            LOG.log(Level.FINE, "recovery connection was not closed in order", refused);
        }
    }

    /** The whole scan at its start; then nothing more. */
    @Override
    public Xid[] recover(int flags) throws XAException {
        if ((flags & TMSTARTRSCAN) == 0) {
            return new Xid[0];
        }
        return connected(resource -> resource.recover(TMSTARTRSCAN | TMENDRSCAN));
    }

    @Override
    public void commit(Xid branch, boolean onePhase) throws XAException {
        act(resource -> resource.commit(branch, onePhase));
    }

    @Override
    public void rollback(Xid branch) throws XAException {
        act(resource -> resource.rollback(branch));
    }

    @Override
    public void forget(Xid branch) throws XAException {
        act(resource -> resource.forget(branch));
    }

    @Override
    public boolean isSameRM(XAResource other) throws XAException {
        if (other instanceof RecoveryResource that) {
            try {
                return where.settings().equals(that.where.settings());
            } catch (JMSException unknown) {
                throw unreachable(unknown);
            }
        }
        return connected(resource -> resource.isSameRM(BranchResource.unwrap(other)));
    }

    // ---- not for recovery

    @Override
    public void start(Xid branch, int flags) throws XAException {
        throw notForWork();
    }

    @Override
    public void end(Xid branch, int flags) throws XAException {
        throw notForWork();
    }

    @Override
    public int prepare(Xid branch) throws XAException {
        throw notForWork();
    }

    private static XAException notForWork() {
        XAException refused = new XAException("this XAResource is for recovery, it has no session");
        refused.errorCode = XAException.XAER_PROTO;
        return refused;
    }

    @Override
    public int getTransactionTimeout() {
        return 0;
    }

    @Override
    public boolean setTransactionTimeout(int seconds) {
        return false;
    }

    @Override
    public String toString() {
        return "recovery of transactions of " + name;
    }
}
