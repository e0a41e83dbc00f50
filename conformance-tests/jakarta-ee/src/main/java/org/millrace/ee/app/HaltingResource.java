package org.millrace.ee.app;

import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/** Takes part in a transaction and ends the server when it is to commit. */
final class HaltingResource implements XAResource {
    @Override
    public int prepare(Xid branch) {
        return XA_OK;
    }

    /** As by a power failure: nothing is closed, nothing is told. */
    @Override
    public void commit(Xid branch, boolean onePhase) {
        Runtime.getRuntime().halt(1);
    }

    @Override
    public void start(Xid branch, int flags) {}

    @Override
    public void end(Xid branch, int flags) {}

    @Override
    public void rollback(Xid branch) {}

    @Override
    public void forget(Xid branch) {}

    @Override
    public Xid[] recover(int flags) {
        return new Xid[0];
    }

    @Override
    public boolean isSameRM(XAResource other) {
        return other == this;
    }

    @Override
    public int getTransactionTimeout() {
        return 0;
    }

    @Override
    public boolean setTransactionTimeout(int seconds) {
        return false;
    }
}
