package org.millrace.persistence.contract;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.millrace.persistence.RecordSlice;
import org.millrace.wire.record.Record;
import org.millrace.wire.record.RecordBatch;
import org.millrace.wire.record.RecordBatchBuilder;

/** Small batches for tests. */
public final class Batches {
    /** Timestamp of every record that is not given another. */
    public static final long TIMESTAMP = 1_700_000_000_000L;

    private Batches() {}

    public static RecordBatch of(String... bodies) {
        return at(TIMESTAMP, bodies);
    }

    public static RecordBatch at(long timestamp, String... bodies) {
        RecordBatchBuilder builder = new RecordBatchBuilder(timestamp);
        return add(builder, timestamp, bodies).build();
    }

    public static RecordBatch sent(long producerId, int epoch, int sequence, String... bodies) {
        RecordBatchBuilder builder = new RecordBatchBuilder(TIMESTAMP);
        builder.producer(producerId, (short) epoch, sequence);
        return add(builder, TIMESTAMP, bodies).build();
    }

    /** Records {@code key=body}; {@code key} alone is a tombstone, {@code =body} has no key. */
    public static RecordBatch keyed(long timestamp, String... records) {
        RecordBatchBuilder builder = new RecordBatchBuilder(timestamp);
        for (String record : records) {
            int equals = record.indexOf('=');
            String key = equals < 0 ? record : record.substring(0, equals);
            builder.add(
                    timestamp,
                    key.isEmpty() ? null : bytes(key),
                    equals < 0 ? null : bytes(record.substring(equals + 1)),
                    List.of());
        }
        return builder.build();
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static RecordBatchBuilder add(
            RecordBatchBuilder builder, long timestamp, String... bodies) {
        for (String body : bodies) {
            builder.add(timestamp, null, bytes(body), List.of());
        }
        return builder;
    }

    /** {@code offset:body} of every record. */
    public static List<String> texts(RecordSlice slice) {
        List<String> texts = new ArrayList<>();
        for (RecordBatch batch : slice.batches()) {
            for (Record record : batch) {
                texts.add(record.offset() + ":" + body(record));
            }
        }
        return texts;
    }

    public static String body(Record record) {
        return record.value()
                .map(value -> StandardCharsets.UTF_8.decode(value).toString())
                .orElse("");
    }
}
