package org.millrace.jms.client;

import jakarta.jms.JMSException;
import jakarta.jms.QueueSession;
import jakarta.jms.Session;
import jakarta.jms.XAQueueSession;
import javax.transaction.xa.XAResource;

/** As {@link JmsXaSession}, of the queue domain; {@code extends} because its interface does. */
final class JmsXaQueueSession extends JmsQueueSession implements XAQueueSession {
    private final JmsXaResource resource;

    JmsXaQueueSession(SessionCore core) {
        super(core);
        this.resource = new JmsXaResource(core.branchWork());
    }

    @Override
    public QueueSession getQueueSession() throws JMSException {
        core().checkOpen();
        return this;
    }

    @Override
    public Session getSession() throws JMSException {
        return getQueueSession();
    }

    @Override
    public XAResource getXAResource() {
        return resource;
    }

    @Override
    public void commit() throws JMSException {
        throw JmsXaSession.managed(core(), "commit");
    }

    @Override
    public void rollback() throws JMSException {
        throw JmsXaSession.managed(core(), "rollback");
    }
}
