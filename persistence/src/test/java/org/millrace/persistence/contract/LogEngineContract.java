package org.millrace.persistence.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.millrace.persistence.Change.Durability.NON_PERSISTENT;
import static org.millrace.persistence.Change.Durability.PERSISTENT;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.millrace.persistence.BranchId;
import org.millrace.persistence.Change;
import org.millrace.persistence.Committed;
import org.millrace.persistence.Compaction;
import org.millrace.persistence.CursorId;
import org.millrace.persistence.CursorState;
import org.millrace.persistence.DestinationRow;
import org.millrace.persistence.LogEngine;
import org.millrace.persistence.Needed;
import org.millrace.persistence.OffsetRange;
import org.millrace.persistence.PartitionBounds;
import org.millrace.persistence.PartitionId;
import org.millrace.persistence.PreparedBranch;
import org.millrace.persistence.ProducerState;
import org.millrace.persistence.RecordSlice;
import org.millrace.persistence.Recovered;
import org.millrace.persistence.SubscriptionRow;
import org.millrace.persistence.UnitOfWork;
import org.millrace.wire.record.RecordBatch;

/** What every engine promises. One subclass for each engine. */
public abstract class LogEngineContract {
    protected static final PartitionId ORDERS = new PartitionId(7, 0, PartitionId.NORMAL_LANE);
    protected static final PartitionId URGENT = new PartitionId(7, 0, 9);
    private static final DestinationRow DESTINATION =
            new DestinationRow(7, DestinationRow.Kind.QUEUE, "orders", 1, Map.of("a", "b"));
    private static final SubscriptionRow SUBSCRIPTION =
            new SubscriptionRow(8, 7, "queue", Map.of("selector", "x > 1"));
    private static final CursorId CURSOR = new CursorId(8, ORDERS);

    private LogEngine engine;
    private Recovered recovered;

    /** Opens the store of this test; the same one again after {@link LogEngine#close}. */
    protected abstract LogEngine openStore() throws Exception;

    /** Waits for an answer, running whatever has to run. */
    protected <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof RuntimeException cause
                    ? cause
                    : new IllegalStateException(failed.getCause());
        } catch (InterruptedException | TimeoutException late) {
            throw new IllegalStateException(late);
        }
    }

    @BeforeEach
    void open() throws Exception {
        engine = openStore();
        recovered = engine.recover();
    }

    @AfterEach
    void close() {
        engine.close();
    }

    private void reopen() throws Exception {
        engine.close();
        open();
    }

    private Committed commit(Change... changes) {
        return await(engine.commit(UnitOfWork.of(changes)));
    }

    private long append(PartitionId partition, RecordBatch batch) {
        return commit(new Change.Append(partition, batch, PERSISTENT)).baseOffsets().get(0);
    }

    private List<String> readAll(PartitionId partition) {
        List<String> texts = new ArrayList<>();
        long from = 0;
        while (true) {
            RecordSlice slice = await(engine.read(partition, from, 100));
            if (slice.batches().isEmpty()) {
                assertThat(slice.nextOffset()).isEqualTo(engine.bounds(partition).endOffset());
                return texts;
            }
            texts.addAll(Batches.texts(slice));
            from = slice.nextOffset();
        }
    }

    private CursorState cursor() {
        List<CursorState> cursors = await(engine.cursors(SUBSCRIPTION.id()));
        assertThat(cursors).hasSize(1);
        return cursors.get(0);
    }

    private void createQueue() {
        commit(new Change.PutDestination(DESTINATION), new Change.PutSubscription(SUBSCRIPTION));
        assertThat(await(engine.cursors(SUBSCRIPTION.id()))).isEmpty();
    }

    @Test
    void newStoreIsEmpty() {
        assertThat(recovered.destinations()).isEmpty();
        assertThat(recovered.subscriptions()).isEmpty();
        assertThat(recovered.branches()).isEmpty();
        assertThat(recovered.producers()).isEmpty();
        assertThat(recovered.nextId()).isEqualTo(1);
        assertThat(recovered.cleanStop()).isTrue();
        assertThat(engine.bounds(ORDERS)).isEqualTo(new PartitionBounds(0, 0, 0, -1, -1));
        assertThat(engine.partitions(7)).isEmpty();
        assertThat(await(engine.read(ORDERS, 5, 100))).isEqualTo(new RecordSlice(List.of(), 0));
    }

    @Test
    void appendsTakeAscendingOffsetsInTheOrderOfTheCalls() {
        assertThat(append(ORDERS, Batches.of("a", "b"))).isZero();
        assertThat(append(ORDERS, Batches.of("c"))).isEqualTo(2);
        assertThat(append(URGENT, Batches.of("d"))).isZero();

        assertThat(readAll(ORDERS)).containsExactly("0:a", "1:b", "2:c");
        assertThat(readAll(URGENT)).containsExactly("0:d");
        assertThat(engine.partitions(7)).containsExactly(ORDERS, URGENT);
        assertThat(engine.partitions(8)).isEmpty();
    }

    @Test
    void unitAnswersTheBaseOffsetOfEachAppendInItsOrder() {
        append(URGENT, Batches.of("x"));

        Committed committed =
                commit(
                        new Change.Append(ORDERS, Batches.of("a", "b"), PERSISTENT),
                        new Change.ReserveIds(100),
                        new Change.Append(URGENT, Batches.of("c"), PERSISTENT),
                        new Change.Append(ORDERS, Batches.of("d"), PERSISTENT));

        assertThat(committed.baseOffsets()).containsExactly(0L, 1L, 2L);
    }

    @Test
    void manyUnitsInFlightAreAnsweredInOrder() {
        List<Long> answers = new ArrayList<>();
        List<CompletionStage<Void>> stages = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            RecordBatch batch = Batches.of("m" + i);
            stages.add(
                    engine.commit(UnitOfWork.of(new Change.Append(ORDERS, batch, PERSISTENT)))
                            .thenAccept(done -> answers.add(done.baseOffsets().get(0))));
        }
        stages.forEach(this::await);

        assertThat(answers).hasSize(200).isSorted().doesNotHaveDuplicates();
        assertThat(readAll(ORDERS)).hasSize(200);
    }

    @Test
    void readGivesTheWholeBatchThatHoldsTheOffset() {
        append(ORDERS, Batches.of("a", "b", "c"));
        append(ORDERS, Batches.of("d"));

        RecordSlice slice = await(engine.read(ORDERS, 1, 1));

        assertThat(Batches.texts(slice)).containsExactly("0:a", "1:b", "2:c");
        assertThat(slice.nextOffset()).isEqualTo(3);
    }

    @Test
    void readHoldsAtLeastOneBatchHoweverLargeAndElseStopsAtTheLimit() {
        append(ORDERS, Batches.of("x".repeat(5_000)));
        append(ORDERS, Batches.of("y".repeat(5_000)));

        assertThat(await(engine.read(ORDERS, 0, 10)).batches()).hasSize(1);
        // An engine may give less than the limit, for example up to the end of a file.
        assertThat(await(engine.read(ORDERS, 0, 1_000_000)).batches()).hasSizeBetween(1, 2);
        assertThat(readAll(ORDERS)).hasSize(2);
    }

    @Test
    void readAtTheEndIsEmptyAndSaysWhereTheEndIs() {
        append(ORDERS, Batches.of("a", "b"));

        RecordSlice slice = await(engine.read(ORDERS, 2, 1_000));

        assertThat(slice.batches()).isEmpty();
        assertThat(slice.nextOffset()).isEqualTo(2);
    }

    @Test
    void recordsSurviveAnOrderlyStop() throws Exception {
        append(ORDERS, Batches.of("a", "b"));
        append(ORDERS, Batches.of("c"));
        append(URGENT, Batches.of("d"));
        PartitionBounds before = engine.bounds(ORDERS);

        reopen();

        assertThat(recovered.cleanStop()).isTrue();
        assertThat(engine.bounds(ORDERS)).isEqualTo(before);
        assertThat(readAll(ORDERS)).containsExactly("0:a", "1:b", "2:c");
        assertThat(engine.partitions(7)).containsExactly(ORDERS, URGENT);
        assertThat(append(ORDERS, Batches.of("e"))).isEqualTo(3);
        reopen();
        assertThat(readAll(ORDERS)).containsExactly("0:a", "1:b", "2:c", "3:e");
    }

    @Test
    void rowsSurviveAnOrderlyStop() throws Exception {
        createQueue();
        commit(new Change.ReserveIds(1_000));

        reopen();

        assertThat(recovered.destinations()).containsExactly(DESTINATION);
        assertThat(recovered.subscriptions()).containsExactly(SUBSCRIPTION);
        assertThat(recovered.nextId()).isEqualTo(1_000);
    }

    @Test
    void putReplacesTheSettingsOfARow() throws Exception {
        createQueue();
        DestinationRow wider =
                new DestinationRow(7, DestinationRow.Kind.QUEUE, "orders", 4, Map.of());
        SubscriptionRow other = new SubscriptionRow(8, 7, "queue", Map.of());
        append(ORDERS, Batches.of("a", "b"));
        commit(new Change.Settle(CURSOR, List.of(OffsetRange.of(0))));

        commit(new Change.PutDestination(wider), new Change.PutSubscription(other));
        reopen();

        assertThat(recovered.destinations()).containsExactly(wider);
        assertThat(recovered.subscriptions()).containsExactly(other);
        assertThat(cursor().floor()).isZero();
    }

    @Test
    void cursorRemembersFloorSettledCountsAndHorizon() throws Exception {
        createQueue();
        append(ORDERS, Batches.of("a", "b", "c", "d", "e", "f", "g"));
        commit(new Change.DeliveryHorizon(CURSOR, 6), new Change.DeliveryCount(CURSOR, 2, 3));
        commit(new Change.DeliveryCount(CURSOR, 4, 9));
        commit(new Change.Settle(CURSOR, List.of(new OffsetRange(0, 1), new OffsetRange(3, 4))));
        commit(new Change.Settle(CURSOR, List.of(new OffsetRange(1, 1), OffsetRange.of(6))));
        CursorState expected =
                new CursorState(
                        CURSOR,
                        1,
                        List.of(new OffsetRange(3, 4), OffsetRange.of(6)),
                        new TreeMap<>(Map.of(2L, 3)),
                        6);
        assertThat(cursor()).isEqualTo(expected);

        reopen();
        assertThat(cursor()).isEqualTo(expected);

        commit(new Change.Settle(CURSOR, List.of(OffsetRange.of(2))));
        commit(new Change.DeliveryHorizon(CURSOR, 3));
        reopen();
        assertThat(cursor())
                .isEqualTo(
                        new CursorState(CURSOR, 4, List.of(OffsetRange.of(6)), new TreeMap<>(), 3));
    }

    @Test
    void resetPutsACursorBackAndDropsCountsAndHorizon() throws Exception {
        createQueue();
        append(ORDERS, Batches.of("a", "b", "c", "d"));
        commit(
                new Change.DeliveryHorizon(CURSOR, 4),
                new Change.DeliveryCount(CURSOR, 1, 2),
                new Change.Settle(CURSOR, List.of(OffsetRange.of(0), OffsetRange.of(2))));

        commit(new Change.ResetCursor(CURSOR, -1));

        CursorState expected = new CursorState(CURSOR, -1, List.of(), new TreeMap<>(), 0);
        assertThat(cursor()).isEqualTo(expected);
        reopen();
        assertThat(cursor()).isEqualTo(expected);
    }

    @Test
    void offsetsMentionedByACursorAreNeverGivenOutAgain() throws Exception {
        createQueue();
        append(ORDERS, Batches.of("a"));
        commit(new Change.DeliveryHorizon(CURSOR, 1_024));

        reopen();

        assertThat(append(ORDERS, Batches.of("b"))).isGreaterThanOrEqualTo(1_024);
        assertThat(readAll(ORDERS)).hasSize(2).contains("0:a");
    }

    @Test
    void changeOfAnUnknownSubscriptionChangesNothing() throws Exception {
        commit(new Change.Settle(CURSOR, List.of(OffsetRange.of(0))));
        assertThat(await(engine.cursors(8))).isEmpty();
        createQueue();
        assertThat(await(engine.cursors(8))).isEmpty();
    }

    @Test
    void deletedDestinationIsGoneWithAllThatBelongsToIt() throws Exception {
        createQueue();
        append(ORDERS, Batches.of("a", "b"));
        commit(new Change.Settle(CURSOR, List.of(OffsetRange.of(0))));
        reopen();

        commit(new Change.DeleteDestination(7));

        for (int run = 0; run < 2; run++) {
            assertThat(engine.partitions(7)).isEmpty();
            assertThat(engine.bounds(ORDERS).endOffset()).isZero();
            assertThat(await(engine.read(ORDERS, 0, 100)).batches()).isEmpty();
            assertThat(await(engine.cursors(8))).isEmpty();
            reopen();
            assertThat(recovered.destinations()).isEmpty();
            assertThat(recovered.subscriptions()).isEmpty();
        }
    }

    @Test
    void deletedSubscriptionIsGoneWithItsCursors() throws Exception {
        createQueue();
        append(ORDERS, Batches.of("a", "b"));
        commit(new Change.Settle(CURSOR, List.of(OffsetRange.of(0))));

        commit(new Change.DeleteSubscription(8));

        assertThat(await(engine.cursors(8))).isEmpty();
        reopen();
        assertThat(recovered.subscriptions()).isEmpty();
        assertThat(recovered.destinations()).hasSize(1);
        assertThat(await(engine.cursors(8))).isEmpty();
        assertThat(readAll(ORDERS)).hasSize(2);
    }

    @Test
    void storedSequencesAreKeptAsRangesOfTheNewestEpoch() throws Exception {
        append(ORDERS, Batches.sent(5, 0, 0, "a", "b"));
        append(URGENT, Batches.sent(5, 0, 2, "c"));
        append(ORDERS, Batches.sent(5, 0, 5, "d"));
        append(ORDERS, Batches.sent(6, 0, 0, "x"));
        append(ORDERS, Batches.sent(6, 1, 0, "y"));
        commit(new Change.CommitMark(5, 41), new Change.CommitMark(9, 1));

        reopen();

        assertThat(recovered.producers())
                .containsExactlyInAnyOrder(
                        new ProducerState(
                                5,
                                (short) 0,
                                List.of(new OffsetRange(0, 2), OffsetRange.of(5)),
                                41),
                        new ProducerState(6, (short) 1, List.of(OffsetRange.of(0)), -1),
                        new ProducerState(9, (short) 0, List.of(), 1));
        append(ORDERS, Batches.sent(5, 0, 3, "e", "f"));
        commit(new Change.ForgetProducer(6), new Change.ForgetProducer(9));
        reopen();
        assertThat(recovered.producers())
                .containsExactly(
                        new ProducerState(5, (short) 0, List.of(new OffsetRange(0, 5)), 41));
    }

    @Test
    void preparedBranchIsStoredWholeAndAppliedByTheUnitThatRemovesIt() throws Exception {
        createQueue();
        append(ORDERS, Batches.of("a"));
        BranchId id = new BranchId(3, bytes("global"), bytes("branch"));
        List<Change> held =
                List.of(
                        new Change.Append(ORDERS, Batches.of("b"), PERSISTENT),
                        new Change.Settle(CURSOR, List.of(OffsetRange.of(0))));
        commit(new Change.PrepareBranch(id, held));
        reopen();
        reopen();

        assertThat(readAll(ORDERS)).containsExactly("0:a");
        assertThat(recovered.branches()).hasSize(1);
        PreparedBranch branch = recovered.branches().get(0);
        assertThat(branch.branch()).isEqualTo(id);
        assertThat(branch.changes()).hasSize(2);

        await(engine.cursors(8));
        List<Change> decided = new ArrayList<>(branch.changes());
        decided.add(new Change.RemoveBranch(id));
        await(engine.commit(new UnitOfWork(decided)));
        reopen();

        assertThat(recovered.branches()).isEmpty();
        assertThat(readAll(ORDERS)).containsExactly("0:a", "1:b");
        assertThat(cursor().floor()).isZero();
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    @Test
    void nonPersistentRecordsTakeOffsetsAndAreReadLikeAllOthers() {
        append(ORDERS, Batches.of("a"));
        Committed committed = commit(new Change.Append(ORDERS, Batches.of("b"), NON_PERSISTENT));
        append(ORDERS, Batches.of("c"));

        assertThat(committed.baseOffsets()).containsExactly(1L);
        assertThat(readAll(ORDERS)).containsExactly("0:a", "1:b", "2:c");
    }

    @Test
    void trimMovesTheStartUpAndNeverBack() throws Exception {
        append(ORDERS, Batches.of("a"));
        append(ORDERS, Batches.of("b"));
        append(ORDERS, Batches.of("c"));

        engine.trim(ORDERS, 2);
        engine.trim(ORDERS, 1);

        assertThat(engine.bounds(ORDERS).startOffset()).isEqualTo(2);
        assertThat(readAll(ORDERS)).containsExactly("2:c");
        assertThat(await(engine.read(ORDERS, 0, 100)).nextOffset()).isEqualTo(3);
        engine.trim(ORDERS, 99);
        assertThat(engine.bounds(ORDERS)).isEqualTo(new PartitionBounds(3, 3, 0, -1, -1));
        reopen();
        assertThat(append(ORDERS, Batches.of("d"))).isEqualTo(3);
        assertThat(readAll(ORDERS)).containsExactly("3:d");
    }

    @Test
    void offsetAtFindsTheFirstRecordOfATime() throws Exception {
        long t = Batches.TIMESTAMP;
        append(ORDERS, Batches.at(t, "a", "b"));
        append(ORDERS, Batches.at(t + 1_000, "c"));
        append(ORDERS, Batches.at(t + 2_000, "d"));

        for (int run = 0; run < 2; run++) {
            assertThat(await(engine.offsetAt(ORDERS, Instant.ofEpochMilli(t - 5)))).isZero();
            assertThat(await(engine.offsetAt(ORDERS, Instant.ofEpochMilli(t + 1)))).isEqualTo(2);
            assertThat(await(engine.offsetAt(ORDERS, Instant.ofEpochMilli(t + 2_000))))
                    .isEqualTo(3);
            assertThat(await(engine.offsetAt(ORDERS, Instant.ofEpochMilli(t + 2_001))))
                    .isEqualTo(4);
            reopen();
        }
        PartitionBounds bounds = engine.bounds(ORDERS);
        assertThat(bounds.firstTimestamp()).isEqualTo(t);
        assertThat(bounds.lastTimestamp()).isEqualTo(t + 2_000);
    }

    @Test
    void offsetOfLastKeepsAtMostSoManyBytes() throws Exception {
        append(ORDERS, Batches.of("a", "b"));
        append(ORDERS, Batches.of("c"));
        append(ORDERS, Batches.of("d"));
        long one = Batches.of("c").sizeBytes();
        long all = engine.bounds(ORDERS).sizeBytes();

        for (int run = 0; run < 2; run++) {
            assertThat(await(engine.offsetOfLast(ORDERS, all))).isZero();
            assertThat(await(engine.offsetOfLast(ORDERS, all - 1))).isEqualTo(2);
            assertThat(await(engine.offsetOfLast(ORDERS, 2 * one))).isEqualTo(2);
            assertThat(await(engine.offsetOfLast(ORDERS, one + 1))).isEqualTo(3);
            assertThat(await(engine.offsetOfLast(ORDERS, one - 1))).isEqualTo(4);
            reopen();
        }
        engine.trim(ORDERS, 3);
        assertThat(await(engine.offsetOfLast(ORDERS, all))).isEqualTo(3);
    }

    @Test
    void unitAfterCloseFails() {
        engine.close();

        assertThatThrownBy(() -> append(ORDERS, Batches.of("a")))
                .isInstanceOf(org.millrace.persistence.StorageException.class);
    }

    @Test
    void compactionKeepsTheNewestOfEachKeyAndAllFromTheOffsetOn() {
        append(ORDERS, Batches.keyed(1, "a=1", "b=1", "=none"));
        append(ORDERS, Batches.keyed(2, "a=2", "c"));
        append(ORDERS, Batches.keyed(3, "a=3", "b=2"));

        await(engine.compact(ORDERS, new Compaction(5, 0)));

        assertThat(readAll(ORDERS)).contains("1:1", "2:none", "3:2", "4:", "5:3", "6:2");
        assertThat(engine.bounds(ORDERS).endOffset()).isEqualTo(7);
        assertThat(append(ORDERS, Batches.keyed(4, "d=1"))).isEqualTo(7);
    }

    @Test
    void compactingWhatIsNotThereChangesNothing() {
        assertThat(await(engine.compact(ORDERS, new Compaction(100, 0)))).isZero();
        append(ORDERS, Batches.of("a"));
        await(engine.compact(ORDERS, new Compaction(1, Long.MAX_VALUE)));
        assertThat(readAll(ORDERS)).containsExactly("0:a");
    }

    @Test
    void whatIsRetainedStaysWhereItWas() {
        for (int i = 0; i < 10; i++) {
            append(ORDERS, Batches.at(i, "a" + i, "b" + i));
        }
        Needed needed = new Needed(List.of(new OffsetRange(2, 2), new OffsetRange(9, 12)), 16);

        await(engine.retain(ORDERS, needed));

        assertThat(readAll(ORDERS))
                .contains("2:a1", "9:b4", "10:a5", "11:b5", "12:a6", "16:a8", "17:b8", "18:a9");
        assertThat(engine.bounds(ORDERS).endOffset()).isEqualTo(20);
        assertThat(append(ORDERS, Batches.of("next"))).isEqualTo(20);
    }
}
