package org.millrace.persistence.state;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.millrace.persistence.BranchId;
import org.millrace.persistence.Change;
import org.millrace.persistence.CursorId;
import org.millrace.persistence.CursorState;
import org.millrace.persistence.DestinationRow;
import org.millrace.persistence.OffsetRange;
import org.millrace.persistence.PartitionId;
import org.millrace.persistence.PreparedBranch;
import org.millrace.persistence.ProducerState;
import org.millrace.persistence.Recovered;
import org.millrace.persistence.SubscriptionRow;
import org.millrace.persistence.catalog.CursorRow;
import org.millrace.persistence.catalog.RowChanges;
import org.millrace.persistence.catalog.StoredCursor;
import org.millrace.wire.record.RecordBatch;

/**
 * What all committed units add up to, except the records themselves: catalog rows, cursors,
 * producers, branches, and a note of what changed since the last checkpoint. Confined to one thread
 * at a time: the one that applies units.
 *
 * <p>Applying is idempotent, so that the journal can be replayed over a checkpoint that holds a
 * part of it already. Cursors of a subscription are loaded when they are first touched. A change to
 * a subscription that does not exist is late and changes nothing.
 */
public final class DurableState {
    private final LongFunction<List<CursorState>> storedCursors;
    private final Map<Long, DestinationRow> destinations = new TreeMap<>();
    private final Map<Long, SubscriptionRow> subscriptions = new TreeMap<>();
    private final Map<BranchId, PreparedBranch> branches = new LinkedHashMap<>();
    private final Map<Long, StoredProducer> producers = new HashMap<>();
    private final Map<Long, Map<PartitionId, StoredCursor>> cursors = new HashMap<>();
    private final long storeId;
    private long nextId;
    private boolean live;

    private final DirtyKeys<Long> dirtyDestinations = new DirtyKeys<>();
    private final DirtyKeys<Long> dirtySubscriptions = new DirtyKeys<>();
    private final DirtyKeys<Long> dirtyProducers = new DirtyKeys<>();
    private final DirtyKeys<BranchId> dirtyBranches = new DirtyKeys<>();
    private final Set<StoredCursor> dirtyCursors = new LinkedHashSet<>();

    /**
     * @param start the rows to start from
     * @param storedCursors cursors of a subscription as of the last checkpoint; asked once each,
     *     may block
     */
    public DurableState(Recovered start, LongFunction<List<CursorState>> storedCursors) {
        this.storedCursors = storedCursors;
        start.destinations().forEach(row -> destinations.put(row.id(), row));
        start.subscriptions().forEach(row -> subscriptions.put(row.id(), row));
        start.branches().forEach(branch -> branches.put(branch.branch(), branch));
        start.producers()
                .forEach(state -> producers.put(state.producerId(), new StoredProducer(state)));
        storeId = start.storeId();
        nextId = start.nextId();
    }

    /** Says that what is applied from now on was never applied before. */
    public void endReplay() {
        live = true;
    }

    /** Applies one change of a durable unit. Records of an append are the caller's. */
    public void apply(Change change) {
        if (change instanceof Change.Append append) {
            stored(append.batch());
        } else if (change instanceof Change.Settle settle) {
            settle(settle);
        } else if (change instanceof Change.DeliveryCount count) {
            cursor(count.cursor(), cursor -> cursor.count(count.offset(), count.count()));
        } else if (change instanceof Change.DeliveryHorizon horizon) {
            cursor(horizon.cursor(), cursor -> cursor.moveHorizon(horizon.horizon()));
        } else if (change instanceof Change.ResetCursor reset) {
            cursor(reset.cursor(), cursor -> cursor.reset(reset.floor()));
        } else if (change instanceof Change.CommitMark mark) {
            producer(mark.producerId()).committed(mark.commitNumber());
        } else {
            applyToRows(change);
        }
    }

    private void stored(RecordBatch batch) {
        if (batch.producerId() >= 0 && batch.baseSequence() >= 0) {
            producer(batch.producerId()).stored(batch);
        }
    }

    private StoredProducer producer(long id) {
        dirtyProducers.put(id);
        return producers.computeIfAbsent(id, StoredProducer::new);
    }

    private void settle(Change.Settle settle) {
        cursor(
                settle.cursor(),
                cursor -> {
                    for (OffsetRange range : settle.offsets()) {
                        cursor.settle(range);
                    }
                });
    }

    private interface CursorChange {
        void applyTo(StoredCursor cursor);
    }

    private void cursor(CursorId id, CursorChange change) {
        if (subscriptions.containsKey(id.subscriptionId())) {
            StoredCursor cursor =
                    loaded(id.subscriptionId())
                            .computeIfAbsent(id.partition(), partition -> StoredCursor.fresh(id));
            change.applyTo(cursor);
            dirtyCursors.add(cursor);
        }
    }

    private Map<PartitionId, StoredCursor> loaded(long subscriptionId) {
        Map<PartitionId, StoredCursor> found = cursors.get(subscriptionId);
        if (found == null) {
            adopt(subscriptionId, storedCursors.apply(subscriptionId));
            found = cursors.get(subscriptionId);
        }
        return found;
    }

    private void applyToRows(Change change) {
        if (change instanceof Change.PutDestination put) {
            destinations.put(put.row().id(), put.row());
            dirtyDestinations.put(put.row().id());
        } else if (change instanceof Change.DeleteDestination delete) {
            deleteDestination(delete.destinationId());
        } else if (change instanceof Change.PutSubscription put) {
            putSubscription(put.row());
        } else if (change instanceof Change.DeleteSubscription delete) {
            deleteSubscription(delete.subscriptionId());
        } else if (change instanceof Change.PrepareBranch prepare) {
            branches.put(prepare.branch(), new PreparedBranch(prepare.branch(), prepare.changes()));
            dirtyBranches.put(prepare.branch());
        } else if (change instanceof Change.DecideBranch decided) {
            branches.put(decided.branch(), new PreparedBranch(decided.branch(), List.of(decided)));
            dirtyBranches.put(decided.branch());
        } else if (change instanceof Change.RemoveBranch remove) {
            branches.remove(remove.branch());
            dirtyBranches.delete(remove.branch());
        } else if (change instanceof Change.ForgetProducer forget) {
            producers.remove(forget.producerId());
            dirtyProducers.delete(forget.producerId());
        } else if (change instanceof Change.ReserveIds reserve) {
            nextId = Math.max(nextId, reserve.nextId());
        } else {
            throw new IllegalStateException("change of unknown kind: " + change);
        }
    }

    private void deleteDestination(long destinationId) {
        destinations.remove(destinationId);
        dirtyDestinations.delete(destinationId);
        List<Long> orphans = new ArrayList<>();
        for (SubscriptionRow row : subscriptions.values()) {
            if (row.destinationId() == destinationId) {
                orphans.add(row.id());
            }
        }
        orphans.forEach(this::deleteSubscription);
    }

    private void putSubscription(SubscriptionRow row) {
        if (subscriptions.put(row.id(), row) == null && live) {
            // Ids are never reused, so the catalog has no cursors of it. While replaying it may.
            adopt(row.id(), List.of());
        }
        dirtySubscriptions.put(row.id());
    }

    private void deleteSubscription(long subscriptionId) {
        subscriptions.remove(subscriptionId);
        dirtySubscriptions.delete(subscriptionId);
        Map<PartitionId, StoredCursor> gone = cursors.remove(subscriptionId);
        if (gone != null) {
            dirtyCursors.removeAll(gone.values());
        }
    }

    /** Branches that are prepared and not decided. */
    public int branchCount() {
        return branches.size();
    }

    /** Whether the cursors of the subscription need no loading any more. */
    public boolean isLoaded(long subscriptionId) {
        return cursors.containsKey(subscriptionId) || !subscriptions.containsKey(subscriptionId);
    }

    /** Takes the cursors of a subscription as the catalog has them, unless they are here. */
    public void adopt(long subscriptionId, List<CursorState> stored) {
        if (subscriptions.containsKey(subscriptionId) && !cursors.containsKey(subscriptionId)) {
            Map<PartitionId, StoredCursor> loaded = new TreeMap<>();
            stored.forEach(state -> loaded.put(state.id().partition(), StoredCursor.of(state)));
            cursors.put(subscriptionId, loaded);
        }
    }

    /** Snapshots of the cursors of a subscription, in order of their partition. */
    public List<CursorState> cursors(long subscriptionId) {
        if (!subscriptions.containsKey(subscriptionId)) {
            return List.of();
        }
        return loaded(subscriptionId).values().stream().map(StoredCursor::state).toList();
    }

    /**
     * Calls with the offset above the highest one that a loaded cursor or a prepared branch
     * mentions, for each of them: none of these may be given out again after a crash.
     */
    public void forEachMention(BiConsumer<PartitionId, Long> mention) {
        for (Map<PartitionId, StoredCursor> loaded : cursors.values()) {
            mentionAll(loaded.values(), mention);
        }
        mentionInBranches(mention);
    }

    /** As {@link #forEachMention}, for what changed since the last checkpoint only. */
    public void forEachDirtyMention(BiConsumer<PartitionId, Long> mention) {
        mentionAll(dirtyCursors, mention);
        mentionInBranches(mention);
    }

    private static void mentionAll(
            Collection<StoredCursor> all, BiConsumer<PartitionId, Long> mention) {
        for (StoredCursor cursor : all) {
            mention.accept(cursor.id().partition(), cursor.highestOffset() + 1);
        }
    }

    private void mentionInBranches(BiConsumer<PartitionId, Long> mention) {
        for (PreparedBranch branch : branches.values()) {
            for (Change change : branch.changes()) {
                if (change instanceof Change.Settle settle) {
                    for (OffsetRange range : settle.offsets()) {
                        mention.accept(settle.cursor().partition(), range.last() + 1);
                    }
                }
            }
        }
    }

    /** Everything but the cursors, as recovery reports it. */
    public Recovered recovered(boolean cleanStop) {
        return new Recovered(
                storeId,
                List.copyOf(destinations.values()),
                List.copyOf(subscriptions.values()),
                List.copyOf(branches.values()),
                producers.values().stream().map(StoredProducer::state).toList(),
                nextId,
                cleanStop);
    }

    /** What changed since the last call, as copies; all counts as clean from now on. */
    public DirtyRows takeDirty() {
        DirtyRows rows =
                new DirtyRows(
                        nextId,
                        rows(dirtyDestinations, destinations::get),
                        rows(dirtySubscriptions, subscriptions::get),
                        rows(dirtyProducers, this::producerState),
                        rows(dirtyBranches, branches::get),
                        cursorRows());
        forgetDirty();
        return rows;
    }

    /** For a state that is never checkpointed: keeps the notes from growing. */
    public void forgetDirty() {
        dirtyDestinations.clear();
        dirtySubscriptions.clear();
        dirtyProducers.clear();
        dirtyBranches.clear();
        dirtyCursors.clear();
    }

    private ProducerState producerState(long id) {
        return producers.get(id).state();
    }

    private static <R, K> RowChanges<R, K> rows(DirtyKeys<K> dirty, Function<K, R> rowOf) {
        return RowChanges.of(dirty.put().stream().map(rowOf).toList(), dirty.deleted());
    }

    private List<CursorRow> cursorRows() {
        return dirtyCursors.stream().map(StoredCursor::takeRow).toList();
    }
}
