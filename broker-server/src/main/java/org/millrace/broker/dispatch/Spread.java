package org.millrace.broker.dispatch;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Partitions spread evenly over owners: of two owners one has at most one partition more than the
 * other, and no more partitions move than that needs. Those who join first have the odd ones. Pure.
 */
final class Spread<O> {
    /** In the order of joining, with what they own. */
    private final Map<O, TreeSet<Integer>> owned = new LinkedHashMap<>();

    private final TreeMap<Integer, O> ownerOf = new TreeMap<>();
    private final TreeSet<Integer> ownerless = new TreeSet<>();

    Optional<O> ownerOf(int partition) {
        return Optional.ofNullable(ownerOf.get(partition));
    }

    boolean isOwner(O owner, int partition) {
        return ownerOf.get(partition) == owner;
    }

    void join(O owner) {
        owned.put(owner, new TreeSet<>());
        level();
    }

    void leave(O owner) {
        TreeSet<Integer> left = owned.remove(owner);
        if (left != null) {
            left.forEach(ownerOf::remove);
            ownerless.addAll(left);
            level();
        }
    }

    /** One that is there already stays with its owner. */
    void add(int partition) {
        if (!ownerOf.containsKey(partition)) {
            ownerless.add(partition);
            level();
        }
    }

    void remove(int partition) {
        ownerless.remove(partition);
        O owner = ownerOf.remove(partition);
        if (owner != null) {
            owned.get(owner).remove(partition);
            level();
        }
    }

    private void level() {
        if (owned.isEmpty()) {
            return;
        }
        while (!ownerless.isEmpty()) {
            give(ownerless.pollFirst(), poorest());
        }
        O richest = richest();
        O poorest = poorest();
        while (owned.get(richest).size() > owned.get(poorest).size() + 1) {
            int moved = owned.get(richest).pollLast();
            give(moved, poorest);
            richest = richest();
            poorest = poorest();
        }
    }

    private void give(int partition, O to) {
        owned.get(to).add(partition);
        ownerOf.put(partition, to);
    }

    /** Of several the first that joined. */
    private O poorest() {
        return Collections.min(owned.keySet(), bySize());
    }

    /** Of several the last that joined. */
    private O richest() {
        List<O> latestFirst = new ArrayList<>(owned.keySet());
        Collections.reverse(latestFirst);
        return Collections.max(latestFirst, bySize());
    }

    private Comparator<O> bySize() {
        return Comparator.comparingInt(owner -> owned.get(owner).size());
    }
}
