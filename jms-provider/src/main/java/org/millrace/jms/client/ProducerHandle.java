package org.millrace.jms.client;

import jakarta.jms.JMSException;
import org.millrace.jms.MillraceDestination;
import org.millrace.jms.link.Failures;
import org.millrace.wire.ErrorCode;

/** A producer endpoint that the broker has opened for one destination. Any thread. */
final class ProducerHandle {
    /** Why the broker closed it. */
    private record Ended(ErrorCode code, String message) {}

    final int producerId;
    final MillraceDestination destination;
    private volatile Ended ended;

    ProducerHandle(int producerId, MillraceDestination destination) {
        this.producerId = producerId;
        this.destination = destination;
    }

    /** On the client event loop. */
    void onEnded(ErrorCode code, String message) {
        ended = new Ended(code, message);
    }

    boolean isUsable() {
        return ended == null;
    }

    void checkUsable() throws JMSException {
        Ended why = ended;
        if (why != null) {
            throw Failures.of(why.code(), why.message());
        }
    }
}
