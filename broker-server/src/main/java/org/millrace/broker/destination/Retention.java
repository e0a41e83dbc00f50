package org.millrace.broker.destination;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.function.LongConsumer;
import org.millrace.broker.dispatch.Partition;
import org.millrace.broker.loop.Ground;
import org.millrace.foundation.Loop;
import org.millrace.persistence.PartitionBounds;

/**
 * Moves up where the history of one destination begins, as it grows old or large. Confined to the
 * loop of the destination.
 *
 * <p>It looks at one log at a time, and again after a twentieth of the retention time, at least a
 * second and at most a minute later, while there is history; when only the size matters, a second
 * after an append. It gives up a bounded number of offsets in one step. What a subscription still
 * needs is kept by {@link Partition}, whatever its age. What newer messages replace is the business
 * of {@link KeyCompaction}.
 */
final class Retention {
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(1);
    private static final int PERIODS = 20;
    private static final Duration PAUSE = Duration.ofMillis(5);
    private static final long OFFSETS_PER_STEP = 65_536;

    private final Collection<Partition> partitions;
    private final LiveSettings live;
    private final Ground ground;
    private final KeyCompaction compaction;
    private final Queue<Partition> round = new ArrayDeque<>();
    private Loop.Timer timer = () -> {};
    private boolean due;
    private boolean closed;

    /** The partitions are the destination's, present and future ones. */
    Retention(Collection<Partition> partitions, LiveSettings live, Ground ground) {
        this.partitions = partitions;
        this.live = live;
        this.ground = ground;
        this.compaction = new KeyCompaction(partitions, live, ground);
    }

    /** There may be something to give up later: records were appended, or found at the start. */
    void wake() {
        compaction.wake();
        if (live.current().limitsHistory() && !due && !closed) {
            due = true;
            timer = ground.loop().after(period(), this::begin);
        }
    }

    /** Looks again soon, by what holds now. */
    void settingsChanged() {
        timer.cancel();
        due = false;
        round.clear();
        wake();
    }

    private Optional<Duration> time() {
        return live.current().get(DestinationSettings.RETENTION);
    }

    private OptionalLong bytes() {
        return live.current().get(DestinationSettings.RETENTION_BYTES);
    }

    private Duration period() {
        Duration part = time().map(time -> time.dividedBy(PERIODS)).orElse(SHORTEST);
        if (part.compareTo(SHORTEST) < 0) {
            return SHORTEST;
        }
        return part.compareTo(LONGEST) > 0 ? LONGEST : part;
    }

    void close() {
        closed = true;
        compaction.close();
        timer.cancel();
    }

    private void begin() {
        // From here on an append calls for another round.
        due = false;
        round.addAll(partitions);
        next();
    }

    private void next() {
        Partition partition = round.poll();
        if (closed) {
            round.clear();
        } else if (partition != null) {
            DestinationSettings asked = live.current();
            byAge(
                    partition,
                    young ->
                            bySize(
                                    partition,
                                    few -> giveUp(asked, partition, Math.max(young, few))));
        } else if (time().isPresent() && holdsAnything()) {
            wake();
        }
    }

    private boolean holdsAnything() {
        for (Partition partition : partitions) {
            PartitionBounds bounds = ground.storage().bounds(partition.id());
            if (bounds.startOffset() < bounds.endOffset()) {
                return true;
            }
        }
        return false;
    }

    private void byAge(Partition partition, LongConsumer then) {
        Optional<Duration> time = time();
        if (time.isEmpty()) {
            then.accept(0);
            return;
        }
        Instant oldest = ground.loop().clock().instant().minus(time.get());
        ground.storage().offsetAt(partition.id(), oldest, then::accept);
    }

    /** Each log keeps the share that it has of the whole. */
    private void bySize(Partition partition, LongConsumer then) {
        long total = 0;
        for (Partition each : partitions) {
            total += ground.storage().bounds(each.id()).sizeBytes();
        }
        OptionalLong most = bytes();
        if (most.isEmpty() || total <= most.getAsLong()) {
            then.accept(0);
            return;
        }
        double share = (double) ground.storage().bounds(partition.id()).sizeBytes() / total;
        long bytes = (long) (most.getAsLong() * share);
        ground.storage().offsetOfLast(partition.id(), bytes, then::accept);
    }

    private void giveUp(DestinationSettings asked, Partition partition, long wanted) {
        if (closed || !live.current().equals(asked)) {
            // What was found is by settings that are gone; another round is on its way.
            return;
        }
        long step = Math.min(wanted, partition.historyStart() + OFFSETS_PER_STEP);
        partition.startHistoryAt(step);
        if (step < wanted) {
            timer = ground.loop().after(PAUSE, () -> giveUp(asked, partition, wanted));
        } else {
            next();
        }
    }
}
