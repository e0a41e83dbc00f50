package org.millrace.broker.session;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.millrace.broker.dispatch.Dispatched;
import org.millrace.broker.dispatch.Lease;
import org.millrace.broker.dispatch.PartitionCursor;
import org.millrace.broker.dispatch.Seat;
import org.millrace.broker.transaction.Held;
import org.millrace.persistence.Change;

/** One delivery that is not settled: which lease it stands for. Confined to the broker loop. */
final class InFlight {
    /** Deliveries looked through for one of a certain consumer. */
    private static final int MAX_SEARCHED = 1000;

    private final long deliveryId;
    private final ConsumerEndpoint consumer;
    private final PartitionCursor cursor;
    private final Lease<Seat> lease;
    private final boolean persistent;
    private boolean acknowledged;

    InFlight(long deliveryId, ConsumerEndpoint consumer, Dispatched message) {
        this.deliveryId = deliveryId;
        this.consumer = consumer;
        this.cursor = message.partition();
        this.lease = message.lease();
        this.persistent = message.persistent();
    }

    long deliveryId() {
        return deliveryId;
    }

    /**
     * When the oldest that the consumer holds was sent to it, as far as that is soon found.
     *
     * @param all in the order of delivery
     */
    static Optional<Instant> oldestSince(Collection<InFlight> all, ConsumerEndpoint consumer) {
        return all.stream()
                .limit(MAX_SEARCHED)
                .filter(each -> each.consumer == consumer && !each.acknowledged)
                .findFirst()
                .map(each -> Instant.ofEpochMilli(each.lease.sinceMillis()));
    }

    /** They are their consumers' no longer, each of which hears once that it finished something. */
    static void acknowledged(List<InFlight> all) {
        ConsumerEndpoint last = null;
        for (InFlight each : all) {
            if (last != null && last != each.consumer) {
                last.finished();
            }
            last = each.consumer;
            last.lost();
        }
        if (last != null) {
            last.finished();
        }
    }

    ConsumerEndpoint consumer() {
        return consumer;
    }

    PartitionCursor cursor() {
        return cursor;
    }

    Lease<Seat> lease() {
        return lease;
    }

    /** Whether whoever acknowledges it waits until that is durable. */
    boolean mustBeStored() {
        return persistent && cursor.isStored();
    }

    /** Held back in a transaction. */
    boolean isAcknowledged() {
        return acknowledged;
    }

    void acknowledge() {
        acknowledged = true;
    }

    /** As part of a transaction. */
    Held held() {
        return new Held(cursor, lease);
    }

    void giveBack() {
        cursor.giveBack(lease);
    }

    /** Its receiver is lost: it may have been seen. */
    void release(List<Change> counts) {
        cursor.release(lease, "", counts);
    }

    /** It was seen and not finished; at the limit of deliveries it is given up. */
    void fail(List<Change> counts) {
        fail("", counts);
    }

    /** As {@link #fail(List)}, and the client has said why; empty when it has not. */
    void fail(String cause, List<Change> counts) {
        cursor.fail(lease, cause, counts);
    }

    /** Whether it goes elsewhere when it expires. */
    boolean isKeptWhenExpired() {
        return cursor.keepsExpired();
    }

    void expire(Runnable whenSettled) {
        cursor.expireHeld(lease, whenSettled);
    }

    void reject(String cause, Runnable whenSettled) {
        cursor.reject(lease, cause, whenSettled);
    }
}
