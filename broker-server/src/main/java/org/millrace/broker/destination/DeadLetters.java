package org.millrace.broker.destination;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.millrace.broker.dispatch.Lease;
import org.millrace.broker.dispatch.PartitionCursor;
import org.millrace.broker.dispatch.Past;
import org.millrace.broker.dispatch.Redelivery;
import org.millrace.broker.dispatch.Seat;
import org.millrace.broker.dispatch.Settlement;
import org.millrace.broker.loop.Answer;
import org.millrace.broker.loop.Ground;
import org.millrace.broker.loop.RefusedException;
import org.millrace.persistence.Change;
import org.millrace.persistence.PartitionId;
import org.millrace.persistence.RecordSlice;
import org.millrace.persistence.UnitOfWork;
import org.millrace.wire.Address;
import org.millrace.wire.record.Record;
import org.millrace.wire.record.RecordBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts messages of one destination that cannot be delivered into its dead-letter queue: {@code
 * DLQ.queue.<name>} or {@code DLQ.topic.<name>}, for all temporary destinations {@code
 * DLQ.temporary}, or another that it is told; and what has expired into its expiry queue, if it has
 * one. Confined to the broker loop.
 *
 * <p>The copy and the settle are one unit of work. While there is no room the message stays where
 * it is, with nobody, and that is tried again. {@link LastStops} have no limit of deliveries.
 */
final class DeadLetters implements Redelivery {
    private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);
    private static final Duration RETRY = Duration.ofSeconds(5);

    /** What is rejected where there is no further way comes again after this time. */
    private static final Duration NO_WAY = Duration.ofSeconds(5);

    static final String EXPIRED = "expired";

    /** One message on its way to the queue of this name. */
    private record Letter(
            PartitionCursor cursor,
            Lease<Seat> lease,
            String cause,
            String queue,
            Runnable whenSettled) {}

    private final Address origin;
    private final LiveSettings live;
    private final Ground ground;
    private final Destinations destinations;
    private final ExpiredMessages expired;

    DeadLetters(Address origin, LiveSettings live, Ground ground, Destinations destinations) {
        this.origin = origin;
        this.live = live;
        this.ground = ground;
        this.destinations = destinations;
        this.expired = new ExpiredMessages(this, live, ground, destinations);
        destinations.lastStops().add(live.current());
    }

    private String queueName() {
        String given = live.current().get(DestinationSettings.DEAD_LETTER_QUEUE);
        return given.isEmpty() ? LastStops.defaultQueue(origin) : given;
    }

    private String kind() {
        return origin.kind().name().toLowerCase(Locale.ROOT);
    }

    private boolean isLastStop() {
        destinations.lastStops().add(live.current());
        return destinations.lastStops().has(origin);
    }

    @Override
    public int maxDeliveries() {
        return isLastStop()
                ? Integer.MAX_VALUE
                : live.current().get(DestinationSettings.MAX_DELIVERIES);
    }

    @Override
    public long notBeforeMillis(int deliveryCount) {
        long rest = live.current().backoff().restMillis(deliveryCount, ground.chance());
        return rest == 0 ? 0 : nowMillis() + rest;
    }

    private long nowMillis() {
        return ground.loop().clock().millis();
    }

    @Override
    public void giveUp(
            PartitionCursor cursor, Lease<Seat> lease, String cause, Runnable whenSettled) {
        if (isLastStop()) {
            cursor.putOff(lease, cause, nowMillis() + NO_WAY.toMillis());
            whenSettled.run();
            return;
        }
        String queue = queueName();
        LOG.info(
                "{}: message at offset {} of {} goes to '{}': {}",
                origin,
                lease.offset(),
                cursor.id().partition(),
                queue,
                cause);
        send(new Letter(cursor, lease, cause, queue, whenSettled));
    }

    @Override
    public Expiry onExpiry() {
        return expired.next();
    }

    @Override
    public void expire(PartitionCursor cursor, Lease<Seat> claimed, Record record) {
        expired.add(cursor, claimed, record);
    }

    @Override
    public void expireHeld(PartitionCursor cursor, Lease<Seat> lease, Runnable whenSettled) {
        send(new Letter(cursor, lease, EXPIRED, expired.queueName(), whenSettled));
    }

    /** Where expired messages go; empty when they are dropped. */
    void expiryQueue(Answer<Optional<Destination>> answer) {
        if (expired.queueName().isEmpty()) {
            answer.granted(Optional.empty());
        } else {
            destinations.use(
                    Address.of(Address.Kind.QUEUE, expired.queueName()),
                    Answer.of(found -> answer.granted(Optional.of(found)), answer::refused));
        }
    }

    /** The copy of a message that has expired before it came due. */
    Arrival expiredUndelivered(Record record, PartitionId scheduled) {
        return Letters.letter(record, told(scheduled.partition(), record.offset(), EXPIRED));
    }

    private void send(Letter letter) {
        if (letter.cursor().isEnded()) {
            letter.whenSettled().run();
        } else {
            destinations.use(
                    Address.of(Address.Kind.QUEUE, letter.queue()),
                    Answer.of(found -> read(letter, found), why -> sendLater(letter, why)));
        }
    }

    private void sendLater(Letter letter, RefusedException why) {
        LOG.warn("'{}' cannot take a message of {}: {}", letter.queue(), origin, why.getMessage());
        ground.loop().after(RETRY, () -> send(letter));
    }

    private void read(Letter letter, Destination target) {
        ground.storage()
                .read(
                        letter.cursor().id().partition(),
                        letter.lease().offset(),
                        1,
                        slice -> store(letter, target, slice));
    }

    private void store(Letter letter, Destination target, RecordSlice slice) {
        if (letter.cursor().isEnded() || target.isDeleted()) {
            // Was it deleted while the message was read? There will be another one.
            send(letter);
            return;
        }
        Settlement settlement = new Settlement();
        settlement.add(letter.cursor(), letter.lease());
        Appends appends = new Appends();
        for (RecordBatch batch : slice.batches()) {
            for (Record record : batch) {
                if (record.offset() == letter.lease().offset()) {
                    Arrival copy =
                            Letters.letter(
                                    record, told(letter.cursor(), letter.lease(), letter.cause()));
                    appends.add(target, target.placeOf(copy), copy);
                }
            }
        }
        List<Change> changes = new ArrayList<>(appends.changes());
        changes.addAll(settlement.changes());
        ground.storage()
                .commit(
                        new UnitOfWork(changes),
                        Answer.of(
                                committed -> {
                                    settlement.apply();
                                    appends.apply(committed);
                                    letter.whenSettled().run();
                                },
                                why -> sendLater(letter, why)));
    }

    /** What the copy says of where the message was and what happened to it. */
    Map<String, Object> told(PartitionCursor cursor, Lease<Seat> lease, String cause) {
        Map<String, Object> told = told(cursor.partitionNumber(), lease.offset(), cause);
        if (origin.kind().isTopic()) {
            told.put(Letters.SUBSCRIPTION, cursor.subscription().name());
            told.put(Letters.SUBSCRIPTION_ID, cursor.subscription().id());
        }
        told.put(Letters.DELIVERY_COUNT, lease.deliveryCount());
        Past past = lease.failedBy("");
        if (past.firstMillis() != 0) {
            told.put(Letters.FIRST_DELIVERY, past.firstMillis());
        }
        if (lease.sinceMillis() != 0) {
            told.put(Letters.LAST_DELIVERY, lease.sinceMillis());
        }
        return told;
    }

    private Map<String, Object> told(int partition, long offset, String cause) {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put(Letters.ORIGIN, kind() + ":" + origin.name());
        told.put(Letters.PARTITION, partition);
        told.put(Letters.OFFSET, offset);
        told.put(Letters.CAUSE, cause);
        return told;
    }
}
