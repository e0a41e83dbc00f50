package org.millrace.jms.client;

import jakarta.jms.JMSException;
import org.millrace.jms.MillraceDestination;
import org.millrace.jms.link.Failures;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame;

/** A producer endpoint that the broker has opened for one destination. Any thread. */
final class ProducerHandle {
    /** Why the broker closed it. */
    private record Ended(ErrorCode code, String message) {}

    final int sessionId;
    final int producerId;
    final MillraceDestination destination;

    /** Whether the broker has opened it: then it is opened again after a loss of the link. */
    volatile boolean opened;

    private volatile Ended ended;

    ProducerHandle(int sessionId, int producerId, MillraceDestination destination) {
        this.sessionId = sessionId;
        this.producerId = producerId;
        this.destination = destination;
    }

    Frame openFrame(long requestId) {
        return new Frame.OpenProducer(requestId, sessionId, producerId, destination.address());
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
