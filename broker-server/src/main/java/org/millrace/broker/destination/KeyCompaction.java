package org.millrace.broker.destination;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import org.millrace.broker.dispatch.Partition;
import org.millrace.broker.loop.Ground;
import org.millrace.foundation.Loop;
import org.millrace.persistence.Compaction;

/**
 * Lets the store drop what newer messages of the same key replace, in one destination. Confined to
 * the loop of the destination.
 *
 * <p>It asks for one log at a time, a while after something was appended or acknowledged; the store
 * decides what is worth the work. What a subscription has not finished is left alone: it may be
 * with a consumer.
 */
final class KeyCompaction {
    private static final Duration PERIOD = Duration.ofSeconds(15);

    private final Collection<Partition> partitions;
    private final LiveSettings live;
    private final Ground ground;
    private final Queue<Partition> round = new ArrayDeque<>();

    /** Up to where the store was asked to compact. */
    private final Map<Partition, Long> asked = new HashMap<>();

    private Loop.Timer timer = () -> {};
    private boolean due;
    private boolean closed;

    /** The partitions are the destination's, present and future ones. */
    KeyCompaction(Collection<Partition> partitions, LiveSettings live, Ground ground) {
        this.partitions = partitions;
        this.live = live;
        this.ground = ground;
    }

    /** There may be something that is replaced: records were appended, or found at the start. */
    void wake() {
        if (live.current().isCompacted() && !due && !closed) {
            due = true;
            timer = ground.loop().after(PERIOD, this::begin);
        }
    }

    void close() {
        closed = true;
        timer.cancel();
    }

    private void begin() {
        // From here on an append calls for another round.
        due = false;
        asked.keySet().retainAll(partitions);
        boolean busy = !round.isEmpty();
        for (Partition partition : partitions) {
            if (!round.contains(partition)) {
                round.add(partition);
            }
        }
        if (!busy) {
            next();
        }
    }

    /** The first of the round is being compacted. */
    private void next() {
        Partition partition = round.peek();
        if (partition == null || closed || !live.current().isCompacted()) {
            round.clear();
            return;
        }
        long before = partition.neededFrom();
        if (before < partition.end()) {
            // Somebody has not finished: what stays now may go later.
            wake();
        }
        if (before <= asked.getOrDefault(partition, 0L)) {
            round.poll();
            next();
        } else {
            asked.put(partition, before);
            compact(partition, before);
        }
    }

    private void compact(Partition partition, long before) {
        Duration kept = live.current().get(DestinationSettings.TOMBSTONE_RETENTION);
        long tombstonesBefore = ground.loop().clock().instant().minus(kept).toEpochMilli();
        ground.storage()
                .compact(
                        partition.id(),
                        new Compaction(before, tombstonesBefore),
                        freed -> {
                            round.poll();
                            next();
                        });
    }
}
