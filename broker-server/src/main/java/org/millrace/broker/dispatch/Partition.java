package org.millrace.broker.dispatch;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Consumer;
import org.millrace.broker.loop.Storage;
import org.millrace.broker.loop.Turn;
import org.millrace.persistence.Needed;
import org.millrace.persistence.OffsetRange;
import org.millrace.persistence.PartitionId;
import org.millrace.wire.record.JmsHeader;
import org.millrace.wire.record.Record;

/**
 * One log of a destination as the broker sees it: where it ends, who reads it, what may be trimmed.
 * Confined to the loop of its destination.
 */
public final class Partition {
    /** Somebody who still needs what lies above a floor. */
    /** What became of the word that a message has expired. */
    enum Expiry {
        DONE,
        /** To be said again in a moment: as many as may be are under way. */
        SOON,
        /** To be said again later: somebody holds it, or there is no room. */
        LATER
    }

    public interface Reader {
        /** It needs nothing at or below this offset. */
        long floor();

        /** It needs everything from here on; at least one above the floor. */
        default long finishedEnd() {
            return floor() + 1;
        }

        /** What it needs below the offset, in ranges that ascend; only so many of the first. */
        default List<OffsetRange> unfinished(long before, int max) {
            return floor() + 1 < before
                    ? List.of(new OffsetRange(floor() + 1, before - 1))
                    : List.of();
        }

        /** The record has expired: nobody will get it any more. */
        default Expiry expire(Record record, JmsHeader header) {
            return Expiry.DONE;
        }
    }

    private final PartitionId id;
    private final int layout;
    private final Storage storage;
    private final Turn turn;
    private final List<Reader> readers = new ArrayList<>();

    /** Those of the readers' subscriptions that have consumers: most of many may have none. */
    private final Set<Subscription> followers = new LinkedHashSet<>();

    private long end;
    private long trimmedBefore;
    private long historyStart = Long.MAX_VALUE;
    private boolean trimDue;
    private Consumer<Partition> watcher = partition -> {};
    private boolean watched;
    private Optional<Runnable> whenFinished = Optional.empty();

    /** {@code layout} ascends: what is in a lower one was sent before, for the same key. */
    public Partition(PartitionId id, int layout, long end, Storage storage, Turn turn) {
        this.id = id;
        this.layout = layout;
        this.end = end;
        this.storage = storage;
        this.turn = turn;
    }

    public PartitionId id() {
        return id;
    }

    /** Which layout of its destination it belongs to; of two the lower one is older (ADR-0008). */
    public int layout() {
        return layout;
    }

    /** Offsets below it are committed and may be read. */
    public long end() {
        return end;
    }

    public void moveEnd(long to) {
        end = Math.max(end, to);
    }

    /** It has consumers: it hears of what is appended. */
    void follow(Subscription subscription) {
        followers.add(subscription);
    }

    void unfollow(Subscription subscription) {
        followers.remove(subscription);
    }

    /** Something was appended; costs nothing for subscriptions without consumers. */
    public void wakeFollowers() {
        followers.forEach(Subscription::wake);
    }

    public void attach(Reader reader) {
        readers.add(reader);
    }

    public void detach(Reader reader) {
        readers.remove(reader);
        floorMoved();
    }

    /** From now on it is kept whatever the floors are; {@code start} is what there is. */
    public void keepHistory(long start) {
        if (historyStart == Long.MAX_VALUE) {
            historyStart = start;
        }
    }

    /** From now on the floors alone say what is kept. */
    public void keepNoHistory() {
        if (historyStart != Long.MAX_VALUE) {
            historyStart = Long.MAX_VALUE;
            floorMoved();
        }
    }

    /** Gives up what is older; moves up only, nothing happens when it keeps no history. */
    public void startHistoryAt(long offset) {
        if (offset > historyStart) {
            historyStart = offset;
            floorMoved();
        }
    }

    /** {@code Long.MAX_VALUE} when it keeps no history. */
    public long historyStart() {
        return historyStart;
    }

    /**
     * A queue is trimmed at its floor, a topic at the lowest floor of all subscriptions; both no
     * further than where their history starts.
     */
    public void floorMoved() {
        if (!trimDue) {
            trimDue = true;
            turn.atEnd(Turn.Phase.FLUSH, this::trim);
        }
    }

    /** Nothing is appended any more; runs once, in a later turn, when nobody needs any of it. */
    public void retire(Runnable finished) {
        whenFinished = Optional.of(finished);
        floorMoved();
    }

    /** Hears once that something above the floors is finished, and again after {@link #watch}. */
    public void watchedBy(Consumer<Partition> watcher) {
        this.watcher = watcher;
        watch();
    }

    public void watch() {
        watched = true;
    }

    /** Something above the floor of a reader was finished. */
    void leftBehind() {
        if (watched) {
            watched = false;
            watcher.accept(this);
        }
    }

    /**
     * What is still needed, when much of what follows it is not: of no reader, and not as history.
     */
    public Optional<Needed> stragglers() {
        long floor = lowestFloor();
        Unfinished unfinished = new Unfinished(Math.min(end, historyStart));
        readers.forEach(unfinished::add);
        return unfinished.since(floor + 1);
    }

    /** Everybody has finished what lies below. */
    public long neededFrom() {
        return lowestFloor() + 1;
    }

    /** Whether nobody needs any of what is there. */
    public boolean isFinished() {
        return Math.min(lowestFloor() + 1, historyStart) >= end;
    }

    /** Nobody needs what is at or below it. */
    long lowestFloor() {
        long lowest = end - 1;
        for (Reader reader : readers) {
            lowest = Math.min(lowest, reader.floor());
        }
        return lowest;
    }

    /** How many readers need something of it. */
    public int needyCount() {
        long last = storage.recordEnd(id) - 1;
        int count = 0;
        for (Reader reader : readers) {
            count += reader.floor() < last ? 1 : 0;
        }
        return count;
    }

    /** Of the subscriptions that need something of it those furthest behind, in that order. */
    public List<PartitionCursor> furthestBehind(int max) {
        long last = storage.recordEnd(id) - 1;
        Comparator<PartitionCursor> byFloor = Comparator.comparingLong(PartitionCursor::floor);
        PriorityQueue<PartitionCursor> lowest = new PriorityQueue<>(byFloor.reversed());
        for (Reader reader : readers) {
            if (reader instanceof PartitionCursor cursor && cursor.floor() < last) {
                lowest.add(cursor);
                if (lowest.size() > max) {
                    lowest.poll();
                }
            }
        }
        return lowest.stream().sorted(byFloor).toList();
    }

    /**
     * As {@link Reader#expire}, for all readers: the soonest time of all at which to say it again.
     */
    Expiry expire(Record record, JmsHeader header) {
        Expiry all = Expiry.DONE;
        for (Reader reader : readers) {
            Expiry one = reader.expire(record, header);
            if (all == Expiry.DONE || one == Expiry.SOON) {
                all = one;
            }
        }
        return all;
    }

    private void trim() {
        trimDue = false;
        long before = Math.min(lowestFloor() + 1, historyStart);
        if (before > trimmedBefore) {
            trimmedBefore = before;
            storage.trim(id, before);
        } else {
            // One reader went on, another did not.
            leftBehind();
        }
        if (whenFinished.isPresent() && isFinished()) {
            Runnable finished = whenFinished.get();
            whenFinished = Optional.empty();
            finished.run();
        }
    }
}
