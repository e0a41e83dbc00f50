package org.millrace.jms.client;

import jakarta.jms.JMSException;
import java.time.Duration;
import java.util.List;
import org.millrace.jms.link.ClientLink;
import org.millrace.jms.link.Failures;
import org.millrace.jms.link.Reply;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.DeliveryFailure;
import org.millrace.wire.frame.Frame.DeliveryRange;
import org.millrace.wire.frame.Frame.Done;
import org.millrace.wire.frame.Frame.Outcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The requests of one session, typed. Any thread; methods that wait for the broker throw what the
 * broker refused.
 */
final class SessionRequests {
    /** So that no frame becomes too large, whatever the application leaves unacknowledged. */
    private static final int MAX_RANGES = 10_000;

    /** The number of no line. */
    private static final int LOST_LINE = -1;

    private static final Logger LOG = LoggerFactory.getLogger(SessionRequests.class);

    private final ClientLink link;
    private final int sessionId;
    private final Duration timeout;
    private volatile long lostUpTo;

    SessionRequests(ClientLink link, int sessionId, Duration timeout) {
        this.link = link;
        this.sessionId = sessionId;
        this.timeout = timeout;
    }

    /** Opens the session; {@code opened} hears of it on the client event loop. */
    void open(Frame.SessionKind kind, Reply.Arrival opened) throws JMSException {
        link.request(id -> new Frame.OpenSession(id, sessionId, kind, 0, 0), opened)
                .await(Frame.SessionOpened.class, timeout);
    }

    // ---- a lost line

    /** Number of the line that is open, or was last. */
    int line() {
        return link.lineNumber();
    }

    /** Deliveries up to this id came over lines that are lost. On the client event loop. */
    void lost(long upToDeliveryId) {
        lostUpTo = upToDeliveryId;
    }

    /** Whether the delivery came over a line that is lost: the broker has released it. */
    boolean isLost(long deliveryId) {
        return deliveryId <= lostUpTo;
    }

    /** Something that waits for the broker. */
    @FunctionalInterface
    interface Wait {
        void await() throws JMSException;
    }

    /** Waits; what ended with its line needs no answer. */
    static void awaitUnlessLost(Wait wait) throws JMSException {
        try {
            wait.await();
        } catch (JMSException failed) {
            if (!Failures.isLinkLoss(failed)) {
                throw failed;
            }
            LOG.debug("not answered, its line was lost: {}", failed.getMessage());
        }
    }

    // ---- acknowledging

    /**
     * Settles; the reply comes when that is durable. Fails with {@code LINK_LOST} when the
     * deliveries' line is lost.
     */
    Reply acknowledge(List<DeliveryRange> deliveries) {
        // Read before looking at what is lost: a new line is not asked about an old delivery.
        int current = link.lineNumber();
        int line = isLost(deliveries.get(0).first()) ? LOST_LINE : current;
        int sent = 0;
        while (deliveries.size() - sent > MAX_RANGES) {
            postAcknowledge(deliveries.subList(sent, sent + MAX_RANGES));
            sent += MAX_RANGES;
        }
        List<DeliveryRange> rest = deliveries.subList(sent, deliveries.size());
        return link.requestOn(
                line, id -> new Frame.Acknowledge(id, sessionId, Outcome.ACCEPT, "", rest));
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

    /** Its time was over before the application could see it. */
    void expire(long deliveryId) {
        link.post(
                new Frame.Acknowledge(
                        Frame.NO_REPLY,
                        sessionId,
                        Outcome.EXPIRE,
                        "",
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

    // ---- the rest

    /** Waits until everything that the consumer can get now has arrived. */
    void drain(int consumerId) throws JMSException {
        Reply reply = link.requestOn(link.lineNumber(), id -> new Frame.Drain(id, consumerId));
        awaitUnlessLost(() -> reply.await(Done.class, timeout));
    }

    /** Makes the broker reclaim what other consumers have buffered and not seen; does not wait. */
    void askForWhatOthersHold(int consumerId) {
        Reply unused = link.requestOn(link.lineNumber(), id -> new Frame.Drain(id, consumerId));
    }

    /** The session's new epoch on this line. */
    int recover(int line, List<DeliveryRange> failed, List<DeliveryFailure> causes)
            throws JMSException {
        return link.requestOn(line, id -> new Frame.Recover(id, sessionId, failed, causes))
                .await(Frame.SessionReset.class, timeout)
                .epoch();
    }

    /** The session's new epoch on this line. */
    int rollback(int line, List<DeliveryRange> failed, List<DeliveryFailure> causes)
            throws JMSException {
        return link.requestOn(line, id -> new Frame.Rollback(id, sessionId, failed, causes))
                .await(Frame.SessionReset.class, timeout)
                .epoch();
    }

    /** Commits what the transaction did on this line; {@code LINK_LOST} leaves the outcome open. */
    void commit(int line, long commitNumber) throws JMSException {
        link.requestOn(line, id -> new Frame.Commit(id, sessionId, commitNumber))
                .await(Done.class, timeout);
    }

    /** Whether a commit whose answer was lost was carried out; waits for the link to be open. */
    boolean wasCommitted(long producerId, long commitNumber) throws JMSException {
        return link.request(id -> new Frame.AskCommit(id, producerId, commitNumber))
                .await(Frame.CommitOutcome.class, timeout)
                .committed();
    }

    Reply closeConsumer(int consumerId, long lastSeenDeliveryId) {
        return link.requestOn(
                link.lineNumber(),
                id -> new Frame.CloseConsumer(id, consumerId, lastSeenDeliveryId));
    }

    Reply closeSession() {
        return link.requestOn(link.lineNumber(), id -> new Frame.CloseSession(id, sessionId));
    }
}
