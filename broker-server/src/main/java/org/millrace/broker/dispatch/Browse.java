package org.millrace.broker.dispatch;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.millrace.broker.loop.Storage;
import org.millrace.broker.settings.BrokerSettings;
import org.millrace.foundation.Check;
import org.millrace.foundation.Loop;
import org.millrace.wire.record.JmsHeader;
import org.millrace.wire.record.Record;

/**
 * One look through a queue that takes nothing from it. Confined to the loop of its destination;
 * works in bounded steps and never waits.
 *
 * <p>It ends at what was there when it was opened, and shows what a consumer could get at the
 * moment of looking, in that order: highest lane first, oldest layout first, upward in each
 * partition; not what is leased, settled, expired or waiting for its redelivery. Between two pages
 * it holds no records.
 *
 * <p>Jakarta Messaging 3.1 §4.1.6.
 */
public final class Browse {
    private static final int RECORDS_PER_TURN = 1024;
    private static final int MAX_PAGE_BYTES = 256 * 1024;

    /** A message as its next consumer would get it. */
    public record Shown(int partition, Record record, int deliveryCount) {}

    /** The next messages in order; {@code last} when there are no more. */
    public record Page(List<Shown> messages, boolean last) {}

    /** The way through one partition. */
    private static final class Leg {
        private final PartitionCursor in;
        private final long end;
        private long position;

        Leg(PartitionCursor in) {
            this.in = in;
            this.end = in.partition().end();
            this.position = in.floor() + 1;
        }
    }

    private final Loop loop;
    private final Storage storage;
    private final Filter filter;
    private final int maxRecordBytes;
    private final int maxPageBytes;
    private final List<Leg> left = new ArrayList<>();
    private ReadAhead ahead;
    private List<Shown> page;
    private int pageBytes;
    private int maxMessages;
    private Consumer<Page> whenFull;

    /** {@code maxRecordBytes}: larger ones cannot be shown; a page is one such record or less. */
    Browse(
            Loop loop,
            Storage storage,
            Filter filter,
            List<PartitionCursor> cursors,
            int maxRecordBytes) {
        this.loop = loop;
        this.storage = storage;
        this.filter = filter;
        this.maxRecordBytes = maxRecordBytes;
        this.maxPageBytes = Math.min(MAX_PAGE_BYTES, maxRecordBytes);
        cursors.forEach(cursor -> left.add(new Leg(cursor)));
        left.sort(
                Comparator.comparingInt((Leg leg) -> leg.in.lane())
                        .reversed()
                        .thenComparingInt(leg -> leg.in.partitionNumber()));
    }

    public boolean isBusy() {
        return whenFull != null;
    }

    /** Calls back once, at once or in a later turn, with at most so many messages. */
    public void next(int messages, Consumer<Page> then) {
        Check.invariant(!isBusy(), "asked for a page while another is being read");
        maxMessages = messages;
        whenFull = then;
        page = new ArrayList<>();
        pageBytes = 0;
        goOn();
    }

    /** Nobody is interested any more. */
    public void close() {
        left.clear();
        whenFull = null;
        ahead = null;
    }

    private void goOn() {
        if (!isBusy()) {
            return;
        }
        Budget budget = new Budget(RECORDS_PER_TURN, loop.clock().millis());
        Walk.Outcome outcome = Walk.Outcome.END;
        while (!left.isEmpty() && outcome == Walk.Outcome.END) {
            outcome = walk(left.get(0), budget);
            if (outcome == Walk.Outcome.END) {
                left.remove(0);
                ahead = null;
            }
        }
        if (outcome == Walk.Outcome.BUSY) {
            loop.execute(this::goOn);
        } else if (outcome != Walk.Outcome.WAIT) {
            answer();
        }
    }

    private void answer() {
        Consumer<Page> asked = whenFull;
        Page full = new Page(page, left.isEmpty());
        whenFull = null;
        page = null;
        ahead = null;
        asked.accept(full);
    }

    /** {@code FOUND} when the page is full. */
    private Walk.Outcome walk(Leg leg, Budget budget) {
        Cursor<Seat> cursor = leg.in.cursor();
        while (page.size() < maxMessages && pageBytes < maxPageBytes) {
            long offset = cursor.nextFree(leg.position);
            if (offset >= leg.end || leg.in.isEnded()) {
                return Walk.Outcome.END;
            }
            if (!budget.spend()) {
                return Walk.Outcome.BUSY;
            }
            if (ahead == null) {
                ahead = new ReadAhead(leg.in.partition(), storage, this::goOn);
            }
            Record record = ahead.find(offset);
            if (record == null && ahead.isLoading()) {
                return Walk.Outcome.WAIT;
            }
            if (record == null || record.offset() >= leg.end) {
                return Walk.Outcome.END;
            }
            boolean isShown = isShown(leg.in, record, budget.nowMillis());
            int bytes = record.sizeBytes() + BrokerSettings.DELIVERY_BYTES;
            if (isShown && !page.isEmpty() && pageBytes + bytes > maxPageBytes) {
                // A large one has a page of its own: with others it might be more than fits.
                return Walk.Outcome.FOUND;
            }
            leg.position = record.offset() + 1;
            if (isShown) {
                int count = cursor.deliveriesSoFar(record.offset()) + 1;
                page.add(new Shown(leg.in.partitionNumber(), record, count));
                pageBytes += bytes;
            }
        }
        return Walk.Outcome.FOUND;
    }

    private boolean isShown(PartitionCursor in, Record record, long nowMillis) {
        JmsHeader header = JmsHeader.of(record);
        Cursor<Seat> cursor = in.cursor();
        return record.sizeBytes() <= maxRecordBytes
                && cursor.isFree(record.offset())
                && cursor.notBeforeMillis(record.offset()) <= nowMillis
                && !header.isExpiredAt(nowMillis)
                && !in.isLost(record.offset(), header)
                && filter.matchesReadable(record, header);
    }
}
