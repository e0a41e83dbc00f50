package org.millrace.jms.client;

import jakarta.jms.JMSException;
import java.time.Duration;
import java.util.List;
import org.millrace.wire.frame.Frame.DeliveryRange;

/**
 * When a session's deliveries count as acknowledged (§6.2.10). One for each acknowledge mode.
 * Called by the thread that consumes; implementations are safe when {@code acknowledge} or a close
 * comes from another.
 */
sealed interface Settlement
        permits AutoSettlement,
                ClientSettlement,
                DupsOkSettlement,
                TransactedSettlement,
                XaSettlement {
    static Settlement of(AckMode mode, SessionRequests requests, Duration timeout) {
        return switch (mode) {
            case AUTO -> new AutoSettlement(requests, timeout);
            case CLIENT -> new ClientSettlement(requests, timeout);
            case DUPS_OK -> new DupsOkSettlement(requests, timeout, ClientTimer.shared());
            case TRANSACTED -> new TransactedSettlement(requests);
            case XA -> new XaSettlement(requests, new AutoSettlement(requests, timeout));
        };
    }

    /** Waits until another message may be handed to the application. */
    void awaitTurn() throws JMSException;

    /**
     * A message is about to be handed to the application.
     *
     * @throws JMSException when it must not be, because its transaction is over; it was not handed
     *     over then
     */
    void handedOver(long deliveryId) throws JMSException;

    /** {@code receive} returns it, or its listener returned normally. */
    void finished();

    /** Whether a message whose listener threw comes again at once (§8.7). */
    boolean redeliversFailed();

    /** {@code Message.acknowledge()}. */
    void acknowledge() throws JMSException;

    /** Makes sure that all that counts as acknowledged is so at the broker; waits. */
    void settleFinished() throws JMSException;

    /** What the application has seen and is not acknowledged; the caller gives it back. */
    List<DeliveryRange> takeUnsettled();

    /**
     * The line is lost: what is not acknowledged comes again, flagged. On the client event loop,
     * after {@link SessionRequests#lost}.
     */
    void lineLost();

    /**
     * Whether something was lost so since this was asked last. Only where that matters later: in
     * transactions.
     */
    default boolean takeLost() {
        return false;
    }
}
