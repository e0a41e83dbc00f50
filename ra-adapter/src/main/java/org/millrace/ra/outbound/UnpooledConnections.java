package org.millrace.ra.outbound;

import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionEvent;
import jakarta.resource.spi.ConnectionEventListener;
import jakarta.resource.spi.ConnectionManager;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.ManagedConnectionFactory;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Connections outside a server: opened when asked for, closed with their handle. Stateless. */
final class UnpooledConnections implements ConnectionManager {
    private static final Logger LOG = Logger.getLogger(UnpooledConnections.class.getName());
    private static final long serialVersionUID = 1L;

    @Override
    public Object allocateConnection(
            ManagedConnectionFactory factory, ConnectionRequestInfo request)
            throws ResourceException {
        ManagedConnection connection = factory.createManagedConnection(null, request);
        connection.addConnectionEventListener(new Destruction(connection));
        return connection.getConnection(null, request);
    }

    private record Destruction(ManagedConnection connection) implements ConnectionEventListener {
        @Override
        public void connectionClosed(ConnectionEvent event) {
            destroy();
        }

        @Override
        public void connectionErrorOccurred(ConnectionEvent event) {
            destroy();
        }

        private void destroy() {
            try {
                connection.destroy();
            } catch (ResourceException failed) {
                LOG.log(Level.FINE, "connection was not closed in order", failed);
            }
        }

        @Override
        public void localTransactionStarted(ConnectionEvent event) {}

        @Override
        public void localTransactionCommitted(ConnectionEvent event) {}

        @Override
        public void localTransactionRolledback(ConnectionEvent event) {}
    }
}
