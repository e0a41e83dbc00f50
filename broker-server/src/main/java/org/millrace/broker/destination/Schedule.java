package org.millrace.broker.destination;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.millrace.broker.dispatch.Partition;
import org.millrace.broker.loop.Answer;
import org.millrace.broker.loop.Ground;
import org.millrace.broker.loop.RefusedException;
import org.millrace.broker.schedule.ScheduledLog;
import org.millrace.persistence.Change;
import org.millrace.persistence.CursorId;
import org.millrace.persistence.CursorState;
import org.millrace.persistence.PartitionId;
import org.millrace.persistence.SubscriptionRow;
import org.millrace.persistence.UnitOfWork;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.record.JmsHeader;
import org.millrace.wire.record.Record;
import org.millrace.wire.record.RecordBatchBuilder;

/**
 * The delayed messages of one destination: a scheduled log per partition, read by one subscription
 * of its own that is created with the first of them. Confined to the loop of the destination.
 */
final class Schedule {
    /** Name of its subscription in the catalog. */
    static final String SUBSCRIPTION = "schedule";

    /** In memory 16 bytes each. */
    static final int MAX_PENDING = 10_000_000;

    private record Placement(int partition, int lane, boolean persistent) {}

    private final Destination destination;
    private final Ground ground;
    private final Map<Integer, ScheduledLog> logs = new TreeMap<>();
    private long subscriptionId;

    Schedule(Destination destination, Ground ground) {
        this.destination = destination;
        this.ground = ground;
    }

    /** There is one in the catalog. */
    void restore(long storedSubscriptionId) {
        subscriptionId = storedSubscriptionId;
    }

    boolean isUsed() {
        return subscriptionId != 0;
    }

    /** Goes on with the logs of an earlier run. */
    void load(List<PartitionId> stored, Runnable whenLoaded) {
        ground.storage()
                .cursors(
                        subscriptionId,
                        cursors -> {
                            Map<PartitionId, CursorState> known = new LinkedHashMap<>();
                            cursors.forEach(each -> known.put(each.id().partition(), each));
                            for (PartitionId each : stored) {
                                open(each, known.get(each)).wake();
                            }
                            whenLoaded.run();
                        });
    }

    private ScheduledLog open(PartitionId id, CursorState stored) {
        long end = ground.storage().bounds(id).endOffset();
        Partition partition = new Partition(id, 0, end, ground.storage(), ground.turn());
        ScheduledLog.Outlet outlet =
                (records, settle, answer) -> place(id, records, settle, answer);
        ScheduledLog log =
                stored == null
                        ? new ScheduledLog(
                                partition, new CursorId(subscriptionId, id), ground, outlet)
                        : ScheduledLog.restored(partition, stored, ground, outlet);
        logs.put(id.partition(), log);
        return log;
    }

    /**
     * @throws RefusedException when there are too many
     */
    void checkRoom() {
        long pending = 0;
        for (ScheduledLog log : logs.values()) {
            pending += log.pendingCount();
        }
        if (pending >= MAX_PENDING) {
            throw RefusedException.of(
                    ErrorCode.RESOURCE_LIMIT,
                    "%s has %d delayed messages and takes no more; nothing was sent",
                    destination,
                    pending);
        }
    }

    /** Before the first append to one of its logs, in the order of units. */
    void prepare() {
        if (!isUsed()) {
            subscriptionId = ground.ids().next();
            if (!destination.address().kind().isTemporary()) {
                Change row =
                        new Change.PutSubscription(
                                new SubscriptionRow(
                                        subscriptionId, destination.id(), SUBSCRIPTION, Map.of()));
                ground.storage().commit(List.of(row), () -> {});
            }
        }
    }

    void appended(PartitionId where, long end) {
        ScheduledLog log = logs.get(where.partition());
        if (log == null) {
            log = open(where, null);
        }
        log.appended(end);
    }

    /** Puts records where they belong now: to their lane when they are due. */
    private void place(
            PartitionId from, List<Record> records, Change.Settle settle, Answer<Void> answer) {
        long now = ground.loop().clock().millis();
        boolean anyExpired =
                records.stream().anyMatch(record -> JmsHeader.of(record).isExpiredAt(now));
        if (!anyExpired) {
            store(appends(from, records, now), settle, answer);
            return;
        }
        destination
                .letters()
                .expiryQueue(
                        Answer.of(
                                queue -> {
                                    Appends appends = appends(from, records, now);
                                    for (Record record : records) {
                                        if (JmsHeader.of(record).isExpiredAt(now)) {
                                            queue.ifPresent(
                                                    to -> addLetter(from, record, to, appends));
                                        }
                                    }
                                    store(appends, settle, answer);
                                },
                                answer::refused));
    }

    private void addLetter(PartitionId from, Record record, Destination queue, Appends appends) {
        Arrival letter = destination.letters().expiredUndelivered(record, from);
        appends.add(queue, queue.placeOf(letter), letter);
    }

    private void store(Appends appends, Change.Settle settle, Answer<Void> answer) {
        List<Change> changes = new ArrayList<>(appends.changes());
        changes.add(settle);
        ground.storage()
                .commit(
                        new UnitOfWork(changes),
                        Answer.of(
                                committed -> {
                                    appends.apply(committed);
                                    answer.granted(null);
                                },
                                answer::refused));
    }

    /** Those that expired while they waited are not among them (HDR-26). */
    private Appends appends(PartitionId from, List<Record> records, long now) {
        Map<Placement, List<Record>> placed = new LinkedHashMap<>();
        for (Record record : records) {
            JmsHeader header = JmsHeader.of(record);
            if (!header.isExpiredAt(now)) {
                int lane =
                        header.deliveryTime() > now
                                ? PartitionId.SCHEDULED_LANE
                                : header.priority();
                int partition = destination.logs().partitionNow(record, from.partition());
                Placement placement = new Placement(partition, lane, header.isPersistent());
                placed.computeIfAbsent(placement, absent -> new ArrayList<>()).add(record);
            }
        }
        Appends appends = new Appends();
        placed.forEach(
                (placement, group) ->
                        appends.add(
                                destination,
                                new PartitionId(
                                        from.destinationId(),
                                        placement.partition(),
                                        placement.lane()),
                                arrival(placement, group)));
        return appends;
    }

    private static Arrival arrival(Placement placement, List<Record> records) {
        RecordBatchBuilder batch = new RecordBatchBuilder(records.get(0).timestamp());
        long firstExpiration = 0;
        for (Record record : records) {
            batch.add(record);
            firstExpiration = Arrival.earlier(firstExpiration, JmsHeader.of(record).expiration());
        }
        return new Arrival(
                batch.build(), placement.persistent(), placement.lane(), 0, firstExpiration, 0);
    }

    /** Nothing is put into the logs of this layout any more; runs when one of them is empty. */
    void retire(Layouts.Layout layout, Runnable whenEmpty) {
        for (int number : logs.keySet()) {
            if (layout.has(number)) {
                logs.get(number)
                        .retire(
                                () -> {
                                    logs.remove(number).close();
                                    whenEmpty.run();
                                });
            }
        }
    }

    /** Whether delayed messages of the layout wait, or may. */
    boolean has(Layouts.Layout layout) {
        return logs.keySet().stream().anyMatch(layout::has);
    }

    void close() {
        logs.values().forEach(ScheduledLog::close);
        logs.clear();
    }
}
