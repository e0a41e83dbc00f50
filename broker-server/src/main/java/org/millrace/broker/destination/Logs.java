package org.millrace.broker.destination;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.millrace.broker.dispatch.ExpirySweeper;
import org.millrace.broker.dispatch.Partition;
import org.millrace.broker.dispatch.Subscription;
import org.millrace.broker.loop.Ground;
import org.millrace.broker.loop.RefusedException;
import org.millrace.persistence.Change;
import org.millrace.persistence.DestinationRow;
import org.millrace.persistence.PartitionBounds;
import org.millrace.persistence.PartitionId;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.record.Record;

/**
 * The logs of one destination: those that exist, and those of older layouts until nobody needs
 * anything of them. Confined to the loop of the destination.
 */
final class Logs {
    private final Destination destination;
    private final Ground ground;
    private final ExpirySweeper sweeper;
    private final Stragglers stragglers;
    private Layouts layouts;
    private final Map<PartitionId, Partition> byId = new TreeMap<>();

    /** For the subscriptions that are not loaded yet: they may need all that is there. */
    private final Partition.Reader unloaded = () -> -1;

    Logs(Destination destination, Layouts layouts, Ground ground, ExpirySweeper sweeper) {
        this.destination = destination;
        this.layouts = layouts;
        this.ground = ground;
        this.sweeper = sweeper;
        this.stragglers = new Stragglers(ground);
    }

    /** A view; in order of partition and lane. */
    Collection<Partition> all() {
        return byId.values();
    }

    /** Null when nothing was ever appended to it, or it has vanished. */
    Partition find(PartitionId id) {
        return byId.get(id);
    }

    /** One that exists in the store; nothing of it is given up before {@link #loaded}. */
    Partition open(PartitionId id) {
        return byId.computeIfAbsent(
                id,
                absent -> {
                    PartitionBounds bounds = ground.storage().bounds(absent);
                    Partition found = create(absent, bounds.endOffset());
                    found.attach(unloaded);
                    destination.keepHistory(found);
                    destination.retention().wake();
                    if (destination.settings().hasExpiring()) {
                        sweeper.inspect(found, bounds.startOffset());
                    }
                    return found;
                });
    }

    /** All subscriptions are there and say themselves what they need. */
    void loaded() {
        byId.values().forEach(each -> each.detach(unloaded));
    }

    /** One that did not exist; read by all subscriptions from its beginning. */
    Partition begin(PartitionId id, long end) {
        Partition partition = create(id, end);
        byId.put(id, partition);
        destination.keepHistory(partition);
        for (Subscription subscription : destination.subscriptions()) {
            subscription.addPartition(partition, -1, 0);
        }
        return partition;
    }

    private Partition create(PartitionId id, long end) {
        int layout = layouts.layoutOf(id.partition());
        Partition partition = new Partition(id, layout, end, ground.storage(), ground.turn());
        partition.watchedBy(stragglers::leftBehind);
        return partition;
    }

    /** Where what is sent now goes. */
    Layouts.Layout newest() {
        return layouts.newest();
    }

    /** The partition of a record for which one was decided before. */
    int partitionNow(Record record, int decided) {
        return newest().has(decided) ? decided : Partitioning.of(newest(), record, decided);
    }

    /** As {@link #partitionNow}, of a batch. */
    PartitionId placeNow(Arrival arrival, PartitionId decided) {
        if (newest().has(decided.partition())) {
            return decided;
        }
        int number = partitionNow(arrival.batch().iterator().next(), decided.partition());
        return new PartitionId(decided.destinationId(), number, decided.lane());
    }

    /**
     * Begins a layout of so many partitions.
     *
     * @throws RefusedException when that is not possible; nothing was changed
     */
    void changeLayout(int count, Schedule schedule, Runnable whenDurable) {
        if (destination.address().kind().isTemporary()) {
            throw RefusedException.of(
                    ErrorCode.INVALID_DESTINATION,
                    "%s is temporary and has one partition",
                    destination);
        }
        if (count != newest().count()) {
            layouts = layouts.with(count);
        }
        Layouts.Layout begun = newest();
        storeLayouts(
                () -> {
                    // What was sent before is answered: older logs end where they end.
                    retireBefore(begun, schedule);
                    whenDurable.run();
                });
    }

    private void storeLayouts(Runnable whenDurable) {
        LiveSettings settings = destination.liveSettings();
        DestinationRow row = settings.row();
        FormerOptions former = FormerOptions.of(row);
        if (row.partitions() != newest().count()) {
            former = former.with(DestinationOptions.PARTITIONS, Integer.toString(row.partitions()));
        }
        settings.replace(layouts.in(settings.with(former.in(row.settings()))));
        ground.storage().commit(List.of(new Change.PutDestination(settings.row())), whenDurable);
    }

    /** Nothing is appended to older logs any more: a layout ends when all in it is read. */
    void retireBefore(Layouts.Layout newer, Schedule schedule) {
        for (Layouts.Layout older : layouts.older()) {
            if (older.first() < newer.first()) {
                Runnable finished = () -> endIfFinished(older, schedule);
                in(older).forEach(each -> each.retire(finished));
                schedule.retire(older, finished);
                finished.run();
            }
        }
    }

    /**
     * It is durable that nobody needs the layout before its logs are closed: a subscription that is
     * created later knows nothing of them, and after a crash their records may be there again.
     */
    private void endIfFinished(Layouts.Layout layout, Schedule schedule) {
        if (layouts.older().contains(layout)
                && !destination.isDeleted()
                && !schedule.has(layout)
                && in(layout).stream().allMatch(Partition::isFinished)) {
            layouts = layouts.without(layout);
            storeLayouts(() -> forget(layout));
        }
    }

    private List<Partition> in(Layouts.Layout layout) {
        return byId.values().stream().filter(each -> layout.has(each.id().partition())).toList();
    }

    private void forget(Layouts.Layout layout) {
        for (Partition each : in(layout)) {
            byId.remove(each.id());
            sweeper.forget(each);
            destination.subscriptions().forEach(reader -> reader.removePartition(each));
        }
    }

    /** Those that exist in the store. What may be left of finished layouts is for nobody. */
    List<PartitionId> stored() {
        List<PartitionId> needed = new ArrayList<>();
        for (PartitionId id : ground.storage().partitions(destination.id())) {
            if (isNeeded(id)) {
                needed.add(id);
            } else {
                ground.storage().trim(id, ground.storage().bounds(id).endOffset());
            }
        }
        return needed;
    }

    /** Whether it is part of a layout. */
    boolean isNeeded(PartitionId id) {
        return layouts.have(id.partition());
    }

    void close() {
        stragglers.close();
        byId.values().forEach(sweeper::forget);
    }
}
