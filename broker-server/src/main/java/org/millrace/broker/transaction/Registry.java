package org.millrace.broker.transaction;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.foundation.Check;
import org.millrace.persistence.BranchId;

/** All branches by their ids, oldest first. Confined to the broker loop. */
final class Registry {
    private final Map<BranchId, BranchEntry> byId = new LinkedHashMap<>();

    Optional<BranchEntry> find(BranchId id) {
        return Optional.ofNullable(byId.get(id));
    }

    Optional<BranchEntry> find(String name) {
        return byId.values().stream()
                .filter(entry -> BranchEntry.nameOf(entry.id).equals(name))
                .findFirst();
    }

    void add(BranchEntry entry) {
        BranchEntry before = byId.putIfAbsent(entry.id, entry);
        Check.invariant(before == null, "%s exists twice", entry);
    }

    /** It ends. */
    void remove(BranchEntry entry, String reason) {
        entry.cancelTimeout();
        byId.remove(entry.id, entry);
        entry.become(BranchState.ENDED, reason);
    }

    int size() {
        return byId.size();
    }

    List<BranchEntry> all() {
        return List.copyOf(byId.values());
    }

    /** Those that wait for a decision, or for somebody to hear of one. */
    List<BranchEntry> inDoubt() {
        return byId.values().stream()
                .filter(
                        entry ->
                                entry.state() == BranchState.PREPARED
                                        || entry.state() == BranchState.DECIDED)
                .toList();
    }

    long preparedBytes() {
        long bytes = 0;
        for (BranchEntry entry : byId.values()) {
            if (entry.state() != BranchState.OPEN) {
                bytes += entry.work.bytes();
            }
        }
        return bytes;
    }
}
