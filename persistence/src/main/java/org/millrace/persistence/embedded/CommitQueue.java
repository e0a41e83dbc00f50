package org.millrace.persistence.embedded;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.millrace.foundation.Loop;
import org.millrace.persistence.StorageFullException;

/**
 * Units waiting for the journal loop. Any thread adds; the loop takes.
 *
 * <p>Bounded by bytes: past the bound, units that need room are refused, in their turn. Others are
 * bounded by what consumers hold in flight.
 */
final class CommitQueue {
    private final ConcurrentLinkedQueue<Waiting> queue = new ConcurrentLinkedQueue<>();
    private final AtomicLong waitingBytes = new AtomicLong();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final long maxBytes;
    private final Loop journalLoop;
    private final Runnable round;

    CommitQueue(long maxBytes, Loop journalLoop, Runnable round) {
        this.maxBytes = maxBytes;
        this.journalLoop = journalLoop;
        this.round = round;
    }

    void add(Waiting unit) {
        long bytes = waitingBytes.addAndGet(unit.sizeBytes());
        if (bytes > maxBytes && unit.work().needsRoom()) {
            unit.refuse(
                    new StorageFullException(
                            "%d bytes wait for the journal, at most %d may; nothing was changed; send more slowly"
                                    .formatted(bytes, maxBytes)));
        }
        queue.add(unit);
        schedule();
    }

    /** Sees to it that a round runs. */
    void schedule() {
        if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
            journalLoop.execute(round);
        }
    }

    /** As {@link #schedule}, unless there is nothing to do. */
    void scheduleIfWaiting() {
        if (!queue.isEmpty()) {
            schedule();
        }
    }

    /** To be called by a round before it takes: what is added from now on gets a round. */
    void roundBegins() {
        scheduled.set(false);
    }

    /** The next unit; null when there is none. */
    Waiting poll() {
        Waiting next = queue.poll();
        if (next != null) {
            waitingBytes.addAndGet(-next.sizeBytes());
        }
        return next;
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }
}
