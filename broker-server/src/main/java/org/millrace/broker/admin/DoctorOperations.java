package org.millrace.broker.admin;

import static org.millrace.wire.admin.AdminOperations.LOG_HEALTH;
import static org.millrace.wire.admin.AdminOperations.STORE_HEALTH;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.broker.destination.Destination;
import org.millrace.broker.dispatch.CursorFacts;
import org.millrace.broker.dispatch.Partition;
import org.millrace.broker.dispatch.PartitionCursor;
import org.millrace.broker.loop.Answer;
import org.millrace.broker.loop.Storage;
import org.millrace.broker.session.ConsumerEndpoint;
import org.millrace.broker.session.Rooms;
import org.millrace.persistence.PartitionBounds;
import org.millrace.persistence.PartitionId;
import org.millrace.persistence.SegmentList;
import org.millrace.wire.admin.AdminArguments.Listing;
import org.millrace.wire.admin.AdminArguments.Nothing;
import org.millrace.wire.admin.Holder;
import org.millrace.wire.admin.LogHealth;
import org.millrace.wire.admin.Page;
import org.millrace.wire.admin.StoreHealth;
import org.millrace.wire.frame.Frame.SubscriptionKind;

/**
 * What is kept on the disk, and why. Confined to the broker loop; files are looked at elsewhere.
 */
final class DoctorOperations {
    private static final int DESTINATIONS_PER_PAGE = 100;
    private static final int LOGS_PER_PAGE = 100;
    private static final int MAX_NAME = 200;

    /** A log that holds something. */
    private record Held(Destination destination, PartitionId log, PartitionBounds bounds) {
        Place place() {
            return new Place(destination.id(), Extents.place(log));
        }
    }

    private final Rooms rooms;
    private final Storage storage;

    DoctorOperations(Rooms rooms) {
        this.rooms = rooms;
        this.storage = rooms.ground().storage();
    }

    void addTo(OperationTable table) {
        table.single(STORE_HEALTH, this::store);
        table.paged(LOG_HEALTH, this::logs);
    }

    private void store(Nothing asked, Answer<StoreHealth> answer) {
        storage.extent(
                extent ->
                        answer.granted(
                                new StoreHealth(
                                        extent.location(),
                                        extent.usableBytes(),
                                        extent.reserveBytes(),
                                        extent.journalBytes(),
                                        extent.branchesInDoubt())));
    }

    private void logs(Listing asked, Answer<Page<LogHealth>> answer) {
        Place after = Place.parse(asked.after());
        DestinationScan scan =
                DestinationScan.of(
                        rooms.destinations(), asked.pattern(), after, DESTINATIONS_PER_PAGE);
        scan.whenOpen(() -> withSegments(scan, held(scan, after), answer));
    }

    /** One more than is shown, so that a full page is told from the end. */
    private List<Held> held(DestinationScan scan, Place after) {
        List<Held> held = new ArrayList<>();
        for (Destination destination : scan.found()) {
            long shown = after.withinOf(destination.id());
            for (PartitionId log : storage.partitions(destination.id())) {
                PartitionBounds bounds = storage.bounds(log);
                boolean holds = bounds.startOffset() < bounds.endOffset();
                if (holds && Extents.place(log) > shown && held.size() <= LOGS_PER_PAGE) {
                    held.add(new Held(destination, log, bounds));
                }
            }
        }
        return held;
    }

    private void withSegments(
            DestinationScan scan, List<Held> held, Answer<Page<LogHealth>> answer) {
        Map<PartitionId, SegmentList> segments = new LinkedHashMap<>();
        int[] missing = {held.size() + 1};
        Runnable found =
                () -> {
                    if (--missing[0] == 0) {
                        answer.granted(page(scan, held, segments));
                    }
                };
        for (Held each : held) {
            storage.segments(
                    each.log(),
                    LogHealth.MAX_SEGMENTS,
                    list -> {
                        segments.put(each.log(), list);
                        found.run();
                    });
        }
        found.run();
    }

    private Page<LogHealth> page(
            DestinationScan scan, List<Held> held, Map<PartitionId, SegmentList> segments) {
        Pager<LogHealth> pager = new Pager<>();
        int shown = 0;
        for (Held each : held) {
            boolean fits =
                    shown++ < LOGS_PER_PAGE
                            && pager.offer(
                                    health(each, segments.get(each.log())), each.place().text());
            if (!fits) {
                return pager.full();
            }
        }
        return pager.upTo(scan.more());
    }

    private LogHealth health(Held held, SegmentList segments) {
        List<LogHealth.Hold> holds = new ArrayList<>();
        int count = 0;
        if (held.log().lane() == PartitionId.SCHEDULED_LANE) {
            holds.add(hold(LogHealth.Cause.DELAYED, held.bounds().startOffset()));
            count = 1;
        }
        for (Partition each : held.destination().partitions()) {
            if (each.id().equals(held.log())) {
                addHolds(each, held.bounds(), holds);
                count = each.needyCount() + (keepsHistory(each) ? 1 : 0);
            }
        }
        holds.sort(Comparator.comparingLong(LogHealth.Hold::firstOffset));
        return new LogHealth(
                held.destination().address().kind(),
                held.destination().address().name(),
                Extents.of(held.log(), held.bounds()),
                segments.count(),
                segments.oldest().stream()
                        .map(
                                each ->
                                        new LogHealth.Segment(
                                                each.baseOffset(),
                                                each.sizeBytes(),
                                                Extents.time(each.firstTimestamp())))
                        .toList(),
                count,
                holds);
    }

    private static boolean keepsHistory(Partition partition) {
        return partition.historyStart() < partition.end();
    }

    private static void addHolds(
            Partition partition, PartitionBounds bounds, List<LogHealth.Hold> holds) {
        if (keepsHistory(partition)) {
            long first = Math.max(partition.historyStart(), bounds.startOffset());
            holds.add(hold(LogHealth.Cause.RETENTION, first));
        }
        for (PartitionCursor each : partition.furthestBehind(LogHealth.MAX_HOLDS - holds.size())) {
            CursorFacts facts = each.facts();
            Optional<Holder> holder =
                    facts.holder()
                            .filter(ConsumerEndpoint.class::isInstance)
                            .map(receiver -> ((ConsumerEndpoint) receiver).asHolder());
            boolean ofQueue = each.subscription().label().kind() == SubscriptionKind.QUEUE;
            String name = ofQueue ? "" : each.subscription().name();
            holds.add(
                    new LogHealth.Hold(
                            holder.isPresent()
                                    ? LogHealth.Cause.IN_FLIGHT
                                    : LogHealth.Cause.NOT_CONSUMED,
                            name.length() > MAX_NAME ? name.substring(0, MAX_NAME) : name,
                            Math.max(facts.floor() + 1, bounds.startOffset()),
                            holder));
        }
    }

    private static LogHealth.Hold hold(LogHealth.Cause cause, long firstOffset) {
        return new LogHealth.Hold(cause, "", firstOffset, Optional.empty());
    }
}
