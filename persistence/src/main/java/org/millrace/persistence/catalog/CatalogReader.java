package org.millrace.persistence.catalog;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.millrace.persistence.BranchId;
import org.millrace.persistence.CursorId;
import org.millrace.persistence.CursorState;
import org.millrace.persistence.DestinationRow;
import org.millrace.persistence.PartitionBounds;
import org.millrace.persistence.PartitionId;
import org.millrace.persistence.ProducerState;
import org.millrace.persistence.SubscriptionRow;

/** Reads rows. Confined to its caller. */
final class CatalogReader {
    private static final int FETCH_ROWS = 10_000;

    private final Connection connection;

    CatalogReader(Connection connection) {
        this.connection = connection;
    }

    /** Makes a row of the columns in the order of {@link CatalogTable#select}. */
    @FunctionalInterface
    private interface Mapper<R> {
        R map(ResultSet row) throws SQLException;
    }

    CatalogContents contents(long storeId) throws SQLException {
        List<CatalogState> state = all(CatalogTable.STATE, CatalogReader::state);
        return new CatalogContents(
                storeId,
                state.isEmpty() ? CatalogState.NEW : state.get(0),
                all(CatalogTable.DESTINATION, CatalogReader::destination),
                all(CatalogTable.SUBSCRIPTION, CatalogReader::subscription),
                all(CatalogTable.PRODUCER, CatalogReader::producer),
                all(CatalogTable.BRANCH, CatalogReader::branch),
                all(CatalogTable.PARTITION, CatalogReader::partition));
    }

    private <R> List<R> all(CatalogTable table, Mapper<R> mapper) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(table.select())) {
            return rows(statement, mapper);
        }
    }

    private <R> List<R> rows(PreparedStatement statement, Mapper<R> mapper) throws SQLException {
        statement.setFetchSize(FETCH_ROWS);
        List<R> rows = new ArrayList<>();
        try (ResultSet results = statement.executeQuery()) {
            while (results.next()) {
                rows.add(mapper.map(results));
            }
        }
        return rows;
    }

    private static CatalogState state(ResultSet row) throws SQLException {
        return new CatalogState(
                row.getLong(1), row.getLong(2), CatalogState.LastStop.valueOf(row.getString(3)));
    }

    private static DestinationRow destination(ResultSet row) throws SQLException {
        return new DestinationRow(
                row.getLong(5),
                DestinationRow.Kind.valueOf(row.getString(1)),
                row.getString(2),
                row.getInt(3),
                SettingsText.decode(row.getString(4)));
    }

    private static SubscriptionRow subscription(ResultSet row) throws SQLException {
        return new SubscriptionRow(
                row.getLong(4),
                row.getLong(1),
                row.getString(2),
                SettingsText.decode(row.getString(3)));
    }

    private static ProducerState producer(ResultSet row) throws SQLException {
        long id = row.getLong(4);
        return new ProducerState(
                id,
                row.getShort(1),
                PackedNumbers.decodeRanges("sequences of producer " + id, row.getBytes(3)),
                row.getLong(2));
    }

    private static BranchRow branch(ResultSet row) throws SQLException {
        BranchId id =
                new BranchId(
                        row.getInt(2),
                        ByteBuffer.wrap(row.getBytes(3)),
                        ByteBuffer.wrap(row.getBytes(4)));
        return new BranchRow(id, ByteBuffer.wrap(row.getBytes(1)));
    }

    private static PartitionRow partition(ResultSet row) throws SQLException {
        PartitionBounds bounds =
                new PartitionBounds(
                        row.getLong(2),
                        row.getLong(3),
                        row.getLong(4),
                        row.getLong(5),
                        row.getLong(6));
        return new PartitionRow(partitionId(row, 7), row.getLong(1), bounds);
    }

    private static PartitionId partitionId(ResultSet row, int column) throws SQLException {
        return new PartitionId(row.getLong(column), row.getInt(column + 1), row.getInt(column + 2));
    }

    List<CursorState> cursors(long subscriptionId) throws SQLException {
        List<CursorRow> rows =
                ofSubscription(CatalogTable.CURSOR, subscriptionId, CatalogReader::cursor);
        if (rows.isEmpty()) {
            return List.of();
        }
        Map<CursorId, List<CursorChunk>> chunks = new LinkedHashMap<>();
        for (CursorRow row :
                ofSubscription(CatalogTable.CHUNK, subscriptionId, CatalogReader::chunk)) {
            chunks.computeIfAbsent(row.id(), id -> new ArrayList<>()).addAll(row.chunks());
        }
        List<CursorState> cursors = new ArrayList<>();
        for (CursorRow row : rows) {
            List<CursorChunk> own = chunks.getOrDefault(row.id(), List.of());
            cursors.add(CursorStates.of(row.id(), row.floor(), row.horizon(), own));
        }
        return List.copyOf(cursors);
    }

    private <R> List<R> ofSubscription(CatalogTable table, long id, Mapper<R> mapper)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(table.selectByFirstKey())) {
            statement.setLong(1, id);
            return rows(statement, mapper);
        }
    }

    private static CursorRow cursor(ResultSet row) throws SQLException {
        CursorId id = new CursorId(row.getLong(3), partitionId(row, 4));
        return new CursorRow(
                id, row.getLong(1), row.getLong(2), CursorRow.Scope.ALL_CHUNKS, List.of());
    }

    private static CursorRow chunk(ResultSet row) throws SQLException {
        CursorId id = new CursorId(row.getLong(3), partitionId(row, 4));
        long number = row.getLong(7);
        String where = "chunk %d of the cursor %s".formatted(number, id);
        CursorChunk chunk =
                new CursorChunk(
                        number,
                        PackedNumbers.decodeBitmap(where, row.getBytes(1)),
                        PackedNumbers.decodeCounts(
                                where, number * CursorChunk.OFFSETS, row.getBytes(2)));
        return new CursorRow(id, -1, 0, CursorRow.Scope.CHANGED_CHUNKS, List.of(chunk));
    }
}
