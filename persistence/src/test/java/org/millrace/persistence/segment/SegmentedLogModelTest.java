package org.millrace.persistence.segment;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.persistence.DiskStorageIo;
import org.millrace.persistence.PartitionBounds;
import org.millrace.persistence.PartitionId;
import org.millrace.persistence.RecordSlice;
import org.millrace.persistence.StorageIo;
import org.millrace.persistence.simulation.FaultyStorageIo;
import org.millrace.wire.record.Record;
import org.millrace.wire.record.RecordBatch;

/** Random steps on a log of many small segments, compared with a map from offset to batch. */
class SegmentedLogModelTest {
    private static final PartitionId PARTITION = new PartitionId(5, 0, 4);
    private static final int STEPS = 600;

    @TempDir Path directory;
    private StorageIo io;
    private Random random;
    private SegmentStore store;
    private SegmentedLog log;
    private final TreeMap<Long, RecordBatch> model = new TreeMap<>();
    private long end;
    private long checkpointedEnd;
    private long trimmed;
    private long clock = 1_000;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void behavesLikeAMap(long seed) {
        random = new Random(seed);
        boolean onDisk = seed <= 2;
        io = onDisk ? new DiskStorageIo(directory) : new FaultyStorageIo(random);
        SegmentLimits limits = new SegmentLimits(2048 + random.nextInt(4096), random.nextInt(500));
        store = new SegmentStore(io, limits);
        log = store.log(PARTITION, 0);
        for (int step = 0; step < STEPS; step++) {
            step();
            checkBounds();
        }
        assertThat(readAll()).isEqualTo(offsetsOf(model));
    }

    private void step() {
        switch (random.nextInt(12)) {
            case 0, 1, 2, 3 -> append();
            case 4, 5, 6 -> read();
            case 7 -> searchTime();
            case 8 -> trim();
            case 9 -> checkpoint();
            case 10 -> damageIndexes();
            default -> reopen();
        }
    }

    private void append() {
        List<RecordBatch> batches = new ArrayList<>();
        for (int i = random.nextInt(8); i >= 0; i--) {
            long base = end + (random.nextInt(4) == 0 ? random.nextInt(50) : 0);
            long[] timestamps = new long[1 + random.nextInt(5)];
            for (int t = 0; t < timestamps.length; t++) {
                clock += random.nextInt(5);
                timestamps[t] = clock - random.nextInt(20);
            }
            int bodyBytes = random.nextInt(30) == 0 ? 9_000 : random.nextInt(200);
            RecordBatch batch = Batches.at(base, bodyBytes, timestamps);
            batches.add(batch);
            model.put(base, batch);
            end = batch.lastOffset() + 1;
        }
        log.append(batches);
    }

    private void read() {
        long from = trimmed + random.nextInt((int) (end - trimmed) + 10);
        RecordSlice slice = log.read(from, random.nextInt(5_000));
        Optional<RecordBatch> expected = firstHolding(from);
        if (expected.isEmpty()) {
            assertThat(slice.batches()).isEmpty();
            assertThat(slice.nextOffset()).isEqualTo(Math.max(end, from));
            return;
        }
        long next = expected.get().baseOffset();
        for (RecordBatch batch : slice.batches()) {
            RecordBatch same = model.ceilingEntry(next).getValue();
            assertThat(batch.bytes()).isEqualTo(same.bytes());
            next = batch.lastOffset() + 1;
        }
        assertThat(slice.batches()).isNotEmpty();
        assertThat(slice.nextOffset()).isEqualTo(next);
    }

    private Optional<RecordBatch> firstHolding(long offset) {
        Map.Entry<Long, RecordBatch> below = model.floorEntry(offset);
        if (below != null && below.getValue().lastOffset() >= offset) {
            return Optional.of(below.getValue());
        }
        return Optional.ofNullable(model.higherEntry(offset)).map(Map.Entry::getValue);
    }

    private void searchTime() {
        long timestamp = 950 + random.nextInt((int) (clock - 900));
        Optional<Long> expected = Optional.empty();
        for (RecordBatch batch : model.values()) {
            for (Record record : batch) {
                if (expected.isEmpty() && record.timestamp() >= timestamp) {
                    expected = Optional.of(record.offset());
                }
            }
        }
        assertThat(log.offsetAt(timestamp)).isEqualTo(expected);
    }

    private void trim() {
        long before = trimmed + random.nextInt((int) (end - trimmed) / 2 + 1);
        if (random.nextInt(10) == 0) {
            before = end;
        }
        long sizeBefore = sizeOf(model);
        long given = log.trim(before);
        long start = log.bounds().startOffset();
        assertThat(model.headMap(start).values()).allMatch(below(before));
        model.headMap(start).clear();
        assertThat(sizeBefore - sizeOf(model)).isEqualTo(given);
        trimmed = Math.max(trimmed, before);
        if (random.nextBoolean()) {
            checkpoint();
        }
    }

    private static Predicate<RecordBatch> below(long offset) {
        return batch -> batch.lastOffset() < offset;
    }

    private void checkpoint() {
        log.force();
        checkpointedEnd = end;
    }

    private void damageIndexes() {
        if (random.nextBoolean()) {
            log.close();
        }
        String path = SegmentStore.directoryOf(PARTITION);
        for (String name : io.list(path)) {
            if (name.endsWith("index") && random.nextInt(3) == 0) {
                damage(path + "/" + name);
            }
        }
        log = store.log(PARTITION, end);
    }

    private void damage(String name) {
        if (random.nextBoolean()) {
            io.delete(name);
            return;
        }
        try (var file = io.open(name)) {
            file.truncate(random.nextInt((int) file.size() + 1));
        }
    }

    private void reopen() {
        if (random.nextBoolean()) {
            log.close();
        }
        long newEnd = random.nextBoolean() ? end : checkpointedEnd;
        log = store.log(PARTITION, newEnd);
        model.tailMap(newEnd).clear();
        end = newEnd;
        trimmed = Math.min(trimmed, end);
    }

    private void checkBounds() {
        PartitionBounds bounds = log.bounds();
        assertThat(bounds.endOffset()).isEqualTo(end);
        assertThat(bounds.sizeBytes()).isEqualTo(sizeOf(model));
        if (!model.isEmpty()) {
            assertThat(bounds.startOffset()).isEqualTo(model.firstKey());
            assertThat(bounds.firstTimestamp())
                    .isEqualTo(model.firstEntry().getValue().baseTimestamp());
            assertThat(bounds.lastTimestamp())
                    .isEqualTo(model.lastEntry().getValue().maxTimestamp());
        }
    }

    private List<Long> readAll() {
        List<Long> offsets = new ArrayList<>();
        RecordSlice slice = log.read(0, 1 << 16);
        while (!slice.batches().isEmpty()) {
            slice.batches().forEach(batch -> offsets.add(batch.baseOffset()));
            slice = log.read(slice.nextOffset(), 1 << 16);
        }
        return offsets;
    }

    private static List<Long> offsetsOf(TreeMap<Long, RecordBatch> batches) {
        return List.copyOf(batches.keySet());
    }

    private static long sizeOf(TreeMap<Long, RecordBatch> batches) {
        return batches.values().stream().mapToLong(RecordBatch::sizeBytes).sum();
    }
}
