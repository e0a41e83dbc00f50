package org.millrace.jms.client;

import jakarta.jms.JMSException;
import java.time.Duration;
import java.util.List;
import org.millrace.jms.link.Reply;
import org.millrace.wire.frame.Frame.DeliveryRange;
import org.millrace.wire.frame.Frame.Done;

/**
 * AUTO_ACKNOWLEDGE: each message when {@code receive} returns it or its listener has returned. The
 * next is handed out only when that is durable, so that after a failure only the last one is in
 * doubt (§6.2.11); the wait overlaps with what the application does in between.
 */
final class AutoSettlement implements Settlement {
    private static final long NONE = 0;

    private final SessionRequests requests;
    private final Duration timeout;
    private Reply last;
    private long current = NONE;

    AutoSettlement(SessionRequests requests, Duration timeout) {
        this.requests = requests;
        this.timeout = timeout;
    }

    @Override
    public void awaitTurn() throws JMSException {
        Reply previous;
        synchronized (this) {
            previous = last;
            last = null;
        }
        if (previous != null) {
            // When its line is lost it comes again, flagged, unless the broker has settled it.
            SessionRequests.awaitUnlessLost(() -> previous.await(Done.class, timeout));
        }
    }

    @Override
    public synchronized void handedOver(long deliveryId) {
        current = deliveryId;
    }

    @Override
    public synchronized void finished() {
        if (current != NONE) {
            last = requests.acknowledge(List.of(new DeliveryRange(current, current)));
            current = NONE;
        }
    }

    @Override
    public boolean redeliversFailed() {
        return true;
    }

    @Override
    public void acknowledge() {
        // Nothing to do: the session acknowledges by itself (§3.6).
    }

    @Override
    public void settleFinished() throws JMSException {
        awaitTurn();
    }

    @Override
    public synchronized List<DeliveryRange> takeUnsettled() {
        if (current == NONE) {
            return List.of();
        }
        List<DeliveryRange> unsettled = List.of(new DeliveryRange(current, current));
        current = NONE;
        return unsettled;
    }

    @Override
    public void lineLost() {
        // The last message may be being seen just now; its acknowledgement will fail by itself.
    }
}
