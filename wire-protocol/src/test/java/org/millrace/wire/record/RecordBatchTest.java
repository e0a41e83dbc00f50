package org.millrace.wire.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * Batches say what they hold, and the door for foreign ones lets nothing through that is not so.
 */
class RecordBatchTest {
    private static final long NOW = 1_700_000_000_000L;

    @Test
    void stampingLeavesTheBatchValid() {
        RecordBatch batch = twoMessages();
        batch.stampBaseOffset(1L << 40);

        RecordBatch read = RecordBatch.checked(batch.bytes());

        assertThat(read.baseOffset()).isEqualTo(1L << 40);
        assertThat(read.lastOffset()).isEqualTo((1L << 40) + 1);
        assertThat(read).extracting(Record::offset).containsExactly(1L << 40, (1L << 40) + 1);
    }

    @Test
    void aCopyHasAPlaceOfItsOwn() {
        RecordBatch batch = twoMessages();
        RecordBatch copy = batch.copy();

        copy.stampBaseOffset(9);

        assertThat(batch.baseOffset()).isZero();
        assertThat(copy.baseOffset()).isEqualTo(9);
    }

    @Test
    void withoutProducerItIsValidAndInNoSequence() {
        RecordBatch batch =
                new RecordBatchBuilder(NOW)
                        .producer(7, (short) 3, 5)
                        .add(NOW, null, null, List.of())
                        .build();

        RecordBatch read = RecordBatch.checked(batch.withoutProducer().bytes());

        assertThat(read.producerId()).isEqualTo(RecordBatch.NO_PRODUCER_ID);
        assertThat(read.producerEpoch()).isEqualTo((short) -1);
        assertThat(read.baseSequence()).isEqualTo(RecordBatch.NO_SEQUENCE);
        assertThat(read.recordCount()).isEqualTo(1);
        assertThat(batch.producerId()).isEqualTo(7);
    }

    @Test
    void sequencesGoOnWithZeroAfterTheLargest() {
        RecordBatch batch =
                new RecordBatchBuilder(NOW)
                        .producer(1, (short) 0, Integer.MAX_VALUE)
                        .add(NOW, null, null, List.of())
                        .add(NOW, null, null, List.of())
                        .build();

        assertThat(batch.lastSequence()).isZero();
        assertThat(twoMessages().lastSequence()).isEqualTo(RecordBatch.NO_SEQUENCE);
    }

    @Test
    void appendTimeIsTheTimeOfAllRecords() {
        RecordBatch batch =
                changed(
                        bytes -> {
                            bytes.putShort(RecordBatch.ATTRIBUTES, (short) 0x08);
                            bytes.putLong(RecordBatch.MAX_TIMESTAMP, 5);
                        });

        assertThat(batch).extracting(Record::timestamp).containsExactly(5L, 5L);
    }

    @Test
    void iterationEndsWithTheLastRecord() {
        var records = twoMessages().iterator();
        records.next();
        records.next();

        assertThatThrownBy(records::next).isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void wrongChecksumIsToldWithBothValues() {
        ByteBuffer bytes = bytes(twoMessages());
        bytes.put(bytes.limit() - 1, (byte) 77);

        assertThatThrownBy(() -> RecordBatch.checked(bytes))
                .isInstanceOf(CorruptRecordException.class)
                .hasMessageMatching(
                        "batch at offset 0 has checksum 0x[0-9a-f]{8}, expected 0x[0-9a-f]{8}");
    }

    @Test
    void verifiedBatchesHaveDenseOffsets() {
        RecordBatch gap = changed(bytes -> bytes.putInt(RecordBatch.LAST_OFFSET_DELTA, 7));

        refuses(gap, "dense offsets");
    }

    @Test
    void verifiedBatchesAreNoControlBatches() {
        refuses(changed(bytes -> bytes.putShort(RecordBatch.ATTRIBUTES, (short) 0x20)), "dense");
    }

    @Test
    void verifiedBatchesHaveTheTimestampTheyClaim() {
        refuses(
                changed(bytes -> bytes.putLong(RecordBatch.MAX_TIMESTAMP, Long.MAX_VALUE)),
                "max timestamp");
    }

    @Test
    void verifiedBatchesHaveNothingAfterTheirRecords() {
        RecordBatch oneOfTwo =
                changed(
                        bytes -> {
                            bytes.putInt(RecordBatch.LAST_OFFSET_DELTA, 0);
                            bytes.putInt(RecordBatch.RECORD_COUNT, 1);
                        });

        refuses(oneOfTwo, "after its last record");
    }

    @Test
    void verifiedPropertiesAreWhatTheirTypesSay() {
        byte[] header = new byte[JmsHeader.FIXED_BYTES + 2];
        ByteBuffer out = ByteBuffer.wrap(header);
        new JmsHeaderBuilder(MessageKind.TEXT).writeTo(out, new byte[] {5}, 1);
        List<Record.Header> headers =
                List.of(
                        new Record.Header("jms", ByteBuffer.wrap(header)),
                        new Record.Header("n", ByteBuffer.wrap(new byte[] {'1', 'x'})));

        refuses(
                new RecordBatchBuilder(NOW).add(NOW, null, null, headers).build(),
                "value '1x' is no INT");
        refuses(
                new RecordBatchBuilder(NOW).add(NOW, null, null, headers.subList(0, 1)).build(),
                "1 property types for 0 properties");
    }

    @Test
    void fieldsOfALaterBuildAreSkipped() {
        ByteBuffer out = ByteBuffer.allocate(200);
        new JmsHeaderBuilder(MessageKind.TEXT).clientId("me").writeTo(out, new byte[0], 0);
        out.putShort(JmsHeader.FLAGS, (short) (out.getShort(JmsHeader.FLAGS) | 0x0800));
        out.put(new byte[] {4, 1, 2});
        List<Record.Header> headers = List.of(new Record.Header("jms", out.flip()));

        RecordBatch batch = new RecordBatchBuilder(NOW).add(NOW, null, null, headers).build();

        batch.verifyMessages(new MessageProperties(), Compression.DEFAULT_LIMIT_BYTES);
        assertThat(JmsHeader.of(batch.iterator().next()).clientId()).contains("me");
    }

    @Test
    void propertyNamedLikeTheHeaderDoesNotHideIt() {
        JmsHeaderBuilder header = new JmsHeaderBuilder(MessageKind.TEXT).type("invoice");
        RecordBatch batch =
                new RecordBatchBuilder(NOW)
                        .addMessage(NOW, null, null, header, Map.of("jms", 1))
                        .build();

        batch.verifyMessages(new MessageProperties(), Compression.DEFAULT_LIMIT_BYTES);
        MessageProperties read = new MessageProperties().read(batch.iterator().next());
        assertThat(read.header().type()).contains("invoice");
        assertThat(read.value(new PropertyName("jms"))).isEqualTo(1);
        assertThat(read.toMap()).isEqualTo(Map.of("jms", 1));
    }

    @Test
    void propertyOfATypeForBodiesIsRefused() {
        RecordBatchBuilder builder = new RecordBatchBuilder(NOW);
        JmsHeaderBuilder header = new JmsHeaderBuilder(MessageKind.TEXT);

        assertThatThrownBy(() -> builder.addMessage(NOW, null, null, header, Map.of("c", 'c')))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'c' cannot have type CHAR");
    }

    private static void refuses(RecordBatch batch, String reason) {
        assertThatThrownBy(
                        () ->
                                batch.verifyMessages(
                                        new MessageProperties(), Compression.DEFAULT_LIMIT_BYTES))
                .isInstanceOf(CorruptRecordException.class)
                .hasMessageContaining(reason);
    }

    /** Two messages with something else in the header of the batch, and a right checksum. */
    private static RecordBatch changed(Consumer<ByteBuffer> change) {
        ByteBuffer bytes = bytes(twoMessages());
        change.accept(bytes);
        bytes.putInt(RecordBatch.CRC, RecordBatch.checksum(bytes));
        return RecordBatch.checked(bytes);
    }

    private static ByteBuffer bytes(RecordBatch batch) {
        byte[] bytes = new byte[batch.sizeBytes()];
        batch.bytes().get(bytes);
        return ByteBuffer.wrap(bytes);
    }

    private static RecordBatch twoMessages() {
        JmsHeaderBuilder header = new JmsHeaderBuilder(MessageKind.TEXT);
        return new RecordBatchBuilder(NOW)
                .addMessage(NOW, null, ByteBuffer.wrap(new byte[] {'a'}), header, Map.of("p", 1))
                .addMessage(NOW + 1, null, ByteBuffer.wrap(new byte[] {'b'}), header, Map.of())
                .build();
    }
}
