package org.millrace.persistence.segment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.persistence.Needed;
import org.millrace.persistence.OffsetRange;
import org.millrace.persistence.PartitionId;
import org.millrace.persistence.RecordSlice;
import org.millrace.persistence.StorageException;
import org.millrace.persistence.simulation.FaultyStorageIo;
import org.millrace.wire.record.Record;
import org.millrace.wire.record.RecordBatch;

/** Sealed segments lose what nobody needs, and nothing else, whatever happens meanwhile. */
class LogThinningTest {
    private static final PartitionId PARTITION = new PartitionId(5, 0, 4);

    private Random random = new Random(1);
    private FaultyStorageIo disk = new FaultyStorageIo(random);
    private SegmentedLog log = open(2048);
    private long checkpointedEnd;

    /** Offsets that are there and not finished, and all that are there. */
    private final TreeSet<Long> unfinished = new TreeSet<>();

    private final TreeSet<Long> appended = new TreeSet<>();

    private SegmentedLog open(int segmentBytes) {
        return new SegmentStore(disk, new SegmentLimits(segmentBytes, 128))
                .log(PARTITION, checkpointedEnd);
    }

    private long segments() {
        return disk.list(SegmentStore.directoryOf(PARTITION)).stream()
                .filter(name -> name.endsWith(".log"))
                .count();
    }

    @Test
    void oneUnfinishedMessageKeepsNeitherDiskNorFiles() {
        append(1_000);
        unfinished.clear();
        unfinished.add(3L);
        unfinished.add(700L);
        force();
        long before = disk.usedBytes();
        assertThat(segments()).isGreaterThan(30);

        thin(log.endOffset());

        assertThat(segments()).isLessThanOrEqualTo(3);
        assertThat(disk.usedBytes()).isLessThan(before / 10);
        assertThat(found()).containsAll(unfinished).contains(999L);
        assertThat(found().size()).isLessThan(100);
    }

    @Test
    void whatIsLeftIsNotWrittenAgainAndAgain() {
        append(1_000);
        unfinished.removeIf(offset -> offset % 10 != 0);
        force();
        thin(log.endOffset());
        long steps = disk.steps();
        thin(log.endOffset());
        assertThat(disk.steps() - steps).isLessThan(10);
        assertThat(found()).containsAll(unfinished);
    }

    @Test
    void manySmallFilesBecomeFew() {
        log = open(16_384);
        for (int i = 0; i < 40; i++) {
            append(100);
            unfinished.headSet(log.endOffset() - 100).removeIf(offset -> offset % 100 != 0);
            force();
            thin(log.endOffset() - 100);
        }
        assertThat(found()).containsAll(unfinished);
        assertThat(segments()).isLessThan(20);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {11, 12, 13, 14, 15, 16, 17, 18})
    void keepsWhatIsNeededThroughPowerFailuresAtEveryStep(long seed) {
        random = new Random(seed);
        disk = new FaultyStorageIo(random);
        log = open(1024 + random.nextInt(2048));
        for (int crash = 0; crash < 120; crash++) {
            runUntilPowerFails();
            if (random.nextBoolean()) {
                disk.crash();
            } else {
                disk.kill();
            }
            log = open(1024 + random.nextInt(2048));
            unfinished.tailSet(checkpointedEnd).clear();
            appended.tailSet(checkpointedEnd).clear();
            assertThat(found()).as("seed %d crash %d", seed, crash).containsAll(unfinished);
            assertThat(appended).as("seed %d crash %d", seed, crash).containsAll(found());
            assertThat(log.endOffset()).isEqualTo(checkpointedEnd);
        }
    }

    private void runUntilPowerFails() {
        disk.stopAtStep(disk.steps() + 1 + random.nextInt(120));
        try {
            while (true) {
                randomStep();
            }
        } catch (StorageException powerFailed) {
            assertThat(powerFailed).hasMessageContaining("stopped at step");
        }
    }

    private void randomStep() {
        switch (random.nextInt(10)) {
            case 0, 1 -> force();
            case 2 -> log.trim(unfinished.isEmpty() ? log.endOffset() : unfinished.first());
            case 3, 4 -> {
                int keep = 2 + random.nextInt(20);
                unfinished.removeIf(offset -> random.nextInt(keep) != 0);
                thin(Math.max(0, log.endOffset() - random.nextInt(20)));
            }
            default -> append(1 + random.nextInt(5));
        }
    }

    private void append(int batches) {
        for (int i = 0; i < batches; i++) {
            RecordBatch batch = Batches.at(log.endOffset(), 60, 1);
            log.append(List.of(batch));
            unfinished.add(batch.baseOffset());
            appended.add(batch.baseOffset());
        }
    }

    private void force() {
        log.force();
        checkpointedEnd = log.endOffset();
    }

    private void thin(long before) {
        List<OffsetRange> ranges = new ArrayList<>();
        unfinished.headSet(before).forEach(offset -> ranges.add(OffsetRange.of(offset)));
        SegmentWork thinning = log.thinning(new Needed(ranges, before), checkpointedEnd);
        for (int i = 0; thinning.step(); i++) {
            assertThat(i).as("steps").isLessThan(10_000);
        }
    }

    private TreeSet<Long> found() {
        TreeSet<Long> found = new TreeSet<>();
        RecordSlice slice = log.read(0, 5_000);
        while (!slice.batches().isEmpty()) {
            for (RecordBatch batch : slice.batches()) {
                for (Record record : batch) {
                    found.add(record.offset());
                }
            }
            slice = log.read(slice.nextOffset(), 5_000);
        }
        return found;
    }
}
