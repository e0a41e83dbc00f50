package org.millrace.wire.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Records are left out of a stored batch. */
class BatchFilterTest {
    private static RecordBatch batch(Compression compression) {
        RecordBatchBuilder builder =
                new RecordBatchBuilder(1_000).producer(7, (short) 1, 20).compression(compression);
        for (int i = 0; i < 50; i++) {
            byte[] body = ("body" + i).getBytes(StandardCharsets.UTF_8);
            builder.add(1_000 + i, ByteBuffer.wrap(body), ByteBuffer.wrap(body), List.of());
        }
        RecordBatch batch = builder.build();
        batch.stampBaseOffset(300);
        return batch;
    }

    @ParameterizedTest
    @EnumSource(
            value = Compression.class,
            names = {"NONE", "GZIP"})
    void whatStaysKeepsItsOffsetAndTheBatchItsExtent(Compression compression) {
        RecordBatch batch = batch(compression);

        RecordBatch kept = BatchFilter.keep(batch, record -> record.offset() % 7 == 0).get();

        List<String> found = new ArrayList<>();
        for (Record record : RecordBatch.checked(kept.copy().bytes())) {
            found.add(record.offset() + " " + record.valueText().get() + " " + record.timestamp());
        }
        assertThat(found)
                .containsExactly(
                        "301 body1 1001",
                        "308 body8 1008",
                        "315 body15 1015",
                        "322 body22 1022",
                        "329 body29 1029",
                        "336 body36 1036",
                        "343 body43 1043");
        assertThat(kept.baseOffset()).isEqualTo(300);
        assertThat(kept.lastOffset()).isEqualTo(349);
        assertThat(kept.lastSequence()).isEqualTo(69);
        assertThat(kept.maxTimestamp()).isEqualTo(1_043);
        assertThat(kept.compression()).isEqualTo(compression);
        assertThat(BatchFilter.keep(batch, record -> true).get()).isSameAs(batch);
        assertThat(BatchFilter.keep(batch, record -> false)).isEmpty();
    }
}
