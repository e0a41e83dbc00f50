package org.millrace.persistence.segment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.persistence.PartitionId;
import org.millrace.persistence.RecordSlice;
import org.millrace.persistence.StorageException;
import org.millrace.persistence.simulation.FaultyStorageIo;
import org.millrace.wire.record.RecordBatch;

/**
 * Power failures at random steps: whatever was forced and not trimmed is there afterwards, and
 * nothing else is.
 */
class SegmentedLogCrashTest {
    private static final PartitionId PARTITION = new PartitionId(5, 0, 4);

    private Random random;
    private FaultyStorageIo disk;
    private SegmentedLog log;
    private final TreeMap<Long, RecordBatch> appended = new TreeMap<>();
    private long checkpointedEnd;
    private long trimmed;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void keepsWhatWasForced(long seed) {
        random = new Random(seed);
        disk = new FaultyStorageIo(random);
        log = open();
        for (int crash = 0; crash < 150; crash++) {
            runUntilPowerFails();
            disk.crash();
            log = open();
            appended.tailMap(checkpointedEnd).clear();
            trimmed = Math.min(trimmed, checkpointedEnd);
            assertThat(readFrom(trimmed))
                    .as("seed %d crash %d", seed, crash)
                    .isEqualTo(List.copyOf(appended.tailMap(trimmed).keySet()));
            assertThat(log.endOffset()).isEqualTo(checkpointedEnd);
        }
    }

    private SegmentedLog open() {
        return new SegmentStore(disk, new SegmentLimits(1024 + random.nextInt(2048), 128))
                .log(PARTITION, checkpointedEnd);
    }

    private void runUntilPowerFails() {
        disk.stopAtStep(disk.steps() + 1 + random.nextInt(60));
        try {
            while (true) {
                step();
            }
        } catch (StorageException powerFailed) {
            assertThat(powerFailed).hasMessageContaining("stopped at step");
        }
    }

    private void step() {
        switch (random.nextInt(6)) {
            case 0, 1, 2 -> append();
            case 3 -> {
                log.force();
                checkpointedEnd = log.endOffset();
            }
            case 4 -> {
                long end = log.endOffset();
                long before = random.nextInt(3) == 0 ? end : (trimmed + end) / 2;
                trimmed = Math.max(trimmed, before);
                log.trim(before);
            }
            default -> log.close();
        }
    }

    private void append() {
        List<RecordBatch> batches = new ArrayList<>();
        long end = log.endOffset();
        for (int i = random.nextInt(6); i >= 0; i--) {
            RecordBatch batch = Batches.at(end + random.nextInt(3), random.nextInt(400), 1, 2);
            appended.put(batch.baseOffset(), batch);
            batches.add(batch);
            end = batch.lastOffset() + 1;
        }
        log.append(batches);
    }

    private List<Long> readFrom(long offset) {
        List<Long> found = new ArrayList<>();
        RecordSlice slice = log.read(offset, 5_000);
        while (!slice.batches().isEmpty()) {
            slice.batches().forEach(batch -> found.add(batch.baseOffset()));
            slice = log.read(slice.nextOffset(), 5_000);
        }
        return found.stream().filter(base -> base >= offset).toList();
    }
}
