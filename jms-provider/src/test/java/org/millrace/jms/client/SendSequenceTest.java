package org.millrace.jms.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.record.RecordBatch;
import org.millrace.wire.record.RecordBatchBuilder;

class SendSequenceTest {
    private static String next(SendSequence sequence) {
        RecordBatch batch =
                sequence.number(new RecordBatchBuilder(0))
                        .add(0, null, ByteBuffer.allocate(1), List.of())
                        .build();
        sequence.sent();
        return batch.producerId() + "/" + batch.producerEpoch() + "/" + batch.baseSequence();
    }

    @Test
    void goesOnInANewEpochWhenTheNumbersAreUsedUp() {
        SendSequence sequence =
                new SendSequence(new Frame.SessionOpened(1, 7, (short) 0), Integer.MAX_VALUE - 1);
        assertThat(next(sequence)).isEqualTo("7/0/2147483646");
        assertThat(sequence.isUsedUp()).isFalse();
        assertThat(next(sequence)).isEqualTo("7/0/2147483647");
        assertThat(sequence.isUsedUp()).isTrue();
        sequence.beginEpoch();
        assertThat(next(sequence)).isEqualTo("7/1/0");
    }

    @Test
    void keepsItsEpochUnlessTheBrokerGivesAnotherProducer() {
        SendSequence sequence =
                new SendSequence(new Frame.SessionOpened(1, 7, (short) 0), Integer.MAX_VALUE);
        sequence.beginEpoch();
        sequence.identify(new Frame.SessionOpened(2, 7, (short) 0));
        assertThat(next(sequence)).isEqualTo("7/1/0");
        sequence.identify(new Frame.SessionOpened(3, 8, (short) 0));
        assertThat(next(sequence)).isEqualTo("8/0/1");
    }
}
