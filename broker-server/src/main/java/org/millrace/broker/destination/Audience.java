package org.millrace.broker.destination;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.millrace.broker.dispatch.Filter;
import org.millrace.wire.record.JmsHeader;
import org.millrace.wire.record.Record;
import org.millrace.wire.record.RecordBatch;
import org.millrace.wire.record.RecordBatchBuilder;

/**
 * For whom a delayed message of a topic is: for the subscriptions that existed when it was sent,
 * those deleted since excepted (§7.9). Pure.
 *
 * <p>Ids ascend and are never reused, so one number says it: the subscription's id is lower than
 * every id that was not given out at that time. The number travels with the record, as its header
 * {@value JmsHeader#AUDIENCE_NAME}. A message that was sent back to the one subscription that had
 * failed has that one's id there.
 *
 * @param since ids from here on are those of later ones; 0 for a subscription put into the past
 */
record Audience(long subscriptionId, long since) implements Filter {
    private static final long NOBODY = -1;

    static Audience of(long subscriptionId) {
        return new Audience(subscriptionId, subscriptionId);
    }

    /** Of a subscription that was put into the past: as if it had existed before all. */
    Audience reachingBack() {
        return new Audience(subscriptionId, 0);
    }

    boolean reachesBack() {
        return since == 0;
    }

    /**
     * A copy of the batch that says for whom it is: the ids are below this one; of messages {@link
     * JmsHeader#isForOneSubscription for one subscription} it is the id.
     */
    static RecordBatch stamp(RecordBatch batch, long idsBelow) {
        RecordBatchBuilder stamped =
                new RecordBatchBuilder(batch.baseTimestamp()).compression(batch.compression());
        if (batch.producerId() != RecordBatch.NO_PRODUCER_ID) {
            stamped.producer(batch.producerId(), batch.producerEpoch(), batch.baseSequence());
        }
        ByteBuffer limit = ByteBuffer.allocate(Long.BYTES).putLong(0, idsBelow);
        Record.Header stamp = new Record.Header(JmsHeader.AUDIENCE_NAME, limit);
        for (Record record : batch) {
            List<Record.Header> headers = new ArrayList<>(record.headers());
            headers.add(Math.min(1, headers.size()), stamp);
            stamped.add(
                    record.timestamp(),
                    record.key().orElse(null),
                    record.value().orElse(null),
                    headers);
        }
        return stamped.build();
    }

    @Override
    public boolean matches(Record record, JmsHeader header) {
        if (header.isForOneSubscription()) {
            return stampOf(record).orElse(NOBODY) == subscriptionId;
        }
        if (header.deliveryTime() == record.timestamp()) {
            return true;
        }
        return since < stampOf(record).orElse(Long.MAX_VALUE);
    }

    private static OptionalLong stampOf(Record record) {
        Optional<Record.Header> stamp = record.header(JmsHeader.AUDIENCE_NAME);
        return stamp.isEmpty()
                        || stamp.get().value() == null
                        || stamp.get().value().remaining() != Long.BYTES
                ? OptionalLong.empty()
                : OptionalLong.of(stamp.get().value().getLong(0));
    }
}
