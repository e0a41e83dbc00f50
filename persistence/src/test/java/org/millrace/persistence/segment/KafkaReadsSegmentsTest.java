package org.millrace.persistence.segment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.tools.DumpLogSegments;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.persistence.Compaction;
import org.millrace.persistence.DiskStorageIo;
import org.millrace.persistence.PartitionId;
import org.millrace.wire.record.RecordBatch;

/** Kafka's own tool is the referee of our files. */
class KafkaReadsSegmentsTest {
    private static final int BATCHES = 300;

    @TempDir Path root;

    @BeforeEach
    void writeLog() {
        Random random = new Random(7);
        SegmentStore store =
                new SegmentStore(new DiskStorageIo(root), new SegmentLimits(20_000, 512));
        SegmentedLog log = store.log(new PartitionId(1, 0, 4), 0);
        List<RecordBatch> batches = new ArrayList<>();
        long offset = 0;
        for (int i = 0; i < BATCHES; i++) {
            long[] timestamps = new long[1 + random.nextInt(4)];
            for (int t = 0; t < timestamps.length; t++) {
                timestamps[t] = 1_700_000_000_000L + i * 10L + random.nextInt(100);
            }
            batches.add(Batches.at(offset, random.nextInt(300), timestamps));
            offset += timestamps.length + (random.nextInt(5) == 0 ? random.nextInt(9) : 0);
        }
        log.append(batches);
        log.force();
        log.close();
    }

    @Test
    void dumpsEveryBatchAndFindsNoMismatch() throws IOException {
        String files = files();
        assertThat(files.split(",")).hasSizeGreaterThan(9);

        String dump = dump("--deep-iteration", "--files", files);

        assertThat(dump.lines().filter(line -> line.startsWith("baseOffset:"))).hasSize(BATCHES);
        assertThat(dump).contains("isvalid: true").doesNotContain("isvalid: false");
        // It also lists gaps between offsets, which are no fault.
        assertThat(dump.toLowerCase(Locale.ROOT))
                .doesNotContain("mismatch")
                .doesNotContain("out of order")
                .doesNotContain("could not")
                .doesNotContain("corrupt");
    }

    @Test
    void indexesPassTheSanityCheck() throws IOException {
        String dump = dump("--index-sanity-check", "--files", files());

        assertThat(dump.lines().filter(line -> line.contains("passed sanity check")))
                .hasSize((int) files().chars().filter(c -> c == ',').count() / 3 * 2 + 2);
    }

    @Test
    void compactedSegmentsAreKafkasToo() throws IOException {
        SegmentStore store =
                new SegmentStore(new DiskStorageIo(root), new SegmentLimits(20_000, 512));
        SegmentedLog log = store.log(new PartitionId(1, 0, 5), 0);
        Random random = new Random(8);
        long offset = 0;
        for (int i = 0; i < 1_000; i++) {
            String[] keys = new String[1 + random.nextInt(3)];
            for (int k = 0; k < keys.length; k++) {
                keys[k] = "key" + random.nextInt(150);
            }
            log.append(List.of(Batches.keyed(offset, i, 100, keys)));
            offset += keys.length;
        }
        log.force();
        SegmentWork compaction = log.compaction(new Compaction(offset, 0), offset, 1_000);
        while (compaction.step()) {
            assertThat(log.endOffset()).isEqualTo(offset);
        }
        log.close();
        assertThat(compaction.bytesFreed()).isGreaterThan(100_000);

        String files = files("logs/1/0.5");
        String dump = dump("--deep-iteration", "--files", files);

        assertThat(dump.lines().filter(line -> line.startsWith("baseOffset:")))
                .hasSizeBetween(100, 500);
        assertThat(dump).contains("isvalid: true").doesNotContain("isvalid: false");
        assertThat(dump.toLowerCase(Locale.ROOT))
                .doesNotContain("mismatch")
                .doesNotContain("out of order")
                .doesNotContain("could not")
                .doesNotContain("corrupt");
        assertThat(dump("--index-sanity-check", "--files", files)).contains("passed sanity check");
    }

    private String files() throws IOException {
        return files("logs/1/0.4");
    }

    private String files(String directory) throws IOException {
        try (Stream<Path> all = Files.list(root.resolve(directory))) {
            return all.map(Path::toString).sorted().collect(Collectors.joining(","));
        }
    }

    private static String dump(String... arguments) throws IOException {
        PrintStream console = System.out;
        PrintStream errors = System.err;
        ByteArrayOutputStream captured = new ByteArrayOutputStream();
        PrintStream both = new PrintStream(captured, true, StandardCharsets.UTF_8);
        System.setOut(both);
        System.setErr(both);
        try {
            DumpLogSegments.main(arguments);
        } finally {
            System.setOut(console);
            System.setErr(errors);
        }
        return captured.toString(StandardCharsets.UTF_8);
    }

    @Test
    void theRefereeNoticesAWrongIndexEntry() throws IOException {
        Path index = root.resolve("logs/1/0.4/00000000000000000000.index");
        byte[] bytes = Files.readAllBytes(index);
        bytes[3]++;
        Files.write(index, bytes);

        assertThat(dump("--deep-iteration", "--files", index.toString())).contains("Mismatch");
    }
}
