package org.millrace.ra.outbound;

import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionManager;

/**
 * What a server configures for {@code jakarta.jms.QueueConnectionFactory}; a class of its own
 * because servers tell connection definitions apart by it.
 */
public final class MillraceQueueManagedConnectionFactory extends MillraceManagedConnectionFactory {
    private static final long serialVersionUID = 1L;

    @Override
    Domain domain() {
        return Domain.QUEUE;
    }

    @Override
    public Object createConnectionFactory(ConnectionManager manager) throws ResourceException {
        return new QueueConnectionFactoryHandle(this, manager);
    }
}
