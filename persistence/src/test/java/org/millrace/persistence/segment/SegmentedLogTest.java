package org.millrace.persistence.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.persistence.DiskStorageIo;
import org.millrace.persistence.PartitionId;
import org.millrace.persistence.RecordSlice;
import org.millrace.persistence.StorageException;
import org.millrace.persistence.StorageFile;
import org.millrace.wire.record.RecordBatch;

class SegmentedLogTest {
    private static final PartitionId PARTITION = new PartitionId(7, 2, 4);
    private static final String DIRECTORY = "logs/7/2.4";
    private static final String FIRST = DIRECTORY + "/00000000000000000000.log";

    @TempDir Path root;
    private DiskStorageIo io;
    private SegmentStore store;
    private SegmentedLog log;

    @BeforeEach
    void createLog() {
        io = new DiskStorageIo(root);
        store = new SegmentStore(io, new SegmentLimits(4096, 256));
        log = store.log(PARTITION, 0);
    }

    private void appendFrom(long first, int count) {
        List<RecordBatch> batches = new ArrayList<>();
        for (long offset = first; offset < first + count; offset++) {
            batches.add(Batches.at(offset, 100, 1_000 + offset));
        }
        log.append(batches);
    }

    @Test
    void touchesNoFileBeforeItIsUsed() {
        assertThat(io.list("")).isEmpty();
        assertThat(log.read(0, 100).batches()).isEmpty();
        assertThat(io.list("")).isEmpty();
    }

    @Test
    void namesFilesByIdAndBaseOffset() {
        appendFrom(0, 50);
        log.close();

        assertThat(io.list(DIRECTORY))
                .contains(
                        "00000000000000000000.log",
                        "00000000000000000000.index",
                        "00000000000000000000.timeindex");
        assertThat(store.partitions()).containsExactly(PARTITION);
    }

    @Test
    void readsABatchLargerThanTheLimit() {
        log.append(List.of(Batches.at(0, 100_000, 1), Batches.at(1, 100_000, 2)));

        RecordSlice slice = log.read(0, 10);

        assertThat(slice.batches()).hasSize(1);
        assertThat(slice.batches().get(0).sizeBytes()).isGreaterThan(100_000);
        assertThat(slice.nextOffset()).isEqualTo(1);
    }

    @Test
    void givesTheDiskBackWhenAllIsTrimmed() {
        appendFrom(0, 100);

        long freed = log.trim(100);

        assertThat(freed).isPositive();
        assertThat(io.list(DIRECTORY)).isEmpty();
        assertThat(log.endOffset()).isEqualTo(100);
        appendFrom(100, 1);
        assertThat(log.read(0, 100).batches().get(0).baseOffset()).isEqualTo(100);
    }

    @Test
    void cutsTornBytesAboveTheCheckpointedEnd() {
        appendFrom(0, 10);
        log.force();
        appendFrom(10, 5);
        try (StorageFile file = io.open(FIRST)) {
            file.write(ByteBuffer.wrap(new byte[777]), file.size());
        }

        log = store.log(PARTITION, 10);

        assertThat(log.endOffset()).isEqualTo(10);
        assertThat(log.read(9, 10_000).nextOffset()).isEqualTo(10);
        appendFrom(10, 5);
        assertThat(log.read(10, 10_000).batches()).hasSize(5);
    }

    @Test
    void refusesToOpenWhenForcedMessagesAreMissing() {
        appendFrom(0, 10);
        try (StorageFile file = io.open(FIRST)) {
            file.truncate(file.size() / 2);
        }

        log = store.log(PARTITION, 10);

        assertThatThrownBy(log::endOffset)
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("7/2.4")
                .hasMessageContaining(FIRST);
    }

    @Test
    void refusesToOpenWhenTheLastSegmentIsGone() {
        appendFrom(0, 60);
        List<String> names = io.list(DIRECTORY);
        io.delete(DIRECTORY + "/" + names.get(names.size() - 1));

        log = store.log(PARTITION, 60);

        assertThatThrownBy(log::endOffset)
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("reach offset 60")
                .hasMessageContaining("missing");
    }

    @Test
    void findsEveryBrokenByteOfAColdBatch() {
        appendFrom(0, 60);
        long size = io.size(FIRST);
        byte[] whole = new byte[(int) size];
        try (StorageFile file = io.open(FIRST)) {
            file.read(ByteBuffer.wrap(whole), 0);
        }
        int batchBytes = log.read(0, 0).batches().get(0).sizeBytes();
        for (int position = 3 * batchBytes; position < 4 * batchBytes; position++) {
            boolean covered = position - 3 * batchBytes < 12 || position - 3 * batchBytes >= 16;
            if (covered) {
                flip(position);
                assertThatThrownBy(() -> log.read(0, 1 << 20))
                        .as("byte %d", position)
                        .isInstanceOf(StorageException.class)
                        .hasMessageContaining(FIRST)
                        .hasMessageContaining("restore the file");
                flip(position);
            }
        }
        assertThat(log.read(0, 1 << 20).batches()).isNotEmpty();
    }

    private void flip(int position) {
        try (StorageFile file = io.open(FIRST)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            file.read(one, position);
            // The top bit: an offset that moves by little stays in order and is not covered.
            one.put(0, (byte) (one.get(0) ^ 0x80));
            file.write(one.rewind(), position);
        }
    }

    @Test
    void survivesIndexesFullOfNonsense() {
        appendFrom(0, 200);
        for (String name : io.list(DIRECTORY)) {
            if (name.endsWith("index")) {
                try (StorageFile file = io.open(DIRECTORY + "/" + name)) {
                    ByteBuffer nonsense = ByteBuffer.allocate((int) file.size());
                    for (int i = 0; i < nonsense.limit(); i++) {
                        nonsense.put(i, (byte) (i / 4 + 1));
                    }
                    file.write(nonsense, 0);
                }
            }
        }
        log = store.log(PARTITION, 200);

        for (long offset = 0; offset < 200; offset++) {
            assertThat(log.read(offset, 0).batches().get(0).baseOffset()).isEqualTo(offset);
            assertThat(log.offsetAt(1_000 + offset)).contains(offset);
        }
    }

    @Test
    void rollsWhenAnOffsetIsOutOfReachOfTheIndex() {
        long far = 3L * Integer.MAX_VALUE;
        log.append(List.of(Batches.at(0, 10, 1), Batches.at(far, 10, 2)));

        assertThat(log.read(1, 100).batches().get(0).baseOffset()).isEqualTo(far);
        assertThat(io.list(DIRECTORY)).contains("00000000006442450941.log");
    }

    @Test
    void deletesTheFilesOfADestination() {
        appendFrom(0, 100);
        store.log(new PartitionId(7, 3, 4), 0).append(List.of(Batches.at(0, 10, 1)));
        log.close();

        store.deleteDestination(7);

        assertThat(io.list("logs")).isEmpty();
    }

    @Test
    void readersFollowTheWriterAndTrimming() {
        int count = 3_000;
        CompletableFuture<Long> reader =
                CompletableFuture.supplyAsync(
                        () -> {
                            long next = 0;
                            while (next < count) {
                                RecordSlice slice = log.read(next, 2_000);
                                for (RecordBatch batch : slice.batches()) {
                                    assertThat(batch.baseOffset()).isGreaterThanOrEqualTo(next);
                                    next = batch.lastOffset() + 1;
                                }
                                assertThat(slice.nextOffset()).isGreaterThanOrEqualTo(next);
                                next = slice.nextOffset();
                            }
                            return next;
                        });
        for (int offset = 0; offset < count; offset += 25) {
            appendFrom(offset, 25);
            log.trim(offset / 2);
        }
        assertThat(reader.orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo(count);
    }
}
