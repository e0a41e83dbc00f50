package org.millrace.broker.destination;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.millrace.broker.dispatch.Lease;
import org.millrace.broker.dispatch.PartitionCursor;
import org.millrace.broker.dispatch.Redelivery.Expiry;
import org.millrace.broker.dispatch.Seat;
import org.millrace.broker.dispatch.Settlement;
import org.millrace.broker.loop.Answer;
import org.millrace.broker.loop.Ground;
import org.millrace.broker.loop.RefusedException;
import org.millrace.broker.loop.Turn;
import org.millrace.persistence.Change;
import org.millrace.persistence.UnitOfWork;
import org.millrace.wire.Address;
import org.millrace.wire.record.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Expired messages of one destination on their way to its expiry queue: those of one turn of the
 * loop in one unit of work with their settles. Confined to the broker loop; bounded by what may be
 * under way.
 */
final class ExpiredMessages {
    private static final Logger LOG = LoggerFactory.getLogger(ExpiredMessages.class);
    private static final int MAX_UNDER_WAY = 1024;
    private static final long MAX_BYTES_UNDER_WAY = 4 << 20;

    /** So long nothing is tried when the expiry queue could not take something. */
    private static final Duration RETRY = Duration.ofSeconds(5);

    private record Expired(PartitionCursor cursor, Lease<Seat> claimed, Record record) {}

    private final DeadLetters letters;
    private final LiveSettings live;
    private final Ground ground;
    private final Destinations destinations;
    private List<Expired> gathered = new ArrayList<>();
    private int underWay;
    private long bytesUnderWay;
    private long notBeforeMillis;

    ExpiredMessages(
            DeadLetters letters, LiveSettings live, Ground ground, Destinations destinations) {
        this.letters = letters;
        this.live = live;
        this.ground = ground;
        this.destinations = destinations;
    }

    String queueName() {
        return live.current().get(DestinationSettings.EXPIRY_QUEUE);
    }

    /** What is to be done with the next one. */
    Expiry next() {
        if (queueName().isEmpty()) {
            return Expiry.DROP;
        }
        if (ground.loop().clock().millis() < notBeforeMillis) {
            return Expiry.LATER;
        }
        return underWay < MAX_UNDER_WAY && bytesUnderWay < MAX_BYTES_UNDER_WAY
                ? Expiry.MOVE
                : Expiry.SOON;
    }

    void add(PartitionCursor cursor, Lease<Seat> claimed, Record record) {
        gathered.add(new Expired(cursor, claimed, record));
        underWay++;
        bytesUnderWay += record.sizeBytes();
        if (gathered.size() == 1) {
            ground.turn().atEnd(Turn.Phase.SETTLE, this::send);
        }
    }

    private void send() {
        List<Expired> sent = gathered;
        gathered = new ArrayList<>();
        Answer<Destination> answer =
                Answer.of(target -> store(sent, target), why -> putBack(sent, why));
        String queue = queueName();
        if (queue.isEmpty()) {
            // The setting was taken back in this turn: with the next look they are dropped.
            putBack(sent);
        } else {
            destinations.use(Address.of(Address.Kind.QUEUE, queue), answer);
        }
    }

    private void store(List<Expired> sent, Destination target) {
        if (target.isDeleted()) {
            putBack(sent);
            return;
        }
        Settlement settlement = new Settlement();
        Appends appends = new Appends();
        for (Expired each : sent) {
            if (!each.cursor().isEnded()) {
                settlement.add(each.cursor(), each.claimed());
                Arrival copy =
                        Letters.letter(
                                each.record(),
                                letters.told(each.cursor(), each.claimed(), DeadLetters.EXPIRED));
                appends.add(target, target.placeOf(copy), copy);
            }
        }
        List<Change> changes = new ArrayList<>(appends.changes());
        changes.addAll(settlement.changes());
        ground.storage()
                .commit(
                        new UnitOfWork(changes),
                        Answer.of(
                                committed -> {
                                    ended(sent);
                                    settlement.apply();
                                    appends.apply(committed);
                                },
                                why -> putBack(sent, why)));
    }

    private void putBack(List<Expired> sent, RefusedException why) {
        LOG.warn(
                "expiry queue '{}' cannot take {} messages, they stay for now: {}",
                queueName(),
                sent.size(),
                why.getMessage());
        notBeforeMillis = ground.loop().clock().millis() + RETRY.toMillis();
        putBack(sent);
    }

    private void putBack(List<Expired> sent) {
        ended(sent);
        sent.forEach(each -> each.cursor().unclaim(each.claimed(), each.record()));
    }

    private void ended(List<Expired> sent) {
        underWay -= sent.size();
        sent.forEach(each -> bytesUnderWay -= each.record().sizeBytes());
    }
}
