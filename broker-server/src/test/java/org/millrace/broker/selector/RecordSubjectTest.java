package org.millrace.broker.selector;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.Spec;
import org.millrace.wire.record.CorruptRecordException;
import org.millrace.wire.record.JmsHeaderBuilder;
import org.millrace.wire.record.MessageKind;
import org.millrace.wire.record.Record;
import org.millrace.wire.record.RecordBatchBuilder;
import org.millrace.wire.record.Utf8;

/** Selectors on records as they are stored. */
class RecordSubjectTest {
    private static final Map<String, Object> PROPERTIES =
            Map.of(
                    "t",
                    true,
                    "b",
                    (byte) 1,
                    "s",
                    (short) 2,
                    "i",
                    3,
                    "l",
                    4L,
                    "f",
                    5.5f,
                    "d",
                    6.25,
                    "str",
                    "2",
                    "größe",
                    "é𝄞",
                    "JMSXDeliveryCount",
                    1);

    private final RecordSubject subject = new RecordSubject();

    private static JmsHeaderBuilder header() {
        return new JmsHeaderBuilder(MessageKind.TEXT);
    }

    private static Record record(String key, JmsHeaderBuilder header, Map<String, ?> properties) {
        ByteBuffer keyBytes = key == null ? null : ByteBuffer.wrap(Utf8.encode(key));
        return new RecordBatchBuilder(1_000L)
                .addMessage(1_000L, keyBytes, ByteBuffer.allocate(3), header, properties)
                .build()
                .iterator()
                .next();
    }

    private void expectMatch(Record record, String... texts) throws InvalidSelector {
        for (String text : texts) {
            assertThat(Selector.parse(text).matches(subject.turnTo(record))).as(text).isTrue();
        }
    }

    @Test
    @Spec({"SEL-12", "SEL-15"})
    void headerFieldsHaveTheTypesOfTheSpecification() throws InvalidSelector {
        JmsHeaderBuilder header =
                header().persistent()
                        .priority(7)
                        .messageId(12, 34)
                        .correlationId("corr")
                        .type("order")
                        .groupSequence(9)
                        .userId("alice");
        Record record = record("group é", header, PROPERTIES);

        expectMatch(
                record, "JMSDeliveryMode = 'PERSISTENT'", "JMSPriority = 7", "JMSType = 'order'");
        expectMatch(record, "JMSMessageID = 'ID:12-34'", "JMSTimestamp = 1000");
        expectMatch(record, "JMSCorrelationID LIKE 'c%'", "JMSXGroupID = 'group é'");
        expectMatch(record, "JMSXGroupSeq = 9", "JMSXUserID = 'alice'");
    }

    @Test
    @Spec({"SEL-15", "SEL-17"})
    void absentHeaderFieldsAreNull() throws InvalidSelector {
        Record record = record(null, header().timestampDisabled(), Map.of());

        expectMatch(record, "JMSDeliveryMode = 'NON_PERSISTENT'", "JMSPriority = 4");
        expectMatch(record, "JMSMessageID IS NULL", "JMSCorrelationID IS NULL", "JMSType IS NULL");
        expectMatch(record, "JMSXGroupID IS NULL", "JMSXGroupSeq IS NULL", "JMSXUserID IS NULL");
        expectMatch(record, "JMSTimestamp = 0");
    }

    @Test
    @Spec("SEL-15")
    void correlationIdOfBytesIsNull() throws InvalidSelector {
        Record record = record(null, header().correlationId(new byte[] {1, 2}), Map.of());

        expectMatch(record, "JMSCorrelationID IS NULL");
    }

    @Test
    @Spec({"SEL-16", "SEL-17"})
    void propertiesHaveTheTypeTheyWereSetWith() throws InvalidSelector {
        Record record = record(null, header(), PROPERTIES);

        expectMatch(record, "t", "b = 1", "s = 2", "i = 3", "l = 4", "f = 5.5", "d = 6.25");
        expectMatch(record, "str = '2'", "NOT (str = 2)", "größe = 'é𝄞'", "Str IS NULL");
    }

    @Test
    @Spec("SEL-14")
    void propertiesSetOnReceiptAreNull() throws InvalidSelector {
        Record record = record(null, header(), PROPERTIES);

        expectMatch(record, "JMSXDeliveryCount IS NULL", "JMSXRcvTimestamp IS NULL");
    }

    @Test
    void recordOfAForeignClientHasItsHeadersAsStrings() throws InvalidSelector {
        var colour = new Record.Header("colour", ByteBuffer.wrap(Utf8.encode("red")));
        Record record =
                new RecordBatchBuilder(5L)
                        .add(5L, null, null, List.of(colour))
                        .build()
                        .iterator()
                        .next();

        expectMatch(record, "colour = 'red'", "JMSPriority = 4", "JMSTimestamp = 5");
        expectMatch(record, "JMSDeliveryMode = 'PERSISTENT'", "JMSMessageID IS NULL");
    }

    @Test
    @Spec("SEL-4")
    void damagedRecordsNeverMakeASelectorThrow() throws InvalidSelector {
        Selector selector =
                Selector.parse(
                        "JMSType = 'order' OR JMSXGroupSeq > 1 OR JMSMessageID = 'x' OR i > 3 OR d > 9"
                                + " OR l > 9 OR JMSXUserID = 'x' OR str = 'x' OR t OR JMSPriority > 5"
                                + " OR JMSCorrelationID = 'x' OR f > 9 OR s > 9 OR b > 9");
        JmsHeaderBuilder header =
                header().messageId(12, 34).correlationId("c").groupSequence(1).userId("alice");
        Record intact = record("key", header, PROPERTIES);
        Random random = new Random(31);
        for (int i = 0; i < 50_000; i++) {
            byte[] bytes = new byte[intact.bytes().remaining()];
            intact.bytes().get(bytes);
            for (int left = 1 + random.nextInt(3); left > 0; left--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            evaluate(selector, bytes);
        }
    }

    private void evaluate(Selector selector, byte[] bytes) {
        Record record;
        try {
            record = Record.delivered(ByteBuffer.wrap(bytes), 0L, 0L);
        } catch (CorruptRecordException noRecord) {
            return;
        }
        selector.matches(subject.turnTo(record));
    }
}
