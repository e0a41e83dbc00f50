package org.millrace.ra.outbound;

import jakarta.jms.Connection;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import jakarta.jms.TransactionRolledBackException;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionEvent;
import jakarta.resource.spi.ConnectionEventListener;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.LocalTransaction;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.ManagedConnectionMetaData;
import java.io.PrintWriter;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.security.auth.Subject;
import javax.transaction.xa.XAResource;
import org.millrace.jms.client.ConnectorDoor;
import org.millrace.ra.BranchResource;
import org.millrace.ra.ConnectionSettings;

/**
 * A connection to the broker with one session, pooled by the server. Handles come and go; the
 * session takes part in the container's transactions, and acknowledges automatically outside of
 * them. Any thread, as the server calls it.
 *
 * <p>A link that is lost is opened again by the client for a while. When it is given up, or the
 * broker has ended it, the pool is told (CONNECTION_ERROR_OCCURRED) and throws this away.
 */
public final class MillraceManagedConnection implements ManagedConnection {
    private static final Logger LOG = Logger.getLogger(MillraceManagedConnection.class.getName());

    private final MillraceManagedConnectionFactory factory;
    private final ConnectionSettings settings;
    private final Domain.Physical physical;
    private final BranchResource resource;
    private final BranchAsLocalTransaction localTransaction;
    private final Set<ConnectionHandle> handles = ConcurrentHashMap.newKeySet();
    private final List<ConnectionEventListener> listeners = new CopyOnWriteArrayList<>();
    private final ReentrantLock reporting = new ReentrantLock();
    private final AtomicBoolean reported = new AtomicBoolean();
    private final AtomicBoolean destroyed = new AtomicBoolean();
    private volatile PrintWriter logWriter;

    private MillraceManagedConnection(
            MillraceManagedConnectionFactory factory,
            ConnectionSettings settings,
            Domain.Physical physical) {
        this.factory = factory;
        this.settings = settings;
        this.physical = physical;
        this.resource = new BranchResource(physical.resource());
        this.localTransaction = new BranchAsLocalTransaction(resource);
    }

    /** Connects; waits for the broker. */
    static MillraceManagedConnection open(
            MillraceManagedConnectionFactory factory, ConnectionSettings settings)
            throws ResourceException {
        Thread caller = Thread.currentThread();
        ClassLoader callers = caller.getContextClassLoader();
        // The connection outlives the application that happens to need it first.
        caller.setContextClassLoader(MillraceManagedConnection.class.getClassLoader());
        try {
            MillraceManagedConnection opened =
                    new MillraceManagedConnection(
                            factory, settings, factory.domain().open(settings));
            opened.physical.connection().setExceptionListener(opened::reportIfBroken);
            return opened;
        } catch (JMSException refused) {
            throw Failures.forServer("cannot connect to " + settings, refused);
        } finally {
            caller.setContextClassLoader(callers);
        }
    }

    // ---- for handles

    Session physicalSession() {
        return physical.session();
    }

    JMSContext physicalContext() throws JMSException {
        return ConnectorDoor.contextOver(physical.session());
    }

    Connection physicalConnection() {
        return physical.connection();
    }

    boolean isInTransaction() {
        return factory.isInTransaction();
    }

    /** Nothing is done for a transaction that is over and that its application still works in. */
    void checkNotOver() throws JMSException {
        if (!resource.isOver()) {
            return;
        }
        if (!isInTransaction()) {
            resource.leaveTransaction();
        } else {
            throw new TransactionRolledBackException(
                    "the container has rolled the transaction back, perhaps because it took too long; end it",
                    "ROLLED_BACK");
        }
    }

    /** The application closed a handle; a broken connection is not given back to the pool. */
    void closed(ConnectionHandle handle) {
        handles.remove(handle);
        if (isUsable()) {
            ConnectionEvent event = new ConnectionEvent(this, ConnectionEvent.CONNECTION_CLOSED);
            event.setConnectionHandle(handle);
            listeners.forEach(listener -> listener.connectionClosed(event));
        } else {
            report(new JMSException("the connection is broken"));
        }
    }

    /** Tells the pool, once, when the connection will not come back. */
    void reportIfBroken(Exception cause) {
        if (!isUsable()) {
            report(cause);
        }
    }

    /** Who comes second waits: the pool knows before the application does (OUT-8). */
    private void report(Exception cause) {
        boolean isLocked = awaitOtherReport();
        try {
            if (!destroyed.get() && reported.compareAndSet(false, true)) {
                tellPool(cause);
            }
        } finally {
            if (isLocked) {
                reporting.unlock();
            }
        }
    }

    /** Not for ever: the pool's code may wait for us. */
    private boolean awaitOtherReport() {
        try {
            return reporting.tryLock(1, TimeUnit.SECONDS);
        } catch (InterruptedException request) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void tellPool(Exception cause) {
        LOG.log(
                Level.WARNING,
                "connection to {0} is broken and leaves the pool: {1}",
                new Object[] {settings, cause.getMessage()});
        ConnectionEvent event =
                new ConnectionEvent(this, ConnectionEvent.CONNECTION_ERROR_OCCURRED, cause);
        listeners.forEach(listener -> listener.connectionErrorOccurred(event));
    }

    /** Whether it is worth keeping in the pool; asks nobody. */
    boolean isUsable() {
        return !destroyed.get() && ConnectorDoor.isUsable(physical.connection());
    }

    /** Whether it was opened for the same interfaces, broker, user and client identifier. */
    boolean fits(Domain domain, ConnectionSettings wanted) {
        return factory.domain() == domain && settings.equals(wanted) && isUsable();
    }

    // ---- handles

    @Override
    public Object getConnection(Subject subject, ConnectionRequestInfo request)
            throws ResourceException {
        ConnectionSettings wanted = factory.settingsFor(subject, request);
        if (!settings.equals(wanted)) {
            throw new jakarta.resource.spi.SecurityException(
                    "connection to %s cannot become one to %s".formatted(settings, wanted));
        }
        ConnectionHandle handle =
                switch (factory.domain()) {
                    case COMMON -> new ConnectionHandle(this);
                    case QUEUE -> new QueueConnectionHandle(this);
                    case TOPIC -> new TopicConnectionHandle(this);
                };
        handles.add(handle);
        return handle;
    }

    @Override
    public void associateConnection(Object connection) throws ResourceException {
        if (!(connection instanceof ConnectionHandle handle)) {
            throw new ResourceException(connection + " is not a handle of this adapter");
        }
        try {
            handle.managed().handles.remove(handle);
        } catch (JMSException closed) {
            throw new ResourceException("handle is closed", closed);
        }
        handle.moveTo(this);
        handles.add(handle);
    }

    /**
     * Takes back what the last user did, keeps the link. Any number of times.
     *
     * @throws ResourceException when it cannot be used again: the link is gone, or the session is
     *     in a branch that nobody has ended
     */
    @Override
    public void cleanup() throws ResourceException {
        handles.forEach(ConnectionHandle::invalidate);
        handles.clear();
        localTransaction.abandon();
        if (resource.isWorking()) {
            throw new jakarta.resource.spi.IllegalStateException(
                    "%s still works in a transaction branch that was not ended; destroy it"
                            .formatted(this));
        }
        try {
            physical.connection().stop();
        } catch (JMSException refused) {
            throw Failures.forServer("connection to " + settings + " cannot be reused", refused);
        }
    }

    @Override
    public void destroy() throws ResourceException {
        if (destroyed.compareAndSet(false, true)) {
            handles.forEach(ConnectionHandle::invalidate);
            handles.clear();
            try {
                physical.connection().close();
            } catch (JMSException refused) {
                LOG.log(
                        Level.FINE,
                        "connection to {0} closed: {1}",
                        new Object[] {settings, refused});
            }
        }
    }

    @Override
    public void addConnectionEventListener(ConnectionEventListener listener) {
        listeners.add(listener);
    }

    @Override
    public void removeConnectionEventListener(ConnectionEventListener listener) {
        listeners.remove(listener);
    }

    // ---- transactions

    /** The same one each time. */
    @Override
    public XAResource getXAResource() {
        return resource;
    }

    /** The same one each time: servers ask for it before each step. */
    @Override
    public LocalTransaction getLocalTransaction() {
        return localTransaction;
    }

    // ---- about it

    @Override
    public ManagedConnectionMetaData getMetaData() throws ResourceException {
        try {
            var facts = physical.connection().getMetaData();
            return new MetaData(
                    facts.getJMSProviderName(), facts.getProviderVersion(), settings.user());
        } catch (JMSException broken) {
            throw Failures.forServer("connection to " + settings + " is broken", broken);
        }
    }

    private record MetaData(
            String getEISProductName, String getEISProductVersion, String getUserName)
            implements ManagedConnectionMetaData {
        /** No limit of its own: the pool's counts. */
        @Override
        public int getMaxConnections() {
            return 0;
        }
    }

    @Override
    public void setLogWriter(PrintWriter out) {
        logWriter = out;
    }

    @Override
    public PrintWriter getLogWriter() {
        return logWriter;
    }

    @Override
    public String toString() {
        return "managed connection to " + settings;
    }
}
