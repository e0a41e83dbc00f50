package org.millrace.wire.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The tables of {@code docs/record-format.md} say what the code does, and leave nothing out. */
class DocumentedFormatTest {
    private static final Path PAGE = Path.of("..", "docs", "record-format.md");

    @Test
    void batchFields() throws IOException {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("baseOffset", "0");
        fields.put("length", "" + RecordBatch.LENGTH);
        fields.put("leaderEpoch", "" + RecordBatch.LEADER_EPOCH);
        fields.put("magic", "" + RecordBatch.MAGIC_POSITION);
        fields.put("crc", "" + RecordBatch.CRC);
        fields.put("attributes", "" + RecordBatch.ATTRIBUTES);
        fields.put("lastOffsetDelta", "" + RecordBatch.LAST_OFFSET_DELTA);
        fields.put("baseTimestamp", "" + RecordBatch.BASE_TIMESTAMP);
        fields.put("maxTimestamp", "" + RecordBatch.MAX_TIMESTAMP);
        fields.put("producerId", "" + RecordBatch.PRODUCER_ID);
        fields.put("producerEpoch", "" + RecordBatch.PRODUCER_EPOCH);
        fields.put("baseSequence", "" + RecordBatch.BASE_SEQUENCE);
        fields.put("recordCount", "" + RecordBatch.RECORD_COUNT);
        fields.put("records", "" + RecordBatch.HEADER_BYTES);

        assertThat(table("## Batch", "at")).containsExactlyEntriesOf(fields);
    }

    @Test
    void compressions() throws IOException {
        assertThat(table("## Batch", "id"))
                .containsExactlyEntriesOf(codes(Compression.values(), Compression::id));
    }

    @Test
    void messageKinds() throws IOException {
        assertThat(table("## Record", "code"))
                .containsExactlyEntriesOf(codes(MessageKind.values(), MessageKind::code));
    }

    @Test
    void headerFields() throws IOException {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("version", "0");
        fields.put("kindAndPriority", "" + JmsHeader.KIND_AND_PRIORITY);
        fields.put("flags", "" + JmsHeader.FLAGS);
        fields.put("expiration", "" + JmsHeader.EXPIRATION);
        fields.put("deliveryTime", "" + JmsHeader.DELIVERY_TIME);
        fields.put("connectionId", "" + JmsHeader.CONNECTION_ID);
        fields.put("producerId", "" + JmsHeader.PRODUCER_ID);
        fields.put("messageNumber", "" + JmsHeader.MESSAGE_NUMBER);

        assertThat(table("## Header `jms`", "at")).containsExactlyEntriesOf(fields);
    }

    @Test
    void headerFlags() throws IOException {
        Map<String, String> flags = new LinkedHashMap<>();
        flags.put("PERSISTENT", flag(JmsHeader.PERSISTENT));
        flags.put("TIMESTAMP_DISABLED", flag(JmsHeader.TIMESTAMP_DISABLED));
        flags.put("HAS_MESSAGE_ID", flag(JmsHeader.HAS_MESSAGE_ID));
        flags.put("CORRELATION_ID_IS_BYTES", flag(JmsHeader.CORRELATION_ID_IS_BYTES));
        flags.put("FOR_ONE_SUBSCRIPTION", flag(JmsHeader.FOR_ONE_SUBSCRIPTION));
        flags.put("PROPERTY_TYPES", flag(JmsHeader.PROPERTY_TYPES));
        flags.put("CORRELATION_ID", flag(JmsHeader.CORRELATION_ID));
        flags.put("REPLY_TO", flag(JmsHeader.REPLY_TO));
        flags.put("TYPE", flag(JmsHeader.TYPE));
        flags.put("GROUP_SEQUENCE", flag(JmsHeader.GROUP_SEQUENCE));
        flags.put("USER_ID", flag(JmsHeader.USER_ID));
        flags.put("CLIENT_ID", flag(JmsHeader.CLIENT_ID));

        assertThat(table("## Header `jms`", "flag")).containsExactlyEntriesOf(flags);
    }

    @Test
    void valueTypes() throws IOException {
        assertThat(table("## Properties", "code"))
                .containsExactlyEntriesOf(codes(ValueType.values(), type -> (int) type.code()));
    }

    private static String flag(int flag) {
        return "0x%04x".formatted(flag);
    }

    private static <E extends Enum<E>> Map<String, String> codes(
            E[] values, java.util.function.Function<E, Integer> code) {
        return Arrays.stream(values)
                .collect(
                        Collectors.toMap(
                                Enum::name,
                                value -> code.apply(value).toString(),
                                (first, second) -> first,
                                LinkedHashMap::new));
    }

    /** Second column → first column of the table with this first column, in order. */
    private static Map<String, String> table(String section, String firstColumn)
            throws IOException {
        List<String> lines = Files.readAllLines(PAGE);
        int at = lines.indexOf(section);
        assertThat(at).as("section %s", section).isNotNegative();
        while (!lines.get(at).startsWith("| " + firstColumn + " |")) {
            at++;
        }
        Map<String, String> rows = new LinkedHashMap<>();
        for (at += 2; at < lines.size() && lines.get(at).startsWith("|"); at++) {
            String[] cells = lines.get(at).split("\\|");
            rows.put(cells[2].strip().replace("`", ""), cells[1].strip());
        }
        return rows;
    }
}
