package org.millrace.broker.dispatch;

import java.util.ArrayList;
import java.util.List;
import org.millrace.broker.loop.Storage;
import org.millrace.broker.loop.Turn;
import org.millrace.persistence.Change;
import org.millrace.persistence.CursorId;
import org.millrace.persistence.OffsetRange;

/**
 * One subscription on one partition: its cursor, what of it is durable, and the walks that look for
 * messages. Confined to the loop of its destination.
 *
 * <p>The cursor moves when the settle is durable; until then the lease stays, so that a refused
 * unit of work needs no undo and nothing is trimmed too early. Offsets that nobody will ever get
 * (expired, filtered out, gaps) are settled at once and written at the end of the turn; nobody
 * waits for that.
 */
public final class PartitionCursor implements Partition.Reader {
    private final CursorId id;
    private final Subscription subscription;
    private final Partition partition;
    private final Cursor<Receiver> cursor;
    private final Storage storage;
    private final Turn turn;
    private final List<Walk> walks = new ArrayList<>();
    private final List<OffsetRange> skipped = new ArrayList<>();
    private boolean skipDue;
    private boolean horizonMoving;
    private boolean ended;

    PartitionCursor(
            Subscription subscription,
            Partition partition,
            Cursor<Receiver> cursor,
            Storage storage,
            Turn turn) {
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

    public Subscription subscription() {
        return subscription;
    }

    public int partitionNumber() {
        return id.partition().partition();
    }

    Partition partition() {
        return partition;
    }

    Cursor<Receiver> cursor() {
        return cursor;
    }

    @Override
    public long floor() {
        return cursor.floor();
    }

    /** Whether changes to it go to the engine: it is durable and still exists. */
    public boolean isStored() {
        return subscription.isDurable() && !ended;
    }

    boolean isEnded() {
        return ended;
    }

    /** The subscription is gone: what is still leased means nothing any more. */
    void end() {
        ended = true;
        skipped.clear();
        partition.detach(this);
    }

    Walk newWalk(Filter filter) {
        Walk walk = new Walk(this, filter, storage);
        walks.add(walk);
        return walk;
    }

    void dropWalk(Walk walk) {
        walks.remove(walk);
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
        }
    }

    /** Takes back a message that nobody saw. */
    public void giveBack(Lease<Receiver> lease) {
        if (!ended) {
            cursor.giveBack(lease);
            returned(lease.offset());
        }
    }

    /** Takes back a message that may have been seen; the count of a durable one is written. */
    public void release(Lease<Receiver> lease, List<Change> counts) {
        if (!ended) {
            cursor.release(lease, 0);
            if (subscription.isDurable()) {
                counts.add(new Change.DeliveryCount(id, lease.offset(), lease.deliveryCount()));
            }
            returned(lease.offset());
        }
    }

    private void returned(long offset) {
        for (Walk walk : walks) {
            walk.onReturned(offset);
        }
        subscription.wake();
    }

    /** Settles what nobody will get. */
    void skip(long first, long last) {
        OffsetRange range = new OffsetRange(first, last);
        settled(List.of(range));
        if (!isStored()) {
            return;
        }
        int end = skipped.size() - 1;
        if (end >= 0 && skipped.get(end).last() + 1 == first) {
            skipped.set(end, new OffsetRange(skipped.get(end).first(), last));
        } else {
            skipped.add(range);
        }
        if (!skipDue) {
            skipDue = true;
            turn.atEnd(Turn.Phase.SETTLE, this::storeSkipped);
        }
    }

    private void storeSkipped() {
        skipDue = false;
        if (!skipped.isEmpty()) {
            storage.commit(List.of(new Change.Settle(id, skipped)), () -> {});
            skipped.clear();
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
