package org.millrace.persistence.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import org.millrace.foundation.Loop;
import org.millrace.foundation.SeededScheduler;
import org.millrace.persistence.BranchId;
import org.millrace.persistence.Change;
import org.millrace.persistence.Committed;
import org.millrace.persistence.Compaction;
import org.millrace.persistence.CursorId;
import org.millrace.persistence.DestinationRow;
import org.millrace.persistence.EngineFailedException;
import org.millrace.persistence.Needed;
import org.millrace.persistence.OffsetRange;
import org.millrace.persistence.PartitionId;
import org.millrace.persistence.PreparedBranch;
import org.millrace.persistence.RecordSlice;
import org.millrace.persistence.Recovered;
import org.millrace.persistence.StorageFullException;
import org.millrace.persistence.SubscriptionRow;
import org.millrace.persistence.UnitOfWork;
import org.millrace.persistence.catalog.HeapCatalog;
import org.millrace.persistence.contract.Batches;
import org.millrace.persistence.embedded.EmbeddedEngine;
import org.millrace.persistence.embedded.EngineLoops;
import org.millrace.persistence.embedded.EngineSettings;
import org.millrace.persistence.segment.SegmentLimits;
import org.millrace.wire.record.Record;
import org.millrace.wire.record.RecordBatch;

/**
 * One seeded life of an engine on a disk that fails: random units, ends of every kind at every
 * step, and after each start a comparison with {@link StoreModel}.
 *
 * <p>Each durable unit carries a {@link Change.CommitMark} with its number, and units become
 * durable in order: so what is found after a crash must be exactly the first so many units, and at
 * least all that were answered.
 */
final class EngineSimulation {
    private static final long MARKER = 99;
    private static final long SUBSCRIPTION = 8;

    /** Base offset of a batch to which the engine has given none. */
    private static final long NOT_PLACED = 1L << 40;

    private static final int RESERVE_BYTES = 64 << 10;
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(10);

    private record Submitted(long number, List<Change> changes) {}

    private final SplittableRandom chance;
    private final FaultyStorageIo disk;
    private final HeapCatalog catalog = new HeapCatalog();
    private final SeededScheduler scheduler;
    private final StoreModel model = new StoreModel();
    private final List<Submitted> underWay = new ArrayList<>();
    private final EngineSettings settings;
    private EngineLoops loops;
    private EmbeddedEngine engine;
    private Optional<EngineFailedException> failure = Optional.empty();
    private Optional<AssertionError> wrong = Optional.empty();
    private boolean wasTight;
    private long units;
    private long lastAnswered;
    private long temporaryId = 100;

    EngineSimulation(long seed) {
        chance = new SplittableRandom(seed);
        disk = new FaultyStorageIo(chance);
        scheduler = new SeededScheduler(chance, Instant.EPOCH);
        settings =
                new EngineSettings(
                        8192 + 4096 * chance.nextInt(3),
                        512 << chance.nextInt(4),
                        1 << 20,
                        1024 << chance.nextInt(4),
                        4096 << chance.nextInt(4),
                        RESERVE_BYTES,
                        new SegmentLimits(1024 << chance.nextInt(3), 128));
    }

    void run(int lives) {
        open();
        engine.recover();
        submit(
                List.of(
                        new Change.PutDestination(destination(1)),
                        new Change.PutDestination(destination(2)),
                        new Change.PutSubscription(
                                new SubscriptionRow(SUBSCRIPTION, 1, "s", Map.of()))));
        for (int life = 0; life < lives; life++) {
            scheduler.runUntilIdle();
            compare(false);
            live();
        }
        scheduler.runUntilIdle();
        stopInOrder();
    }

    private static DestinationRow destination(long id) {
        return new DestinationRow(id, DestinationRow.Kind.QUEUE, "d" + id, 1, Map.of());
    }

    private void live() {
        int actions = 5 + chance.nextInt(60);
        for (int i = 0; i < actions && failure.isEmpty(); i++) {
            act();
        }
        if (failure.isPresent()) {
            assertThat(wasTight).as("failed without a reason: %s", failure).isTrue();
            crash();
            return;
        }
        switch (chance.nextInt(4)) {
            case 0 -> {
                disk.setCapacity(Long.MAX_VALUE / 2);
                scheduler.advance(LONG_ENOUGH);
                assertThat(failure).as("failed without a reason").isEmpty();
                compare(false);
                stopInOrder();
                return;
            }
            case 1 -> disk.failNextForce();
            case 2 -> catalog.failNextCheckpoint();
            default -> disk.stopAtStep(disk.steps() + 1 + chance.nextInt(40));
        }
        for (int i = 0; i < 40 && failure.isEmpty(); i++) {
            act();
        }
        crash();
    }

    private void act() {
        switch (chance.nextInt(14)) {
            case 0 -> trim();
            case 1 -> readSomewhere();
            case 2 -> changeCapacity();
            case 3 -> compact();
            case 4 -> retain();
            default -> submit(randomUnit());
        }
        int steps = chance.nextInt(6);
        for (int i = 0; i < steps; i++) {
            scheduler.step();
        }
    }

    private List<Change> randomUnit() {
        List<Change> changes = new ArrayList<>();
        int count = 1 + chance.nextInt(3);
        for (int i = 0; i < count; i++) {
            changes.add(randomChange(units + 1, i));
        }
        return changes;
    }

    private Change randomChange(long unit, int index) {
        CursorId cursor = new CursorId(SUBSCRIPTION, new PartitionId(1, 0, chance.nextInt(2)));
        long offset = chance.nextInt(40);
        return switch (chance.nextInt(14)) {
            case 0, 1 ->
                    new Change.Settle(
                            cursor, List.of(new OffsetRange(offset, offset + chance.nextInt(4))));
            case 2 -> new Change.Settle(cursor, List.of(OffsetRange.of(chance.nextInt(5))));
            case 3 -> new Change.DeliveryHorizon(cursor, offset);
            case 4 -> new Change.DeliveryCount(cursor, offset, 1 + chance.nextInt(5));
            case 5 -> new Change.PrepareBranch(branch(chance.nextInt(3)), prepared(unit, cursor));
            case 6 -> new Change.RemoveBranch(branch(chance.nextInt(3)));
            case 7 -> new Change.PutDestination(destination(++temporaryId));
            case 8 -> new Change.DeleteDestination(temporaryId++);
            case 9 -> append(new PartitionId(temporaryId, 0, 4), unit, index);
            default ->
                    append(
                            new PartitionId(1 + chance.nextInt(2), 0, chance.nextInt(2)),
                            unit,
                            index);
        };
    }

    private List<Change> prepared(long unit, CursorId cursor) {
        return List.of(
                new Change.Append(
                        cursor.partition(),
                        Batches.of("prepared" + unit),
                        Change.Durability.PERSISTENT),
                new Change.Settle(cursor, List.of(OffsetRange.of(2))));
    }

    private static BranchId branch(int number) {
        return new BranchId(
                1, ByteBuffer.wrap(new byte[] {(byte) number}), ByteBuffer.wrap(new byte[] {1}));
    }

    private Change append(PartitionId partition, long unit, int index) {
        String[] bodies = new String[1 + chance.nextInt(3)];
        int size = chance.nextInt(10) == 0 ? 3000 : chance.nextInt(200);
        for (int i = 0; i < bodies.length; i++) {
            String body = "u%d.%d.%d-%s".formatted(unit, index, i, "x".repeat(size));
            bodies[i] = (chance.nextInt(5) == 0 ? "" : "key" + chance.nextInt(6)) + "=" + body;
        }
        Change.Durability durability =
                chance.nextInt(4) == 0
                        ? Change.Durability.NON_PERSISTENT
                        : Change.Durability.PERSISTENT;
        RecordBatch batch = Batches.keyed(unit, bodies);
        batch.stampBaseOffset(NOT_PLACED);
        return new Change.Append(partition, batch, durability);
    }

    private void submit(List<Change> changes) {
        List<Change> marked = new ArrayList<>(changes);
        marked.add(new Change.CommitMark(MARKER, ++units));
        Submitted unit = new Submitted(units, marked);
        underWay.add(unit);
        CompletionStage<Committed> answer = engine.commit(new UnitOfWork(marked));
        answer.whenComplete((done, failed) -> hear(() -> answered(unit, failed)));
    }

    /** What an answer finds wrong must not be lost in its stage. */
    private void hear(Runnable answered) {
        try {
            answered.run();
        } catch (AssertionError found) {
            wrong = Optional.of(wrong.orElse(found));
        }
    }

    private void answered(Submitted unit, Throwable failed) {
        if (failed instanceof EngineFailedException) {
            return;
        }
        assertThat(unit.number()).as("answers come in order").isGreaterThan(lastAnswered);
        lastAnswered = unit.number();
        if (failed == null) {
            model.apply(unit.changes());
        } else {
            assertThat(failed).isInstanceOf(StorageFullException.class);
            assertThat(new UnitOfWork(unit.changes()).needsRoom()).isTrue();
        }
        underWay.remove(unit);
    }

    private void trim() {
        PartitionId partition = new PartitionId(1 + chance.nextInt(2), 0, chance.nextInt(2));
        TreeMap<Long, String> held = model.held(partition);
        if (!held.isEmpty()) {
            long to = held.firstKey() + chance.nextInt(10);
            to = Math.min(to, held.lastKey() + 1);
            model.trimmed.merge(partition, to, Math::max);
            engine.trim(partition, to);
        }
    }

    private void compact() {
        PartitionId partition = new PartitionId(1 + chance.nextInt(2), 0, chance.nextInt(2));
        TreeMap<Long, String> held = model.held(partition);
        if (!held.isEmpty()) {
            long before = held.lastKey() + 1 - chance.nextInt(5);
            before = Math.max(before, 0);
            model.compacted.merge(partition, before, Math::max);
            engine.compact(partition, new Compaction(before, 0))
                    .whenComplete((freed, failed) -> hear(() -> assertThat(failed).isNull()));
        }
    }

    private void retain() {
        PartitionId partition = new PartitionId(1 + chance.nextInt(2), 0, chance.nextInt(2));
        TreeMap<Long, String> held = model.held(partition);
        if (!held.isEmpty()) {
            long before = Math.max(0, held.lastKey() + 1 - chance.nextInt(5));
            List<OffsetRange> needed = new ArrayList<>();
            Set<Long> gone = model.unneeded.computeIfAbsent(partition, id -> new HashSet<>());
            for (long offset : held.headMap(before).keySet()) {
                // What was given up once is not needed again.
                if (chance.nextInt(4) == 0 && !gone.contains(offset)) {
                    needed.add(OffsetRange.of(offset));
                } else {
                    gone.add(offset);
                }
            }
            engine.retain(partition, new Needed(needed, before))
                    .whenComplete((freed, failed) -> hear(() -> assertThat(failed).isNull()));
        }
    }

    private void readSomewhere() {
        PartitionId partition = new PartitionId(1 + chance.nextInt(2), 0, chance.nextInt(2));
        long from = chance.nextInt(60);
        List<String> known = new ArrayList<>(model.held(partition).values());
        engine.read(partition, from, 500)
                .whenComplete(
                        (slice, failed) -> {
                            if (slice != null) {
                                hear(() -> checkSlice(partition, from, slice));
                            }
                        });
        assertThat(known).doesNotHaveDuplicates();
    }

    /** A slice leaves nothing out between the offset asked for and where it says to read on. */
    private void checkSlice(PartitionId partition, long from, RecordSlice slice) {
        TreeMap<Long, String> found = new TreeMap<>();
        slice.batches().forEach(batch -> putAll(batch, found));
        if (from < slice.nextOffset()) {
            assertThat(found)
                    .containsAllEntriesOf(
                            model.required(partition, false).subMap(from, slice.nextOffset()));
        }
    }

    private static void putAll(RecordBatch batch, TreeMap<Long, String> target) {
        for (Record record : batch) {
            target.put(record.offset(), StoreModel.label(record));
        }
    }

    private void changeCapacity() {
        long used = disk.usedBytes();
        boolean tight = chance.nextInt(3) == 0;
        wasTight |= tight;
        disk.setCapacity(tight ? used + chance.nextInt(2 * RESERVE_BYTES) : Long.MAX_VALUE / 2);
    }

    private void open() {
        disk.setCapacity(Long.MAX_VALUE / 2);
        failure = Optional.empty();
        wasTight = false;
        loops =
                new EngineLoops(
                        scheduler.newLoop("journal"),
                        scheduler.newLoop("flusher"),
                        scheduler.newLoop("reader"));
        engine =
                new EmbeddedEngine(
                        settings, disk, catalog, loops, failed -> failure = Optional.of(failed));
    }

    private void stopInOrder() {
        disk.setCapacity(Long.MAX_VALUE / 2);
        engine.close();
        killLoops();
        open();
        Recovered recovered = engine.recover();
        assertThat(recovered.cleanStop()).isTrue();
        model.reopened();
        check(recovered);
        compare(false);
    }

    private void killLoops() {
        for (Loop loop : List.of(loops.journal(), loops.flusher(), loops.reader())) {
            scheduler.kill(loop);
        }
    }

    private void crash() {
        killLoops();
        if (chance.nextBoolean()) {
            disk.crash();
        } else {
            disk.kill();
        }
        open();
        if (chance.nextInt(3) == 0) {
            crashInRecovery();
        }
        Recovered recovered = engine.recover();
        long found =
                recovered.producers().stream()
                        .filter(producer -> producer.producerId() == MARKER)
                        .mapToLong(producer -> producer.lastCommitNumber())
                        .findAny()
                        .orElse(0);
        for (Submitted unit : underWay) {
            if (unit.number() <= found && !wasRefused(unit)) {
                model.apply(unit.changes());
            }
        }
        underWay.clear();
        model.reopened();
        check(recovered);
        compare(true);
    }

    /** For lack of room, and the answer was lost: then later ones may be durable. */
    private static boolean wasRefused(Submitted unit) {
        return unit.changes().stream()
                .anyMatch(
                        change ->
                                change instanceof Change.Append append
                                        && append.batch().baseOffset() == NOT_PLACED);
    }

    private void crashInRecovery() {
        disk.stopAtStep(disk.steps() + 1 + chance.nextInt(8));
        try {
            engine.recover();
            scheduler.runUntilIdle();
        } catch (RuntimeException stopped) {
            assertThat(stopped).hasMessageContaining("stopped at step");
        }
        killLoops();
        disk.crash();
        open();
    }

    private void check(Recovered recovered) {
        assertThat(recovered.branches().stream().map(PreparedBranch::branch))
                .containsExactlyInAnyOrderElementsOf(model.branches);
        assertThat(recovered.destinations().stream().map(DestinationRow::id))
                .containsExactlyElementsOf(model.destinations);
    }

    private void compare(boolean afterCrash) {
        scheduler.advance(LONG_ENOUGH);
        if (wrong.isPresent()) {
            throw wrong.get();
        }
        if (failure.isPresent()) {
            return;
        }
        assertThat(answer(engine.cursors(SUBSCRIPTION))).isEqualTo(model.cursors(SUBSCRIPTION));
        for (PartitionId partition : List.copyOf(model.records.keySet())) {
            TreeMap<Long, String> found = readAll(partition);
            found = new TreeMap<>(found.tailMap(model.trimmed.getOrDefault(partition, 0L)));
            assertThat(found)
                    .as("records of %s, %s", partition, engine.bounds(partition))
                    .containsAllEntriesOf(model.required(partition, afterCrash));
            assertThat(model.held(partition))
                    .as("nothing else in %s", partition)
                    .containsAllEntriesOf(found);
            if (afterCrash) {
                model.records.put(partition, found);
            }
        }
    }

    private TreeMap<Long, String> readAll(PartitionId partition) {
        TreeMap<Long, String> found = new TreeMap<>();
        long from = 0;
        while (true) {
            RecordSlice slice = answer(engine.read(partition, from, 1_000));
            if (slice.batches().isEmpty()) {
                return found;
            }
            slice.batches().forEach(batch -> putAll(batch, found));
            assertThat(slice.nextOffset()).isGreaterThan(from);
            from = slice.nextOffset();
        }
    }

    private <T> T answer(CompletionStage<T> stage) {
        scheduler.runUntilIdle();
        return stage.toCompletableFuture().getNow(null);
    }
}
