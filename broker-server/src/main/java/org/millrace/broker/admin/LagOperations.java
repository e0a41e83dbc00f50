package org.millrace.broker.admin;

import static org.millrace.wire.admin.AdminOperations.LAG;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.millrace.broker.destination.Destination;
import org.millrace.broker.dispatch.CursorFacts;
import org.millrace.broker.dispatch.Receiver;
import org.millrace.broker.dispatch.Subscription;
import org.millrace.broker.loop.Answer;
import org.millrace.broker.session.ConsumerEndpoint;
import org.millrace.broker.session.Rooms;
import org.millrace.persistence.PartitionBounds;
import org.millrace.wire.admin.AdminArguments.Listing;
import org.millrace.wire.admin.Holder;
import org.millrace.wire.admin.Lag;
import org.millrace.wire.admin.Page;

/**
 * How far subscriptions are behind, and who holds what. Reads no log: bounds and positions are in
 * memory, or are loaded once. Confined to the broker loop.
 */
final class LagOperations {
    private static final int DESTINATIONS_PER_PAGE = 200;

    private final Rooms rooms;

    LagOperations(Rooms rooms) {
        this.rooms = rooms;
    }

    void addTo(OperationTable table) {
        table.paged(LAG, this::list);
    }

    private void list(Listing asked, Answer<Page<Lag>> answer) {
        Place after = Place.parse(asked.after());
        DestinationScan scan =
                DestinationScan.of(
                        rooms.destinations(), asked.pattern(), after, DESTINATIONS_PER_PAGE);
        scan.whenOpen(() -> answer.granted(page(scan, after)));
    }

    private Page<Lag> page(DestinationScan scan, Place after) {
        Pager<Lag> pager = new Pager<>();
        for (Destination destination : scan.found()) {
            if (destination.isDeleted()) {
                continue;
            }
            for (Subscription each : SubscriptionOperations.inOrder(destination, after)) {
                Place place = new Place(destination.id(), each.id());
                if (!pager.offer(lag(destination, each), place.text())) {
                    return pager.full();
                }
            }
        }
        return pager.upTo(scan.more());
    }

    private Lag lag(Destination destination, Subscription subscription) {
        Backlog backlog = new Backlog();
        for (CursorFacts each : subscription.cursorFacts()) {
            backlog.add(each, rooms.ground().storage().bounds(each.log()));
        }
        List<Receiver> receivers = subscription.receivers();
        List<Holder> holders =
                receivers.stream()
                        .limit(Lag.MAX_HOLDERS)
                        .filter(ConsumerEndpoint.class::isInstance)
                        .map(each -> ((ConsumerEndpoint) each).asHolder())
                        .toList();
        int withConsumers = receivers.stream().mapToInt(Receiver::buffered).sum();
        Instant now = rooms.ground().loop().clock().instant();
        return new Lag(
                destination.address().kind(),
                destination.address().name(),
                subscription.label().name(),
                subscription.label().clientId(),
                backlog.messages,
                backlog.bytes,
                backlog.oldest(),
                backlog.oldest()
                        .map(oldest -> Math.max(0, Duration.between(oldest, now).toSeconds()))
                        .orElse(0L),
                backlog.inFlight,
                holders,
                receivers.size() - holders.size(),
                Math.max(0, backlog.inFlight - withConsumers));
    }

    /** Adds up the logs of one subscription. */
    private static final class Backlog {
        private long messages;
        private long bytes;
        private int inFlight;
        private long oldestMillis = Long.MAX_VALUE;

        void add(CursorFacts cursor, PartitionBounds bounds) {
            inFlight += cursor.inFlight();
            long unsettled = cursor.unsettled(bounds.startOffset());
            if (unsettled == 0) {
                return;
            }
            messages += unsettled;
            double all = cursor.recordEnd() - bounds.startOffset();
            bytes += (long) (bounds.sizeBytes() * Math.min(1, unsettled / all));
            if (bounds.firstTimestamp() >= 0) {
                double skipped = Math.max(0, cursor.floor() + 1 - bounds.startOffset()) / all;
                long time = bounds.lastTimestamp() - bounds.firstTimestamp();
                oldestMillis =
                        Math.min(oldestMillis, bounds.firstTimestamp() + (long) (time * skipped));
            }
        }

        Optional<Instant> oldest() {
            return oldestMillis == Long.MAX_VALUE
                    ? Optional.empty()
                    : Optional.of(Instant.ofEpochMilli(oldestMillis));
        }
    }
}
