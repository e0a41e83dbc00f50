package org.millrace.broker.destination;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
 * {@value JmsHeader#AUDIENCE_NAME}.
 */
record Audience(long subscriptionId) implements Filter {
    /** Of a subscription that was put into the past: as if it had existed before all. */
    static final Audience EVERYBODY = new Audience(0);

    /** A copy of the batch that says for whom it is. */
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
        if (header.deliveryTime() == record.timestamp()) {
            return true;
        }
        Optional<Record.Header> stamp = record.header(JmsHeader.AUDIENCE_NAME);
        return stamp.isEmpty()
                || stamp.get().value() == null
                || stamp.get().value().remaining() != Long.BYTES
                || subscriptionId < stamp.get().value().getLong(0);
    }
}
