package org.millrace.broker.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.millrace.broker.loop.Answer;
import org.millrace.broker.loop.RefusedException;
import org.millrace.wire.record.RecordBatch;
import org.millrace.wire.record.RecordBatchBuilder;

class ProducerSequencesTest {
    private static final Answer<Void> UNHEARD = Answer.of(stored -> {}, refused -> {});

    private final ProducerSequences producer = new ProducerSequences(7);

    private static RecordBatch batch(int epoch, int sequence) {
        RecordBatchBuilder builder = new RecordBatchBuilder(0).producer(7, (short) epoch, sequence);
        return builder.add(0, null, ByteBuffer.allocate(1), List.of()).build();
    }

    private boolean isNew(RecordBatch batch) {
        boolean isNew = producer.begin(batch, UNHEARD);
        if (isNew) {
            producer.stored(batch);
        }
        return isNew;
    }

    @Test
    void whatIsSentAgainIsNotStoredAgain() {
        assertThat(isNew(batch(0, 0))).isTrue();
        assertThat(isNew(batch(0, 1))).isTrue();
        assertThat(isNew(batch(0, 0))).isFalse();
        assertThat(isNew(batch(0, 1))).isFalse();
    }

    @Test
    void theLastSequenceIsFollowedByTheFirstOfTheNextEpoch() {
        assertThat(isNew(batch(0, Integer.MAX_VALUE))).isTrue();
        assertThat(isNew(batch(1, 0))).isTrue();
        assertThat(isNew(batch(1, 0))).isFalse();
        assertThat(isNew(batch(1, 1))).isTrue();
        assertThatThrownBy(() -> isNew(batch(0, Integer.MAX_VALUE)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("names producer 7 epoch 0, the session's is 7 epoch 1");
    }

    @Test
    void anEpochBeginsAtItsFirstSequenceWhenNothingIsOnItsWay() {
        assertThatThrownBy(() -> isNew(batch(1, 5))).isInstanceOf(RefusedException.class);
        RecordBatch onItsWay = batch(0, 0);
        assertThat(producer.begin(onItsWay, UNHEARD)).isTrue();
        assertThatThrownBy(() -> isNew(batch(1, 0))).isInstanceOf(RefusedException.class);
        producer.stored(onItsWay);
        assertThat(isNew(batch(1, 0))).isTrue();
    }

    @Test
    void whoAsksForACommitHearsOfItWhenNoneIsOnItsWay() {
        List<Boolean> answers = new ArrayList<>();
        producer.committing();
        producer.committing();
        producer.askCommit(2, answers::add);

        producer.committed(1);
        assertThat(answers).isEmpty();
        producer.committed(2);

        assertThat(answers).containsExactly(true);
    }
}
