package org.millrace.persistence.catalog;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.millrace.persistence.BranchId;
import org.millrace.persistence.CursorId;
import org.millrace.persistence.DestinationRow;
import org.millrace.persistence.PartitionId;
import org.millrace.persistence.ProducerState;
import org.millrace.persistence.SubscriptionRow;

/** Turns a checkpoint into statements of one open transaction. Confined to its caller. */
final class CheckpointWriter {
    private static final int STATE_ROW = 1;
    private static final String WHERE_CURSOR =
            " WHERE subscription_id = ? AND destination_id = ? AND partition_no = ? AND lane = ?";

    private final Connection connection;

    CheckpointWriter(Connection connection) {
        this.connection = connection;
    }

    void write(CatalogCheckpoint checkpoint) throws SQLException {
        deleteDestinations(checkpoint.destinations().deleted());
        deleteSubscriptions(checkpoint.subscriptions().deleted());
        CatalogTable.PRODUCER.delete(connection, checkpoint.producers().deleted(), Parameters::add);
        CatalogTable.BRANCH.<BranchId>delete(
                connection, checkpoint.branches().deleted(), Parameters::add);
        CatalogTable.PARTITION.<PartitionId>delete(
                connection, checkpoint.partitions().deleted(), Parameters::add);

        putState(checkpoint.state());
        putDestinations(checkpoint.destinations().put());
        putSubscriptions(checkpoint.subscriptions().put());
        putProducers(checkpoint.producers().put());
        CatalogTable.BRANCH.put(
                connection,
                checkpoint.branches().put(),
                (parameters, row) -> parameters.add(row.content()).add(row.id()));
        putPartitions(checkpoint.partitions().put());
        putCursors(checkpoint.cursors());
    }

    private void deleteDestinations(Collection<Long> ids) throws SQLException {
        String ofDestination =
                " WHERE subscription_id IN (SELECT id FROM subscription WHERE destination_id = ?)";
        run("DELETE FROM cursor_chunk" + ofDestination, ids);
        run("DELETE FROM subscription_cursor" + ofDestination, ids);
        run("DELETE FROM subscription WHERE destination_id = ?", ids);
        run("DELETE FROM partition_log WHERE destination_id = ?", ids);
        run("DELETE FROM destination WHERE id = ?", ids);
    }

    private void deleteSubscriptions(Collection<Long> ids) throws SQLException {
        run("DELETE FROM cursor_chunk WHERE subscription_id = ?", ids);
        run("DELETE FROM subscription_cursor WHERE subscription_id = ?", ids);
        run("DELETE FROM subscription WHERE id = ?", ids);
    }

    private void run(String sql, Collection<Long> ids) throws SQLException {
        CatalogTable.<Long>run(connection, sql, ids, Parameters::add);
    }

    private void putState(CatalogState state) throws SQLException {
        CatalogTable.STATE.put(
                connection,
                List.of(state),
                (parameters, row) ->
                        parameters
                                .add(row.nextId())
                                .add(row.journalPosition())
                                .add(row.lastStop().name())
                                .add(STATE_ROW));
    }

    private void putDestinations(List<DestinationRow> rows) throws SQLException {
        CatalogTable.DESTINATION.put(
                connection,
                rows,
                (parameters, row) ->
                        parameters
                                .add(row.kind().name())
                                .add(row.name())
                                .add(row.partitions())
                                .add(SettingsText.encode(row.settings()))
                                .add(row.id()));
    }

    private void putSubscriptions(List<SubscriptionRow> rows) throws SQLException {
        CatalogTable.SUBSCRIPTION.put(
                connection,
                rows,
                (parameters, row) ->
                        parameters
                                .add(row.destinationId())
                                .add(row.name())
                                .add(SettingsText.encode(row.settings()))
                                .add(row.id()));
    }

    private void putProducers(List<ProducerState> rows) throws SQLException {
        CatalogTable.PRODUCER.put(
                connection,
                rows,
                (parameters, row) ->
                        parameters
                                .add(row.epoch())
                                .add(row.lastCommitNumber())
                                .add(PackedNumbers.encodeRanges(row.sequences()))
                                .add(row.producerId()));
    }

    private void putPartitions(List<PartitionRow> rows) throws SQLException {
        CatalogTable.PARTITION.put(
                connection,
                rows,
                (parameters, row) ->
                        parameters
                                .add(row.segmentEnd())
                                .add(row.bounds().startOffset())
                                .add(row.bounds().endOffset())
                                .add(row.bounds().sizeBytes())
                                .add(row.bounds().firstTimestamp())
                                .add(row.bounds().lastTimestamp())
                                .add(row.id()));
    }

    private void putCursors(List<CursorRow> rows) throws SQLException {
        CatalogTable.CURSOR.put(
                connection,
                rows,
                (parameters, row) -> parameters.add(row.floor()).add(row.horizon()).add(row.id()));
        List<CursorRow> whole = new ArrayList<>();
        List<ChunkOf> filled = new ArrayList<>();
        List<ChunkOf> emptied = new ArrayList<>();
        for (CursorRow row : rows) {
            if (row.scope() == CursorRow.Scope.ALL_CHUNKS) {
                whole.add(row);
            }
            for (CursorChunk chunk : row.chunks()) {
                (chunk.isEmpty() ? emptied : filled).add(new ChunkOf(row.id(), chunk));
            }
        }
        CatalogTable.run(
                connection,
                "DELETE FROM cursor_chunk" + WHERE_CURSOR,
                whole,
                (parameters, row) -> parameters.add(row.id()));
        CatalogTable.run(
                connection,
                "DELETE FROM cursor_chunk" + WHERE_CURSOR + " AND chunk_no < ?",
                rows,
                (parameters, row) ->
                        parameters.add(row.id()).add(CursorChunk.numberOf(row.floor() + 1)));
        CatalogTable.CHUNK.delete(
                connection,
                emptied,
                (parameters, row) -> parameters.add(row.id()).add(row.chunk().number()));
        putChunks(filled);
    }

    private void putChunks(List<ChunkOf> rows) throws SQLException {
        CatalogTable.CHUNK.put(
                connection,
                rows,
                (parameters, row) ->
                        parameters
                                .add(PackedNumbers.encodeBitmap(row.chunk().settled()))
                                .add(PackedNumbers.encodeCounts(row.chunk()))
                                .add(row.id())
                                .add(row.chunk().number()));
    }

    private record ChunkOf(CursorId id, CursorChunk chunk) {}
}
