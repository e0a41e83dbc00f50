package org.millrace.broker.session;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.millrace.broker.dispatch.Dispatched;
import org.millrace.broker.loop.Answer;
import org.millrace.broker.loop.RefusedException;
import org.millrace.broker.transaction.Transaction;
import org.millrace.broker.transaction.Worker;
import org.millrace.persistence.Change;
import org.millrace.persistence.UnitOfWork;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.DeliveryFailure;
import org.millrace.wire.frame.Frame.DeliveryRange;
import org.millrace.wire.frame.Frame.SessionKind;

/**
 * One session: its producers and consumers, what was delivered and is not settled, its transaction.
 * Confined to the broker loop.
 *
 * <p>Every unsettled lease of the session is in its delivery table, in the order of delivery. An
 * entry leaves it when it is given back, released, or part of a unit of work that settles it.
 */
public final class BrokerSession implements Worker {
    private final int id;
    private final SessionKind kind;
    private final Peer peer;
    private final Rooms rooms;
    private final ProducerSequences producer;
    private final Map<Integer, ProducerEndpoint> producers = new LinkedHashMap<>();
    private final Map<Integer, ConsumerEndpoint> consumers = new LinkedHashMap<>();
    private final Deliveries deliveries = new Deliveries();
    private final ArrayDeque<ConsumerEndpoint> reclaimed = new ArrayDeque<>();
    private final List<InFlight> acknowledged = new ArrayList<>();

    /** What is not held back counts at once. */
    private Optional<Transaction> transaction = Optional.empty();

    private long lastDeliveryId;
    private int epoch;
    private int committing;

    public BrokerSession(Frame.OpenSession frame, Peer peer, Rooms rooms) {
        this.id = frame.sessionId();
        this.kind = frame.kind();
        this.peer = peer;
        this.rooms = rooms;
        this.producer = rooms.producers().open(frame.producerId(), peer.connectionId());
        this.lastDeliveryId = frame.deliveriesAfter();
        if (isTransacted()) {
            beginTransaction();
        }
    }

    private void beginTransaction() {
        acknowledged.clear();
        transaction = Optional.of(new Transaction(rooms.ground().settings().maxTransactionBytes()));
    }

    public int id() {
        return id;
    }

    public ProducerSequences producer() {
        return producer;
    }

    boolean isTransacted() {
        return kind == SessionKind.TRANSACTED;
    }

    @Override
    public boolean isXa() {
        return kind == SessionKind.XA;
    }

    /** Whether its sends are part of a {@link #transaction} now. */
    boolean holdsBack() {
        return transaction.isPresent();
    }

    Transaction transaction() {
        return transaction.orElseThrow();
    }

    int epoch() {
        return epoch;
    }

    boolean isFull() {
        return deliveries.size() >= rooms.ground().settings().maxUnsettled();
    }

    // ---------------------------------------------------------------- endpoints

    public ProducerEndpoint newProducer(int producerId) {
        ProducerEndpoint endpoint = new ProducerEndpoint(producerId, this, peer, rooms.ground());
        producers.put(endpoint.id(), endpoint);
        return endpoint;
    }

    public void closeProducer(ProducerEndpoint endpoint) {
        endpoint.close();
        producers.remove(endpoint.id());
    }

    public ConsumerEndpoint newConsumer(int consumerId) {
        int maxRecordBytes = rooms.ground().settings().maxRecordBytes();
        ConsumerEndpoint endpoint = new ConsumerEndpoint(consumerId, this, peer, maxRecordBytes);
        consumers.put(endpoint.id(), endpoint);
        return endpoint;
    }

    /** Gives back what the consumer has not seen; the rest stays with the session. */
    public void closeConsumer(ConsumerEndpoint endpoint, long lastSeenDeliveryId) {
        consumers.remove(endpoint.id());
        reclaimed.removeIf(each -> each == endpoint);
        List<InFlight> unseen = new ArrayList<>();
        for (InFlight each : deliveries.after(lastSeenDeliveryId)) {
            if (each.consumer() == endpoint && !each.isAcknowledged()) {
                unseen.add(each);
            }
        }
        giveBack(unseen);
        endpoint.close(rooms);
    }

    void forget(ProducerEndpoint endpoint) {
        producers.remove(endpoint.id(), endpoint);
    }

    void forget(ConsumerEndpoint endpoint) {
        consumers.remove(endpoint.id(), endpoint);
        reclaimed.removeIf(each -> each == endpoint);
    }

    /** The link has room again. */
    public void becameReady() {
        consumers.values().forEach(ConsumerEndpoint::becameReady);
    }

    // ---------------------------------------------------------------- deliveries

    long track(ConsumerEndpoint consumer, Dispatched message) {
        long deliveryId = ++lastDeliveryId;
        deliveries.add(new InFlight(deliveryId, consumer, message));
        return deliveryId;
    }

    /** When the oldest that the consumer holds was sent to it, as far as that is soon found. */
    Optional<Instant> oldestSince(ConsumerEndpoint consumer) {
        return InFlight.oldestSince(deliveries.all(), consumer);
    }

    void reclaimed(ConsumerEndpoint consumer) {
        reclaimed.add(consumer);
    }

    /** Client: settles, or holds back until commit. */
    public void acknowledge(Frame.Acknowledge frame) {
        List<InFlight> taken = find(frame.deliveries());
        boolean wasFull = isFull();
        InFlight.acknowledged(taken);
        boolean held = holdsBack() && frame.outcome() != Frame.Outcome.EXPIRE;
        if (held && isTransacted()) {
            taken.forEach(each -> hold(each, frame));
            acknowledged.addAll(taken);
            taken.forEach(InFlight::acknowledge);
            done(frame.requestId());
            return;
        }
        taken.forEach(each -> deliveries.remove(each.deliveryId()));
        if (held) {
            // From now on they are the branch's, whatever becomes of the session.
            taken.forEach(each -> hold(each, frame));
            done(frame.requestId());
        } else if (frame.outcome() == Frame.Outcome.REJECT) {
            reject(taken, frame);
        } else if (frame.outcome() == Frame.Outcome.EXPIRE) {
            expire(taken, frame);
        } else {
            rooms.acknowledgements().settle(taken, () -> done(frame.requestId()));
        }
        if (wasFull) {
            becameReady();
        }
    }

    private void hold(InFlight delivery, Frame.Acknowledge frame) {
        if (frame.outcome() == Frame.Outcome.REJECT) {
            transaction().reject(delivery.held(), frame.cause());
        } else {
            transaction().add(delivery.held());
        }
    }

    private void reject(List<InFlight> rejected, Frame.Acknowledge frame) {
        int[] left = {rejected.size()};
        Runnable settled =
                () -> {
                    if (--left[0] == 0) {
                        done(frame.requestId());
                    }
                };
        if (rejected.isEmpty()) {
            done(frame.requestId());
        }
        rejected.forEach(each -> each.reject(frame.cause(), settled));
    }

    /** Nobody waits for that. */
    private void expire(List<InFlight> expired, Frame.Acknowledge frame) {
        List<InFlight> dropped = new ArrayList<>();
        for (InFlight each : expired) {
            if (each.isKeptWhenExpired()) {
                each.expire(() -> {});
            } else {
                dropped.add(each);
            }
        }
        rooms.acknowledgements().settle(dropped, () -> done(frame.requestId()));
    }

    /** Those of the ranges that are held and not acknowledged; others are ignored. */
    private List<InFlight> find(List<DeliveryRange> ranges) {
        List<InFlight> found = deliveries.within(ranges);
        found.removeIf(InFlight::isAcknowledged);
        return found;
    }

    /** Client: gives deliveries back uncounted; answers the oldest reclaim, if there is one. */
    public void release(Frame.Release frame) {
        giveBack(find(frame.deliveries()));
        ConsumerEndpoint asked = reclaimed.poll();
        if (asked != null) {
            asked.gaveBack();
        }
        done(frame.requestId());
    }

    /** From the last to the first, so that its consumer is back where it was. */
    private void giveBack(List<InFlight> given) {
        boolean wasFull = isFull();
        for (int i = given.size() - 1; i >= 0; i--) {
            InFlight each = given.get(i);
            if (deliveries.remove(each.deliveryId()) != null) {
                each.consumer().lost();
                each.giveBack();
            }
        }
        if (wasFull) {
            becameReady();
        }
    }

    // ---------------------------------------------------------------- recover and transactions

    public void recover(Frame.Recover frame) {
        if (isTransacted()) {
            throw new RefusedException(
                    ErrorCode.ILLEGAL_STATE, "a transacted session is rolled back, not recovered");
        }
        reset(frame.requestId(), frame.failed(), frame.causes());
    }

    public void rollback(Frame.Rollback frame) {
        checkTransacted();
        beginTransaction();
        reset(frame.requestId(), frame.failed(), frame.causes());
    }

    private void reset(long requestId, List<DeliveryRange> failed, List<DeliveryFailure> causes) {
        epoch++;
        Map<Long, String> causeById = new HashMap<>();
        causes.forEach(each -> causeById.put(each.deliveryId(), each.cause()));
        deliveries.within(failed).forEach(InFlight::acknowledge);
        consumers.values().forEach(ConsumerEndpoint::revokeCredit);
        returnAll(
                (each, counts) -> each.fail(causeById.getOrDefault(each.deliveryId(), ""), counts));
        peer.write(new Frame.SessionReset(requestId, epoch));
    }

    /** Gives back everything in its order; what is marked as seen counts as delivered. */
    private void returnAll(BiConsumer<InFlight, List<Change>> giveBackSeen) {
        List<Change> counts = new ArrayList<>();
        List<InFlight> unseen = new ArrayList<>();
        for (InFlight each : deliveries.all()) {
            if (each.isAcknowledged()) {
                deliveries.remove(each.deliveryId());
                each.consumer().lost();
                giveBackSeen.accept(each, counts);
            } else {
                unseen.add(each);
            }
        }
        giveBack(unseen);
        store(counts);
    }

    /** Nobody waits: after a crash all of them count as delivered by the horizon. */
    private void store(List<Change> counts) {
        if (!counts.isEmpty()) {
            rooms.ground().storage().commit(counts, () -> {});
        }
    }

    private void checkTransacted() {
        if (!isTransacted() || committing > 0) {
            throw RefusedException.of(
                    ErrorCode.ILLEGAL_STATE,
                    "session %d is %s",
                    id,
                    committing > 0 ? "committing" : "not transacted");
        }
    }

    public void commit(Frame.Commit frame) {
        checkTransacted();
        long number = frame.commitNumber();
        if (producer.wasCommitted(number)) {
            throw RefusedException.of(
                    ErrorCode.INVALID_ARGUMENT,
                    "commit %d of producer %d was carried out before; numbers ascend",
                    number,
                    producer.producerId());
        }
        Transaction ending = transaction();
        acknowledged.forEach(each -> deliveries.remove(each.deliveryId()));
        beginTransaction();
        if (ending.isEmpty()) {
            producer.committedNothing(number);
            done(frame.requestId());
            return;
        }
        List<Change> changes;
        try {
            changes = ending.changes();
            changes.add(new Change.CommitMark(producer.producerId(), number));
        } catch (RefusedException refused) {
            rolledBack(frame, ending, refused);
            becameReady();
            return;
        }
        committing++;
        producer.committing();
        peer.outstanding(ending.bytes());
        rooms.ground()
                .storage()
                .commit(
                        new UnitOfWork(changes),
                        Answer.of(
                                committed -> {
                                    ended(ending);
                                    producer.committed(number);
                                    ending.apply(committed);
                                    // A message that is lost in between is delivered again.
                                    ending.giveUpRejected();
                                    done(frame.requestId());
                                },
                                why -> {
                                    producer.endCommit();
                                    ended(ending);
                                    rolledBack(frame, ending, why);
                                }));
    }

    private void ended(Transaction ending) {
        committing--;
        peer.answered(ending.bytes());
        becameReady();
    }

    private void rolledBack(Frame.Commit frame, Transaction ending, RefusedException why) {
        List<Change> counts = new ArrayList<>();
        ending.held().forEach(each -> each.fail(counts));
        store(counts);
        peer.write(
                new Frame.Failed(
                        frame.requestId(),
                        ErrorCode.ROLLED_BACK,
                        "the transaction was rolled back: " + why.getMessage()));
    }

    // ---------------------------------------------------------------- as branches see it

    @Override
    public void workIn(Transaction work) {
        transaction = Optional.of(work);
    }

    @Override
    public void workOutside() {
        transaction = Optional.empty();
    }

    @Override
    public boolean isWorking() {
        return holdsBack();
    }

    @Override
    public long connectionId() {
        return peer.connectionId();
    }

    @Override
    public Change committing(long commitNumber) {
        committing++;
        producer.committing();
        return new Change.CommitMark(producer.producerId(), commitNumber);
    }

    @Override
    public void committed(long commitNumber) {
        committing--;
        producer.committed(commitNumber);
    }

    @Override
    public void commitRefused() {
        committing--;
        producer.endCommit();
    }

    private void done(long requestId) {
        if (requestId != Frame.NO_REPLY) {
            peer.write(new Frame.Done(requestId));
        }
    }

    // ---------------------------------------------------------------- end

    /** In order: what it holds counts as delivered, its producer is forgotten. */
    public void close() {
        end(InFlight::fail, consumer -> consumer.close(rooms));
        if (committing > 0) {
            rooms.producers().lost(producer);
        } else {
            rooms.producers().closed(producer);
        }
    }

    /**
     * The link was lost: as {@link #close}, but the client may come back and send again, and nobody
     * knows what of it was seen, so nothing is given up for having been delivered too often.
     */
    public void lost() {
        end(InFlight::release, consumer -> consumer.lose(rooms));
        rooms.producers().lost(producer);
    }

    private void end(
            BiConsumer<InFlight, List<Change>> giveBackSeen,
            Consumer<ConsumerEndpoint> endConsumer) {
        if (isXa()) {
            rooms.branches().left(this);
        }
        producers.values().forEach(ProducerEndpoint::close);
        producers.clear();
        deliveries.all().forEach(InFlight::acknowledge);
        returnAll(giveBackSeen);
        List.copyOf(consumers.values()).forEach(endConsumer);
        consumers.clear();
        reclaimed.clear();
    }
}
