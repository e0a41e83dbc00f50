package org.millrace.wire.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.compress.Compression.Builder;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Kafka's own code reads what we write, and we read what it writes. */
class KafkaRefereeTest {
    private static final long NOW = 1_700_000_000_000L;
    private static final int RECORDS = 50;

    @ParameterizedTest
    @EnumSource
    void kafkaReadsOurBatches(Compression compression) {
        RecordBatch ours = ourBatch(compression);
        ours.stampBaseOffset(4711);

        MemoryRecords records = MemoryRecords.readableRecords(ours.bytes());
        var batches = records.batches().iterator();
        var batch = batches.next();

        assertThat(batches.hasNext()).isFalse();
        batch.ensureValid();
        assertThat(batch.compressionType().name).isEqualToIgnoringCase(compression.name());
        assertThat(batch.baseOffset()).isEqualTo(4711);
        assertThat(batch.lastOffset()).isEqualTo(4711 + RECORDS - 1);
        assertThat(batch.producerId()).isEqualTo(77);
        assertThat(batch.producerEpoch()).isEqualTo((short) 3);
        assertThat(batch.baseSequence()).isEqualTo(1000);
        assertThat(batch.lastSequence()).isEqualTo(ours.lastSequence());
        assertThat(batch.maxTimestamp()).isEqualTo(NOW + RECORDS - 1);
        assertThat(batch.isTransactional()).isFalse();
        assertThat(batch.isControlBatch()).isFalse();
        assertThat(batch.countOrNull()).isEqualTo(RECORDS);
        assertSameRecords(batch, ours);
    }

    private static RecordBatch ourBatch(Compression compression) {
        RecordBatchBuilder builder =
                new RecordBatchBuilder(NOW).producer(77, (short) 3, 1000).compression(compression);
        for (int i = 0; i < RECORDS - 1; i++) {
            JmsHeaderBuilder header = new JmsHeaderBuilder(MessageKind.TEXT).messageId(77, i);
            ByteBuffer key = i % 2 == 0 ? null : utf8("group" + i);
            Map<String, Object> properties = i % 3 == 0 ? Map.of() : Map.of("color", "red", "n", i);
            builder.addMessage(NOW + i, key, utf8("body ".repeat(i)), header, properties);
        }
        List<Record.Header> headers =
                List.of(new Record.Header("", null), new Record.Header("x", utf8("")));
        return builder.add(NOW + RECORDS - 1, null, null, headers).build();
    }

    @ParameterizedTest
    @EnumSource
    void weReadKafkasBatches(Compression compression) {
        MemoryRecords theirs = kafkaBatch(compression);
        ByteBuffer bytes = theirs.buffer();

        RecordBatch batch = RecordBatch.checked(bytes);

        assertThat(batch.compression()).isEqualTo(compression);
        assertThat(batch.baseOffset()).isEqualTo(900);
        assertThat(batch.lastOffset()).isEqualTo(900 + RECORDS - 1);
        assertThat(batch.recordCount()).isEqualTo(RECORDS);
        assertThat(batch.producerId()).isEqualTo(5);
        assertThat(batch.producerEpoch()).isEqualTo((short) 6);
        assertThat(batch.baseSequence()).isEqualTo(7);
        assertThat(batch.maxTimestamp()).isEqualTo(NOW + RECORDS - 1);
        assertSameRecords(theirs.batches().iterator().next(), batch);
        batch.verifyMessages(new MessageProperties(), Compression.DEFAULT_LIMIT_BYTES);
    }

    private static MemoryRecords kafkaBatch(Compression compression) {
        Builder<?> theirs =
                org.apache.kafka.common.compress.Compression.of(
                        CompressionType.forName(
                                compression.name().toLowerCase(java.util.Locale.ROOT)));
        MemoryRecordsBuilder builder =
                MemoryRecords.builder(
                        ByteBuffer.allocate(1024),
                        org.apache.kafka.common.record.internal.RecordBatch.MAGIC_VALUE_V2,
                        theirs.build(),
                        TimestampType.CREATE_TIME,
                        900,
                        NOW,
                        5,
                        (short) 6,
                        7,
                        false,
                        -1);
        for (int i = 0; i < RECORDS; i++) {
            byte[] key = i % 2 == 0 ? null : ("key" + i).getBytes(StandardCharsets.UTF_8);
            byte[] value = i % 5 == 0 ? null : new byte[i * 7];
            Header[] headers = {
                new RecordHeader("h", new byte[] {(byte) i}), new RecordHeader("null", null)
            };
            builder.append(NOW + i, key, value, i % 2 == 0 ? headers : new Header[0]);
        }
        return builder.build();
    }

    @ParameterizedTest
    @EnumSource
    void batchesOfSeveralChunksAreReadBothWays(Compression compression) {
        ByteBuffer body = utf8("0123456789".repeat(50_000));
        RecordBatch ours =
                new RecordBatchBuilder(NOW)
                        .compression(compression)
                        .add(NOW, null, body, List.of())
                        .build();

        var theirs = MemoryRecords.readableRecords(ours.bytes()).records().iterator().next();

        assertThat(theirs.value()).isEqualTo(body);
        assertThat(ours.iterator().next().value()).contains(body);
    }

    private static void assertSameRecords(
            org.apache.kafka.common.record.internal.RecordBatch theirs, RecordBatch ours) {
        Iterator<Record> records = ours.iterator();
        int count = 0;
        for (var their : theirs) {
            Record our = records.next();
            their.ensureValid();
            assertThat(our.offset()).isEqualTo(their.offset());
            assertThat(our.timestamp()).isEqualTo(their.timestamp());
            assertThat(our.key().orElse(null)).isEqualTo(their.key());
            assertThat(our.value().orElse(null)).isEqualTo(their.value());
            List<Record.Header> headers = new ArrayList<>();
            for (Header header : their.headers()) {
                byte[] value = header.value();
                headers.add(
                        new Record.Header(
                                header.key(), value == null ? null : ByteBuffer.wrap(value)));
            }
            assertThat(our.headers()).isEqualTo(headers);
            count++;
        }
        assertThat(count).isEqualTo(RECORDS);
        assertThat(records.hasNext()).isFalse();
    }

    private static ByteBuffer utf8(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
