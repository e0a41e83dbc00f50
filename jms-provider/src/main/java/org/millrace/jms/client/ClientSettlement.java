package org.millrace.jms.client;

import jakarta.jms.JMSException;
import java.time.Duration;
import java.util.List;
import org.millrace.jms.link.Failures;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame.DeliveryRange;
import org.millrace.wire.frame.Frame.Done;

/**
 * CLIENT_ACKNOWLEDGE: all that the session has consumed, when the application says so; returns when
 * that is durable.
 *
 * <p>A lost line acts like {@code recover}: what was consumed and not acknowledged comes again,
 * flagged. {@code acknowledge} then covers what was consumed since; with nothing of that, or when
 * its own answer was lost, it fails, and whether it happened shows in what comes again.
 */
final class ClientSettlement implements Settlement {
    private final SessionRequests requests;
    private final Duration timeout;
    private final SeenDeliveries seen = new SeenDeliveries();
    private boolean lost;

    ClientSettlement(SessionRequests requests, Duration timeout) {
        this.requests = requests;
        this.timeout = timeout;
    }

    @Override
    public void awaitTurn() {}

    @Override
    public synchronized void handedOver(long deliveryId) {
        if (requests.isLost(deliveryId)) {
            lost = true;
        } else {
            seen.add(deliveryId);
        }
    }

    @Override
    public void finished() {}

    @Override
    public boolean redeliversFailed() {
        return false;
    }

    @Override
    public void acknowledge() throws JMSException {
        List<DeliveryRange> ranges;
        boolean lostBefore;
        synchronized (this) {
            ranges = seen.take();
            lostBefore = lost;
            lost = false;
        }
        if (!ranges.isEmpty()) {
            requests.acknowledge(ranges).await(Done.class, timeout);
        } else if (lostBefore) {
            throw Failures.of(
                    ErrorCode.LINK_LOST,
                    "nothing was acknowledged: the link was lost since the messages were received;"
                            + " they come again, marked as redelivered");
        }
    }

    @Override
    public void settleFinished() {}

    @Override
    public synchronized List<DeliveryRange> takeUnsettled() {
        lost = false;
        return seen.take();
    }

    @Override
    public synchronized void lineLost() {
        lost |= !seen.take().isEmpty();
    }
}
