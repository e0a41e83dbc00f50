package org.millrace.broker.destination;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.Spec;
import org.millrace.wire.record.JmsHeader;
import org.millrace.wire.record.JmsHeaderBuilder;
import org.millrace.wire.record.MessageKind;
import org.millrace.wire.record.MessageProperties;
import org.millrace.wire.record.Record;
import org.millrace.wire.record.RecordBatch;
import org.millrace.wire.record.RecordBatchBuilder;

class AudienceTest {
    private static RecordBatch delayed(Map<String, ?> properties) {
        ByteBuffer body = ByteBuffer.wrap(new byte[] {1, 2, 3});
        JmsHeaderBuilder header = new JmsHeaderBuilder(MessageKind.BYTES).deliveryTime(2000);
        return new RecordBatchBuilder(1000)
                .producer(7, (short) 0, 42)
                .addMessage(1000, ByteBuffer.wrap(new byte[] {9}), body, header, properties)
                .build();
    }

    @Test
    @Spec({"SND-5", "HDR-15"})
    void theStampChangesNothingThatAReceiverSees() {
        Map<String, Object> properties = Map.of("n", 17);
        RecordBatch stamped = Audience.stamp(delayed(properties), 5);
        Record record = stamped.iterator().next();

        assertThat(stamped.producerId()).isEqualTo(7);
        assertThat(stamped.baseSequence()).isEqualTo(42);
        assertThat(new MessageProperties().read(record).toMap()).isEqualTo(properties);
        assertThat(record.key()).hasValue(ByteBuffer.wrap(new byte[] {9}));
        assertThat(record.value()).hasValue(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        assertThat(record.timestamp()).isEqualTo(1000);
        assertThat(JmsHeader.of(record).deliveryTime()).isEqualTo(2000);
    }

    @Test
    @Spec("SND-5")
    void itIsForThoseWithALowerIdAndWithoutStampForAll() {
        Record stamped = Audience.stamp(delayed(Map.of()), 5).iterator().next();
        Record plain = delayed(Map.of()).iterator().next();

        assertThat(isFor(4, stamped)).isTrue();
        assertThat(isFor(5, stamped)).isFalse();
        assertThat(isFor(5, plain)).isTrue();
    }

    private static boolean isFor(long subscriptionId, Record record) {
        return Audience.of(subscriptionId).matches(record, JmsHeader.of(record));
    }
}
