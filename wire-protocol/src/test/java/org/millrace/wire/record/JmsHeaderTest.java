package org.millrace.wire.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.millrace.wire.Address;

/** What the sender says arrives: HDR-1, HDR-5, PRP-7, PRP-11. */
class JmsHeaderTest {
    private static final long NOW = 1_700_000_000_000L;

    @Test
    void everyFieldArrives() {
        Record record =
                record(
                        new JmsHeaderBuilder(MessageKind.MAP)
                                .persistent()
                                .timestampDisabled()
                                .priority(9)
                                .expiration(NOW + 1)
                                .deliveryTime(NOW + 2)
                                .connectionId(-7)
                                .messageId(new MessageId(Long.MIN_VALUE, Long.MAX_VALUE))
                                .correlationId("corr\u00e9")
                                .replyTo(new Address(Address.Kind.TEMPORARY_TOPIC, "t.1", "x=y"))
                                .type("invoice")
                                .groupSequence(-3)
                                .userId("")
                                .clientId("client"),
                        Map.of("a", 1));

        JmsHeader header = JmsHeader.of(record);

        assertThat(header.kind()).isEqualTo(MessageKind.MAP);
        assertThat(header.isPersistent()).isTrue();
        assertThat(header.isTimestampDisabled()).isTrue();
        assertThat(header.priority()).isEqualTo(9);
        assertThat(header.expiration()).isEqualTo(NOW + 1);
        assertThat(header.deliveryTime()).isEqualTo(NOW + 2);
        assertThat(header.connectionId()).isEqualTo(-7);
        assertThat(header.messageId()).contains(new MessageId(Long.MIN_VALUE, Long.MAX_VALUE));
        assertThat(header.correlationId()).contains("corr\u00e9");
        assertThat(header.correlationIdBytes()).isEmpty();
        assertThat(header.replyTo())
                .contains(new Address(Address.Kind.TEMPORARY_TOPIC, "t.1", "x=y"));
        assertThat(header.type()).contains("invoice");
        assertThat(header.groupSequence()).hasValue(-3);
        assertThat(header.userId()).contains("");
        assertThat(header.clientId()).contains("client");
    }

    @Test
    void plainMessageCostsNoOptionalField() {
        Record record = record(new JmsHeaderBuilder(MessageKind.TEXT), Map.of());

        JmsHeader header = JmsHeader.of(record);

        assertThat(header.sizeBytes()).isEqualTo(44);
        assertThat(header.isPersistent()).isFalse();
        assertThat(header.priority()).isEqualTo(4);
        assertThat(header.expiration()).isZero();
        assertThat(header.deliveryTime()).isEqualTo(record.timestamp());
        assertThat(header.messageId()).isEmpty();
        assertThat(header.correlationId()).isEmpty();
        assertThat(header.replyTo()).isEmpty();
        assertThat(header.type()).isEmpty();
        assertThat(header.groupSequence()).isEmpty();
        assertThat(header.userId()).isEmpty();
        assertThat(header.clientId()).isEmpty();
    }

    @Test
    void correlationIdMayBeBytes() {
        byte[] raw = {0, -1, 5};
        Record record = record(new JmsHeaderBuilder(MessageKind.TEXT).correlationId(raw), Map.of());

        assertThat(JmsHeader.of(record).correlationId()).isEmpty();
        assertThat(JmsHeader.of(record).correlationIdBytes()).contains(raw);
    }

    @Test
    void propertiesKeepTypeAndOrder() {
        Map<String, Object> sent = new LinkedHashMap<>();
        sent.put("yes", true);
        sent.put("byte", (byte) -1);
        sent.put("short", Short.MIN_VALUE);
        sent.put("int", 42);
        sent.put("long", Long.MIN_VALUE);
        sent.put("float", 0.1f);
        sent.put("double", Double.MIN_VALUE);
        sent.put("text", "na\u00efve");
        sent.put("empty", "");
        sent.put("nothing", null);

        MessageProperties received =
                new MessageProperties().read(record(new JmsHeaderBuilder(MessageKind.TEXT), sent));

        assertThat(received.toMap()).containsExactlyEntriesOf(sent);
        sent.forEach(
                (name, value) ->
                        assertThat(received.value(new PropertyName(name))).isEqualTo(value));
        assertThat(received.value(new PropertyName("absent"))).isNull();
    }

    @Test
    void recordOfForeignClientReadsAsBytesWithStringProperties() {
        ByteBuffer body = ByteBuffer.wrap(new byte[] {1});
        List<Record.Header> headers =
                List.of(
                        new Record.Header("color", utf8("red")),
                        new Record.Header("color", utf8("blue")),
                        new Record.Header("none", null));
        Record record =
                new RecordBatchBuilder(NOW).add(NOW, null, body, headers).build().iterator().next();

        JmsHeader header = JmsHeader.of(record);
        MessageProperties properties = new MessageProperties().read(record);

        assertThat(header.kind()).isEqualTo(MessageKind.BYTES);
        assertThat(header.priority()).isEqualTo(4);
        assertThat(header.isPersistent()).isTrue();
        assertThat(header.deliveryTime()).isEqualTo(NOW);
        assertThat(properties.value(new PropertyName("color"))).isEqualTo("red");
        assertThat(properties.toMap()).containsEntry("none", null).hasSize(2);
    }

    @Test
    void headerOfUnknownVersionIsRefused() {
        byte[] bytes = new JmsHeaderBuilder(MessageKind.TEXT).toBytes();
        bytes[0] = 2;
        Record record =
                new RecordBatchBuilder(NOW)
                        .add(
                                NOW,
                                null,
                                null,
                                List.of(new Record.Header("jms", ByteBuffer.wrap(bytes))))
                        .build()
                        .iterator()
                        .next();

        assertThatThrownBy(() -> JmsHeader.of(record))
                .isInstanceOf(CorruptRecordException.class)
                .hasMessageContaining("version 2");
    }

    private static Record record(JmsHeaderBuilder header, Map<String, ?> properties) {
        return new RecordBatchBuilder(NOW)
                .addMessage(NOW, null, utf8("body"), header, properties)
                .build()
                .iterator()
                .next();
    }

    private static ByteBuffer utf8(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
