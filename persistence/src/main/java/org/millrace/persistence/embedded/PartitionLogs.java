package org.millrace.persistence.embedded;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;
import org.millrace.persistence.PartitionId;
import org.millrace.persistence.catalog.PartitionRow;
import org.millrace.persistence.segment.SegmentStore;

/**
 * All partitions of an engine, and which of them changed since the last checkpoint. Read by any
 * thread; partitions come and go on the journal loop.
 */
final class PartitionLogs {
    private final SegmentStore store;
    private final ConcurrentHashMap<PartitionId, PartitionLog> logs = new ConcurrentHashMap<>();
    private final ConcurrentSkipListSet<PartitionId> ids = new ConcurrentSkipListSet<>();
    private final Set<PartitionLog> dirty = ConcurrentHashMap.newKeySet();
    private final AtomicLong tailBytes = new AtomicLong();

    PartitionLogs(SegmentStore store) {
        this.store = store;
    }

    void restore(PartitionRow row) {
        put(new PartitionLog(row, store.log(row.id(), row.segmentEnd()), tailBytes));
    }

    private void put(PartitionLog log) {
        if (logs.putIfAbsent(log.id(), log) == null) {
            ids.add(log.id());
        }
    }

    /** The log of a partition, made when there is none. Journal loop, or in a round. */
    PartitionLog log(PartitionId id) {
        PartitionLog found = logs.get(id);
        if (found == null) {
            restore(PartitionLog.newRow(id));
            found = logs.get(id);
        }
        return found;
    }

    /** The log of a partition, if it was ever appended to. */
    PartitionLog existing(PartitionId id) {
        PartitionLog found = logs.get(id);
        return found != null && found.exists() ? found : null;
    }

    List<PartitionId> of(long destinationId) {
        List<PartitionId> found = new ArrayList<>();
        PartitionId lowest = new PartitionId(destinationId, 0, 0);
        for (PartitionId id : ids.tailSet(lowest)) {
            if (id.destinationId() != destinationId) {
                break;
            }
            if (existing(id) != null) {
                found.add(id);
            }
        }
        return found;
    }

    void deleteDestination(long destinationId) {
        PartitionId lowest = new PartitionId(destinationId, 0, 0);
        for (PartitionId id : ids.tailSet(lowest)) {
            if (id.destinationId() != destinationId) {
                break;
            }
            ids.remove(id);
            PartitionLog gone = logs.remove(id);
            gone.delete();
            dirty.remove(gone);
        }
    }

    boolean contains(PartitionId id) {
        return logs.containsKey(id);
    }

    Collection<PartitionLog> all() {
        return logs.values();
    }

    /** The row is durable. Flusher loop. */
    void checkpointed(PartitionRow row) {
        PartitionLog log = logs.get(row.id());
        if (log != null) {
            log.checkpointed(row);
        }
    }

    /** Bytes of all tails. */
    long tailBytes() {
        return tailBytes.get();
    }

    void touched(PartitionLog log) {
        dirty.add(log);
    }

    /** Partitions touched since the last call, in order of their id. */
    List<PartitionLog> takeDirty() {
        List<PartitionLog> taken = new ArrayList<>();
        for (PartitionLog log : dirty) {
            // Removed before it is looked at, so that what happens from now on makes it dirty
            // again.
            dirty.remove(log);
            taken.add(log);
        }
        taken.sort(Comparator.comparing(PartitionLog::id));
        return taken;
    }
}
