package org.millrace.broker.transaction;

import java.util.List;
import org.millrace.broker.dispatch.Lease;
import org.millrace.broker.dispatch.PartitionCursor;
import org.millrace.broker.dispatch.Seat;
import org.millrace.persistence.Change;

/** A message that was consumed and whose acknowledgement is held back. */
public record Held(PartitionCursor cursor, Lease<Seat> lease) {
    /** It was seen and is not finished; at the limit of deliveries it is given up. */
    public void fail(List<Change> counts) {
        cursor.fail(lease, "", counts);
    }

    /** Nobody knows whether it was seen. */
    public void release(List<Change> counts) {
        cursor.release(lease, "", counts);
    }

    /** Remembers how often it was delivered. */
    void count(List<Change> counts) {
        cursor.count(lease, counts);
    }

    /** Nobody's any more, until its branch is decided. */
    void prepared() {
        lease.passTo(Seat.IN_DOUBT);
    }

    void reject(String cause) {
        cursor.reject(lease, cause, () -> {});
    }
}
