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

    /** How far a walk may go. */
    enum Reach {
        /** To the end of its log. */
        ALL,
        /** Not beyond what it has passed: older layouts were not passed yet (ADR-0008). */
        PASSED
    }

    private final PartitionCursor in;
    private final View view;
    private final Cursor<Seat> cursor;
    private final Filter filter;
    private final ReadAhead ahead;
    private final ReadAhead behind;
    private final Returned returned;
    private final Parked parked;
    private long position;
    private Record candidate;
    private boolean candidatePersistent;
    private long candidateExpiration;

    Walk(PartitionCursor in, View view, Filter filter, Storage storage) {
        this.in = in;
        this.view = view;
        this.cursor = in.cursor();
        this.filter = filter;
        this.position = in.floor() + 1;
        this.returned = new Returned(in.subscription().takeoverDelay());
        this.parked = new Parked(returned, in);
        this.ahead = new ReadAhead(in.partition(), storage, in.subscription()::wake);
        this.behind = new ReadAhead(in.partition(), storage, in.subscription()::wake);
    }

    int lane() {
        return in.lane();
    }

    int layout() {
        return in.layout();
    }

    /** Whether what it comes across was sent before what the other does, for the same key. */
    boolean precedes(Walk other) {
        return layout() < other.layout() && lane() == other.lane() && view == other.view;
    }

    /** Whether nothing that it passed came back, or waits for its key. */
    boolean keepsNothing() {
        return returned.isEmpty() && parked.isEmpty();
    }

    /** Whether everything in its log was taken, is kept for later, or is not for its view. */
    boolean hasPassedAll() {
        position = cursor.nextFree(position);
        return position >= in.partition().end();
    }

    PartitionCursor in() {
        return in;
    }

    Parked parked() {
        return parked;
    }

    /**
     * An offset is about to be free again; what was passed must be looked at again, in its old
     * place.
     *
     * @param key of the record; null when it has none
     */
    void onReturned(long offset, Key key, Returned.Place place, long nowMillis) {
        if (offset < position) {
            if (key == null) {
                returned.add(offset, place, nowMillis);
            } else {
                key.waitingIn(this).add(offset, place);
            }
        }
        if (candidate != null && offset < candidate.offset()) {
            candidate = null;
        }
    }

    /** Whether what it finds depends on the consumer. */
    boolean isSelective() {
        return returned.isSelective() || parked.isSelective();
    }

    /** Looks for the next message for this consumer, spending from the budget. */
    Outcome next(Seat seat, Reach reach, Budget budget) {
        if (candidate != null
                && (isSelective() || candidate.hasKey() || candidate.offset() < position)) {
            // Found for another consumer, perhaps.
            candidate = null;
        }
        if (candidate != null) {
            if (cursor.isFree(candidate.offset()) && !isExpired(budget.nowMillis())) {
                return Outcome.FOUND;
            }
            candidate = null;
        }
        Outcome behindUs =
                returned.isEmpty() && parked.isEmpty() ? Outcome.END : nextReturned(seat, budget);
        return behindUs == Outcome.END && reach == Reach.ALL ? nextAhead(seat, budget) : behindUs;
    }

    private boolean isExpired(long nowMillis) {
        return candidateExpiration != 0 && nowMillis >= candidateExpiration;
    }

    private Outcome nextReturned(Seat seat, Budget budget) {
        returned.promote(budget);
        long last = seat.lastOf(in);
        long lowestLast = returned.isSelective() ? in.subscription().lowestLast(in) : last;
        long offset = -1;
        while (true) {
            offset =
                    Math.min(
                            returned.next(offset + 1, last, lowestLast),
                            parked.next(offset + 1, seat));
            if (offset == Returned.NONE) {
                return Outcome.END;
            }
            if (!budget.spend()) {
                return Outcome.BUSY;
            }
            if (!cursor.isFree(offset)) {
                remove(offset);
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
                remove(offset);
            } else if (!examine(record, budget.nowMillis())) {
                remove(offset);
            } else if (isOfBarredKey(record, seat, budget)) {
                candidate = null;
                returned.remove(offset);
            } else {
                return foundAt(offset);
            }
        }
    }

    /** What a branch had over a restart comes back without its key, and may have to wait for it. */
    private boolean isOfBarredKey(Record record, Seat seat, Budget budget) {
        return record.hasKey() && !parked.has(record.offset()) && mustWait(record, seat, budget);
    }

    private void remove(long offset) {
        if (!parked.remove(offset)) {
            returned.remove(offset);
        }
    }

    private Outcome foundAt(long offset) {
        if (in.reachHorizon(offset)) {
            return Outcome.FOUND;
        }
        candidate = null;
        return Outcome.WAIT;
    }

    private Outcome nextAhead(Seat seat, Budget budget) {
        while (true) {
            position = cursor.nextFree(position);
            if (position >= in.partition().end() || !cursor.canReach(position) || parked.isFull()) {
                return Outcome.END;
            }
            if (!budget.spend()) {
                return Outcome.BUSY;
            }
            Record record = ahead.find(position);
            if (record == null || record.offset() >= in.partition().end()) {
                return passEnd(record);
            }
            if (record.offset() > position) {
                in.skip(position, record.offset() - 1);
                position = record.offset();
            }
            if (cursor.isFree(position) && examine(record, budget.nowMillis())) {
                if (!mustWait(record, seat, budget)) {
                    return foundAt(position);
                }
                candidate = null;
            }
            position++;
        }
    }

    /**
     * There is nothing below the end of the log: after a restart it may end above its last record,
     * for what was given out is not reused. What lies beyond was committed, but not answered yet.
     */
    private Outcome passEnd(Record beyond) {
        if (beyond == null && ahead.isLoading()) {
            return Outcome.WAIT;
        }
        if (beyond != null || ahead.isAtEnd()) {
            long end = in.partition().end();
            in.skip(position, end - 1);
            position = end;
        }
        return Outcome.END;
    }

    /** Keeps for later what this consumer, or nobody yet, may have. */
    private boolean mustWait(Record record, Seat seat, Budget budget) {
        long offset = record.offset();
        long notBefore = cursor.notBeforeMillis(offset);
        boolean rests = notBefore > budget.nowMillis();
        if (record.hasKey()) {
            Key key = in.subscription().keys().find(record);
            if (rests || (key != null && key.bars(seat, this))) {
                boolean isNew = cursor.deliveriesSoFar(offset) == 0;
                Returned.To whom = isNew ? Returned.To.THOSE_BEFORE : Returned.To.ANYBODY;
                in.subscription()
                        .keys()
                        .get(record)
                        .waitingIn(this)
                        .add(offset, new Returned.Place(whom, notBefore));
                if (rests) {
                    budget.wakeAt(notBefore);
                }
                return true;
            }
        } else if (rests) {
            Returned.Place place = new Returned.Place(Returned.To.ANYBODY, notBefore);
            returned.add(offset, place, budget.nowMillis());
            budget.wakeAt(notBefore);
        }
        return rests;
    }

    /**
     * Makes the record the candidate when it is for this view; settles it when it is for nobody.
     */
    private boolean examine(Record record, long nowMillis) {
        JmsHeader header = JmsHeader.of(record);
        if (in.isLost(record.offset(), header)) {
            in.skip(record.offset(), record.offset());
            return false;
        }
        if (header.isExpiredAt(nowMillis)) {
            // What is to be said again later the sweeper will say.
            in.expire(record, header);
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
    Dispatched take(Seat seat, long nowMillis) {
        Record taken = candidate;
        candidate = null;
        Lease<Seat> lease = cursor.lease(taken.offset(), seat);
        lease.handedOver(nowMillis);
        seat.took(in, lease);
        if (taken.hasKey()) {
            Key key = in.subscription().keys().get(taken);
            key.taken(seat);
            lease.hasKey(key);
        }
        view.took(seat, in, lease);
        if (taken.offset() == position) {
            position++;
        } else {
            remove(taken.offset());
        }
        return new Dispatched(in, lease, taken, candidatePersistent);
    }
}
