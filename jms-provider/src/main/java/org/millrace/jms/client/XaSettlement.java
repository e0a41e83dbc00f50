package org.millrace.jms.client;

import jakarta.jms.JMSException;
import jakarta.jms.TransactionRolledBackException;
import java.util.List;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame.DeliveryRange;

/**
 * A session for global transactions (§6.2.8): within a branch what is consumed is settled with the
 * branch, outside as in {@link AutoSettlement}.
 *
 * <p>A message whose listener is running when a branch begins becomes part of that branch: so a
 * listener may begin it, as message-driven beans need it.
 */
final class XaSettlement implements Settlement {
    private static final long NONE = 0;

    private final SessionRequests requests;
    private final AutoSettlement outside;
    private final SeenDeliveries seen = new SeenDeliveries();
    private long current = NONE;
    private boolean inBranch;
    private boolean onlyInBranch;
    private boolean lost;

    XaSettlement(SessionRequests requests, AutoSettlement outside) {
        this.requests = requests;
        this.outside = outside;
    }

    /** The session works in a branch from now on. */
    synchronized void beginBranch() {
        inBranch = true;
        onlyInBranch = false;
        lost = false;
        if (current != NONE) {
            List<DeliveryRange> unused = outside.takeUnsettled();
            addSeen(current);
            current = NONE;
        }
    }

    private void addSeen(long deliveryId) {
        if (requests.isLost(deliveryId)) {
            lost = true;
        } else {
            seen.add(deliveryId);
        }
    }

    /** The session works outside from now on; what it has consumed in the branch. */
    synchronized List<DeliveryRange> endBranch() {
        inBranch = false;
        return seen.take();
    }

    /**
     * Until the next branch, or until this is taken back, nothing may count outside of one: what
     * ends the branch is not the application, which works on.
     */
    synchronized void onlyInBranch(boolean wanted) {
        onlyInBranch = wanted;
    }

    /**
     * Whether what is sent now is part of a branch.
     *
     * @throws TransactionRolledBackException when it would not be, and must
     */
    synchronized boolean isInBranch() throws TransactionRolledBackException {
        if (!inBranch && onlyInBranch) {
            throw over();
        }
        return inBranch;
    }

    static TransactionRolledBackException over() {
        return new TransactionRolledBackException(
                "the transaction was ended while the session still worked in it; nothing was done",
                ErrorCode.ROLLED_BACK.name());
    }

    /** Whether nothing is being seen that counts at once. */
    synchronized boolean isIdle() {
        return !inBranch && current == NONE;
    }

    @Override
    public void awaitTurn() throws JMSException {
        outside.awaitTurn();
    }

    @Override
    public synchronized void handedOver(long deliveryId) throws JMSException {
        if (isInBranch()) {
            addSeen(deliveryId);
        } else {
            current = deliveryId;
            outside.handedOver(deliveryId);
        }
    }

    @Override
    public synchronized void finished() {
        if (current != NONE) {
            current = NONE;
            outside.finished();
        }
    }

    @Override
    public synchronized boolean redeliversFailed() {
        return current != NONE;
    }

    @Override
    public void acknowledge() {
        // Nothing to do: ignored in transacted sessions (§3.6).
    }

    @Override
    public void settleFinished() throws JMSException {
        outside.settleFinished();
    }

    /** Of what was seen outside of branches. */
    @Override
    public synchronized List<DeliveryRange> takeUnsettled() {
        current = NONE;
        return outside.takeUnsettled();
    }

    @Override
    public synchronized void lineLost() {
        lost |= inBranch;
        List<DeliveryRange> unused = seen.take();
        outside.lineLost();
    }

    @Override
    public synchronized boolean takeLost() {
        boolean was = lost;
        lost = false;
        return was;
    }
}
