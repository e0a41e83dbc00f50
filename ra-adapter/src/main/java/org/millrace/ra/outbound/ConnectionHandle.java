package org.millrace.ra.outbound;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionConsumer;
import jakarta.jms.ConnectionMetaData;
import jakarta.jms.Destination;
import jakarta.jms.ExceptionListener;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.ServerSessionPool;
import jakarta.jms.Session;
import jakarta.jms.Topic;

/**
 * A connection as an application in a container has it: stands for a managed connection of the
 * server's pool until it is closed. Has one open session at a time (§12.2). Any thread.
 */
public sealed class ConnectionHandle implements Connection
        permits QueueConnectionHandle, TopicConnectionHandle {
    private MillraceManagedConnection managed;
    private SessionHandle session;
    private boolean closed;

    ConnectionHandle(MillraceManagedConnection managed) {
        this.managed = managed;
    }

    // ---- for the managed connection

    /** The server moves this handle to another connection; its session stays with the old one. */
    final void moveTo(MillraceManagedConnection other) {
        endSession();
        synchronized (this) {
            managed = other;
        }
    }

    /** Nothing can be done with it any more. Any number of times. */
    final void invalidate() {
        synchronized (this) {
            closed = true;
        }
        endSession();
    }

    private void endSession() {
        SessionHandle ended;
        synchronized (this) {
            ended = session;
            session = null;
        }
        if (ended != null) {
            ended.close();
        }
    }

    final synchronized MillraceManagedConnection managed() throws JMSException {
        if (closed) {
            throw Failures.closed("connection");
        }
        return managed;
    }

    // ---- for its session

    final synchronized void opened(SessionHandle handle) throws JMSException {
        if (closed) {
            throw Failures.closed("connection");
        }
        if (session != null) {
            throw new jakarta.jms.IllegalStateException(
                    "the connection has an open session; in a web or enterprise bean container there is one at a time (§12.2)",
                    "ILLEGAL_STATE");
        }
        session = handle;
    }

    /** A session leaves its connection open, a context is its connection. */
    final void closed(SessionHandle handle, Class<?> declaring) throws JMSException {
        handle.close();
        synchronized (this) {
            if (session == handle) {
                session = null;
            }
        }
        if (declaring == JMSContext.class) {
            close();
        }
    }

    final boolean isInTransaction() throws JMSException {
        return managed().isInTransaction();
    }

    final void reportIfBroken(Exception cause) throws JMSException {
        MillraceManagedConnection mine;
        synchronized (this) {
            mine = managed;
        }
        mine.reportIfBroken(cause);
    }

    // ---- sessions

    /** The simplified API over this connection; closing it closes both. */
    final JMSContext context(int mode) throws JMSException {
        return SessionHandle.of(JMSContext.class, this, managed().physicalContext(), mode);
    }

    final <T extends Session> T session(Class<T> type, int mode) throws JMSException {
        SessionHandle.checkMode(mode);
        return SessionHandle.of(type, this, managed().physicalSession(), mode);
    }

    @Override
    public Session createSession() throws JMSException {
        return session(Session.class, Session.AUTO_ACKNOWLEDGE);
    }

    @Override
    public Session createSession(int sessionMode) throws JMSException {
        return session(Session.class, sessionMode);
    }

    @Override
    public Session createSession(boolean transacted, int acknowledgeMode) throws JMSException {
        return session(Session.class, transacted ? Session.SESSION_TRANSACTED : acknowledgeMode);
    }

    // ---- the connection

    @Override
    public String getClientID() throws JMSException {
        return managed().physicalConnection().getClientID();
    }

    @Override
    public ConnectionMetaData getMetaData() throws JMSException {
        return managed().physicalConnection().getMetaData();
    }

    @Override
    public void start() throws JMSException {
        managed().physicalConnection().start();
    }

    /** Gives the connection back to the pool. Any number of times. */
    @Override
    public void close() throws JMSException {
        MillraceManagedConnection mine;
        synchronized (this) {
            if (closed) {
                return;
            }
            mine = managed;
        }
        invalidate();
        mine.closed(this);
    }

    // ---- what is not for containers (§12.2)

    @Override
    public void setClientID(String clientId) throws JMSException {
        throw refused("setClientID");
    }

    @Override
    public ExceptionListener getExceptionListener() throws JMSException {
        throw refused("getExceptionListener");
    }

    @Override
    public void setExceptionListener(ExceptionListener listener) throws JMSException {
        throw refused("setExceptionListener");
    }

    @Override
    public void stop() throws JMSException {
        throw refused("stop");
    }

    @Override
    public ConnectionConsumer createConnectionConsumer(
            Destination destination, String selector, ServerSessionPool pool, int maxMessages)
            throws JMSException {
        throw refused("createConnectionConsumer");
    }

    @Override
    public ConnectionConsumer createSharedConnectionConsumer(
            Topic topic, String name, String selector, ServerSessionPool pool, int maxMessages)
            throws JMSException {
        throw refused("createSharedConnectionConsumer");
    }

    @Override
    public ConnectionConsumer createDurableConnectionConsumer(
            Topic topic, String name, String selector, ServerSessionPool pool, int maxMessages)
            throws JMSException {
        throw refused("createDurableConnectionConsumer");
    }

    @Override
    public ConnectionConsumer createSharedDurableConnectionConsumer(
            Topic topic, String name, String selector, ServerSessionPool pool, int maxMessages)
            throws JMSException {
        throw refused("createSharedDurableConnectionConsumer");
    }

    final JMSException refused(String method) throws JMSException {
        managed();
        return Failures.notInContainer(method);
    }
}
