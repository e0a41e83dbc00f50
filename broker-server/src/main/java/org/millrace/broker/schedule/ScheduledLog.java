package org.millrace.broker.schedule;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.millrace.broker.dispatch.Cursor;
import org.millrace.broker.dispatch.Partition;
import org.millrace.broker.dispatch.ReadAhead;
import org.millrace.broker.loop.Answer;
import org.millrace.broker.loop.Ground;
import org.millrace.broker.loop.RefusedException;
import org.millrace.foundation.Loop;
import org.millrace.persistence.Change;
import org.millrace.persistence.CursorId;
import org.millrace.persistence.CursorState;
import org.millrace.persistence.OffsetRange;
import org.millrace.wire.record.JmsHeader;
import org.millrace.wire.record.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The messages of one partition that wait for their delivery time: a log, a cursor that says which
 * are done, and the offsets of the others by due time in memory. Confined to the loop of its
 * destination; each step is bounded.
 *
 * <p>It follows its log as a reader: what lies between the last offset it knows and the end is read
 * and noted, after a start as well as after an append. Nothing comes due before all of it is known,
 * so that what was due during a stop comes in the order of time. Coming due is one unit of work of
 * the {@link Outlet}; one is on its way at a time.
 *
 * <p>When few records are left in a long stretch of log, the oldest are put at its end in the same
 * way, so that one message that is due in a year does not keep the log of a year.
 *
 * <p>Jakarta Messaging 3.1 §7.9.
 */
public final class ScheduledLog implements Partition.Reader {
    /** Where messages go that leave the log. */
    public interface Outlet {
        /**
         * Stores the records where they belong now, in their order, in one unit of work with the
         * settle.
         */
        void store(List<Record> records, Change.Settle settle, Answer<Void> answer);
    }

    private static final Logger LOG = LoggerFactory.getLogger(ScheduledLog.class);
    private static final int RECORDS_PER_TURN = 1024;
    private static final int MOVED_RECORDS = 256;
    private static final int MOVED_BYTES = 1 << 20;
    private static final Duration RETRY = Duration.ofSeconds(1);

    /** No timer is set for longer than that. */
    private static final long MAX_SLEEP_MILLIS = Duration.ofHours(1).toMillis();

    /** So many offsets for each that is pending, and the log counts as sparse. */
    private static final int SPARSE_FACTOR = 8;

    private static final int SPARSE_SPAN = 1 << 16;

    private final Partition partition;
    private final CursorId id;
    private final Ground ground;
    private final Outlet outlet;
    private final Cursor<Void> cursor;
    private final DueHeap pending = new DueHeap();
    private final ReadAhead following;
    private final ReadAhead fetching;

    /** Records that leave with the next unit of work, in the order of their due time. */
    private final List<Record> leaving = new ArrayList<>();

    /** What holds no record; the next unit of work tells the store. */
    private final List<OffsetRange> gaps = new ArrayList<>();

    private int leavingBytes;
    private long followed;
    private long retryAtMillis;
    private boolean moving;
    private boolean due;
    private boolean closed;
    private Loop.Timer timer = () -> {};

    /** A log whose first record is still to come. */
    public ScheduledLog(Partition partition, CursorId id, Ground ground, Outlet outlet) {
        this(partition, id, ground, outlet, new Cursor<>(-1, 0, 0));
    }

    private ScheduledLog(
            Partition partition, CursorId id, Ground ground, Outlet outlet, Cursor<Void> cursor) {
        this.partition = partition;
        this.id = id;
        this.ground = ground;
        this.outlet = outlet;
        this.cursor = cursor;
        this.followed = cursor.floor() + 1;
        this.following = new ReadAhead(partition, ground.storage(), this::wake);
        this.fetching = new ReadAhead(partition, ground.storage(), this::wake);
        partition.attach(this);
    }

    /** A log of an earlier run, as its cursor was left. */
    public static ScheduledLog restored(
            Partition partition, CursorState stored, Ground ground, Outlet outlet) {
        Cursor<Void> cursor = new Cursor<>(stored.floor(), 0, 0);
        stored.settledAbove().forEach(range -> cursor.settle(range.first(), range.last()));
        ScheduledLog log = new ScheduledLog(partition, stored.id(), ground, outlet, cursor);
        partition.floorMoved();
        return log;
    }

    /** How many are known to wait. */
    public int pendingCount() {
        return pending.size();
    }

    @Override
    public long floor() {
        return cursor.floor();
    }

    /** The log ends there at least. */
    public void appended(long end) {
        partition.moveEnd(end);
        wake();
    }

    /** Nothing is put into it any more; runs when all of it has left, in some later turn. */
    public void retire(Runnable whenEmpty) {
        partition.retire(whenEmpty);
    }

    public void close() {
        closed = true;
        timer.cancel();
    }

    /** There may be something to do. */
    public void wake() {
        if (!due && !closed) {
            due = true;
            ground.loop().execute(this::run);
        }
    }

    private void run() {
        due = false;
        if (closed || !follow()) {
            return;
        }
        long now = ground.loop().clock().millis();
        if (!moving && now >= retryAtMillis && gather(now)) {
            move();
        }
        setTimer(now);
    }

    /** Notes what was appended; false when there is more to come in a later turn. */
    private boolean follow() {
        for (int records = 0; records < RECORDS_PER_TURN; records++) {
            long offset = cursor.nextFree(followed);
            if (offset >= partition.end()) {
                return true;
            }
            Record record = following.find(offset);
            if (record == null && following.isLoading()) {
                return false;
            }
            long found = record == null ? partition.end() : record.offset();
            if (found > offset) {
                lost(new OffsetRange(offset, found - 1));
            }
            followed = found;
            if (record != null) {
                followed++;
                pending.add(JmsHeader.of(record).deliveryTime(), found);
            }
        }
        wake();
        return false;
    }

    /** Reads what leaves; false when there is nothing, or a read is on its way. */
    private boolean gather(long now) {
        while (hasRoom() && !pending.isEmpty() && pending.firstDueMillis() <= now) {
            long offset = pending.firstOffset();
            if (!cursor.isSettled(offset) && !gatherOne(offset)) {
                return false;
            }
            pending.removeFirst();
        }
        if (leaving.isEmpty() && isSparse()) {
            return gatherStragglers();
        }
        return !leaving.isEmpty();
    }

    private boolean hasRoom() {
        return leaving.size() < MOVED_RECORDS && leavingBytes < MOVED_BYTES;
    }

    private boolean gatherOne(long offset) {
        Record record = fetching.find(offset);
        if (record == null && fetching.isLoading()) {
            return false;
        }
        if (record == null || record.offset() != offset) {
            lost(OffsetRange.of(offset));
        } else {
            leaving.add(record);
            leavingBytes += record.sizeBytes();
        }
        return true;
    }

    private void lost(OffsetRange range) {
        gaps.add(range);
        settle(range);
    }

    private void settle(OffsetRange range) {
        cursor.settle(range.first(), range.last());
        partition.floorMoved();
    }

    private boolean isSparse() {
        long span = partition.end() - cursor.floor();
        return span > SPARSE_SPAN && span / SPARSE_FACTOR > pending.size();
    }

    /** Their old entries in memory are passed over when their time comes. */
    private boolean gatherStragglers() {
        long offset = cursor.nextFree(cursor.floor() + 1);
        while (hasRoom() && offset < partition.end()) {
            if (!gatherOne(offset)) {
                break;
            }
            offset = cursor.nextFree(offset + 1);
        }
        return !leaving.isEmpty();
    }

    private void move() {
        moving = true;
        List<Record> moved = List.copyOf(leaving);
        List<OffsetRange> settled = new ArrayList<>(gaps);
        int told = gaps.size();
        moved.forEach(record -> settled.add(OffsetRange.of(record.offset())));
        leaving.clear();
        leavingBytes = 0;
        outlet.store(
                moved,
                new Change.Settle(id, settled),
                Answer.of(stored -> moved(settled, told), why -> refused(moved, why)));
    }

    private void moved(List<OffsetRange> settled, int told) {
        moving = false;
        gaps.subList(0, told).clear();
        settled.forEach(this::settle);
        wake();
    }

    private void refused(List<Record> kept, RefusedException why) {
        LOG.warn(
                "{}: {} messages are due and wait: {}",
                partition.id(),
                kept.size(),
                why.getMessage());
        moving = false;
        kept.forEach(each -> pending.add(JmsHeader.of(each).deliveryTime(), each.offset()));
        retryAtMillis = ground.loop().clock().millis() + RETRY.toMillis();
        setTimer(retryAtMillis - RETRY.toMillis());
    }

    private void setTimer(long now) {
        timer.cancel();
        if (!closed && !moving && !pending.isEmpty()) {
            long at = Math.max(pending.firstDueMillis(), retryAtMillis);
            long millis = Math.min(MAX_SLEEP_MILLIS, Math.max(1, at - now));
            timer = ground.loop().after(Duration.ofMillis(millis), this::wake);
        }
    }
}
