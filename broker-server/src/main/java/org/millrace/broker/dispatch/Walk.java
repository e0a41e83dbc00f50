package org.millrace.broker.dispatch;

import org.millrace.broker.loop.Storage;
import org.millrace.wire.record.JmsHeader;
import org.millrace.wire.record.Record;

/**
 * The way of one view through one partition: upward from its own position, with those offsets first
 * that it passed and that came back since. Confined to the loop of its destination.
 */
final class Walk {
    /** What looking for the next message came to. */
    enum Outcome {
        /** {@link #take} may be called now. */
        FOUND,
        /** There is nothing; an append or a release changes that. */
        END,
        /** A read or a move of the horizon is on its way; the subscription is woken then. */
        WAIT,
        /** This turn's share of work is used up. */
        BUSY
    }

    private final PartitionCursor in;
    private final Cursor<Seat> cursor;
    private final Filter filter;
    private final ReadAhead ahead;
    private final ReadAhead behind;
    private final Returned returned;
    private long position;
    private Record candidate;
    private boolean candidatePersistent;
    private long candidateExpiration;

    Walk(PartitionCursor in, Filter filter, Storage storage) {
        this.in = in;
        this.cursor = in.cursor();
        this.filter = filter;
        this.position = in.floor() + 1;
        this.returned = new Returned(in.subscription().takeoverDelay());
        this.ahead = new ReadAhead(in.partition(), storage, in.subscription()::wake);
        this.behind = new ReadAhead(in.partition(), storage, in.subscription()::wake);
    }

    int lane() {
        return in.id().partition().lane();
    }

    PartitionCursor in() {
        return in;
    }

    /** An offset is free again; what was passed must be looked at again, in its old place. */
    void onReturned(long offset, Returned.To whom, long nowMillis) {
        if (offset < position) {
            returned.add(offset, whom, nowMillis);
        }
        if (candidate != null && offset < candidate.offset()) {
            candidate = null;
        }
    }

    /** Whether what it finds depends on the consumer. */
    boolean isSelective() {
        return returned.isSelective();
    }

    /** Looks for the next message for this consumer, spending from the budget. */
    Outcome next(Seat seat, Budget budget) {
        if (candidate != null && (returned.isSelective() || candidate.offset() < position)) {
            // Found for another consumer, perhaps.
            candidate = null;
        }
        if (candidate != null) {
            if (cursor.isFree(candidate.offset()) && !isExpired(budget.nowMillis())) {
                return Outcome.FOUND;
            }
            candidate = null;
        }
        Outcome behindUs = returned.isEmpty() ? Outcome.END : nextReturned(seat, budget);
        return behindUs == Outcome.END ? nextAhead(budget) : behindUs;
    }

    private boolean isExpired(long nowMillis) {
        return candidateExpiration != 0 && nowMillis >= candidateExpiration;
    }

    private Outcome nextReturned(Seat seat, Budget budget) {
        returned.promote(budget);
        long last = seat.lastOf(in);
        long lowestLast = returned.isSelective() ? in.subscription().lowestLast(in) : last;
        long offset = -1;
        while ((offset = returned.next(offset + 1, last, lowestLast)) != Returned.NONE) {
            if (!budget.spend()) {
                return Outcome.BUSY;
            }
            if (!cursor.isFree(offset)) {
                returned.remove(offset);
                continue;
            }
            if (cursor.notBeforeMillis(offset) > budget.nowMillis()) {
                budget.wakeAt(cursor.notBeforeMillis(offset));
                continue;
            }
            Record record = behind.find(offset);
            if (record == null && behind.isLoading()) {
                return Outcome.WAIT;
            }
            if (record == null || record.offset() != offset) {
                in.skip(offset, offset);
                returned.remove(offset);
            } else if (examine(record, budget.nowMillis())) {
                return Outcome.FOUND;
            } else {
                returned.remove(offset);
            }
        }
        return Outcome.END;
    }

    private Outcome nextAhead(Budget budget) {
        while (true) {
            position = cursor.nextFree(position);
            if (position >= in.partition().end() || !cursor.canReach(position)) {
                return Outcome.END;
            }
            if (!budget.spend()) {
                return Outcome.BUSY;
            }
            Record record = ahead.find(position);
            if (record == null) {
                return ahead.isLoading() ? Outcome.WAIT : Outcome.END;
            }
            if (record.offset() > position) {
                in.skip(position, record.offset() - 1);
                position = record.offset();
            }
            if (cursor.isFree(position) && examine(record, budget.nowMillis())) {
                if (in.reachHorizon(position)) {
                    return Outcome.FOUND;
                }
                candidate = null;
                return Outcome.WAIT;
            }
            position++;
        }
    }

    /**
     * Makes the record the candidate when it is for this view; settles it when it is for nobody.
     */
    private boolean examine(Record record, long nowMillis) {
        JmsHeader header = JmsHeader.of(record);
        if (header.isExpiredAt(nowMillis)) {
            in.skip(record.offset(), record.offset());
            return false;
        }
        if (!filter.matchesReadable(record, header)) {
            if (in.subscription().ownsFilter()) {
                in.skip(record.offset(), record.offset());
            }
            return false;
        }
        candidate = record;
        candidatePersistent = header.isPersistent();
        candidateExpiration = header.expiration();
        return true;
    }

    /** Leases the message found by the last {@link #next}. */
    Dispatched take(Seat seat) {
        Record taken = candidate;
        candidate = null;
        Lease<Seat> lease = cursor.lease(taken.offset(), seat);
        seat.took(in, lease);
        if (taken.offset() == position) {
            position++;
        } else {
            returned.remove(taken.offset());
        }
        return new Dispatched(in, lease, taken, candidatePersistent);
    }
}
