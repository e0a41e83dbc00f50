package org.millrace.jms.client;

import java.util.List;
import org.millrace.wire.frame.Frame.DeliveryRange;

/** A transacted session: all that it has consumed, with the commit (§6.2.7). */
final class TransactedSettlement implements Settlement {
    private final SeenDeliveries seen = new SeenDeliveries();

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
    public void acknowledge() {
        // Nothing to do: ignored in transacted sessions (§3.6).
    }

    @Override
    public void settleFinished() {}

    @Override
    public synchronized List<DeliveryRange> takeUnsettled() {
        return seen.take();
    }
}
