package org.millrace.jms.client;

import jakarta.jms.JMSException;
import java.time.Duration;
import java.util.List;
import org.millrace.wire.frame.Frame.DeliveryRange;
import org.millrace.wire.frame.Frame.Done;

/**
 * CLIENT_ACKNOWLEDGE: all that the session has consumed, when the application says so; returns when
 * that is durable.
 */
final class ClientSettlement implements Settlement {
    private final SessionRequests requests;
    private final Duration timeout;
    private final SeenDeliveries seen = new SeenDeliveries();

    ClientSettlement(SessionRequests requests, Duration timeout) {
        this.requests = requests;
        this.timeout = timeout;
    }

    @Override
    public void awaitTurn() {}

    @Override
    public synchronized void handedOver(long deliveryId) {
        seen.add(deliveryId);
    }

    @Override
    public void finished() {}

    @Override
    public boolean redeliversFailed() {
        return false;
    }

    @Override
    public void acknowledge() throws JMSException {
        List<DeliveryRange> ranges = takeUnsettled();
        if (!ranges.isEmpty()) {
            requests.acknowledge(ranges).await(Done.class, timeout);
        }
    }

    @Override
    public void settleFinished() {}

    @Override
    public synchronized List<DeliveryRange> takeUnsettled() {
        return seen.take();
    }
}
