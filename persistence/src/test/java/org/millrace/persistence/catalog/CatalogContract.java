package org.millrace.persistence.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.millrace.persistence.BranchId;
import org.millrace.persistence.CursorId;
import org.millrace.persistence.CursorState;
import org.millrace.persistence.DestinationRow;
import org.millrace.persistence.OffsetRange;
import org.millrace.persistence.PartitionBounds;
import org.millrace.persistence.PartitionId;
import org.millrace.persistence.ProducerState;
import org.millrace.persistence.SubscriptionRow;

/** What every catalog does. */
abstract class CatalogContract {
    private static final long DESTINATION = 11;
    private static final long SUBSCRIPTION = 21;
    private static final PartitionId PARTITION = new PartitionId(DESTINATION, 0, 4);
    private static final CursorId CURSOR = new CursorId(SUBSCRIPTION, PARTITION);

    private Catalog catalog;
    private CatalogContents contents;

    /** A catalog over the same durable content each time, not yet open. */
    abstract Catalog catalog();

    @BeforeEach
    void openFirst() {
        catalog = catalog();
        contents = catalog.open();
    }

    @AfterEach
    void closeLast() {
        catalog.close();
    }

    private void reopen() {
        catalog.close();
        catalog = catalog();
        contents = catalog.open();
    }

    static CatalogState running(long journalPosition) {
        return new CatalogState(100, journalPosition, CatalogState.LastStop.UNCLEAN);
    }

    @Test
    void aNewCatalogIsEmpty() {
        assertThat(contents)
                .isEqualTo(
                        new CatalogContents(
                                contents.storeId(),
                                CatalogState.NEW,
                                List.of(),
                                List.of(),
                                List.of(),
                                List.of(),
                                List.of()));
        assertThat(catalog.cursors(1)).isEmpty();
    }

    private CatalogCheckpoint everyKindOfRow() {
        Map<String, String> settings = Map.of("a=b\\", "1\n2=3\\n", "leer", "", "ü", "€\r");
        return new CatalogCheckpoint(
                running(4711),
                put(
                        List.of(
                                new DestinationRow(
                                        DESTINATION,
                                        DestinationRow.Kind.TOPIC,
                                        "Bücher/2",
                                        3,
                                        settings))),
                put(List.of(new SubscriptionRow(SUBSCRIPTION, DESTINATION, "s|c|1", settings))),
                put(
                        List.of(
                                new ProducerState(
                                        31,
                                        (short) 2,
                                        List.of(
                                                new OffsetRange(0, 0),
                                                new OffsetRange(2, 1L << 40)),
                                        7))),
                put(List.of(branch(1, 100_000), branch(2, 1))),
                put(List.of(partition(50), laneOf(10))),
                List.of(new CursorRow(CURSOR, 9, 1024, CursorRow.Scope.ALL_CHUNKS, List.of())));
    }

    private static <R, K> RowChanges<R, K> put(List<R> rows) {
        return RowChanges.of(rows, List.of());
    }

    private static BranchRow branch(int number, int bytes) {
        BranchId id =
                new BranchId(
                        -3,
                        ByteBuffer.wrap(new byte[64]),
                        ByteBuffer.wrap(new byte[] {(byte) number}));
        return new BranchRow(id, ByteBuffer.wrap(new byte[bytes]));
    }

    private static PartitionRow partition(long end) {
        return new PartitionRow(PARTITION, end, new PartitionBounds(5, end, 1 << 20, 1_000, -1));
    }

    private static PartitionRow laneOf(int lane) {
        return new PartitionRow(
                new PartitionId(DESTINATION, 0, lane), 0, new PartitionBounds(0, 0, 0, -1, -1));
    }

    @Test
    void isTheSameStoreHoweverOftenItIsOpened() {
        long first = contents.storeId();

        reopen();

        assertThat(contents.storeId()).isEqualTo(first).isNotZero();
    }

    @Test
    void givesBackEveryKindOfRow() {
        CatalogCheckpoint checkpoint = everyKindOfRow();
        catalog.checkpoint(checkpoint);

        reopen();

        assertThat(contents)
                .isEqualTo(
                        new CatalogContents(
                                contents.storeId(),
                                checkpoint.state(),
                                checkpoint.destinations().put(),
                                checkpoint.subscriptions().put(),
                                checkpoint.producers().put(),
                                checkpoint.branches().put(),
                                checkpoint.partitions().put()));
        assertThat(catalog.cursors(SUBSCRIPTION))
                .containsExactly(new CursorState(CURSOR, 9, List.of(), new TreeMap<>(), 1024));
    }

    @Test
    void theSameCheckpointCanBeWrittenAgain() {
        catalog.checkpoint(everyKindOfRow());
        CatalogContents once = reopened();

        catalog.checkpoint(everyKindOfRow());

        assertThat(reopened()).isEqualTo(once);
    }

    private CatalogContents reopened() {
        reopen();
        return contents;
    }

    @Test
    void replacesRowsAndLeavesTheOthers() {
        catalog.checkpoint(everyKindOfRow());
        CatalogCheckpoint none = CatalogCheckpoint.of(running(5000));

        catalog.checkpoint(
                new CatalogCheckpoint(
                        none.state(),
                        none.destinations(),
                        none.subscriptions(),
                        RowChanges.of(List.of(), List.of(31L, 32L)),
                        RowChanges.of(List.of(), List.of(branch(1, 0).id())),
                        RowChanges.of(
                                List.of(partition(70)), List.of(laneOf(10).id(), laneOf(9).id())),
                        List.of()));

        reopen();
        assertThat(contents.state()).isEqualTo(running(5000));
        assertThat(contents.destinations()).hasSize(1);
        assertThat(contents.producers()).isEmpty();
        assertThat(contents.branches()).containsExactly(branch(2, 1));
        assertThat(contents.partitions()).containsExactly(partition(70));
        assertThat(catalog.cursors(SUBSCRIPTION)).hasSize(1);
    }

    @Test
    void deletesADestinationWithAllThatHangsOnIt() {
        catalog.checkpoint(everyKindOfRow());
        CatalogCheckpoint none = CatalogCheckpoint.of(running(5000));

        catalog.checkpoint(
                new CatalogCheckpoint(
                        none.state(),
                        RowChanges.of(List.of(), List.of(DESTINATION)),
                        none.subscriptions(),
                        none.producers(),
                        none.branches(),
                        none.partitions(),
                        List.of()));

        reopen();
        assertThat(contents.destinations()).isEmpty();
        assertThat(contents.subscriptions()).isEmpty();
        assertThat(contents.partitions()).isEmpty();
        assertThat(contents.producers()).hasSize(1);
        assertThat(catalog.cursors(SUBSCRIPTION)).isEmpty();
    }

    @Test
    void deletesASubscriptionWithItsCursors() {
        catalog.checkpoint(everyKindOfRow());
        CatalogCheckpoint none = CatalogCheckpoint.of(running(5000));

        catalog.checkpoint(
                new CatalogCheckpoint(
                        none.state(),
                        none.destinations(),
                        RowChanges.of(List.of(), List.of(SUBSCRIPTION)),
                        none.producers(),
                        none.branches(),
                        none.partitions(),
                        List.of()));

        reopen();
        assertThat(contents.subscriptions()).isEmpty();
        assertThat(catalog.cursors(SUBSCRIPTION)).isEmpty();
    }

    @Test
    void cursorsComeBackAsTheyWereCheckpointed() {
        long seed = 20_240_601;
        Random random = new Random(seed);
        List<StoredCursor> cursors = new ArrayList<>();
        for (int partition = 0; partition < 3; partition++) {
            cursors.add(
                    StoredCursor.fresh(
                            new CursorId(
                                    SUBSCRIPTION, new PartitionId(DESTINATION, partition, 4))));
        }
        for (int round = 0; round < 40; round++) {
            for (int step = random.nextInt(200); step >= 0; step--) {
                StoredCursorTest.randomStep(random, cursors.get(random.nextInt(3)));
            }
            List<CursorRow> rows =
                    cursors.stream()
                            .filter(StoredCursor::isDirty)
                            .map(StoredCursor::takeRow)
                            .toList();
            catalog.checkpoint(withCursors(round, rows));
            if (random.nextInt(5) == 0) {
                reopen();
            }
            for (CursorState loaded : catalog.cursors(SUBSCRIPTION)) {
                StoredCursor kept = cursors.get(loaded.id().partition().partition());
                assertThat(loaded).as("seed %d round %d", seed, round).isEqualTo(kept.state());
                cursors.set(loaded.id().partition().partition(), StoredCursor.of(loaded));
            }
        }
    }

    static CatalogCheckpoint withCursors(long journalPosition, List<CursorRow> rows) {
        CatalogCheckpoint none = CatalogCheckpoint.of(running(journalPosition));
        return new CatalogCheckpoint(
                none.state(),
                none.destinations(),
                none.subscriptions(),
                none.producers(),
                none.branches(),
                none.partitions(),
                rows);
    }
}
