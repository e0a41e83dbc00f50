package org.millrace.persistence.segment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.persistence.Compaction;
import org.millrace.persistence.PartitionId;
import org.millrace.persistence.RecordSlice;
import org.millrace.persistence.StorageException;
import org.millrace.persistence.simulation.FaultyStorageIo;
import org.millrace.wire.record.Record;
import org.millrace.wire.record.RecordBatch;

/**
 * Sealed segments lose what newer records replace, and nothing else, whatever happens meanwhile.
 */
class LogCompactionTest {
    private static final PartitionId PARTITION = new PartitionId(5, 0, 4);
    private static final int KEYS = 12;

    private Random random = new Random(1);
    private FaultyStorageIo disk = new FaultyStorageIo(random);
    private SegmentedLog log = open(1024);
    private long now;
    private long checkpointedEnd;
    private long trimmed;
    private long compactedBefore;
    private long tombstonesBefore;

    /** Offset to key, {@code -} behind it for a tombstone; with its time. */
    private final TreeMap<Long, String> appended = new TreeMap<>();

    private final Map<Long, Long> times = new HashMap<>();

    private SegmentedLog open(int segmentBytes) {
        return new SegmentStore(disk, new SegmentLimits(segmentBytes, 128))
                .log(PARTITION, checkpointedEnd);
    }

    @Test
    void ofManyUpdatesOnlyTheNewestAreLeftAndNeighboursBecomeOne() {
        for (int i = 0; i < 1_000; i++) {
            append("key" + i % KEYS);
        }
        force();
        long before = disk.usedBytes();

        compact(log.endOffset(), 3);

        assertThat(disk.usedBytes()).isLessThan(before / 10);
        assertThat(disk.list(SegmentStore.directoryOf(PARTITION)))
                .as("segments")
                .filteredOn(name -> name.endsWith(".log"))
                .hasSizeLessThan(5);
        assertThat(found().size()).isBetween(KEYS, 3 * KEYS);
        assertKeepsTheNewest();
    }

    @Test
    void aTombstoneGoesWhenItIsOldAndNothingComesBack() {
        append("gone");
        for (int i = 0; i < 20; i++) {
            append("other");
        }
        append("gone-");
        for (int i = 0; i < 200; i++) {
            append("other");
        }
        force();
        compact(log.endOffset(), 100);
        assertThat(found().values()).contains("gone-").doesNotContain("gone");

        tombstonesBefore = now + 1;
        for (int i = 0; i < 200; i++) {
            append("other");
        }
        force();
        compact(log.endOffset(), 100);
        assertThat(found().values()).doesNotContain("gone-", "gone");
    }

    @Test
    void nothingBehindTheOffsetIsTouched() {
        for (int i = 0; i < 200; i++) {
            append("key");
        }
        force();
        compact(100, 100);
        assertThat(found().tailMap(100L)).isEqualTo(appended.tailMap(100L));
        assertThat(found().size()).isLessThan(200);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {11, 12, 13, 14, 15, 16, 17, 18})
    void keepsTheNewestThroughPowerFailuresAtEveryStep(long seed) {
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
            appended.tailMap(checkpointedEnd).clear();
            trimmed = Math.min(trimmed, checkpointedEnd);
            compactedBefore = Math.min(compactedBefore, checkpointedEnd);
            assertKeepsTheNewest();
            assertThat(log.endOffset())
                    .as("seed %d crash %d", seed, crash)
                    .isEqualTo(checkpointedEnd);
            appended.keySet().retainAll(found().keySet());
        }
    }

    private void runUntilPowerFails() {
        disk.stopAtStep(disk.steps() + 1 + random.nextInt(150));
        try {
            while (true) {
                randomStep();
            }
        } catch (StorageException powerFailed) {
            assertThat(powerFailed).hasMessageContaining("stopped at step");
        }
    }

    private void randomStep() {
        switch (random.nextInt(12)) {
            case 0, 1 -> force();
            case 2 -> {
                trimmed = Math.max(trimmed, (trimmed * 3 + log.endOffset()) / 4);
                log.trim(trimmed);
            }
            case 3, 4 -> {
                tombstonesBefore = Math.max(tombstonesBefore, now - random.nextInt(40));
                compactAmongOthers(log.endOffset() - random.nextInt(20), 1 + random.nextInt(KEYS));
            }
            default -> {
                String[] keys = new String[1 + random.nextInt(4)];
                for (int i = 0; i < keys.length; i++) {
                    keys[i] = "key" + random.nextInt(KEYS) + (random.nextInt(6) == 0 ? "-" : "");
                }
                append(keys);
            }
        }
    }

    private void append(String... keys) {
        RecordBatch batch = Batches.keyed(log.endOffset() + random.nextInt(2), ++now, 60, keys);
        for (int i = 0; i < keys.length; i++) {
            appended.put(batch.baseOffset() + i, keys[i]);
            times.put(batch.baseOffset() + i, now);
        }
        log.append(List.of(batch));
    }

    private void force() {
        log.force();
        checkpointedEnd = log.endOffset();
    }

    private void compact(long before, int maxKeys) {
        compactedBefore = Math.max(compactedBefore, before);
        SegmentWork compaction =
                log.compaction(new Compaction(before, tombstonesBefore), checkpointedEnd, maxKeys);
        for (int i = 0; compaction.step(); i++) {
            assertThat(i).as("steps").isLessThan(100_000);
        }
    }

    /** While others append and trim. */
    private void compactAmongOthers(long before, int maxKeys) {
        if (before < 0) {
            return;
        }
        compactedBefore = Math.max(compactedBefore, before);
        SegmentWork compaction =
                log.compaction(new Compaction(before, tombstonesBefore), checkpointedEnd, maxKeys);
        while (compaction.step()) {
            if (random.nextInt(10) == 0) {
                append("key" + random.nextInt(KEYS));
            }
            if (random.nextInt(40) == 0) {
                trimmed = Math.max(trimmed, trimmed + 3);
                trimmed = Math.min(trimmed, log.endOffset());
                log.trim(trimmed);
            }
        }
    }

    private TreeMap<Long, String> found() {
        TreeMap<Long, String> found = new TreeMap<>();
        RecordSlice slice = log.read(trimmed, 5_000);
        while (!slice.batches().isEmpty()) {
            for (RecordBatch batch : slice.batches()) {
                for (Record record : batch) {
                    found.put(
                            record.offset(),
                            record.keyText().get() + (record.value().isEmpty() ? "-" : ""));
                }
            }
            slice = log.read(slice.nextOffset(), 5_000);
        }
        return new TreeMap<>(found.tailMap(trimmed));
    }

    private void assertKeepsTheNewest() {
        TreeMap<Long, String> found = found();
        assertThat(appended).containsAllEntriesOf(found);
        Set<String> newer = new HashSet<>();
        List<Long> missing = new ArrayList<>();
        TreeMap<Long, String> there = new TreeMap<>(appended.tailMap(trimmed));
        there.descendingMap()
                .forEach(
                        (offset, key) -> {
                            boolean below = offset < compactedBefore;
                            boolean isTombstone = key.endsWith("-");
                            String name = isTombstone ? key.substring(0, key.length() - 1) : key;
                            boolean mayGo =
                                    below
                                            && (newer.contains(name)
                                                    || isTombstone
                                                            && times.get(offset)
                                                                    < tombstonesBefore);
                            if (below) {
                                newer.add(name);
                            }
                            if (!found.containsKey(offset) && !mayGo) {
                                missing.add(offset);
                            }
                        });
        assertThat(missing).as("of %s", there).isEmpty();
    }
}
