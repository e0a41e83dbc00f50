package org.millrace.wire.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Bytes that are nearly right decode or throw {@link CorruptRecordException}, never anything else,
 * and never make anybody allocate much. A failure prints its seed.
 */
class MutationTest {
    private static final int LIMIT_BYTES = 1 << 20;

    /** LZ4 frames choose their buffers, two of 4 MiB at most; the rest is many times the limit. */
    private static final long MAX_ALLOCATED_BYTES = 24L << 20;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Property(tries = 3000)
    void batches(@ForAll long seed, @ForAll Compression compression) {
        Random random = new Random(seed);
        byte[] bytes = array(new RandomMessages(random).batch(compression).bytes());
        mutate(random, bytes, RecordBatch.ATTRIBUTES);
        ByteBuffer batch = ByteBuffer.wrap(bytes);
        batch.putInt(RecordBatch.CRC, RecordBatch.checksum(batch));

        survives(() -> readAll(RecordBatch.checked(batch)));
    }

    @Property
    void wholeBatchesWithoutANewChecksumAreRefused(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] bytes = array(new RandomMessages(random).batch(Compression.NONE).bytes());
        byte[] before = bytes.clone();
        mutate(random, bytes, RecordBatch.LENGTH);
        // The leader epoch is not covered.
        System.arraycopy(before, RecordBatch.LEADER_EPOCH, bytes, RecordBatch.LEADER_EPOCH, 4);

        boolean refused = !survives(() -> RecordBatch.checked(ByteBuffer.wrap(bytes)));

        assertThat(refused).isEqualTo(!java.util.Arrays.equals(bytes, before));
    }

    @Property
    void truncatedBatchesAreRefused(@ForAll long seed) {
        Random random = new Random(seed);
        ByteBuffer whole = new RandomMessages(random).batch(Compression.NONE).bytes();
        ByteBuffer cut = whole.slice(0, random.nextInt(whole.limit()));

        assertThat(survives(() -> RecordBatch.checked(cut))).isFalse();
    }

    @Property(tries = 3000)
    void deliveredRecords(@ForAll long seed) {
        Random random = new Random(seed);
        RecordBatch batch = new RandomMessages(random).batch(Compression.NONE);
        byte[] bytes = array(batch.iterator().next().bytes());
        mutate(random, bytes, 0);

        survives(() -> readAll(Record.delivered(ByteBuffer.wrap(bytes), 1, 1)));
    }

    @Property(tries = 3000)
    void bodies(@ForAll long seed) {
        Random random = new Random(seed);
        RandomMessages messages = new RandomMessages(random);
        byte[] map = array(BodyCodec.encodeMap(messages.map()));
        byte[] stream = array(BodyCodec.encodeStream(messages.stream()));
        mutate(random, map, 0);
        mutate(random, stream, 0);

        survives(() -> BodyCodec.decodeMap(ByteBuffer.wrap(map)));
        survives(() -> BodyCodec.decodeStream(ByteBuffer.wrap(stream)));
    }

    @Property
    void garbage(@ForAll long seed) {
        byte[] bytes = new RandomMessages(new Random(seed)).bytes();

        survives(() -> BodyCodec.decodeMap(ByteBuffer.wrap(bytes)));
        survives(() -> BodyCodec.decodeStream(ByteBuffer.wrap(bytes)));
        survives(() -> readAll(Record.delivered(ByteBuffer.wrap(bytes), 1, 1)));
        for (Compression compression : Compression.values()) {
            survives(() -> compression.decompress(ByteBuffer.wrap(bytes), LIMIT_BYTES));
        }
    }

    /** Whether it decoded; anything but the one exception is the test's failure. */
    private static boolean survives(Runnable decoding) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        try {
            decoding.run();
            return true;
        } catch (CorruptRecordException expected) {
            return false;
        } finally {
            assertThat(THREADS.getCurrentThreadAllocatedBytes() - before)
                    .isLessThan(MAX_ALLOCATED_BYTES);
        }
    }

    private static void readAll(RecordBatch batch) {
        batch.records(LIMIT_BYTES).forEachRemaining(MutationTest::readAll);
        batch.verifyMessages(new MessageProperties(), LIMIT_BYTES);
    }

    private static void readAll(Record record) {
        record.keyText();
        record.valueText();
        record.headers();
        record.header("jms");
        MessageProperties properties = new MessageProperties().read(record);
        properties.header().toBuilder();
        properties.toMap();
        properties.verify();
    }

    /** Changes a few bytes behind {@code from}: any value, one bit, or a stretch of others. */
    private static void mutate(Random random, byte[] bytes, int from) {
        for (int i = 1 + random.nextInt(4); i > 0 && bytes.length > from; i--) {
            int at = from + random.nextInt(bytes.length - from);
            switch (random.nextInt(3)) {
                case 0 -> bytes[at] = (byte) random.nextInt();
                case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                default -> {
                    int source = from + random.nextInt(bytes.length - from);
                    int length = Math.min(8, bytes.length - Math.max(at, source));
                    System.arraycopy(bytes, source, bytes, at, length);
                }
            }
        }
    }

    private static byte[] array(ByteBuffer buffer) {
        byte[] array = new byte[buffer.remaining()];
        buffer.duplicate().get(array);
        return array;
    }
}
