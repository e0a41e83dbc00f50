package org.millrace.wire.frame;

import java.nio.ByteBuffer;
import java.util.List;
import org.millrace.wire.Address;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.record.RecordBatch;

/**
 * Everything that crosses a link. Immutable facts; which end may send a frame is said at each.
 *
 * <p>Ids: {@code requestId} is chosen by the client, above 0 and unique for the link's life; every
 * frame that carries one other than {@link #NO_REPLY} is answered by exactly one frame with the
 * same id: the answer named at the frame, or {@link Failed}. Session, producer and consumer ids are
 * chosen by the client, unique for the link's life. {@code deliveryId} is chosen by the broker,
 * ascending per session; it names a delivery until it is settled or released. {@code epoch} is the
 * session's: it grows with each {@link Recover} and {@link Rollback}, and deliveries of an older
 * epoch are dropped by the client because the broker released them.
 */
public sealed interface Frame {
    /** The sender wants no answer; a failure is told by {@link EndpointClosed} or not at all. */
    long NO_REPLY = 0;

    /** Characters of a text for people; what is longer is cut, so that telling never fails. */
    int TEXT_CHARS = 4000;

    private static String forPeople(String text) {
        if (text == null) {
            return "";
        }
        return text.length() <= TEXT_CHARS ? text : text.substring(0, TEXT_CHARS - 3) + "...";
    }

    /** Delivery ids from {@code first} to {@code last}, both included. */
    record DeliveryRange(long first, long last) {}

    /** Why the application did not finish a delivery, for people. */
    record DeliveryFailure(long deliveryId, String cause) {
        public DeliveryFailure {
            cause = forPeople(cause);
        }
    }

    // ---------------------------------------------------------------- connection

    /** Client, first frame. Versions it can speak, lowest to highest; product is for logs. */
    record Hello(int lowestVersion, int highestVersion, long features, String product)
            implements Frame {}

    /**
     * Broker, answers {@link Hello}.
     *
     * @param storeId names what the broker stores: the same after each start, and for all brokers
     *     over one store
     * @param incarnation differs after each broker start
     * @param idleTimeoutMillis either end closes the link after hearing nothing for so long; each
     *     sends {@link Ping} in time
     * @param mechanisms SASL mechanisms, the broker's favourite first
     */
    record Welcome(
            int version,
            long features,
            String brokerName,
            long storeId,
            long incarnation,
            int maxFrameBytes,
            int idleTimeoutMillis,
            List<String> mechanisms)
            implements Frame {}

    /**
     * Client: begins or goes on with authentication. Answered by {@link Challenge}, {@link
     * Authenticated} or {@link Failed}.
     */
    record Authenticate(String mechanism, ByteBuffer response) implements Frame {}

    /** Broker. */
    record Challenge(ByteBuffer data) implements Frame {}

    /**
     * Broker: all other frames are allowed from now on. {@code user} is empty for an anonymous
     * link.
     */
    record Authenticated(String user, ByteBuffer data) implements Frame {}

    /**
     * Client: names the JMS connection of this link. With a {@code connectionId} other than 0 it
     * resumes that connection after a lost link: what it still held of that link is released, its
     * client id, temporary destinations and non-durable subscriptions go on. Answered by {@link
     * ConnectionOpened}.
     *
     * @param clientId empty for none
     */
    record OpenConnection(long requestId, String clientId, long connectionId, long resumeSecret)
            implements Frame {}

    /**
     * Broker. {@code resumed} is false when the broker no longer knew the connection: then it is a
     * new one, without temporary destinations. The secret of a resumed connection does not change.
     */
    record ConnectionOpened(long requestId, long connectionId, long resumeSecret, boolean resumed)
            implements Frame {}

    /** Client: §6.1.2. Answered by {@link Done}. */
    record SetClientId(long requestId, String clientId) implements Frame {}

    /**
     * Client: ends the JMS connection in order: sessions, temporary destinations, client id.
     * Answered by {@link Done}.
     */
    record CloseConnection(long requestId) implements Frame {}

    /** Either end; answered by {@link Pong}. */
    record Ping() implements Frame {}

    /** Either end. */
    record Pong() implements Frame {}

    /** Either end, last frame: why the link is closed. */
    record Goodbye(ErrorCode code, String message) implements Frame {
        public Goodbye {
            message = forPeople(message);
        }
    }

    // ---------------------------------------------------------------- answers

    /** Broker: the request was carried out; what it had to make durable is durable. */
    record Done(long requestId) implements Frame {}

    /** Broker: the request was refused and, unless the code says otherwise, changed nothing. */
    record Failed(long requestId, ErrorCode code, String message) implements Frame {
        public Failed {
            message = forPeople(message);
        }
    }

    // ---------------------------------------------------------------- sessions

    /** How a session settles. */
    enum SessionKind {
        /** Each acknowledgement and send counts at once. */
        DIRECT,
        /** Sends and acknowledgements are held back until {@link Commit} (§6.2.7). */
        TRANSACTED,
        /** As {@link #TRANSACTED} within a branch, as {@link #DIRECT} outside. */
        XA
    }

    /**
     * Client. Answered by {@link SessionOpened}.
     *
     * @param producerId 0 for a new one; after a lost link the one that the session had
     * @param deliveriesAfter delivery ids of the session begin above this: 0, or after a lost link
     *     the highest that the client has seen, so that an id never names two deliveries
     */
    record OpenSession(
            long requestId, int sessionId, SessionKind kind, long producerId, long deliveriesAfter)
            implements Frame {}

    /**
     * Broker: the identity under which this session's sends are stored once. Another than was asked
     * for when the broker does not know that one: what was sent under it cannot be sent again.
     */
    record SessionOpened(long requestId, long producerId, short producerEpoch) implements Frame {}

    /**
     * Client: releases what the session holds (counted as delivered) and rolls back. Consumers are
     * closed before. Answered by {@link Done}.
     */
    record CloseSession(long requestId, int sessionId) implements Frame {}

    /**
     * Client: makes the sends and acknowledgements since the last commit or rollback durable, whole
     * or not at all. Answered by {@link Done}, or {@link Failed} with {@link ErrorCode#ROLLED_BACK}
     * after a rollback.
     *
     * @param commitNumber ascending per producer id, from 0
     */
    record Commit(long requestId, int sessionId, long commitNumber) implements Frame {}

    /**
     * Client, after a lost link: was this commit carried out? Answered by {@link CommitOutcome}.
     */
    record AskCommit(long requestId, long producerId, long commitNumber) implements Frame {}

    /** Broker. */
    record CommitOutcome(long requestId, boolean committed) implements Frame {}

    /**
     * Client: forgets the sends and acknowledgements since the last commit, then as {@link
     * Recover}. Answered by {@link SessionReset}.
     */
    record Rollback(
            long requestId, int sessionId, List<DeliveryRange> failed, List<DeliveryFailure> causes)
            implements Frame {
        /** Nothing is known of why. */
        public Rollback(long requestId, int sessionId, List<DeliveryRange> failed) {
            this(requestId, sessionId, failed, List.of());
        }
    }

    /**
     * Client (§6.2.10): gives back all unsettled deliveries of the session in their order. Those in
     * {@code failed} were seen by the application and count as delivered; all others, on the way
     * included, do not. The broker sets the credit of all consumers of the session to 0. Answered
     * by {@link SessionReset}.
     *
     * @param causes what the application failed on, as far as it is known; the broker keeps the
     *     last one of a message for the dead-letter queue
     */
    record Recover(
            long requestId, int sessionId, List<DeliveryRange> failed, List<DeliveryFailure> causes)
            implements Frame {
        /** Nothing is known of why. */
        public Recover(long requestId, int sessionId, List<DeliveryRange> failed) {
            this(requestId, sessionId, failed, List.of());
        }
    }

    /** Broker: deliveries of an epoch before this one no longer count. */
    record SessionReset(long requestId, int epoch) implements Frame {}

    /**
     * Client, XA (§6.2.8): asks something of a transaction branch. Answered by {@link XaReply}.
     *
     * @param sessionId START to SUSPEND: the session whose work is meant; COMMIT_ONE_PHASE: the one
     *     whose producer the commit number belongs to, 0 for none; else 0
     * @param timeoutSeconds START: rolled back after so long unless prepared; 0 for no limit
     * @param commitNumber COMMIT_ONE_PHASE: as in {@link Commit}, for {@link AskCommit}; else 0
     */
    record Xa(
            long requestId,
            int sessionId,
            XaOperation operation,
            XaBranch branch,
            int timeoutSeconds,
            long commitNumber)
            implements Frame {}

    /** What a transaction manager may ask. */
    enum XaOperation {
        START,
        JOIN,
        RESUME,
        END_SUCCESS,
        END_FAIL,
        SUSPEND,
        PREPARE,
        COMMIT,
        COMMIT_ONE_PHASE,
        ROLLBACK,
        FORGET,
        RECOVER
    }

    /** The parts of an XID; empty for {@link XaOperation#RECOVER}. */
    record XaBranch(int formatId, ByteBuffer globalTransactionId, ByteBuffer branchQualifier) {}

    /**
     * Broker.
     *
     * @param result the return code of the X/Open XA specification
     * @param message why, when it is not XA_OK
     * @param branches RECOVER: those that wait for a decision or for FORGET
     */
    record XaReply(long requestId, int result, String message, List<XaBranch> branches)
            implements Frame {
        public XaReply {
            message = forPeople(message);
        }
    }

    // ---------------------------------------------------------------- producers

    /**
     * Client: makes sure that the destination exists and may be sent to. Answered by {@link Done}.
     */
    record OpenProducer(long requestId, int sessionId, int producerId, Address destination)
            implements Frame {}

    /** Client. Not answered. */
    record CloseProducer(int producerId) implements Frame {}

    /**
     * Client: all records of the batch go to the producer's destination with these send options,
     * which their {@code jms} header repeats. Answered by {@link Done} once durable (persistent,
     * outside a transaction) or accepted (otherwise); with {@link #NO_REPLY} not at all, except
     * that a refusal outside a transaction is told by {@link Failed}.
     *
     * @param deliverAtMillis delivery time when there was a delay, else 0
     */
    record Send(
            long requestId,
            int producerId,
            boolean persistent,
            int priority,
            long deliverAtMillis,
            RecordBatch batch)
            implements Frame {}

    // ---------------------------------------------------------------- consumers

    /** §8.3. */
    enum SubscriptionKind {
        QUEUE,
        NON_DURABLE,
        SHARED,
        DURABLE,
        SHARED_DURABLE
    }

    /**
     * Client. Begins with no credit. Answered by {@link ConsumerOpened}.
     *
     * @param subscription name of the subscription, empty for {@code QUEUE} and {@code NON_DURABLE}
     * @param selector empty for none
     * @param resumeToken 0, or after a lost link the token of the consumer that is restored
     */
    record OpenConsumer(
            long requestId,
            int sessionId,
            int consumerId,
            Address destination,
            SubscriptionKind kind,
            String subscription,
            String selector,
            boolean noLocal,
            long resumeToken)
            implements Frame {}

    /** Broker. {@code resumeToken} is 0 for what outlives its consumers anyway. */
    record ConsumerOpened(long requestId, long resumeToken) implements Frame {}

    /**
     * Client: deliveries of this consumer above {@code lastSeenDeliveryId} were not seen and are
     * given back uncounted; others stay with the session. Answered by {@link Done}.
     */
    record CloseConsumer(long requestId, int consumerId, long lastSeenDeliveryId)
            implements Frame {}

    /** Client: so many more messages may be sent to the consumer. Not answered. */
    record Credit(int consumerId, int messages) implements Frame {}

    /**
     * Client: answered by {@link Done} after everything that the consumer can get now with its
     * credit has been sent, including what other consumers were asked to give back.
     */
    record Drain(long requestId, int consumerId) implements Frame {}

    /**
     * Broker: another consumer could take what this one has buffered and not seen; the client gives
     * that back by exactly one {@link Release}, empty when there is nothing. Credit is not
     * restored.
     */
    record Reclaim(int consumerId) implements Frame {}

    /**
     * One message on its way to a consumer.
     *
     * @param timestamp {@code JMSTimestamp}
     * @param deliveryCount 1 at the first attempt (§3.5.11)
     * @param record bytes of the record after its length field, as stored; its deltas have no
     *     meaning here
     */
    record Delivery(
            long deliveryId,
            int partition,
            long offset,
            long timestamp,
            int deliveryCount,
            ByteBuffer record) {}

    /** Broker. Uses up one credit for each delivery. */
    record Deliver(int consumerId, int epoch, List<Delivery> deliveries) implements Frame {}

    /** How deliveries are finished. */
    enum Outcome {
        ACCEPT,
        /** To the dead-letter queue at once. */
        REJECT,
        /** Its time was over before the application could see it; at once, in transactions, too. */
        EXPIRE
    }

    /**
     * Client: settles deliveries; held back until commit in a transaction. Answered by {@link Done}
     * when durable, or when taken into the transaction. Ids that are not held are ignored.
     *
     * @param cause for {@link Outcome#REJECT}: why, for people; else empty
     */
    record Acknowledge(
            long requestId,
            int sessionId,
            Outcome outcome,
            String cause,
            List<DeliveryRange> deliveries)
            implements Frame {
        public Acknowledge {
            cause = forPeople(cause);
        }
    }

    /**
     * Client: gives deliveries back uncounted, for others to take. Answered by {@link Done}, or not
     * with {@link #NO_REPLY}.
     */
    record Release(long requestId, int sessionId, List<DeliveryRange> deliveries)
            implements Frame {}

    /**
     * Broker: a producer or consumer ended because of what happened at the broker, for example its
     * destination was deleted.
     */
    record EndpointClosed(int endpointId, boolean isProducer, ErrorCode code, String message)
            implements Frame {
        public EndpointClosed {
            message = forPeople(message);
        }
    }

    /**
     * Client: deletes a durable subscription by its name and the connection's client id. Answered
     * by {@link Done}.
     */
    record Unsubscribe(long requestId, String subscription) implements Frame {}

    // ---------------------------------------------------------------- temporary destinations,
    // browsers

    /**
     * Client. Answered by {@link TemporaryCreated}.
     *
     * @param name empty for a new one; on a new link the name of one that this connection had,
     *     which is created again when it is gone
     */
    record CreateTemporary(long requestId, Address.Kind kind, String name) implements Frame {
        /** A new one. */
        public CreateTemporary(long requestId, Address.Kind kind) {
            this(requestId, kind, "");
        }
    }

    /** Broker. */
    record TemporaryCreated(long requestId, String name) implements Frame {}

    /** Client. Answered by {@link Done}. */
    record DeleteTemporary(long requestId, Address destination) implements Frame {}

    /** Client: §4.1.6. A browser ends at what is there now. Answered by {@link Done}. */
    record OpenBrowser(long requestId, int browserId, Address queue, String selector)
            implements Frame {}

    /** Client. Answered by {@link BrowsePage}. */
    record BrowseNext(long requestId, int browserId, int maxMessages) implements Frame {}

    /**
     * Broker: the next messages in order; {@code last} when there are no more. Delivery ids are 0.
     */
    record BrowsePage(long requestId, boolean last, List<Delivery> messages) implements Frame {}

    /** Client. Not answered. */
    record CloseBrowser(int browserId) implements Frame {}

    // ---------------------------------------------------------------- administration

    /**
     * Client: carries out an operation of the admin interface; needs the right to. Answered by
     * {@link AdminReply}.
     *
     * @param operation its name, as {@code destinations.list}
     * @param arguments a JSON object; see {@code org.millrace.wire.admin}
     */
    record Admin(long requestId, String operation, String arguments) implements Frame {}

    /**
     * Broker.
     *
     * @param result a JSON object; a page of a list says how to ask for the next one
     */
    record AdminReply(long requestId, String result) implements Frame {}
}
