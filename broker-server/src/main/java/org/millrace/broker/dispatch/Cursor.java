package org.millrace.broker.dispatch;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.millrace.foundation.Check;
import org.millrace.persistence.OffsetRange;
import org.roaringbitmap.RoaringBitmap;

/**
 * What one subscription knows of the offsets of one partition. Pure: no time, no I/O. Confined to
 * the loop of its destination.
 *
 * <p>An offset is in one of four states:
 *
 * <pre>
 *   untouched --lease--> leased --settle--> settled (for good)
 *   untouched --settle--> settled             (expired, not for this subscription, a gap)
 *   leased --release, giveBack--> released --lease--> leased
 *   released --settle--> settled
 * </pre>
 *
 * Offsets at or below {@link #floor()} are settled. Above it settled offsets are bits relative to
 * {@code base}; {@link #canReach} bounds how far above the floor they may lie, so gaps are bounded
 * by not handing out more, never by refusing an acknowledgement.
 *
 * <p>Jakarta Messaging 3.1 §6.2.10, §6.2.11, §3.5.11.
 */
public final class Cursor<O> {
    /** An offset that was delivered and came back, or whose deliveries survived a restart. */
    private record Released(int deliveries, long notBeforeMillis, Past past) {}

    /** Of so many offsets that came back more is known than how often. */
    private static final int MAX_PASTS = 8192;

    private static final long MAX_SPAN = 1L << 31;
    private static final long PRUNE_STEP = 1L << 16;
    private static final int PACK_STEP = 1 << 16;

    private final long uncertainBelow;
    private final Leases<O> leases = new Leases<>();
    private final TreeMap<Long, Released> released = new TreeMap<>();
    private RoaringBitmap above = new RoaringBitmap();
    private int addedSincePacked;
    private long base;
    private long floor;
    private long horizon;

    /**
     * A cursor that has settled {@code floor} and everything below ({@code -1}: nothing).
     *
     * @param horizon offsets below it may be delivered; see {@link #mayDeliver}
     * @param uncertainBelow offsets below it may have been delivered in a run that ended uncleanly
     */
    public Cursor(long floor, long horizon, long uncertainBelow) {
        Check.argument(floor >= -1, "floor %d is below -1", floor);
        this.floor = floor;
        this.base = floor + 1;
        this.horizon = horizon;
        this.uncertainBelow = uncertainBelow;
    }

    /** Takes over a delivery count that survived a restart; it is not handed out before. */
    public void restoreDeliveries(long offset, int deliveries, long notBeforeMillis) {
        if (isFree(offset)) {
            released.put(offset, new Released(deliveries, notBeforeMillis, Past.NONE));
        }
    }

    /** This offset and all below are settled; {@code -1} when none is. Never moves back. */
    public long floor() {
        return floor;
    }

    public boolean isSettled(long offset) {
        return offset <= floor || hasBit(offset);
    }

    public boolean isLeased(long offset) {
        return leases.contains(offset);
    }

    /** Neither settled nor leased: may be handed out. */
    public boolean isFree(long offset) {
        return !isSettled(offset) && !isLeased(offset);
    }

    /** Lowest free offset at or above {@code from}. */
    public long nextFree(long from) {
        long offset = Math.max(from, floor + 1);
        while (true) {
            if (hasBit(offset)) {
                offset = base + above.nextAbsentValue(bit(offset));
            } else if (isLeased(offset)) {
                offset++;
            } else {
                return offset;
            }
        }
    }

    /** When a released offset may be handed out again, in milliseconds since 1970; 0 at once. */
    public long notBeforeMillis(long offset) {
        Released back = released.isEmpty() ? null : released.get(offset);
        return back == null ? 0 : back.notBeforeMillis();
    }

    /** How often a free offset was delivered, as far as is known (§3.5.11). */
    public int deliveriesSoFar(long offset) {
        Released back = released.isEmpty() ? null : released.get(offset);
        return back != null ? back.deliveries() : offset < uncertainBelow ? 1 : 0;
    }

    /** Whether it may have been delivered in a run that ended uncleanly. */
    public boolean isUncertain(long offset) {
        return offset < uncertainBelow;
    }

    /**
     * Where the horizon may be put when nothing is leased and nothing will be any more: below it
     * there is something whose deliveries are not known; 0 when all are.
     */
    public long uncertainHorizon() {
        return nextFree(floor + 1) < uncertainBelow ? uncertainBelow : 0;
    }

    /** Whether the offset is near enough to the floor to be handed out. */
    public boolean canReach(long offset) {
        return offset - floor < MAX_SPAN;
    }

    /** Offsets above the floor that are settled. */
    public long settledAboveCount() {
        long all = above.getLongCardinality();
        return all == 0 || floor < base ? all : all - above.rankLong(bit(floor));
    }

    /** Memory for what is settled above the floor. */
    long settledBytes() {
        return above.getLongSizeInBytes();
    }

    /** One above the highest settled offset. */
    public long settledEnd() {
        return above.isEmpty()
                ? floor + 1
                : Math.max(floor, base + Integer.toUnsignedLong(above.last())) + 1;
    }

    /** Unsettled offsets below the given one, in ranges; only so many of the first. */
    public List<OffsetRange> unsettled(long before, int maxRanges) {
        List<OffsetRange> ranges = new ArrayList<>();
        long from = floor + 1;
        while (from < before && ranges.size() < maxRanges) {
            if (hasBit(from)) {
                from = base + above.nextAbsentValue(bit(from));
            } else {
                long next = from < base ? -1 : above.nextValue(bit(from));
                long end = next < 0 ? before : Math.min(before, base + next);
                ranges.add(new OffsetRange(from, end - 1));
                from = end;
            }
        }
        return ranges;
    }

    /**
     * What is neither leased nor at or below the floor, up to {@code last}, as far as it can be
     * reached; offsets that are settled already may be among it.
     */
    public List<OffsetRange> unleased(long last) {
        long[] held = leases.offsets();
        long end = held.length == 0 ? last : Math.min(last, floor + MAX_SPAN - 1);
        List<OffsetRange> ranges = new ArrayList<>();
        long from = floor + 1;
        for (long offset : held) {
            if (from < offset && offset <= end) {
                ranges.add(new OffsetRange(from, offset - 1));
            }
            from = Math.max(from, offset + 1);
        }
        if (from <= end) {
            ranges.add(new OffsetRange(from, end));
        }
        return ranges;
    }

    /** Who holds the offset; empty when nobody does. */
    public Optional<O> holderOf(long offset) {
        return Optional.ofNullable(leases.get(offset)).map(Lease::owner);
    }

    public int leaseCount() {
        return leases.size();
    }

    /** Whether an owner of this kind holds something that is not being settled already. */
    public boolean isHeldBy(Predicate<O> owner) {
        return leases.any(lease -> !lease.isSettling() && owner.test(lease.owner()));
    }

    public int releasedCount() {
        return released.size();
    }

    /** Offsets below it may be delivered: it is durable that they may have been. */
    public long horizon() {
        return horizon;
    }

    public boolean mayDeliver(long offset) {
        return offset < horizon;
    }

    public void moveHorizon(long to) {
        horizon = Math.max(horizon, to);
    }

    /** Hands a free offset to the owner. */
    public Lease<O> lease(long offset, O owner) {
        Check.invariant(isFree(offset), "offset %d is not free; floor %d", offset, floor);
        Check.invariant(canReach(offset), "offset %d is too far above %d", offset, floor);
        Check.invariant(mayDeliver(offset), "offset %d is beyond horizon %d", offset, horizon);
        return lease(offset, owner, deliveriesSoFar(offset) + 1);
    }

    /** Gives an offset that was delivered in an earlier run to who has held it since then. */
    Lease<O> hold(long offset, O owner) {
        Check.invariant(isFree(offset), "offset %d is not free; floor %d", offset, floor);
        return lease(offset, owner, Math.max(1, deliveriesSoFar(offset)));
    }

    private Lease<O> lease(long offset, O owner, int deliveryCount) {
        Released back = released.isEmpty() ? null : released.remove(offset);
        Past past = back == null ? Past.NONE : back.past();
        Lease<O> lease = new Lease<>(offset, owner, deliveryCount, past);
        leases.put(lease);
        return lease;
    }

    /**
     * Takes a free offset out of the way without handing it to anybody: it is about to be settled
     * elsewhere. Ended as any lease, or by {@link #unclaim}.
     */
    public Lease<O> claim(long offset) {
        Check.invariant(isFree(offset), "offset %d is not free; floor %d", offset, floor);
        Lease<O> claimed = lease(offset, null, deliveriesSoFar(offset));
        claimed.settling();
        return claimed;
    }

    /** Nothing came of it: the offset is as it was. */
    public void unclaim(Lease<O> claimed) {
        end(claimed, new Released(claimed.deliveryCount(), 0, claimed.past()));
    }

    /**
     * Takes a lease back; the attempt counts. Not handed out again before the given time.
     *
     * @param cause why, as far as somebody said so; else empty
     */
    public void release(Lease<O> lease, long notBeforeMillis, String cause) {
        Past past = released.size() < MAX_PASTS ? lease.failedBy(cause) : Past.NONE;
        end(lease, new Released(lease.deliveryCount(), notBeforeMillis, past));
    }

    /** Takes back a lease whose message nobody saw: the attempt does not count. */
    public void giveBack(Lease<O> lease) {
        end(lease, new Released(lease.deliveryCount() - 1, 0, lease.past()));
    }

    private void end(Lease<O> lease, Released back) {
        Lease<O> held = leases.remove(lease.offset());
        Check.invariant(
                held == lease, "offset %d is not leased so; floor %d", lease.offset(), floor);
        released.put(lease.offset(), back);
        lease.end();
    }

    /** Finishes offsets, both ends included, whatever their state was. */
    public void settle(long first, long last) {
        long from = Math.max(first, floor + 1);
        if (last < from) {
            return;
        }
        forget(from, last);
        if (from == floor + 1) {
            floor = last;
            if (!above.isEmpty()) {
                prune();
            }
        } else {
            Check.invariant(canReach(last), "offset %d is too far above %d", last, floor);
            if (above.isEmpty() || last - base >= MAX_SPAN) {
                rebase();
            }
            above.add(from - base, last - base + 1);
            if (++addedSincePacked == PACK_STEP) {
                // Behind a straggler all is settled: runs take next to nothing.
                addedSincePacked = 0;
                above.runOptimize();
            }
        }
    }

    private void forget(long first, long last) {
        if (last - first < leases.size()) {
            for (long offset = first; offset <= last; offset++) {
                endIfAny(leases.remove(offset));
            }
        } else {
            for (long offset : leases.offsets()) {
                if (first <= offset && offset <= last) {
                    endIfAny(leases.remove(offset));
                }
            }
        }
        if (!released.isEmpty()) {
            released.subMap(first, true, last, true).clear();
        }
    }

    private void endIfAny(Lease<O> lease) {
        if (lease != null) {
            lease.end();
        }
    }

    /** The floor moved: it may meet ranges that were settled out of order by other consumers. */
    private void prune() {
        if (hasBit(floor + 1)) {
            floor = base + above.nextAbsentValue(bit(floor + 1)) - 1;
        }
        if (Integer.toUnsignedLong(above.last()) <= floor - base) {
            above = new RoaringBitmap();
        } else if (floor - base >= PRUNE_STEP) {
            rebase();
        }
    }

    private void rebase() {
        if (above.isEmpty()) {
            base = floor + 1;
        } else if (floor + 1 > base) {
            above.remove(0L, floor + 1 - base);
            // Whole containers only: shifting by less would rewrite every one of them.
            long shift = (floor + 1 - base) & -PRUNE_STEP;
            above = RoaringBitmap.addOffset(above, -shift);
            base += shift;
        }
    }

    private boolean hasBit(long offset) {
        return offset >= base && offset - base < 2 * MAX_SPAN && above.contains(bit(offset));
    }

    private int bit(long offset) {
        return (int) (offset - base);
    }
}
