package org.millrace.conformance.transactions;

import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/** Passes everything on; stops after prepare and before commit, for things to happen. */
class WatchedResource implements XAResource {
    /** Returns when it may go on. */
    interface Watch {
        void reached(String point);
    }

    private final XAResource watched;
    private final Watch watch;

    WatchedResource(XAResource watched, Watch watch) {
        this.watched = watched;
        this.watch = watch;
    }

    @Override
    public void start(Xid xid, int flags) throws XAException {
        watched.start(xid, flags);
    }

    @Override
    public void end(Xid xid, int flags) throws XAException {
        watched.end(xid, flags);
    }

    @Override
    public int prepare(Xid xid) throws XAException {
        int vote = watched.prepare(xid);
        watch.reached("prepared");
        return vote;
    }

    @Override
    public void commit(Xid xid, boolean onePhase) throws XAException {
        watch.reached("committing");
        watched.commit(xid, onePhase);
    }

    @Override
    public void rollback(Xid xid) throws XAException {
        watched.rollback(xid);
    }

    @Override
    public void forget(Xid xid) throws XAException {
        watched.forget(xid);
    }

    @Override
    public Xid[] recover(int flag) throws XAException {
        return watched.recover(flag);
    }

    @Override
    public boolean isSameRM(XAResource other) throws XAException {
        return watched.isSameRM(other instanceof WatchedResource own ? own.watched : other);
    }

    @Override
    public int getTransactionTimeout() throws XAException {
        return watched.getTransactionTimeout();
    }

    @Override
    public boolean setTransactionTimeout(int seconds) throws XAException {
        return watched.setTransactionTimeout(seconds);
    }
}
