package org.millrace.broker.dispatch;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.millrace.broker.loop.Storage;
import org.millrace.broker.loop.Turn;
import org.millrace.persistence.Change;
import org.millrace.persistence.CursorId;
import org.millrace.persistence.OffsetRange;
import org.millrace.wire.record.JmsHeader;
import org.millrace.wire.record.Record;

/**
 * One subscription on one partition: its cursor, what of it is durable, and the walks that look for
 * messages. Confined to the loop of its destination.
 *
 * <p>The cursor moves when the settle is durable; until then the lease stays, so that a refused
 * unit of work needs no undo and nothing is trimmed too early. Offsets whose settle nobody waits
 * for (expired, filtered out, gaps, non-persistent messages) are settled at once and written soon.
 */
public final class PartitionCursor implements Partition.Reader {
    private final CursorId id;
    private final int index;
    private final Subscription subscription;
    private final Partition partition;
    private final Cursor<Seat> cursor;
    private final Storage storage;
    private final Turn turn;
    private final List<Walk> walks = new ArrayList<>();
    private final List<OffsetRange> unwritten = new ArrayList<>();
    private boolean writeDue;
    private boolean horizonMoving;
    private boolean ended;

    PartitionCursor(
            Subscription subscription,
            Partition partition,
            Cursor<Seat> cursor,
            Storage storage,
            Turn turn) {
        this.index = subscription.takeIndex();
        this.id = new CursorId(subscription.id(), partition.id());
        this.subscription = subscription;
        this.partition = partition;
        this.cursor = cursor;
        this.storage = storage;
        this.turn = turn;
        partition.attach(this);
    }

    public CursorId id() {
        return id;
    }

    /** Which of the cursors of its subscription it is; given to another when it is gone. */
    int index() {
        return index;
    }

    public Subscription subscription() {
        return subscription;
    }

    public int partitionNumber() {
        return id.partition().partition();
    }

    Partition partition() {
        return partition;
    }

    int lane() {
        return id.partition().lane();
    }

    /** What is in a lower one was sent before (ADR-0008). */
    int layout() {
        return partition.layout();
    }

    Cursor<Seat> cursor() {
        return cursor;
    }

    @Override
    public long floor() {
        return cursor.floor();
    }

    @Override
    public long finishedEnd() {
        return cursor.settledEnd();
    }

    @Override
    public List<OffsetRange> unfinished(long before, int max) {
        return cursor.unsettled(before, max);
    }

    public CursorFacts facts() {
        return new CursorFacts(
                id.partition(),
                cursor.floor(),
                partition.end(),
                storage.recordEnd(id.partition()),
                cursor.settledAboveCount(),
                cursor.leaseCount(),
                cursor.releasedCount(),
                cursor.holderOf(cursor.floor() + 1).map(seat -> seat.receiver));
    }

    /**
     * Settles at once all that nobody holds, like what nobody will get; gives how many offsets that
     * were.
     */
    long purge(List<Change> changes) {
        CursorFacts before = facts();
        long start = storage.bounds(id.partition()).startOffset();
        long purged = before.unsettled(start) - before.inFlight();
        List<OffsetRange> ranges = cursor.unleased(partition.end() - 1);
        settled(ranges);
        if (isStored() && !ranges.isEmpty()) {
            changes.add(new Change.Settle(id, ranges));
        }
        return Math.max(0, purged);
    }

    /** Whether changes to it go to the engine: it is durable and still exists. */
    public boolean isStored() {
        return subscription.isDurable() && !ended;
    }

    public boolean isEnded() {
        return ended;
    }

    /** The subscription is gone: what is still leased means nothing any more. */
    void end() {
        ended = true;
        unwritten.clear();
        partition.detach(this);
    }

    /** As {@link #end}, but the subscription lives and all of this is settled. */
    void finish() {
        write();
        end();
    }

    Walk newWalk(View view, Filter filter) {
        Walk walk = new Walk(this, view, filter, storage);
        walks.add(walk);
        return walk;
    }

    void dropWalk(Walk walk) {
        walks.remove(walk);
        walk.parked().discard();
    }

    /** Takes an offset for a branch that is in doubt since an earlier run; empty when settled. */
    public Optional<Lease<Seat>> hold(long offset) {
        return cursor.isFree(offset)
                ? Optional.of(cursor.hold(offset, Seat.IN_DOUBT))
                : Optional.empty();
    }

    /** Writes how often a message was delivered that is not given back yet. */
    public void count(Lease<Seat> lease, List<Change> counts) {
        if (isStored()) {
            counts.add(new Change.DeliveryCount(id, lease.offset(), lease.deliveryCount()));
        }
    }

    /** Applies a settle that is durable, or that needs not be. */
    void settled(List<OffsetRange> ranges) {
        if (!ended) {
            long before = cursor.floor();
            for (OffsetRange range : ranges) {
                cursor.settle(range.first(), range.last());
            }
            if (cursor.floor() != before) {
                partition.floorMoved();
            }
            if (!ranges.isEmpty() && ranges.get(ranges.size() - 1).last() > cursor.floor()) {
                partition.leftBehind();
            }
        }
    }

    /** Takes back a message that nobody saw. */
    public void giveBack(Lease<Seat> lease) {
        if (!ended) {
            boolean ordered = lease.isInOrder() && !lease.owner().givesUp();
            lease.owner().returned(this, lease);
            Returned.To whom = ordered ? Returned.To.THOSE_BEFORE : Returned.To.ANYBODY;
            returned(lease.offset(), lease.key(), new Returned.Place(whom, 0));
            cursor.giveBack(lease);
        }
    }

    /**
     * Takes back a message that was seen and not finished; at the limit it is given up.
     *
     * @param cause why, as far as the client said so; else empty
     */
    public void fail(Lease<Seat> lease, String cause, List<Change> counts) {
        int attempts = lease.deliveryCount();
        if (ended || attempts < subscription.redelivery().maxDeliveries()) {
            release(lease, cause, counts);
        } else {
            String last = lease.failedBy(cause).cause();
            reject(
                    lease,
                    last.isEmpty() ? "delivered " + attempts + " times and not acknowledged" : last,
                    () -> {});
        }
    }

    /** Finishes a message that cannot be processed: it goes to the dead-letter queue. */
    public void reject(Lease<Seat> lease, String cause, Runnable whenSettled) {
        if (ended) {
            whenSettled.run();
        } else {
            lease.settling();
            subscription.redelivery().giveUp(this, lease, cause, whenSettled);
        }
    }

    /** Takes back a message that may have been seen; the count of a durable one is written. */
    public void release(Lease<Seat> lease, String cause, List<Change> counts) {
        if (!ended) {
            long notBefore = subscription.redelivery().notBeforeMillis(lease.deliveryCount());
            releaseUntil(lease, cause, notBefore, counts);
        }
    }

    private void releaseUntil(
            Lease<Seat> lease, String cause, long notBefore, List<Change> counts) {
        if (!ended) {
            returned(
                    lease.offset(),
                    lease.key(),
                    new Returned.Place(Returned.To.ANYBODY, notBefore));
            cursor.release(lease, notBefore, cause);
            if (subscription.isDurable()) {
                counts.add(new Change.DeliveryCount(id, lease.offset(), lease.deliveryCount()));
            }
        }
    }

    /** Before the lease ends: the end of a key shows the lowest of it that waits. */
    private void returned(long offset, Key key, Returned.Place place) {
        long now = subscription.nowMillis();
        for (Walk walk : walks) {
            walk.onReturned(offset, key, place, now);
        }
        subscription.wake();
    }

    /** As {@link #release}, and it rests until then whatever its subscription says. */
    public void putOff(Lease<Seat> lease, String cause, long notBeforeMillis) {
        List<Change> counts = new ArrayList<>();
        releaseUntil(lease, cause, notBeforeMillis, counts);
        if (!counts.isEmpty()) {
            storage.commit(counts, () -> {});
        }
    }

    /** Takes a free message out of the way, to settle it elsewhere; empty when it is not free. */
    public Optional<Lease<Seat>> claim(long offset) {
        boolean free = !ended && cursor.isFree(offset) && cursor.canReach(offset);
        return free ? Optional.of(cursor.claim(offset)) : Optional.empty();
    }

    /** Nothing came of a claim. */
    public void unclaim(Lease<Seat> claimed, Record record) {
        if (!ended) {
            Key key = record.hasKey() ? subscription.keys().get(record) : null;
            returned(claimed.offset(), key, new Returned.Place(Returned.To.ANYBODY, 0));
            cursor.unclaim(claimed);
        }
    }

    @Override
    public Partition.Expiry expire(Record record, JmsHeader header) {
        long offset = record.offset();
        if (cursor.isSettled(offset)) {
            return Partition.Expiry.DONE;
        }
        if (!cursor.isFree(offset) || !cursor.canReach(offset)) {
            return Partition.Expiry.LATER;
        }
        boolean isOurs = !isLost(offset, header) && subscription.isFor(record, header);
        return isOurs ? expireOurs(record) : drop(offset);
    }

    private Partition.Expiry expireOurs(Record record) {
        return switch (subscription.redelivery().onExpiry()) {
            case DROP -> drop(record.offset());
            case MOVE -> {
                subscription.redelivery().expire(this, cursor.claim(record.offset()), record);
                // It is put back when there is no room for it: looked at until it is settled.
                yield Partition.Expiry.LATER;
            }
            case SOON -> Partition.Expiry.SOON;
            case LATER -> Partition.Expiry.LATER;
        };
    }

    private Partition.Expiry drop(long offset) {
        skip(offset, offset);
        return Partition.Expiry.DONE;
    }

    /** Whether messages that expire go elsewhere. */
    public boolean keepsExpired() {
        return !ended && subscription.redelivery().onExpiry() != Redelivery.Expiry.DROP;
    }

    /** Finishes a message that has expired in the buffer of its consumer. */
    public void expireHeld(Lease<Seat> lease, Runnable whenSettled) {
        lease.settling();
        subscription.redelivery().expireHeld(this, lease, whenSettled);
    }

    /**
     * Whether the record survived an unclean stop that may have followed its delivery: a
     * non-persistent one must not come twice (§7.7), and its acknowledgement may be lost.
     */
    boolean isLost(long offset, JmsHeader header) {
        return cursor.isUncertain(offset) && !header.isPersistent();
    }

    /** Settles what nobody will get. */
    void skip(long first, long last) {
        settleUnawaited(List.of(new OffsetRange(first, last)));
    }

    /**
     * Settles at once what nobody waits for: after a crash it would be gone, or be skipped again.
     * It is written a little later, so that it costs no force of its own.
     */
    void settleUnawaited(List<OffsetRange> ranges) {
        settled(ranges);
        if (!isStored()) {
            return;
        }
        for (OffsetRange range : ranges) {
            int end = unwritten.size() - 1;
            if (end >= 0 && unwritten.get(end).last() + 1 == range.first()) {
                unwritten.set(end, new OffsetRange(unwritten.get(end).first(), range.last()));
            } else {
                unwritten.add(range);
            }
        }
        if (!writeDue) {
            writeDue = true;
            turn.soon(this::write);
        }
    }

    private void write() {
        writeDue = false;
        if (!unwritten.isEmpty()) {
            storage.commit(List.of(new Change.Settle(id, unwritten)), () -> {});
            unwritten.clear();
        }
    }

    /**
     * A stop in order, nothing is leased any more: the horizon goes back to where deliveries are
     * uncertain, so that what was not delivered does not count as if it was.
     */
    void stop(List<Change> changes) {
        long known = cursor.uncertainHorizon();
        if (isStored() && (horizonMoving || cursor.horizon() != known)) {
            changes.add(new Change.DeliveryHorizon(id, known));
        }
    }

    /**
     * Whether the offset may be delivered now. Moves the horizon ahead in time, so that a delivery
     * seldom waits; wakes the subscription when it had to.
     */
    boolean reachHorizon(long offset) {
        int step = subscription.horizonStep();
        if (offset >= cursor.horizon() - step / 2 && !horizonMoving) {
            horizonMoving = true;
            long to = Math.max(cursor.horizon(), offset) + step;
            storage.commit(
                    List.of(new Change.DeliveryHorizon(id, to)),
                    () -> {
                        horizonMoving = false;
                        cursor.moveHorizon(to);
                        subscription.wake();
                    });
        }
        return cursor.mayDeliver(offset);
    }
}
