package org.millrace.wire.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.millrace.wire.Address;

/**
 * Bytes written by an earlier build are read by this one, and this one writes the same. The files
 * are hexadecimal, white space does not count; a change that breaks one breaks stored data.
 */
class GoldenFileTest {
    private static final long SENT_AT = 1_760_000_000_000L;

    private static final List<Object> EVERY_TYPE =
            Arrays.asList(
                    null,
                    true,
                    (byte) -2,
                    (short) -300,
                    '\u20ac',
                    -70_000,
                    -5_000_000_000L,
                    1.5f,
                    -2.25d,
                    "text \u00e9 \uD800",
                    new byte[] {1, 2, -1});

    @Test
    void everyHeaderField() throws IOException {
        RecordBatch batch = fullBatch(Compression.NONE);
        assertThat(hex(batch.bytes())).isEqualTo(hex(golden("batch-full")));

        RecordBatch stored = RecordBatch.checked(golden("batch-full"));
        assertFull(stored);
    }

    @Test
    void plainMessage() throws IOException {
        RecordBatch batch =
                new RecordBatchBuilder(SENT_AT)
                        .addMessage(
                                SENT_AT,
                                null,
                                utf8("hello"),
                                new JmsHeaderBuilder(MessageKind.TEXT)
                                        .persistent()
                                        .connectionId(0x0102030405060708L)
                                        .messageId(0x1112131415161718L, 42),
                                Map.of())
                        .build();
        assertThat(hex(batch.bytes())).isEqualTo(hex(golden("batch-plain")));

        Record stored = RecordBatch.checked(golden("batch-plain")).iterator().next();
        assertThat(stored.valueText()).contains("hello");
        assertThat(JmsHeader.of(stored).messageId())
                .contains(new MessageId(0x1112131415161718L, 42));
    }

    /** Compressed bytes may differ from one version of a library to the next, so they are read. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void compressedBatches(Compression compression) throws IOException {
        RecordBatch stored =
                RecordBatch.checked(golden("batch-" + compression.name().toLowerCase(Locale.ROOT)));

        assertThat(stored.compression()).isEqualTo(compression);
        assertFull(stored);
    }

    @Test
    void mapBody() throws IOException {
        Map<String, Object> map = new LinkedHashMap<>();
        EVERY_TYPE.forEach(value -> map.put("name " + map.size(), value));

        assertThat(hex(BodyCodec.encodeMap(map))).isEqualTo(hex(golden("body-map")));
        assertThat(BodyCodec.decodeMap(golden("body-map")))
                .usingRecursiveComparison()
                .isEqualTo(map);
    }

    @Test
    void streamBody() throws IOException {
        assertThat(hex(BodyCodec.encodeStream(EVERY_TYPE))).isEqualTo(hex(golden("body-stream")));
        assertThat(BodyCodec.decodeStream(golden("body-stream")))
                .usingRecursiveComparison()
                .isEqualTo(EVERY_TYPE);
    }

    private static RecordBatch fullBatch(Compression compression) {
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("boolean", true);
        properties.put("byte", (byte) -2);
        properties.put("short", (short) -300);
        properties.put("int", -70_000);
        properties.put("long", -5_000_000_000L);
        properties.put("float", 0.1f);
        properties.put("double", 1e-300);
        properties.put("string", "na\u00efve");
        properties.put("null", null);
        JmsHeaderBuilder header =
                new JmsHeaderBuilder(MessageKind.TEXT)
                        .persistent()
                        .timestampDisabled()
                        .priority(7)
                        .expiration(SENT_AT + 60_000)
                        .deliveryTime(SENT_AT + 5_000)
                        .connectionId(12)
                        .messageId(34, 56)
                        .correlationId("correlation")
                        .replyTo(new Address(Address.Kind.TEMPORARY_QUEUE, "reply", "a=b"))
                        .type("order")
                        .groupSequence(3)
                        .userId("user")
                        .clientId("client");
        return new RecordBatchBuilder(SENT_AT)
                .producer(34, (short) 5, 600)
                .compression(compression)
                .addMessage(SENT_AT, utf8("group"), utf8("text ".repeat(20)), header, properties)
                .addMessage(
                        SENT_AT + 1,
                        null,
                        null,
                        new JmsHeaderBuilder(MessageKind.MESSAGE).correlationId(new byte[] {9, 0}),
                        Map.of())
                .build();
    }

    private static void assertFull(RecordBatch stored) {
        RecordBatch expected = fullBatch(Compression.NONE);
        var records = stored.iterator();
        for (Record record : expected) {
            assertThat(records.next().bytes()).isEqualTo(record.bytes());
        }
        assertThat(records.hasNext()).isFalse();
        assertThat(stored.producerId()).isEqualTo(34);
        assertThat(stored.producerEpoch()).isEqualTo((short) 5);
        assertThat(stored.baseSequence()).isEqualTo(600);
        Record first = stored.iterator().next();
        assertThat(first.keyText()).contains("group");
        JmsHeader header = JmsHeader.of(first);
        assertThat(header.replyTo())
                .contains(new Address(Address.Kind.TEMPORARY_QUEUE, "reply", "a=b"));
        assertThat(header.clientId()).contains("client");
        assertThat(new MessageProperties().read(first).toMap())
                .containsEntry("float", 0.1f)
                .containsEntry("null", null)
                .hasSize(9);
    }

    private static ByteBuffer golden(String name) throws IOException {
        String resource = "/golden/record-1/" + name + ".hex";
        try (InputStream in = GoldenFileTest.class.getResourceAsStream(resource)) {
            assertThat(in).as("resource %s", resource).isNotNull();
            String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            return ByteBuffer.wrap(HexFormat.of().parseHex(text.replaceAll("\\s", "")));
        }
    }

    /** Lines of 32 bytes, as in the files. */
    private static String hex(ByteBuffer bytes) {
        byte[] array = new byte[bytes.remaining()];
        bytes.duplicate().get(array);
        return HexFormat.of().formatHex(array).replaceAll("(.{64})", "$1\n").strip() + "\n";
    }

    private static ByteBuffer utf8(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
