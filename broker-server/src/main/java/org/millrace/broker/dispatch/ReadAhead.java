package org.millrace.broker.dispatch;

import java.util.Iterator;
import java.util.List;
import org.millrace.broker.loop.Storage;
import org.millrace.persistence.RecordSlice;
import org.millrace.wire.record.Record;
import org.millrace.wire.record.RecordBatch;

/**
 * A window of records of one partition, read ahead of somebody who looks for offsets in ascending
 * order. Never waits: what is not in memory is asked for, and the subscription is woken when it is
 * there. Who reads one window after the other from the disk has the next one read while he works on
 * this. Confined to the loop of its destination.
 */
public final class ReadAhead {
    private static final int WINDOW_BYTES = 256 * 1024;

    private final Partition partition;
    private final Storage storage;
    private final Runnable whenLoaded;
    private List<RecordBatch> batches = List.of();
    private int nextBatch;
    private Iterator<Record> records = List.<Record>of().iterator();
    private Record current;

    /** Between {@code knownFrom} and {@code knownBefore} there is nothing but what is held here. */
    private long knownFrom;

    private long knownBefore;
    private boolean loading;

    /** Whether what is waited for follows what was there before. */
    private boolean followed;

    /** What was asked for and is not looked at yet; null for nothing. */
    private Window next;

    /** What lies from an offset on; null while it is read. */
    private static final class Window {
        private final long from;
        private RecordSlice slice;
        private boolean isFromDisk;

        Window(long from) {
            this.from = from;
        }
    }

    public ReadAhead(Partition partition, Storage storage, Runnable whenLoaded) {
        this.partition = partition;
        this.storage = storage;
        this.whenLoaded = whenLoaded;
    }

    public boolean isLoading() {
        return loading;
    }

    /** Whether it is known that nothing lies beyond what was found last. */
    boolean isAtEnd() {
        return !loading && current == null && knownBefore >= partition.end();
    }

    /**
     * The record with the lowest offset at or above {@code offset}; null at the end of the
     * partition, or while {@link #isLoading}.
     */
    public Record find(long offset) {
        long wanted = offset;
        while (!loading) {
            if (wanted >= knownFrom && wanted < knownBefore) {
                Record found = findInWindow(wanted);
                if (found != null) {
                    return found;
                }
                wanted = knownBefore;
            }
            if (wanted >= partition.end()) {
                return null;
            }
            load(wanted);
            if (!loading && (wanted < knownFrom || wanted >= knownBefore)) {
                return null;
            }
        }
        return null;
    }

    private Record findInWindow(long offset) {
        if (current != null && current.offset() >= offset) {
            return current;
        }
        // What lies below is passed over, and with it the right to say that there is nothing.
        knownFrom = offset;
        current = null;
        while (current == null || current.offset() < offset) {
            if (records.hasNext()) {
                current = records.next();
            } else if (nextBatch < batches.size()) {
                RecordBatch batch = batches.get(nextBatch++);
                if (batch.lastOffset() >= offset) {
                    records = batch.iterator();
                }
            } else {
                current = null;
                return null;
            }
        }
        return current;
    }

    private void load(long from) {
        boolean isNextInLine = from == knownBefore && !batches.isEmpty();
        if (next == null || next.from != from) {
            next = new Window(from);
            read(next);
        }
        if (next.slice == null) {
            loading = true;
            followed = isNextInLine;
        } else {
            install(isNextInLine);
        }
    }

    private void read(Window window) {
        boolean[] atOnce = {true};
        storage.read(
                partition.id(),
                window.from,
                WINDOW_BYTES,
                slice -> {
                    window.slice = slice;
                    window.isFromDisk = !atOnce[0];
                    if (loading && window == next) {
                        install(followed);
                        whenLoaded.run();
                    }
                });
        atOnce[0] = false;
    }

    /** Makes the next window this one; what follows one from the disk is likely to be there too. */
    private void install(boolean isNextInLine) {
        Window window = next;
        next = null;
        install(window.from, window.slice);
        if (isNextInLine && window.isFromDisk && knownBefore < partition.end()) {
            next = new Window(knownBefore);
            read(next);
        }
    }

    private void install(long from, RecordSlice slice) {
        loading = false;
        batches = slice.batches();
        nextBatch = 0;
        records = List.<Record>of().iterator();
        current = null;
        knownFrom = from;
        knownBefore = slice.nextOffset();
    }
}
