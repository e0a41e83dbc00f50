package org.millrace.broker.destination;

import java.util.Optional;
import org.millrace.broker.dispatch.Filter;
import org.millrace.wire.record.JmsHeader;
import org.millrace.wire.record.Record;

/**
 * Keeps out what the subscriber itself sent: its connection, or any with its client id (SUB-20,
 * SUB-21).
 */
record NoLocal(Optional<Long> connectionId, Optional<String> clientId) implements Filter {
    static final NoLocal OFF = new NoLocal(Optional.empty(), Optional.empty());

    static NoLocal ofConnection(long connectionId) {
        return new NoLocal(Optional.of(connectionId), Optional.empty());
    }

    static NoLocal ofClient(String clientId) {
        return new NoLocal(Optional.empty(), Optional.of(clientId));
    }

    boolean isOn() {
        return connectionId.isPresent() || clientId.isPresent();
    }

    @Override
    public boolean matches(Record record, JmsHeader header) {
        boolean local =
                clientId.isPresent()
                        ? header.clientId().equals(clientId)
                        : connectionId.isPresent() && header.connectionId() == connectionId.get();
        return !local;
    }
}
