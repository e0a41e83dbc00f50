package org.millrace.jms.client;

import jakarta.jms.JMSException;
import jakarta.jms.Session;
import jakarta.jms.TransactionInProgressException;
import jakarta.jms.XASession;
import javax.transaction.xa.XAResource;
import org.millrace.wire.ErrorCode;

/**
 * A session whose work its {@link XAResource} makes part of global transactions (§6.2.8). Outside
 * of them each send and acknowledgement counts at once, as in an AUTO_ACKNOWLEDGE session (XA-12);
 * a message whose listener begins a branch is part of that branch.
 */
final class JmsXaSession extends JmsSession implements XASession {
    private final JmsXaResource resource;

    JmsXaSession(SessionCore core) {
        super(core);
        this.resource = new JmsXaResource(core.branchWork());
    }

    @Override
    public Session getSession() throws JMSException {
        core().checkOpen();
        return this;
    }

    @Override
    public XAResource getXAResource() {
        return resource;
    }

    @Override
    public void commit() throws JMSException {
        throw managed(core(), "commit");
    }

    @Override
    public void rollback() throws JMSException {
        throw managed(core(), "rollback");
    }

    /** XA-3. */
    static TransactionInProgressException managed(SessionCore core, String what)
            throws JMSException {
        core.checkOpen();
        return new TransactionInProgressException(
                what + " on an XA session: its XAResource ends its transactions",
                ErrorCode.ILLEGAL_STATE.name());
    }
}
