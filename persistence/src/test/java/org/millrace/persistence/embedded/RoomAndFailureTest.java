package org.millrace.persistence.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.Loop;
import org.millrace.foundation.SeededScheduler;
import org.millrace.persistence.Change;
import org.millrace.persistence.Committed;
import org.millrace.persistence.CursorId;
import org.millrace.persistence.EngineFailedException;
import org.millrace.persistence.OffsetRange;
import org.millrace.persistence.PartitionId;
import org.millrace.persistence.RecordSlice;
import org.millrace.persistence.StorageException;
import org.millrace.persistence.StorageFullException;
import org.millrace.persistence.SubscriptionRow;
import org.millrace.persistence.UnitOfWork;
import org.millrace.persistence.catalog.HeapCatalog;
import org.millrace.persistence.contract.Batches;
import org.millrace.persistence.segment.SegmentLimits;
import org.millrace.persistence.simulation.FaultyStorageIo;

/** What happens when the disk is full, and when it fails. */
class RoomAndFailureTest {
    private static final PartitionId ORDERS = new PartitionId(1, 0, 4);
    private static final CursorId CURSOR = new CursorId(8, ORDERS);
    private static final long RESERVE_BYTES = 100_000;
    private static final EngineSettings SETTINGS =
            new EngineSettings(
                    16_384,
                    4_096,
                    50_000,
                    8_192,
                    32_768,
                    RESERVE_BYTES,
                    new SegmentLimits(8_192, 512));

    private final SplittableRandom chance = new SplittableRandom(3);
    private final FaultyStorageIo disk = new FaultyStorageIo(chance);
    private final HeapCatalog catalog = new HeapCatalog();
    private final SeededScheduler scheduler = new SeededScheduler(chance, Instant.EPOCH);
    private final List<EngineFailedException> failures = new ArrayList<>();
    private EngineLoops loops;
    private EmbeddedEngine engine = opened();

    private EmbeddedEngine opened() {
        loops =
                new EngineLoops(
                        scheduler.newLoop("journal"),
                        scheduler.newLoop("flusher"),
                        scheduler.newLoop("reader"));
        EmbeddedEngine opened = new EmbeddedEngine(SETTINGS, disk, catalog, loops, failures::add);
        opened.recover();
        return opened;
    }

    private void reopenAfterCrash() {
        for (Loop loop : List.of(loops.journal(), loops.flusher(), loops.reader())) {
            scheduler.kill(loop);
        }
        disk.crash();
        engine = opened();
    }

    private CompletableFuture<Committed> submit(Change... changes) {
        return engine.commit(UnitOfWork.of(changes)).toCompletableFuture();
    }

    private Committed commit(Change... changes) {
        CompletableFuture<Committed> answer = submit(changes);
        scheduler.runUntilIdle();
        try {
            return answer.getNow(null);
        } catch (CompletionException failed) {
            throw (StorageException) failed.getCause();
        }
    }

    private static Change append(String body) {
        return new Change.Append(ORDERS, Batches.of(body), Change.Durability.PERSISTENT);
    }

    private static Change settle(long offset) {
        return new Change.Settle(CURSOR, List.of(OffsetRange.of(offset)));
    }

    private void createSubscription() {
        commit(new Change.PutSubscription(new SubscriptionRow(8, 1, "s", Map.of())));
    }

    @Test
    void appendsAreRefusedWhenTheDiskIsFullAndAcknowledgementsAreNot() {
        createSubscription();
        for (int i = 0; i < 50; i++) {
            commit(append("a" + "-".repeat(900)));
        }
        disk.setCapacity(disk.usedBytes() + RESERVE_BYTES / 2);
        scheduler.runUntilIdle();

        assertThatThrownBy(
                        () -> {
                            for (int i = 0; i < 200; i++) {
                                commit(append("b" + "-".repeat(900)));
                            }
                        })
                .isInstanceOf(StorageFullException.class)
                .hasMessageContaining("no room")
                .hasMessageContaining("simulated-disk");
        for (int i = 0; i < 2_000; i++) {
            assertThat(commit(settle(i))).isNotNull();
        }
        assertThat(failures).isEmpty();
        assertThat(engine.cursors(8).toCompletableFuture())
                .satisfies(stage -> scheduler.runUntilIdle())
                .isCompletedWithValueMatching(cursors -> cursors.get(0).floor() == 1_999);
    }

    @Test
    void refusedUnitChangesNothingAndSucceedsWhenThereIsRoomAgain() {
        createSubscription();
        commit(append("a"));
        disk.setCapacity(disk.usedBytes());
        fillUntilRefused();
        long end = engine.bounds(ORDERS).endOffset();

        assertThatThrownBy(() -> commit(append("late"), settle(0)))
                .isInstanceOf(StorageFullException.class);
        assertThat(engine.bounds(ORDERS).endOffset()).isEqualTo(end);

        disk.setCapacity(Long.MAX_VALUE / 2);
        scheduler.advance(Duration.ofSeconds(3));
        assertThat(commit(append("welcome"), settle(0)).baseOffsets()).containsExactly(end);
        assertThat(failures).isEmpty();
    }

    private void fillUntilRefused() {
        try {
            for (int i = 0; i < 1_000; i++) {
                commit(append("fill" + "-".repeat(500)));
            }
            throw new AssertionError("never refused");
        } catch (StorageFullException full) {
            assertThat(full).hasMessageContaining("no room");
        }
    }

    @Test
    void unitsThatFindTheQueueFullAreRefusedInTheirTurn() {
        List<String> answers = new ArrayList<>();
        List<CompletableFuture<Committed>> stages = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            String name = "u" + i;
            stages.add(
                    submit(append("x".repeat(1_000)))
                            .whenComplete((done, failed) -> answers.add(name + (failed == null))));
        }
        scheduler.runUntilIdle();
        assertThat(stages).allMatch(CompletableFuture::isDone);

        assertThat(answers).hasSize(100).startsWith("u0true").endsWith("u99false");
        assertThat(answers.stream().map(answer -> answer.replaceAll("\\D", "")))
                .isSortedAccordingTo(
                        (a, b) -> Integer.compare(Integer.parseInt(a), Integer.parseInt(b)));
    }

    @Test
    void failedForceIsFinal() {
        commit(append("a"));
        disk.failNextForce();

        assertThatThrownBy(() -> commit(append("b")))
                .isInstanceOf(EngineFailedException.class)
                .hasMessageContaining("restart the broker");
        long steps = disk.steps();
        assertThatThrownBy(() -> commit(append("c"))).isInstanceOf(EngineFailedException.class);
        engine.close();

        assertThat(failures).hasSize(1);
        assertThat(disk.steps()).as("nothing is written after a failed force").isEqualTo(steps);
    }

    @Test
    void whatWasAnsweredBeforeAFailedForceIsThereAfterIt() {
        commit(append("a"));
        disk.failNextForce();
        assertThatThrownBy(() -> commit(append("b"))).isInstanceOf(EngineFailedException.class);

        reopenAfterCrash();

        RecordSlice slice = read();
        assertThat(Batches.texts(slice)).startsWith("0:a");
    }

    @Test
    void nonPersistentUnitsAreAnsweredWithoutAForceAndGoneAfterACrash() {
        commit(append("a"));
        long steps = disk.steps();
        Change fleeting =
                new Change.Append(ORDERS, Batches.of("b"), Change.Durability.NON_PERSISTENT);

        assertThat(commit(fleeting).baseOffsets()).containsExactly(1L);

        assertThat(disk.steps()).isEqualTo(steps);
        assertThat(Batches.texts(read())).containsExactly("0:a", "1:b");
        reopenAfterCrash();
        assertThat(Batches.texts(read())).containsExactly("0:a");
    }

    @Test
    void whatIsTrimmedInTimeNeverReachesASegment() {
        for (int i = 0; i < 500; i++) {
            commit(append("x".repeat(500)));
            engine.trim(ORDERS, i + 1);
        }
        engine.close();

        assertThat(disk.list("logs")).isEmpty();
        assertThat(disk.list("journal")).as("files are recycled").hasSizeLessThan(8);
    }

    private RecordSlice read() {
        CompletableFuture<RecordSlice> slice = engine.read(ORDERS, 0, 1_000).toCompletableFuture();
        scheduler.runUntilIdle();
        return slice.join();
    }
}
