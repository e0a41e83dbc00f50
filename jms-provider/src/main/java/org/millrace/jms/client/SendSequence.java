package org.millrace.jms.client;

import org.millrace.wire.frame.Frame;
import org.millrace.wire.record.RecordBatchBuilder;

/**
 * The next number of a session's sends, by which the broker recognises one that is sent again. The
 * record format has 31 bits for it: when they are used up, a new epoch of the producer begins at
 * zero. Confined like {@link Outbox}.
 */
final class SendSequence {
    private long producerId;
    private short epoch;
    private int next;

    SendSequence(Frame.SessionOpened identity, int first) {
        this.producerId = identity.producerId();
        this.epoch = identity.producerEpoch();
        this.next = first;
    }

    /** After a lost link: the broker knows this producer as before, or gave the session another. */
    void identify(Frame.SessionOpened identity) {
        if (identity.producerId() != producerId) {
            producerId = identity.producerId();
            epoch = identity.producerEpoch();
        }
    }

    /** Numbers the batch; {@link #sent} makes the number used. */
    RecordBatchBuilder number(RecordBatchBuilder batch) {
        return batch.producer(producerId, epoch, next);
    }

    void sent() {
        next++;
    }

    boolean isUsedUp() {
        return next < 0;
    }

    /** The next is the first again; only when no send of this epoch is unanswered. */
    void beginEpoch() {
        epoch++;
        next = 0;
    }
}
