package org.millrace.persistence.catalog;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.millrace.persistence.BranchId;
import org.millrace.persistence.CursorId;
import org.millrace.persistence.CursorState;
import org.millrace.persistence.DestinationRow;
import org.millrace.persistence.PartitionId;
import org.millrace.persistence.ProducerState;
import org.millrace.persistence.StorageException;
import org.millrace.persistence.SubscriptionRow;

/**
 * Catalog in memory, for simulations: it holds what the last checkpoint that succeeded put there,
 * and outlives the engine that used it, as a file outlives its process. Callable from any thread;
 * one at a time.
 */
public final class HeapCatalog implements Catalog {
    private static final Comparator<BranchRow> BY_ID =
            Comparator.comparing(
                    BranchRow::id,
                    Comparator.comparingInt(BranchId::formatId)
                            .thenComparing(BranchId::globalTransactionId)
                            .thenComparing(BranchId::branchQualifier));

    private static final long STORE_ID = 1;

    private Rows rows = new Rows();
    private boolean failNext;

    @Override
    public synchronized CatalogContents open() {
        failNext = false;
        return rows.contents();
    }

    /** The next checkpoint does half of its work and fails; nothing of it is kept. */
    public synchronized void failNextCheckpoint() {
        failNext = true;
    }

    @Override
    public synchronized void checkpoint(CatalogCheckpoint checkpoint) {
        Rows next = new Rows(rows);
        next.delete(checkpoint);
        if (failNext) {
            failNext = false;
            throw new StorageException(
                    "catalog in memory: checkpoint failed half-way on demand; the checkpoint before it still holds");
        }
        next.put(checkpoint);
        rows = next;
    }

    @Override
    public synchronized List<CursorState> cursors(long subscriptionId) {
        return rows.cursors.entrySet().stream()
                .filter(entry -> entry.getKey().subscriptionId() == subscriptionId)
                .map(entry -> entry.getValue().state(entry.getKey()))
                .sorted(Comparator.comparing(cursor -> cursor.id().partition()))
                .toList();
    }

    @Override
    public void close() {
        // The content stays: opening again finds the last checkpoint.
    }

    private static final class Rows {
        private CatalogState state = CatalogState.NEW;
        private final TreeMap<Long, DestinationRow> destinations = new TreeMap<>();
        private final TreeMap<Long, SubscriptionRow> subscriptions = new TreeMap<>();
        private final TreeMap<Long, ProducerState> producers = new TreeMap<>();
        private final Map<BranchId, BranchRow> branches = new HashMap<>();
        private final TreeMap<PartitionId, PartitionRow> partitions = new TreeMap<>();
        private final Map<CursorId, HeapCursor> cursors = new HashMap<>();

        Rows() {}

        Rows(Rows other) {
            state = other.state;
            destinations.putAll(other.destinations);
            subscriptions.putAll(other.subscriptions);
            producers.putAll(other.producers);
            branches.putAll(other.branches);
            partitions.putAll(other.partitions);
            cursors.putAll(other.cursors);
        }

        CatalogContents contents() {
            return new CatalogContents(
                    STORE_ID,
                    state,
                    List.copyOf(destinations.values()),
                    List.copyOf(subscriptions.values()),
                    List.copyOf(producers.values()),
                    branches.values().stream().sorted(BY_ID).toList(),
                    List.copyOf(partitions.values()));
        }

        void delete(CatalogCheckpoint checkpoint) {
            Set<Long> gone = new HashSet<>(checkpoint.subscriptions().deleted());
            Set<Long> emptied = new HashSet<>(checkpoint.destinations().deleted());
            destinations.keySet().removeAll(emptied);
            partitions.keySet().removeIf(id -> emptied.contains(id.destinationId()));
            for (SubscriptionRow row : subscriptions.values()) {
                if (emptied.contains(row.destinationId())) {
                    gone.add(row.id());
                }
            }
            subscriptions.keySet().removeAll(gone);
            cursors.keySet().removeIf(id -> gone.contains(id.subscriptionId()));
            producers.keySet().removeAll(checkpoint.producers().deleted());
            checkpoint.branches().deleted().forEach(branches::remove);
            checkpoint.partitions().deleted().forEach(partitions::remove);
        }

        void put(CatalogCheckpoint checkpoint) {
            state = checkpoint.state();
            checkpoint.destinations().put().forEach(row -> destinations.put(row.id(), row));
            checkpoint.subscriptions().put().forEach(row -> subscriptions.put(row.id(), row));
            checkpoint.producers().put().forEach(row -> producers.put(row.producerId(), row));
            checkpoint.branches().put().forEach(row -> branches.put(row.id(), row));
            checkpoint.partitions().put().forEach(row -> partitions.put(row.id(), row));
            checkpoint.cursors().forEach(this::putCursor);
        }

        private void putCursor(CursorRow row) {
            TreeMap<Long, CursorChunk> chunks = new TreeMap<>();
            HeapCursor before = cursors.get(row.id());
            if (row.scope() == CursorRow.Scope.CHANGED_CHUNKS && before != null) {
                chunks.putAll(before.chunks());
            }
            row.chunks().forEach(chunk -> chunks.put(chunk.number(), chunk));
            chunks.values().removeIf(CursorChunk::isEmpty);
            chunks.headMap(CursorChunk.numberOf(row.floor() + 1)).clear();
            cursors.put(row.id(), new HeapCursor(row.floor(), row.horizon(), chunks));
        }
    }

    private record HeapCursor(long floor, long horizon, SortedMap<Long, CursorChunk> chunks) {
        CursorState state(CursorId id) {
            return CursorStates.of(id, floor, horizon, chunks.values());
        }
    }
}
