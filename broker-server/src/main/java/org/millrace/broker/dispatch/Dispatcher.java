package org.millrace.broker.dispatch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.millrace.broker.loop.RefusedException;
import org.millrace.broker.loop.Turn;
import org.millrace.foundation.Loop;
import org.millrace.wire.ErrorCode;

/**
 * Pairs the eligible messages of one subscription with the credit of its consumers. Confined to the
 * loop of its destination; works at the end of turns, bounded each time.
 *
 * <p>Strict rotation: of the consumers that are ready and have something to get, the one that waits
 * longest is served. A consumer that has credit and eligible messages gets them; when it has got
 * nothing because others buffer what it could take, they are asked to give it back.
 */
final class Dispatcher {
    private static final int RECORDS_PER_RUN = 1024;
    private static final Duration DRAIN_PATIENCE = Duration.ofSeconds(2);

    /** Milliseconds that one message in another's buffer may keep a consumer waiting. */
    private static final long RECLAIM_DELAY = 20;

    private final Loop loop;
    private final long takeoverMillis;
    private final Turn turn;
    private final List<PartitionCursor> cursors = new ArrayList<>();
    private final List<View> views = new ArrayList<>();
    private Assignment assignment = Assignment.SHARED;

    /** Of views whose consumers have all left, and have something in flight; by selector. */
    private final Map<String, Ownership> abandoned = new HashMap<>();

    private final List<Seat> seats = new ArrayList<>();

    /** In the run that is going on. */
    private final List<Seat> delivered = new ArrayList<>();

    private long tickets;
    private boolean due;
    private boolean open;
    private long feedAtMillis = Long.MAX_VALUE;
    private Loop.Timer feedTimer = () -> {};
    private Loop.Timer wakeTimer = () -> {};

    Dispatcher(Loop loop, Turn turn, Duration takeoverDelay) {
        this.loop = loop;
        this.takeoverMillis = takeoverDelay.toMillis();
        this.turn = turn;
    }

    /** From now on messages may be delivered. */
    void open() {
        open = true;
        wake();
    }

    void close() {
        open = false;
        wakeTimer.cancel();
        feedTimer.cancel();
        for (Seat seat : List.copyOf(seats)) {
            leave(seat);
        }
    }

    long nowMillis() {
        return loop.clock().millis();
    }

    /** What the consumer furthest behind has received of this log. */
    long lowestLast(PartitionCursor cursor) {
        long lowest = Long.MAX_VALUE;
        for (Seat seat : seats) {
            lowest = Math.min(lowest, seat.lastOf(cursor));
        }
        return lowest;
    }

    List<Seat> seats() {
        return seats;
    }

    void add(PartitionCursor cursor) {
        cursors.add(cursor);
        views.forEach(view -> view.add(cursor));
        views.forEach(this::clearTheWay);
        if (!seats.isEmpty()) {
            cursor.partition().follow(cursor.subscription());
        }
        wake();
    }

    /** All of it is settled. */
    void remove(PartitionCursor cursor) {
        cursors.remove(cursor);
        cursor.partition().unfollow(cursor.subscription());
        views.forEach(view -> view.remove(cursor));
        seats.forEach(seat -> seat.forget(cursor));
        wake();
    }

    /** Those of all partitions and lanes. */
    List<PartitionCursor> cursors() {
        return cursors;
    }

    /**
     * @throws RefusedException when the others have another assignment
     */
    Seat join(Receiver receiver, String selector, Filter filter) {
        if (seats.isEmpty()) {
            assignment = receiver.assignment();
        } else if (receiver.assignment() != assignment) {
            throw RefusedException.of(
                    ErrorCode.IN_USE,
                    "%d consumers are open with assignment=%s, this one asks for assignment=%s;"
                            + " it must be the same for all",
                    seats.size(),
                    assignment.name().toLowerCase(Locale.ROOT),
                    receiver.assignment().name().toLowerCase(Locale.ROOT));
        }
        View view = viewOf(selector, filter);
        view.seats++;
        Seat seat = new Seat(receiver, view, this);
        seats.add(seat);
        if (seats.size() == 1) {
            cursors.forEach(each -> each.partition().follow(each.subscription()));
        }
        view.owners().ifPresent(owners -> owners.join(seat));
        clearTheWay(view);
        return seat;
    }

    /** A partition has moved: its old owner gives back what it has not seen. */
    private void clearTheWay(View view) {
        view.owners().ifPresent(owners -> owners.inTheWay().forEach(this::askBack));
    }

    /**
     * Takes over a consumer of the same subscription as it was before. What it has not seen of that
     * it is asked to give back, and is sent nothing before that is back.
     */
    Seat takeOver(Seat before, Filter filter) {
        Seat next = join(before.receiver, before.view.selector(), filter);
        next.reclaims = before.reclaims;
        if (next.receiver.buffered() > 0) {
            next.reclaims++;
            next.receiver.reclaim();
        }
        before.drains.forEach(drain -> next.drain(drain.whenDrained()));
        before.drains.clear();
        before.leave();
        next.becameReady();
        return next;
    }

    private View viewOf(String selector, Filter filter) {
        for (View view : views) {
            if (view.selector().equals(selector)) {
                return view;
            }
        }
        Optional<Ownership> owners =
                assignment == Assignment.EXCLUSIVE
                        ? Optional.of(ownersOf(selector))
                        : Optional.empty();
        View view = new View(selector, filter, owners);
        cursors.forEach(view::add);
        views.add(view);
        return view;
    }

    private Ownership ownersOf(String selector) {
        Ownership before = abandoned.remove(selector);
        return before == null ? new Ownership(this::wake) : before;
    }

    void leave(Seat seat) {
        if (seats.remove(seat)) {
            seat.gone = true;
            if (seats.isEmpty()) {
                cursors.forEach(each -> each.partition().unfollow(each.subscription()));
            }
            seat.view.remove(seat);
            seat.view.owners().ifPresent(owners -> owners.leave(seat));
            clearTheWay(seat.view);
            seat.reclaims = 0;
            answered(seat);
            seat.drains.forEach(Drain::done);
            seat.drains.clear();
            if (--seat.view.seats == 0) {
                seat.view.drop();
                abandoned.values().removeIf(owners -> !owners.holdsAnything());
                seat.view
                        .owners()
                        .filter(Ownership::holdsAnything)
                        .ifPresent(owners -> abandoned.put(seat.view.selector(), owners));
                views.remove(seat.view);
            }
        }
    }

    void queue(Seat seat) {
        if (!seat.queued && !seat.gone) {
            seat.queued = true;
            seat.ticket = ++tickets;
            seat.view.enqueue(seat);
            wake();
        }
    }

    void wake() {
        if (!due && open && !seats.isEmpty()) {
            due = true;
            turn.atEnd(Turn.Phase.DISPATCH, this::run);
        }
    }

    /** Its holder gave back what others wait for: it goes to the end of the line. */
    void answered(Seat holder) {
        if (holder.queued && !holder.gone) {
            holder.view.remove(holder);
            holder.queued = false;
            queue(holder);
        }
        seats.forEach(seat -> seat.drains.forEach(drain -> drain.answered(holder)));
        wake();
    }

    private void run() {
        due = false;
        if (!open) {
            return;
        }
        Budget budget = new Budget(RECORDS_PER_RUN, loop.clock().millis());
        View served;
        while ((served = choose(budget)) != null) {
            Seat seat = served.deliver(budget.nowMillis());
            if (!seat.isServed) {
                seat.isServed = true;
                delivered.add(seat);
            }
            if (views.size() == 1) {
                // Nobody else may be waiting: then it is its turn again.
                served.deliverTo(seat, budget);
            }
            if (seat.receiver.isReady()) {
                queue(seat);
            }
        }
        for (int i = 0; i < delivered.size(); i++) {
            delivered.get(i).isServed = false;
            flush(delivered.get(i));
        }
        delivered.clear();
        boolean unfinished = false;
        for (View view : views) {
            unfinished |= view.outcome() == Walk.Outcome.BUSY;
        }
        if (unfinished) {
            // The first view used up this run's share: the next run begins with another.
            views.add(views.remove(0));
            wake();
        }
        wakeAt(budget);
        feedTheHungry();
        answerDrains();
    }

    /** What was left out because its link was full is served when that has left. */
    private void flush(Seat seat) {
        seat.receiver.flush();
        if (seat.receiver.isReady()) {
            queue(seat);
        }
    }

    /** Of the views that have a consumer and a message, the one whose consumer waits longest. */
    private View choose(Budget budget) {
        View best = null;
        long bestTicket = Long.MAX_VALUE;
        for (View view : views) {
            Seat head = view.head();
            if (head == null) {
                view.rest();
            } else if (head.ticket < bestTicket && view.next(budget) == Walk.Outcome.FOUND) {
                // The one at the head may have received too much to take it.
                if (view.taker().ticket < bestTicket) {
                    best = view;
                    bestTicket = view.taker().ticket;
                }
            }
        }
        return best;
    }

    private void wakeAt(Budget budget) {
        wakeTimer.cancel();
        if (budget.wakeAtMillis() != Long.MAX_VALUE) {
            long millis = Math.max(1, budget.wakeAtMillis() - budget.nowMillis());
            wakeTimer = loop.after(Duration.ofMillis(millis), this::wake);
        }
    }

    private void feedTheHungry() {
        for (Seat seat : seats) {
            if (assignment == Assignment.SHARED
                    && seat.appetite != Seat.Appetite.NONE
                    && hasNothing(seat)) {
                feed(seat, seat.appetite == Seat.Appetite.NEW ? 1 : 2);
            }
        }
    }

    private boolean hasNothing(Seat seat) {
        return seat.starves() && seat.view.outcome() == Walk.Outcome.END;
    }

    /** Asks those that hold at least so many messages, or sees to it that it is tried again. */
    private void feed(Seat hungry, int least) {
        boolean asked = false;
        long againInMillis = Long.MAX_VALUE;
        for (Seat holder : seats) {
            int held = holder == hungry ? 0 : holder.receiver.buffered();
            if (held >= least && mayAsk(hungry, holder)) {
                askBack(holder);
                asked = true;
            } else if (held > 0) {
                long idle = nowMillis() - holder.progressMillis();
                long wait = hungry.isBehind(holder) ? RECLAIM_DELAY : takeoverMillis - idle;
                againInMillis = Math.min(againInMillis, wait);
            }
        }
        if (asked) {
            hungry.appetite = Seat.Appetite.NONE;
        } else if (againInMillis != Long.MAX_VALUE) {
            feedLater(againInMillis);
        }
    }

    /** Whether the holder may have something that the other could take. */
    private boolean mayAsk(Seat other, Seat holder) {
        if (assignment == Assignment.EXCLUSIVE) {
            return false;
        }
        if (nowMillis() - holder.progressMillis() >= takeoverMillis) {
            holder.giveUp();
            return true;
        }
        return other.isBehind(holder);
    }

    /** Whether what the holder is about to give back may be for the other. */
    private static boolean isOnItsWayOut(Seat holder, Seat other) {
        return holder.reclaims > 0
                && holder.view == other.view
                && holder.view.owners().filter(all -> all.inTheWay().contains(holder)).isPresent();
    }

    private void askBack(Seat holder) {
        if (holder.reclaims == 0) {
            holder.reclaims++;
            holder.receiver.reclaim();
        }
    }

    /** A consumer that still waits then gets what others hold, if it is but one. */
    private void feedLater(long millis) {
        long at = nowMillis() + Math.max(1, millis);
        if (at < feedAtMillis) {
            feedTimer.cancel();
            feedAtMillis = at;
            feedTimer =
                    loop.after(
                            Duration.ofMillis(Math.max(1, millis)),
                            () -> {
                                feedAtMillis = Long.MAX_VALUE;
                                for (Seat seat : seats) {
                                    if (seat.appetite != Seat.Appetite.NONE && hasNothing(seat)) {
                                        feed(seat, 1);
                                    }
                                }
                            });
        }
    }

    private void answerDrains() {
        for (Seat seat : seats) {
            if (!seat.drains.isEmpty()) {
                for (Drain drain : List.copyOf(seat.drains)) {
                    if (isDrained(seat, drain)) {
                        seat.drains.remove(drain);
                        drain.done();
                    }
                }
            }
        }
    }

    private boolean isDrained(Seat seat, Drain drain) {
        if (!seat.receiver.hasCredit()) {
            return true;
        }
        if (!seat.isReady() || !seat.queued || seat.view.outcome() != Walk.Outcome.END) {
            return false;
        }
        if (!drain.hasAsked()) {
            drain.asked();
            for (Seat holder : seats) {
                if (holder != seat && holder.receiver.buffered() > 0 && mayAsk(seat, holder)) {
                    askBack(holder);
                    drain.await(holder);
                } else if (isOnItsWayOut(holder, seat)) {
                    drain.await(holder);
                }
            }
            if (drain.isAwaiting()) {
                drain.waitAtMost(
                        loop.after(
                                DRAIN_PATIENCE,
                                () -> {
                                    drain.giveUpWaiting();
                                    wake();
                                }));
            }
        }
        return !drain.isAwaiting();
    }
}
