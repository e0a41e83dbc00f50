package org.millrace.jms.client;

import java.util.List;
import org.millrace.wire.frame.Frame.DeliveryRange;

/**
 * A transacted session: all that it has consumed, with the commit (§6.2.7). When the line is lost
 * in between, the transaction is, too.
 */
final class TransactedSettlement implements Settlement {
    private final SessionRequests requests;
    private final SeenDeliveries seen = new SeenDeliveries();
    private boolean lost;

    TransactedSettlement(SessionRequests requests) {
        this.requests = requests;
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
    public void acknowledge() {
        // Nothing to do: ignored in transacted sessions (§3.6).
    }

    @Override
    public void settleFinished() {}

    @Override
    public synchronized List<DeliveryRange> takeUnsettled() {
        return seen.take();
    }

    @Override
    public synchronized void lineLost() {
        lost |= !seen.take().isEmpty();
    }

    @Override
    public synchronized boolean takeLost() {
        boolean was = lost;
        lost = false;
        return was;
    }
}
