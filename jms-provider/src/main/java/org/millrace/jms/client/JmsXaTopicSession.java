package org.millrace.jms.client;

import jakarta.jms.JMSException;
import jakarta.jms.Session;
import jakarta.jms.TopicSession;
import jakarta.jms.XATopicSession;
import javax.transaction.xa.XAResource;

/** As {@link JmsXaSession}, of the topic domain; {@code extends} because its interface does. */
final class JmsXaTopicSession extends JmsTopicSession implements XATopicSession {
    private final JmsXaResource resource;

    JmsXaTopicSession(SessionCore core) {
        super(core);
        this.resource = new JmsXaResource(core.branchWork());
    }

    @Override
    public TopicSession getTopicSession() throws JMSException {
        core().checkOpen();
        return this;
    }

    @Override
    public Session getSession() throws JMSException {
        return getTopicSession();
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
