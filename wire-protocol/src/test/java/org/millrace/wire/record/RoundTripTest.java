package org.millrace.wire.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Whatever is encoded decodes to the same. A failure prints its seed. */
class RoundTripTest {
    private static final long NOW = RandomMessages.NOW;

    private record Sent(
            long timestamp, ByteBuffer key, ByteBuffer value, List<Record.Header> headers) {}

    @Property
    void records(@ForAll long seed, @ForAll Compression compression) {
        RandomMessages random = new RandomMessages(new Random(seed));
        List<Sent> sent = new ArrayList<>();
        RecordBatchBuilder builder = new RecordBatchBuilder(NOW).compression(compression);
        for (int i = 0; i <= Math.floorMod(seed, 10); i++) {
            sent.add(
                    new Sent(
                            NOW + seed % 1000 - i,
                            random.bufferOrNull(),
                            random.bufferOrNull(),
                            random.headers()));
        }
        sent.forEach(one -> builder.add(one.timestamp(), one.key(), one.value(), one.headers()));

        int announced = builder.sizeBytes();
        RecordBatch batch = RecordBatch.checked(builder.build().bytes()).copy();
        batch.stampBaseOffset(500);

        assertThat(batch.sizeBytes()).isLessThanOrEqualTo(announced);
        assertThat(batch.recordCount()).isEqualTo(sent.size());
        assertThat(batch.maxTimestamp())
                .isEqualTo(sent.stream().mapToLong(Sent::timestamp).max().orElseThrow());
        Iterator<Record> records = batch.iterator();
        for (int i = 0; i < sent.size(); i++) {
            Record record = records.next();
            assertThat(record.offset()).isEqualTo(500 + i);
            assertSame(record, sent.get(i));
            Record alone = Record.delivered(record.bytes(), 9, record.timestamp());
            assertThat(alone.offset()).isEqualTo(9);
            assertSame(alone, sent.get(i));
        }
        assertThat(records.hasNext()).isFalse();
    }

    private static void assertSame(Record record, Sent sent) {
        assertThat(record.timestamp()).isEqualTo(sent.timestamp());
        assertThat(record.key()).isEqualTo(Optional.ofNullable(sent.key()));
        assertThat(record.value()).isEqualTo(Optional.ofNullable(sent.value()));
        assertThat(record.headers()).isEqualTo(sent.headers());
        for (Record.Header header : sent.headers()) {
            assertThat(record.header(header.name()).orElseThrow().name()).isEqualTo(header.name());
        }
    }

    @Property
    void messages(@ForAll long seed) {
        RandomMessages random = new RandomMessages(new Random(seed));
        JmsHeaderBuilder header = random.header();
        Map<String, Object> properties = random.properties();
        RecordBatch batch =
                new RecordBatchBuilder(NOW).addMessage(NOW, null, null, header, properties).build();

        Record record = batch.iterator().next();
        MessageProperties read = new MessageProperties().read(record);

        read.verify();
        batch.verifyMessages(read, Compression.DEFAULT_LIMIT_BYTES);
        assertThat(read.header().toBuilder().toBytes()).isEqualTo(header.toBytes());
        assertThat(read.toMap()).containsExactlyEntriesOf(properties);
        properties.forEach(
                (name, value) -> assertThat(read.value(new PropertyName(name))).isEqualTo(value));
    }

    @Property
    void copiedRecordsStayAsTheyAre(@ForAll long seed) {
        RecordBatch first = new RandomMessages(new Random(seed)).batch(Compression.NONE);
        RecordBatchBuilder builder = new RecordBatchBuilder(first.baseTimestamp());
        first.forEach(builder::add);

        RecordBatch second = builder.build();

        Iterator<Record> copies = second.iterator();
        for (Record original : first) {
            Record copy = copies.next();
            assertThat(copy.timestamp()).isEqualTo(original.timestamp());
            assertThat(copy.bytes()).isEqualTo(original.bytes());
        }
    }

    @Property
    void bodies(@ForAll long seed) {
        RandomMessages random = new RandomMessages(new Random(seed));
        List<Object> stream = random.stream();
        Map<String, Object> map = random.map();

        assertThat(BodyCodec.decodeStream(BodyCodec.encodeStream(stream)))
                .usingRecursiveComparison()
                .withEqualsForType(Float::equals, Float.class)
                .withEqualsForType(Double::equals, Double.class)
                .isEqualTo(stream);
        assertThat(BodyCodec.decodeMap(BodyCodec.encodeMap(map)))
                .usingRecursiveComparison()
                .withEqualsForType(Float::equals, Float.class)
                .withEqualsForType(Double::equals, Double.class)
                .isEqualTo(map);
    }

    @Property
    void texts(@ForAll long seed) {
        String text = new RandomMessages(new Random(seed)).text();

        assertThat(Utf8.decode(ByteBuffer.wrap(Utf8.encode(text)))).isEqualTo(text);
    }

    @Property
    void varints(@ForAll int number, @ForAll long large) {
        ByteBuffer out = ByteBuffer.allocate(15);
        Varint.writeInt(out, number);
        assertThat(out.position()).isEqualTo(Varint.sizeOfInt(number));
        Varint.writeLong(out, large);
        assertThat(out.position()).isEqualTo(Varint.sizeOfInt(number) + Varint.sizeOfLong(large));
        out.flip();

        assertThat(Varint.readInt(out)).isEqualTo(number);
        assertThat(Varint.readLong(out)).isEqualTo(large);
    }

    @Property
    void messageIds(@ForAll long producerId, @ForAll long number) {
        MessageId id = new MessageId(producerId, number & Long.MAX_VALUE);

        assertThat(MessageId.parse(id.toString())).contains(id);
    }

    @Example
    void textThatIsNotExactlyOneOfOurIdsIsForeign() {
        for (String text : List.of("", "ID:", "ID:1", "ID:-1", "ID:1-", "ID:+1-2", "ID:01-2")) {
            assertThat(MessageId.parse(text)).as(text).isEmpty();
        }
        assertThat(MessageId.parse("ID:1--2")).isEmpty();
        assertThat(MessageId.parse("ID:99999999999999999999-1")).isEmpty();
        assertThat(MessageId.parse("ID:host-4711:1:1:1")).isEmpty();
        assertThat(MessageId.parse("ID:-5-3")).contains(new MessageId(-5, 3));
    }
}
