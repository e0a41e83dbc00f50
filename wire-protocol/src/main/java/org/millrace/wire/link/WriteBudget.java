package org.millrace.wire.link;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the bytes that were written to a link and not yet taken from it. Any thread.
 *
 * <p>Bytes are added before they are queued and removed after they were taken; so whoever raises
 * the congestion is followed by a removal that can end it.
 */
final class WriteBudget {
    private final long lowWaterBytes;
    private final long highWaterBytes;
    private final AtomicLong pendingBytes = new AtomicLong();
    private final AtomicBoolean congested = new AtomicBoolean();

    WriteBudget(LinkSettings settings) {
        this.lowWaterBytes = settings.lowWaterBytes();
        this.highWaterBytes = settings.highWaterBytes();
    }

    /** Returns all that is pending now. */
    long add(int bytes) {
        long pending = pendingBytes.addAndGet(bytes);
        if (pending > highWaterBytes && !congested.get()) {
            congested.set(true);
        }
        return pending;
    }

    /** Returns true when this ended a congestion. */
    boolean remove(long bytes) {
        long pending = pendingBytes.addAndGet(-bytes);
        return pending < lowWaterBytes && congested.get() && congested.compareAndSet(true, false);
    }

    boolean isCongested() {
        return congested.get();
    }
}
