package org.millrace.broker.dispatch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.millrace.broker.loop.Storage;
import org.millrace.wire.record.Record;

/**
 * One walk through what is free in a subscription, up to what was there when it began: what comes
 * back to it meanwhile is not met again. Takes nothing by itself. Confined to the loop of its
 * destination.
 */
public final class Gathering {
    /** Why the walk stands still. */
    public enum Pause {
        /** There is nothing more. */
        END,
        /** A read is on its way; {@code whenLoaded} runs then. */
        READING,
        /** So many records were looked at. */
        BUSY,
        /** Whoever looks wants to see the record again later. */
        STOPPED
    }

    /** Looks at the records. */
    @FunctionalInterface
    public interface Judge {
        /** False to stop before this record: it is the next one of the next {@link #run}. */
        boolean passed(PartitionCursor in, Record record);
    }

    private record Leg(PartitionCursor in, long end) {}

    private final Storage storage;
    private final Runnable whenLoaded;
    private final Queue<Leg> left = new ArrayDeque<>();
    private ReadAhead ahead;
    private long position;
    private long held;

    Gathering(Storage storage, List<PartitionCursor> cursors, Runnable whenLoaded) {
        this.storage = storage;
        this.whenLoaded = whenLoaded;
        List<PartitionCursor> highestLaneFirst = new ArrayList<>(cursors);
        highestLaneFirst.sort(
                (one, other) ->
                        Integer.compare(
                                other.id().partition().lane(), one.id().partition().lane()));
        for (PartitionCursor cursor : highestLaneFirst) {
            left.add(new Leg(cursor, cursor.partition().end()));
        }
    }

    /** So many records were passed over because somebody held them. */
    public long held() {
        return held;
    }

    /** Goes on, at most so many records. */
    public Pause run(int records, Judge judge) {
        int seen = 0;
        while (!left.isEmpty()) {
            Leg leg = left.peek();
            Record record = leg.in().isEnded() ? null : find(leg);
            if (record == null && ahead != null && ahead.isLoading()) {
                return Pause.READING;
            }
            if (record == null || record.offset() >= leg.end()) {
                left.poll();
                ahead = null;
                continue;
            }
            if (seen++ == records) {
                return Pause.BUSY;
            }
            if (leg.in().cursor().isLeased(record.offset())) {
                held++;
            } else if (!judge.passed(leg.in(), record)) {
                return Pause.STOPPED;
            }
            position = record.offset() + 1;
        }
        return Pause.END;
    }

    /** The next record that is not settled. */
    private Record find(Leg leg) {
        Cursor<Seat> cursor = leg.in().cursor();
        if (ahead == null) {
            ahead = new ReadAhead(leg.in().partition(), storage, whenLoaded);
            position = 0;
        }
        position = Math.max(position, cursor.floor() + 1);
        while (position < leg.end()) {
            Record record = ahead.find(position);
            if (record == null || !cursor.isSettled(record.offset())) {
                return record;
            }
            position = record.offset() + 1;
        }
        return null;
    }
}
