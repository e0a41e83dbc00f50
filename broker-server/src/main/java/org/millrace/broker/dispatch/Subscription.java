package org.millrace.broker.dispatch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Predicate;
import org.millrace.broker.loop.Storage;
import org.millrace.broker.loop.Turn;
import org.millrace.broker.settings.BrokerSettings;
import org.millrace.foundation.Check;
import org.millrace.foundation.Loop;
import org.millrace.persistence.Change;
import org.millrace.persistence.CursorState;
import org.millrace.wire.record.JmsHeader;
import org.millrace.wire.record.Record;

/**
 * A named right to receive: the cursors of one subscription, its consumers and their dispatcher.
 * Confined to the loop of its destination.
 *
 * <p>Durable ones live in the catalog, the others in memory. A subscription of a topic owns its
 * filter: what does not match never enters it (§3.8). On a queue each consumer brings its own.
 */
public final class Subscription {
    /** Whether it outlives its consumers and the broker. */
    public enum Lifetime {
        DURABLE,
        EPHEMERAL
    }

    /** Whose the filters are. */
    public enum Filtering {
        BY_SUBSCRIPTION,
        BY_CONSUMER
    }

    private static final long NO_HORIZON = Long.MAX_VALUE;

    private final Loop loop;
    private final SubscriptionTerms terms;
    private final long id;
    private final String name;
    private final Lifetime lifetime;
    private final Filtering filtering;
    private final Redelivery redelivery;
    private final BrokerSettings settings;
    private final Storage storage;
    private final Turn turn;
    private final Dispatcher dispatcher;
    private final Keys keys = new Keys();
    private final List<PartitionCursor> cursors = new ArrayList<>();
    private final PriorityQueue<Integer> freeIndexes = new PriorityQueue<>();
    private final List<Runnable> whenOpen = new ArrayList<>();
    private Filter own = Filter.ALL;
    private String beganAt = "";
    private boolean open;
    private boolean ended;

    public Subscription(
            Loop loop,
            Turn turn,
            Storage storage,
            BrokerSettings settings,
            SubscriptionTerms terms) {
        this.terms = terms;
        this.id = terms.id();
        this.name = terms.name();
        this.lifetime = terms.lifetime();
        this.filtering = terms.filtering();
        this.redelivery = terms.redelivery();
        this.loop = loop;
        this.settings = settings;
        this.storage = storage;
        this.turn = turn;
        this.dispatcher = new Dispatcher(loop, turn, settings.takeoverDelay());
    }

    public long id() {
        return id;
    }

    public String name() {
        return name;
    }

    public SubscriptionLabel label() {
        return terms.label();
    }

    Redelivery redelivery() {
        return redelivery;
    }

    public boolean isDurable() {
        return lifetime == Lifetime.DURABLE;
    }

    /** A subscription of a topic reads what matches, and nothing else ever. */
    public void reads(Filter filter) {
        own = filter;
    }

    /** Whether the record is for it at all; on a queue each is. */
    boolean isFor(Record record, JmsHeader header) {
        return own.matchesReadable(record, header);
    }

    boolean ownsFilter() {
        return filtering == Filtering.BY_SUBSCRIPTION;
    }

    int horizonStep() {
        return settings.horizonStep();
    }

    Duration takeoverDelay() {
        return settings.takeoverDelay();
    }

    long nowMillis() {
        return loop.clock().millis();
    }

    Keys keys() {
        return keys;
    }

    /** For a new cursor: lowest that no other has. */
    int takeIndex() {
        return freeIndexes.isEmpty() ? cursors.size() : freeIndexes.poll();
    }

    /** What the consumer furthest behind has received of this log. */
    long lowestLast(PartitionCursor cursor) {
        return dispatcher.lowestLast(cursor);
    }

    /** What it becomes when it is moved: the same one, without cursors and consumers so far. */
    public Subscription successor() {
        Subscription next = new Subscription(loop, turn, storage, settings, terms);
        next.own = own;
        next.beganAt = beganAt;
        return next;
    }

    /**
     * Its consumers go on in what it has become. What was sent to them before means nothing any
     * more: to acknowledge it settles nothing, and what they have not seen of it they give back
     * before anything else comes.
     */
    public void handOverTo(Subscription successor) {
        for (Seat seat : List.copyOf(dispatcher.seats())) {
            Filter filter = ownsFilter() ? successor.own : seat.view.filter();
            seat.receiver.moved(successor, successor.dispatcher.takeOver(seat, filter));
        }
        successor.whenOpen.addAll(whenOpen);
        whenOpen.clear();
    }

    /** Where its consumers asked it to begin, as text; empty when they did not. */
    public String beganAt() {
        return beganAt;
    }

    public void beganAt(String position) {
        beganAt = position;
    }

    /** Starts above the floor, with nothing settled there. */
    public PartitionCursor addPartition(Partition partition, long floor, long horizon) {
        long from = isDurable() ? horizon : NO_HORIZON;
        return add(partition, new Cursor<>(floor, from, 0));
    }

    /**
     * Goes on where the cursor was left.
     *
     * <p>What lies below its horizon counts as delivered once: a stop in order puts it back.
     */
    public void addPartition(Partition partition, CursorState stored) {
        // The horizon is reserved ahead: what is appended from now on was never delivered.
        long uncertainBelow = Math.min(stored.horizon(), partition.end());
        Cursor<Seat> cursor = new Cursor<>(stored.floor(), stored.horizon(), uncertainBelow);
        stored.settledAbove().forEach(range -> cursor.settle(range.first(), range.last()));
        // How long they had rested is not known: they rest once more.
        stored.deliveryCounts()
                .forEach(
                        (offset, count) ->
                                cursor.restoreDeliveries(
                                        offset, count, redelivery.notBeforeMillis(count)));
        add(partition, cursor);
    }

    private PartitionCursor add(Partition partition, Cursor<Seat> cursor) {
        PartitionCursor added = new PartitionCursor(this, partition, cursor, storage, turn);
        cursors.add(added);
        dispatcher.add(added);
        return added;
    }

    /** All of it is settled and nothing comes to it any more. */
    public void removePartition(Partition partition) {
        for (PartitionCursor cursor : List.copyOf(cursors)) {
            if (cursor.partition() == partition) {
                cursors.remove(cursor);
                dispatcher.remove(cursor);
                cursor.finish();
                freeIndexes.add(cursor.index());
            }
        }
    }

    public List<PartitionCursor> cursors() {
        return cursors;
    }

    public boolean hasPartition(Partition partition) {
        return cursors.stream().anyMatch(cursor -> cursor.partition() == partition);
    }

    /** A stop in order; nothing of it is leased any more. */
    public void stop(List<Change> changes) {
        cursors.forEach(cursor -> cursor.stop(changes));
    }

    /** It exists durably, or needs not: deliveries begin. */
    public void open() {
        Check.invariant(!open, "subscription %s opened twice", name);
        open = true;
        dispatcher.open();
        whenOpen.forEach(Runnable::run);
        whenOpen.clear();
    }

    /** Runs at once, or when it is open; never when it ends before. */
    public void whenOpen(Runnable then) {
        if (open) {
            then.run();
        } else {
            whenOpen.add(then);
        }
    }

    /** Adds a consumer; consumers with the same selector share a view of a queue. */
    public Seat join(Receiver receiver, String selector, Filter filter) {
        Check.invariant(!ended, "subscription %s has ended", name);
        return dispatcher.join(receiver, selector, filter);
    }

    /** A look at what is there now, without taking from it. */
    public Browse browse(Loop loop, Filter filter) {
        return new Browse(loop, storage, filter, cursors, settings.maxRecordBytes());
    }

    /** A walk through what is free now, for somebody who takes messages out of the way. */
    public Gathering gather(Runnable whenLoaded) {
        return new Gathering(storage, cursors, whenLoaded);
    }

    /** There may be something new to deliver. */
    public void wake() {
        dispatcher.wake();
    }

    public int consumerCount() {
        return dispatcher.seats().size();
    }

    /** Whether such a consumer, closed or not, was sent messages that are not finished. */
    public boolean isHeldBy(Predicate<Receiver> consumer) {
        return cursors.stream()
                .anyMatch(cursor -> cursor.cursor().isHeldBy(seat -> consumer.test(seat.receiver)));
    }

    /** Where it is, log by log; nothing before its destination is open. */
    public List<CursorFacts> cursorFacts() {
        return cursors.stream().map(PartitionCursor::facts).toList();
    }

    /** Delivered and not settled. */
    public int inFlightCount() {
        return cursors.stream().mapToInt(each -> each.cursor().leaseCount()).sum();
    }

    /** Its open consumers. */
    public List<Receiver> receivers() {
        return dispatcher.seats().stream().map(seat -> seat.receiver).toList();
    }

    /** As {@link PartitionCursor#purge}, in all logs; a durable one commits the changes. */
    public long purge(List<Change> changes) {
        return cursors.stream().mapToLong(each -> each.purge(changes)).sum();
    }

    /** Whether a branch in doubt has consumed messages of it. */
    public boolean isInDoubt() {
        return isHeldBy(receiver -> receiver == Seat.IN_DOUBT.receiver);
    }

    public boolean isEnded() {
        return ended;
    }

    /** Ends it with all its state in memory; its consumers hear why. */
    public void end(String reason) {
        if (!ended) {
            ended = true;
            List<Seat> left = List.copyOf(dispatcher.seats());
            dispatcher.close();
            cursors.forEach(PartitionCursor::end);
            cursors.clear();
            left.forEach(seat -> seat.receiver.closed(reason));
        }
    }

    @Override
    public String toString() {
        return "subscription " + name + " (" + id + ")";
    }
}
