package org.millrace.ra.outbound;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.resource.Referenceable;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionManager;
import java.io.Serializable;
import javax.naming.NamingException;
import javax.naming.Reference;
import org.millrace.jms.client.Unchecked;
import org.millrace.ra.ConnectionSettings;

/** The connection factory that applications look up: asks the server for pooled connections. */
public sealed class ConnectionFactoryHandle
        implements ConnectionFactory, Serializable, Referenceable
        permits QueueConnectionFactoryHandle, TopicConnectionFactoryHandle {
    private static final long serialVersionUID = 1L;

    private final MillraceManagedConnectionFactory managed;
    private final ConnectionManager connections;
    private Reference reference;

    ConnectionFactoryHandle(
            MillraceManagedConnectionFactory managed, ConnectionManager connections) {
        this.managed = managed;
        this.connections = connections;
    }

    /** Where it leads; message-driven beans that name this factory go there, too. */
    public final ConnectionSettings settings() {
        return managed.settings();
    }

    // ---- connections

    @Override
    public final Connection createConnection() throws JMSException {
        return allocate(ConnectionRequest.ANYBODY);
    }

    @Override
    public final Connection createConnection(String user, String password) throws JMSException {
        return allocate(ConnectionRequest.of(user, password));
    }

    private ConnectionHandle allocate(ConnectionRequest request) throws JMSException {
        try {
            return (ConnectionHandle) connections.allocateConnection(managed, request);
        } catch (ResourceException refused) {
            throw Failures.forApplication(refused);
        }
    }

    // ---- contexts

    @Override
    public final JMSContext createContext() {
        return context(ConnectionRequest.ANYBODY, JMSContext.AUTO_ACKNOWLEDGE);
    }

    @Override
    public final JMSContext createContext(int sessionMode) {
        return context(ConnectionRequest.ANYBODY, sessionMode);
    }

    @Override
    public final JMSContext createContext(String user, String password) {
        return createContext(user, password, JMSContext.AUTO_ACKNOWLEDGE);
    }

    @Override
    public final JMSContext createContext(String user, String password, int sessionMode) {
        return context(ConnectionRequest.of(user, password), sessionMode);
    }

    private JMSContext context(ConnectionRequest request, int mode) {
        try {
            SessionHandle.checkMode(mode);
            ConnectionHandle connection = allocate(request);
            boolean made = false;
            try {
                JMSContext context = connection.context(mode);
                made = true;
                return context;
            } finally {
                if (!made) {
                    connection.close();
                }
            }
        } catch (JMSException checked) {
            throw Unchecked.of(checked);
        }
    }

    // ---- naming

    @Override
    public final void setReference(Reference reference) {
        this.reference = reference;
    }

    @Override
    public final Reference getReference() throws NamingException {
        return reference;
    }

    @Override
    public final String toString() {
        return "connection factory for " + settings();
    }
}
