package org.millrace.jms.client;

import jakarta.jms.JMSException;
import java.time.Duration;
import java.util.List;
import org.millrace.jms.link.ClientLink;
import org.millrace.jms.link.Reply;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.DeliveryRange;
import org.millrace.wire.frame.Frame.Done;
import org.millrace.wire.frame.Frame.Outcome;

/**
 * The requests of one session, typed. Any thread; methods that wait for the broker throw what the
 * broker refused.
 */
final class SessionRequests {
    /** So that no frame becomes too large, whatever the application leaves unacknowledged. */
    private static final int MAX_RANGES = 10_000;

    private final ClientLink link;
    private final int sessionId;
    private final Duration timeout;

    SessionRequests(ClientLink link, int sessionId, Duration timeout) {
        this.link = link;
        this.sessionId = sessionId;
        this.timeout = timeout;
    }

    Frame.SessionOpened open(Frame.SessionKind kind) throws JMSException {
        return link.request(id -> new Frame.OpenSession(id, sessionId, kind, 0, 0))
                .await(Frame.SessionOpened.class, timeout);
    }

    /** Settles; the reply comes when that is durable. */
    Reply acknowledge(List<DeliveryRange> deliveries) {
        int sent = 0;
        while (deliveries.size() - sent > MAX_RANGES) {
            postAcknowledge(deliveries.subList(sent, sent + MAX_RANGES));
            sent += MAX_RANGES;
        }
        List<DeliveryRange> rest = deliveries.subList(sent, deliveries.size());
        return link.request(id -> new Frame.Acknowledge(id, sessionId, Outcome.ACCEPT, "", rest));
    }

    /** Settles; within a transaction that answers for it, else nobody does. */
    void acknowledgeUnawaited(List<DeliveryRange> deliveries) {
        for (int sent = 0; sent < deliveries.size(); sent += MAX_RANGES) {
            int end = Math.min(deliveries.size(), sent + MAX_RANGES);
            postAcknowledge(deliveries.subList(sent, end));
        }
    }

    private void postAcknowledge(List<DeliveryRange> deliveries) {
        link.post(new Frame.Acknowledge(Frame.NO_REPLY, sessionId, Outcome.ACCEPT, "", deliveries));
    }

    void reject(long deliveryId, String cause) {
        link.post(
                new Frame.Acknowledge(
                        Frame.NO_REPLY,
                        sessionId,
                        Outcome.REJECT,
                        cause,
                        List.of(new DeliveryRange(deliveryId, deliveryId))));
    }

    void release(List<DeliveryRange> deliveries) {
        link.post(new Frame.Release(Frame.NO_REPLY, sessionId, deliveries));
    }

    void grant(int consumerId, int messages) {
        if (messages > 0) {
            link.post(new Frame.Credit(consumerId, messages));
        }
    }

    /** Waits until everything that the consumer can get now has arrived. */
    void drain(int consumerId) throws JMSException {
        link.request(id -> new Frame.Drain(id, consumerId)).await(Done.class, timeout);
    }

    /** Makes the broker reclaim what other consumers have buffered and not seen; does not wait. */
    void askForWhatOthersHold(int consumerId) {
        Reply unused = link.request(id -> new Frame.Drain(id, consumerId));
    }

    /** The session's new epoch. */
    int recover(List<DeliveryRange> failed) throws JMSException {
        return link.request(id -> new Frame.Recover(id, sessionId, failed))
                .await(Frame.SessionReset.class, timeout)
                .epoch();
    }

    /** The session's new epoch. */
    int rollback(List<DeliveryRange> failed) throws JMSException {
        return link.request(id -> new Frame.Rollback(id, sessionId, failed))
                .await(Frame.SessionReset.class, timeout)
                .epoch();
    }

    void commit(long commitNumber) throws JMSException {
        link.request(id -> new Frame.Commit(id, sessionId, commitNumber))
                .await(Done.class, timeout);
    }

    Reply closeConsumer(int consumerId, long lastSeenDeliveryId) {
        return link.request(id -> new Frame.CloseConsumer(id, consumerId, lastSeenDeliveryId));
    }

    Reply closeSession() {
        return link.request(id -> new Frame.CloseSession(id, sessionId));
    }
}
