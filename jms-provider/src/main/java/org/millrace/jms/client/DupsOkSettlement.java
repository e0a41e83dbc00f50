package org.millrace.jms.client;

import jakarta.jms.JMSException;
import java.time.Duration;
import java.util.List;
import org.millrace.jms.link.Reply;
import org.millrace.wire.frame.Frame.DeliveryRange;
import org.millrace.wire.frame.Frame.Done;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * DUPS_OK_ACKNOWLEDGE: in batches of {@value #BATCH} messages, or when {@value #LAZY_MILLIS} ms
 * have passed since the first of a batch, whichever is sooner; the rest at close.
 */
final class DupsOkSettlement implements Settlement {
    static final int BATCH = 100;
    static final int LAZY_MILLIS = 100;
    private static final Logger LOG = LoggerFactory.getLogger(DupsOkSettlement.class);
    private static final long NONE = 0;

    private final SessionRequests requests;
    private final Duration timeout;
    private final ClientTimer timer;
    private final SeenDeliveries finished = new SeenDeliveries();
    private long current = NONE;
    private Reply last;

    DupsOkSettlement(SessionRequests requests, Duration timeout, ClientTimer timer) {
        this.requests = requests;
        this.timeout = timeout;
        this.timer = timer;
    }

    @Override
    public void awaitTurn() {}

    @Override
    public synchronized void handedOver(long deliveryId) {
        current = deliveryId;
    }

    @Override
    public synchronized void finished() {
        if (current == NONE) {
            return;
        }
        finished.add(current);
        current = NONE;
        if (finished.count() >= BATCH) {
            flush();
        } else if (finished.count() == 1) {
            timer.after(Duration.ofMillis(LAZY_MILLIS), this::flush);
        }
    }

    private synchronized void flush() {
        if (finished.count() > 0) {
            last = requests.acknowledge(finished.take());
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
        Reply latest;
        synchronized (this) {
            flush();
            latest = last;
            last = null;
        }
        if (latest != null) {
            SessionRequests.awaitUnlessLost(() -> latest.await(Done.class, timeout));
        }
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
    public synchronized void lineLost() {
        List<DeliveryRange> comeAgain = finished.take();
        LOG.debug("{} ranges of deliveries were not acknowledged in time", comeAgain.size());
    }
}
