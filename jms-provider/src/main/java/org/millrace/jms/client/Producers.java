package org.millrace.jms.client;

import jakarta.jms.JMSException;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.millrace.jms.MillraceDestination;
import org.millrace.jms.link.ClientLink;
import org.millrace.wire.Address;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.Done;

/**
 * The producer endpoints of one session. Identified producers have their own; unidentified ones
 * share one for each destination that the session sent to lately. Guarded by its own lock, which is
 * held while an endpoint is opened: a session is used by one thread at a time.
 */
final class Producers {
    /** Destinations kept open for unidentified producers, the least used is closed first. */
    private static final int MAX_SHARED = 64;

    private static final float LOAD_FACTOR = 0.75f;

    private final ClientLink link;
    private final Endpoints endpoints;
    private final int sessionId;
    private final Duration timeout;
    private final Map<Address, ProducerHandle> shared =
            new LinkedHashMap<>(MAX_SHARED, LOAD_FACTOR, true);

    Producers(ClientLink link, Endpoints endpoints, int sessionId, Duration timeout) {
        this.link = link;
        this.endpoints = endpoints;
        this.sessionId = sessionId;
        this.timeout = timeout;
    }

    /**
     * Opens an endpoint of its own.
     *
     * @throws jakarta.jms.InvalidDestinationException when it may not be sent to
     */
    ProducerHandle open(MillraceDestination destination) throws JMSException {
        ProducerHandle handle = new ProducerHandle(sessionId, endpoints.nextId(), destination);
        endpoints.add(handle);
        try {
            link.request(handle::openFrame, reply -> handle.opened = reply.failure().isEmpty())
                    .await(Done.class, timeout);
            return handle;
        } catch (JMSException refused) {
            endpoints.remove(handle);
            throw refused;
        }
    }

    void close(ProducerHandle handle) {
        endpoints.remove(handle);
        link.post(new Frame.CloseProducer(handle.producerId));
    }

    /** The endpoint for sends that name their destination each time. */
    synchronized ProducerHandle sharedFor(MillraceDestination destination) throws JMSException {
        ProducerHandle known = shared.get(destination.address());
        if (known != null && known.isUsable()) {
            return known;
        }
        ProducerHandle opened = open(destination);
        ProducerHandle replaced = shared.put(destination.address(), opened);
        if (replaced != null) {
            close(replaced);
        } else if (shared.size() > MAX_SHARED) {
            Iterator<ProducerHandle> leastUsed = shared.values().iterator();
            close(leastUsed.next());
            leastUsed.remove();
        }
        return opened;
    }

    /** Forgets all; the broker closes them with the session. */
    synchronized void closeShared() {
        shared.values().forEach(endpoints::remove);
        shared.clear();
    }
}
