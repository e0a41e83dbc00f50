package org.millrace.broker.loop;

import java.util.List;
import org.millrace.persistence.Change;
import org.millrace.wire.ErrorCode;

/**
 * Gives out ids of destinations, subscriptions, producers and connections: each once, restarts
 * included. Confined to the broker loop.
 *
 * <p>Ids are reserved ahead in steps, so that giving one out costs nothing and waits for nothing.
 */
public final class Ids {
    private static final long STEP = 8192;

    private final Storage storage;
    private long next;
    private long reservedBefore;
    private boolean reserving;

    public Ids(Storage storage, long next) {
        this.storage = storage;
        this.next = next;
        this.reservedBefore = next;
    }

    /** Reserves the first step. */
    public void start(Runnable whenReady) {
        reserve(whenReady);
    }

    private void reserve(Runnable then) {
        reserving = true;
        long before = reservedBefore + STEP;
        storage.commit(
                List.of(new Change.ReserveIds(before)),
                () -> {
                    reserving = false;
                    reservedBefore = before;
                    then.run();
                });
    }

    /** Whether this id may have been given out, by an earlier run of the broker included. */
    public boolean wasGivenOut(long id) {
        return 0 < id && id < next;
    }

    /** All ids given out so far are lower, all later ones are not. */
    public long allBelow() {
        return next;
    }

    /** Refused when ids are asked for faster than the store can reserve them. */
    public long next() {
        if (next >= reservedBefore) {
            throw new RefusedException(
                    ErrorCode.RESOURCE_LIMIT,
                    "no id is reserved: " + STEP + " were asked for at once; try again");
        }
        if (reservedBefore - next < STEP / 2 && !reserving) {
            reserve(() -> {});
        }
        return next++;
    }
}
