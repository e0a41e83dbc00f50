package org.millrace.broker.destination;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.millrace.broker.dispatch.Partition;
import org.millrace.broker.loop.Answer;
import org.millrace.broker.loop.Ground;
import org.millrace.broker.loop.RefusedException;
import org.millrace.persistence.PartitionBounds;
import org.millrace.persistence.PartitionId;
import org.millrace.wire.Address;
import org.millrace.wire.ErrorCode;

/**
 * A position as offsets: in each log the one behind which a subscription begins, everything in logs
 * that came later. Immutable.
 */
public record StartPoint(Position position, Map<PartitionId, Long> floors) {
    /** Clocks differ: a time so little ahead is taken for now. */
    private static final Duration TOLERANCE = Duration.ofMinutes(1);

    public StartPoint {
        floors = Map.copyOf(floors);
    }

    /** {@code -1} for the whole log. */
    long floorIn(PartitionId partition) {
        return floors.getOrDefault(partition, -1L);
    }

    /** Whether it means messages that were sent before, too. */
    boolean reachesBack() {
        return !(position instanceof Position.Latest);
    }

    /** How many offsets lie behind it; those that a crash left free at the end are none. */
    long countIn(Destination destination, Ground ground) {
        long count = 0;
        for (Partition partition : destination.partitions()) {
            PartitionBounds bounds = ground.storage().bounds(partition.id());
            long first = Math.max(bounds.startOffset(), floorIn(partition.id()) + 1);
            long end = Math.min(partition.end(), ground.storage().recordEnd(partition.id()));
            count += Math.max(0, end - first);
        }
        return count;
    }

    /**
     * @throws RefusedException when a destination that does not exist cannot have the position
     */
    static void checkNew(Position position, Address address) {
        boolean possible =
                !(position instanceof Position.AtTime)
                        && (!(position instanceof Position.AtOffset at) || at.offset() == 0);
        if (!possible) {
            throw RefusedException.of(
                    ErrorCode.INVALID_DESTINATION,
                    "%s does not exist, so it has no messages at that place; nothing was created;"
                            + " leave out from, or use from=earliest",
                    address);
        }
    }

    /**
     * Looks for the position; at once or in a later turn. Refused when the destination does not
     * have it.
     */
    static void find(
            Destination destination, Position position, Ground ground, Answer<StartPoint> answer) {
        Search search = new Search(destination, position, ground, answer);
        try {
            search.run();
        } catch (RefusedException why) {
            answer.refused(why);
        }
    }

    /** One search. Confined to the loop of the destination. */
    private static final class Search {
        private final Destination destination;
        private final Position position;
        private final Ground ground;
        private final Answer<StartPoint> answer;
        private final Map<PartitionId, Long> floors = new HashMap<>();

        Search(
                Destination destination,
                Position position,
                Ground ground,
                Answer<StartPoint> answer) {
            this.destination = destination;
            this.position = position;
            this.ground = ground;
            this.answer = answer;
        }

        void run() {
            if (position instanceof Position.AtTime at) {
                checkHas(at.time());
                searchTime(at.time());
            } else if (position instanceof Position.Ago ago) {
                searchTime(before(ago.time()));
            } else {
                for (Partition partition : destination.partitions()) {
                    floors.put(partition.id(), floorIn(partition));
                }
                answer.granted(new StartPoint(position, floors));
            }
        }

        private long floorIn(Partition partition) {
            long start = bounds(partition).startOffset();
            if (position instanceof Position.AtOffset at) {
                checkHas(at.offset(), start, partition.end());
                return at.offset() - 1;
            }
            return (position instanceof Position.Latest ? partition.end() : start) - 1;
        }

        private PartitionBounds bounds(Partition partition) {
            return ground.storage().bounds(partition.id());
        }

        /** The beginning of time when it is longer ago than that. */
        private Instant before(Duration ago) {
            Duration all = Duration.between(Instant.EPOCH, now());
            return ago.compareTo(all) < 0 ? now().minus(ago) : Instant.EPOCH;
        }

        private Instant now() {
            return ground.loop().clock().instant();
        }

        private void checkHas(long offset, long start, long end) {
            if (destination.partitions().size() > 1) {
                throw RefusedException.of(
                        ErrorCode.INVALID_DESTINATION,
                        "%s has %d logs (partitions, priorities), so an offset names no place in it;"
                                + " use a time",
                        destination,
                        destination.partitions().size());
            }
            if (offset < start || offset > end) {
                throw RefusedException.of(
                        ErrorCode.INVALID_DESTINATION,
                        "%s has no offset %d; it holds %s, and %d is next; use one of these, or"
                                + " from=earliest",
                        destination,
                        offset,
                        start == end ? "nothing" : start + " to " + (end - 1),
                        end);
            }
        }

        private void checkHas(Instant time) {
            Instant begin = begin();
            if (time.isBefore(begin) || time.isAfter(now().plus(TOLERANCE))) {
                throw RefusedException.of(
                        ErrorCode.INVALID_DESTINATION,
                        "%s has no messages of %s; it holds %s to %s; use a time between, or"
                                + " from=earliest",
                        destination,
                        time,
                        begin,
                        now().truncatedTo(ChronoUnit.MILLIS));
            }
        }

        /** From when on nothing is missing. */
        private Instant begin() {
            Instant begin = destination.settings().created();
            for (Partition partition : destination.partitions()) {
                PartitionBounds bounds = bounds(partition);
                if (bounds.startOffset() > 0) {
                    Instant kept = keptSince();
                    Instant first = Instant.ofEpochMilli(bounds.firstTimestamp());
                    boolean isEmpty = bounds.startOffset() == bounds.endOffset();
                    Instant here = isEmpty || kept.isBefore(first) ? kept : first;
                    begin = here.isAfter(begin) ? here : begin;
                }
            }
            return begin;
        }

        /** What is younger was not given up for its age. */
        private Instant keptSince() {
            DestinationSettings settings = destination.settings();
            Optional<Duration> retention = settings.get(DestinationSettings.RETENTION);
            return settings.get(DestinationSettings.RETENTION_BYTES).isPresent()
                            || retention.isEmpty()
                    ? now()
                    : now().minus(retention.get());
        }

        private void searchTime(Instant time) {
            int[] missing = {destination.partitions().size() + 1};
            Runnable found =
                    () -> {
                        if (--missing[0] == 0) {
                            answer.granted(new StartPoint(position, floors));
                        }
                    };
            for (Partition partition : destination.partitions()) {
                ground.storage()
                        .offsetAt(
                                partition.id(),
                                time,
                                offset -> {
                                    floors.put(partition.id(), offset - 1);
                                    found.run();
                                });
            }
            found.run();
        }
    }
}
