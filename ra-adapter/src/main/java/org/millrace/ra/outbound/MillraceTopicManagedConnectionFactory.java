package org.millrace.ra.outbound;

import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionManager;

/**
 * What a server configures for {@code jakarta.jms.TopicConnectionFactory}; a class of its own
 * because servers tell connection definitions apart by it.
 */
public final class MillraceTopicManagedConnectionFactory extends MillraceManagedConnectionFactory {
    private static final long serialVersionUID = 1L;

    @Override
    Domain domain() {
        return Domain.TOPIC;
    }

    @Override
    public Object createConnectionFactory(ConnectionManager manager) throws ResourceException {
        return new TopicConnectionFactoryHandle(this, manager);
    }
}
