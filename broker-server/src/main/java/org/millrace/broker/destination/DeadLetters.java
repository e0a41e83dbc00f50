package org.millrace.broker.destination;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.millrace.broker.dispatch.Lease;
import org.millrace.broker.dispatch.PartitionCursor;
import org.millrace.broker.dispatch.Redelivery;
import org.millrace.broker.dispatch.Seat;
import org.millrace.broker.dispatch.Settlement;
import org.millrace.broker.loop.Answer;
import org.millrace.broker.loop.Ground;
import org.millrace.broker.loop.RefusedException;
import org.millrace.persistence.Change;
import org.millrace.persistence.RecordSlice;
import org.millrace.persistence.UnitOfWork;
import org.millrace.wire.Address;
import org.millrace.wire.record.CorruptRecordException;
import org.millrace.wire.record.JmsHeader;
import org.millrace.wire.record.MessageProperties;
import org.millrace.wire.record.Record;
import org.millrace.wire.record.RecordBatch;
import org.millrace.wire.record.RecordBatchBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts messages of one destination that cannot be delivered into its dead-letter queue: {@code
 * DLQ.queue.<name>} or {@code DLQ.topic.<name>}, for all temporary destinations {@code
 * DLQ.temporary}. Confined to the broker loop.
 *
 * <p>The copy and the settle are one unit of work. Key, body and headers stay as they were, the
 * expiration included; what happened is told by properties. While there is no room the message
 * stays where it is, with nobody, and that is tried again. Queues whose name begins with {@value
 * #PREFIX} have no limit of deliveries.
 */
final class DeadLetters implements Redelivery {
    static final String PREFIX = "DLQ.";

    static final String ORIGIN = "JMS_Millrace_Origin";
    static final String SUBSCRIPTION = "JMS_Millrace_Subscription";
    static final String CAUSE = "JMS_Millrace_Cause";
    static final String DELIVERY_COUNT = "JMS_Millrace_DeliveryCount";

    private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);
    private static final Duration RETRY = Duration.ofSeconds(5);

    /** One message on its way. */
    private record Letter(
            PartitionCursor cursor, Lease<Seat> lease, String cause, Runnable whenSettled) {}

    private final Address origin;
    private final LiveSettings live;
    private final Ground ground;
    private final Destinations destinations;

    DeadLetters(Address origin, LiveSettings live, Ground ground, Destinations destinations) {
        this.origin = origin;
        this.live = live;
        this.ground = ground;
        this.destinations = destinations;
    }

    private String queueName() {
        String given = live.current().get(DestinationSettings.DEAD_LETTER_QUEUE);
        if (!given.isEmpty()) {
            return given;
        }
        if (origin.kind().isTemporary()) {
            return PREFIX + "temporary";
        }
        String name = PREFIX + kind() + "." + origin.name();
        return name.substring(0, Math.min(name.length(), Destinations.MAX_NAME_LENGTH));
    }

    private String kind() {
        return origin.kind().name().toLowerCase(Locale.ROOT);
    }

    @Override
    public int maxDeliveries() {
        boolean isLast = !origin.kind().isTopic() && origin.name().startsWith(PREFIX);
        return isLast ? Integer.MAX_VALUE : live.current().get(DestinationSettings.MAX_DELIVERIES);
    }

    @Override
    public long notBeforeMillis(int deliveryCount) {
        long delay = live.current().get(DestinationSettings.REDELIVERY_DELAY).toMillis();
        return delay == 0 ? 0 : ground.loop().clock().millis() + delay;
    }

    @Override
    public void giveUp(
            PartitionCursor cursor, Lease<Seat> lease, String cause, Runnable whenSettled) {
        LOG.info(
                "{}: message at offset {} of {} goes to '{}': {}",
                origin,
                lease.offset(),
                cursor.id().partition(),
                queueName(),
                cause);
        send(new Letter(cursor, lease, cause, whenSettled));
    }

    private void send(Letter letter) {
        if (letter.cursor().isEnded()) {
            letter.whenSettled().run();
        } else {
            destinations.use(
                    Address.of(Address.Kind.QUEUE, queueName()),
                    Answer.of(found -> read(letter, found), why -> sendLater(letter, why)));
        }
    }

    private void sendLater(Letter letter, RefusedException why) {
        LOG.warn("'{}' cannot take a message of {}: {}", queueName(), origin, why.getMessage());
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
        if (letter.cursor().isEnded()) {
            letter.whenSettled().run();
            return;
        }
        Settlement settlement = new Settlement();
        settlement.add(letter.cursor(), letter.lease());
        Appends appends = new Appends();
        for (RecordBatch batch : slice.batches()) {
            for (Record record : batch) {
                if (record.offset() == letter.lease().offset()) {
                    Arrival copy = copy(letter, record);
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

    private Arrival copy(Letter letter, Record record) {
        JmsHeader header = JmsHeader.of(record);
        RecordBatchBuilder batch = new RecordBatchBuilder(record.timestamp());
        try {
            Map<String, Object> properties = new MessageProperties().read(record).toMap();
            properties.put(ORIGIN, kind() + ":" + origin.name());
            if (origin.kind().isTopic()) {
                properties.put(SUBSCRIPTION, letter.cursor().subscription().name());
            }
            properties.put(CAUSE, letter.cause());
            properties.put(DELIVERY_COUNT, letter.lease().deliveryCount());
            batch.addMessage(
                    record.timestamp(),
                    record.key().orElse(null),
                    record.value().orElse(null),
                    header.toBuilder(),
                    properties);
        } catch (CorruptRecordException unreadable) {
            // Properties that cannot be read are no reason to lose the message.
            batch.add(record);
        }
        return new Arrival(
                batch.build(),
                header.isPersistent(),
                header.priority(),
                0,
                header.expiration(),
                header.messageId().map(id -> id.producerId()).orElse(0L));
    }
}
