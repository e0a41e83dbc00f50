package org.millrace.persistence.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.millrace.persistence.BranchId;
import org.millrace.persistence.Change;
import org.millrace.persistence.CursorId;
import org.millrace.persistence.CursorState;
import org.millrace.persistence.OffsetRange;
import org.millrace.persistence.PartitionId;
import org.millrace.persistence.contract.Batches;
import org.millrace.wire.record.Record;

/** What a store has to hold, in the plainest form: sets and maps. */
final class StoreModel {
    final Map<PartitionId, TreeMap<Long, String>> records = new TreeMap<>();
    final Map<PartitionId, Long> trimmed = new HashMap<>();

    /** Below it a record that a newer one replaces may be gone. */
    final Map<PartitionId, Long> compacted = new HashMap<>();

    /** What may be gone because nobody needs it. */
    final Map<PartitionId, Set<Long>> unneeded = new HashMap<>();

    private final Map<String, String> keys = new HashMap<>();

    final Map<CursorId, TreeSet<Long>> settled = new HashMap<>();
    final Map<CursorId, Long> horizons = new HashMap<>();
    final Map<CursorId, TreeMap<Long, Integer>> counts = new HashMap<>();
    final Set<BranchId> branches = new HashSet<>();
    final TreeSet<Long> destinations = new TreeSet<>();
    final Set<String> volatileBodies = new HashSet<>();

    /** No offset below this was free when the store was last opened. */
    final Map<PartitionId, Long> lowestFree = new HashMap<>();

    void apply(List<Change> changes) {
        changes.forEach(this::apply);
    }

    private void apply(Change change) {
        if (change instanceof Change.Append append) {
            append(append);
        } else if (change instanceof Change.Settle settle) {
            for (OffsetRange range : settle.offsets()) {
                for (long offset = range.first(); offset <= range.last(); offset++) {
                    settled.computeIfAbsent(settle.cursor(), id -> new TreeSet<>()).add(offset);
                    counts.getOrDefault(settle.cursor(), new TreeMap<>()).remove(offset);
                }
            }
        } else if (change instanceof Change.DeliveryCount count) {
            if (!settled.getOrDefault(count.cursor(), new TreeSet<>()).contains(count.offset())) {
                counts.computeIfAbsent(count.cursor(), id -> new TreeMap<>())
                        .put(count.offset(), count.count());
            }
        } else if (change instanceof Change.DeliveryHorizon horizon) {
            horizons.put(horizon.cursor(), horizon.horizon());
        } else if (change instanceof Change.PrepareBranch prepare) {
            branches.add(prepare.branch());
        } else if (change instanceof Change.RemoveBranch remove) {
            branches.remove(remove.branch());
        } else if (change instanceof Change.PutDestination put) {
            destinations.add(put.row().id());
        } else if (change instanceof Change.DeleteDestination delete) {
            destinations.remove(delete.destinationId());
            records.keySet().removeIf(id -> id.destinationId() == delete.destinationId());
            settled.keySet()
                    .removeIf(id -> id.partition().destinationId() == delete.destinationId());
        }
    }

    private void append(Change.Append append) {
        TreeMap<Long, String> log =
                records.computeIfAbsent(append.partition(), id -> new TreeMap<>());
        for (Record record : append.batch()) {
            assertThat(record.offset())
                    .as("offsets ascend in %s", append.partition())
                    .isGreaterThan(log.isEmpty() ? -1 : log.lastKey())
                    .isGreaterThanOrEqualTo(lowestFree.getOrDefault(append.partition(), 0L));
            log.put(record.offset(), label(record));
            record.keyText().ifPresent(key -> keys.put(label(record), key));
            if (append.durability() == Change.Durability.NON_PERSISTENT) {
                volatileBodies.add(label(record));
            }
        }
    }

    /** Body of a record, cut to what tells it apart. */
    static String label(Record record) {
        String body = Batches.body(record);
        int end = body.indexOf('-');
        return end < 0 ? body : body.substring(0, end) + "/" + body.length();
    }

    /** From now on nothing that a cursor mentions, and nothing that is held, is free. */
    void reopened() {
        // What a cursor mentioned before an earlier crash, and mentions no more, was never given
        // out.
        lowestFree.clear();
        horizons.forEach((id, horizon) -> lowestFree.merge(id.partition(), horizon, Math::max));
        settled.forEach(
                (id, offsets) -> lowestFree.merge(id.partition(), offsets.last() + 1, Math::max));
    }

    /** Records that must be there. */
    TreeMap<Long, String> required(PartitionId id, boolean afterCrash) {
        TreeMap<Long, String> required = new TreeMap<>(held(id));
        if (afterCrash) {
            required.values().removeAll(volatileBodies);
        }
        required.keySet().removeAll(replaced(id));
        required.keySet().removeAll(unneeded.getOrDefault(id, Set.of()));
        return required;
    }

    private Set<Long> replaced(PartitionId id) {
        Set<Long> replaced = new HashSet<>();
        Set<String> newer = new HashSet<>();
        held(id).headMap(compacted.getOrDefault(id, 0L), false)
                .descendingMap()
                .forEach(
                        (offset, label) -> {
                            String key = keys.get(label);
                            if (key != null && !newer.add(key)) {
                                replaced.add(offset);
                            }
                        });
        return replaced;
    }

    /** Records that may be there. */
    TreeMap<Long, String> held(PartitionId id) {
        return new TreeMap<>(
                records.getOrDefault(id, new TreeMap<>()).tailMap(trimmed.getOrDefault(id, 0L)));
    }

    /** The cursor as the contract describes it. */
    CursorState cursor(CursorId id) {
        TreeSet<Long> all = settled.getOrDefault(id, new TreeSet<>());
        long floor = -1;
        while (all.contains(floor + 1)) {
            floor++;
        }
        List<OffsetRange> above = new ArrayList<>();
        for (long offset : all.tailSet(floor + 1)) {
            OffsetRange last = above.isEmpty() ? null : above.get(above.size() - 1);
            if (last != null && last.last() + 1 == offset) {
                above.set(above.size() - 1, new OffsetRange(last.first(), offset));
            } else {
                above.add(OffsetRange.of(offset));
            }
        }
        return new CursorState(
                id,
                floor,
                above,
                counts.getOrDefault(id, new TreeMap<>()),
                horizons.getOrDefault(id, 0L));
    }

    List<CursorState> cursors(long subscriptionId) {
        Set<CursorId> known = new HashSet<>(settled.keySet());
        known.addAll(horizons.keySet());
        known.addAll(counts.keySet());
        return known.stream()
                .filter(id -> id.subscriptionId() == subscriptionId)
                .sorted(Comparator.comparing(CursorId::partition))
                .map(this::cursor)
                .toList();
    }
}
