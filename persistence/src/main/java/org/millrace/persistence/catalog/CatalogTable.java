package org.millrace.persistence.catalog;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One table and the few statements that every table needs, in SQL that every database knows.
 * Parameters come in one order everywhere: values first, then the key.
 *
 * @param values columns that are not in the key
 * @param key columns of the primary key
 */
record CatalogTable(String name, List<String> values, List<String> key) {
    private static final int BATCH_ROWS = 1_000;

    static final CatalogTable STATE =
            new CatalogTable(
                    "catalog_state",
                    List.of("next_id", "journal_position", "last_stop"),
                    List.of("id"));
    static final CatalogTable DESTINATION =
            new CatalogTable(
                    "destination",
                    List.of("kind", "name", "partitions", "settings"),
                    List.of("id"));
    static final CatalogTable SUBSCRIPTION =
            new CatalogTable(
                    "subscription", List.of("destination_id", "name", "settings"), List.of("id"));
    static final CatalogTable PRODUCER =
            new CatalogTable(
                    "producer", List.of("epoch", "last_commit", "sequences"), List.of("id"));
    static final CatalogTable BRANCH =
            new CatalogTable(
                    "prepared_branch",
                    List.of("content"),
                    List.of("format_id", "global_id", "branch_id"));
    static final CatalogTable PARTITION =
            new CatalogTable(
                    "partition_log",
                    List.of(
                            "segment_end",
                            "start_offset",
                            "end_offset",
                            "size_bytes",
                            "first_timestamp",
                            "last_timestamp"),
                    List.of("destination_id", "partition_no", "lane"));
    static final CatalogTable CURSOR =
            new CatalogTable(
                    "subscription_cursor",
                    List.of("floor_offset", "horizon"),
                    List.of("subscription_id", "destination_id", "partition_no", "lane"));
    static final CatalogTable CHUNK =
            new CatalogTable(
                    "cursor_chunk",
                    List.of("settled", "counts"),
                    List.of(
                            "subscription_id",
                            "destination_id",
                            "partition_no",
                            "lane",
                            "chunk_no"));

    /** Sets the parameters of a statement from a row. */
    @FunctionalInterface
    interface Binder<R> {
        void bind(Parameters parameters, R row) throws SQLException;
    }

    /** Updates the rows that are there and inserts the others. */
    <R> void put(Connection connection, Collection<R> rows, Binder<R> binder) throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        String update =
                "UPDATE %s SET %s WHERE %s".formatted(name, assignments(", ", values), matches());
        List<R> missing = new ArrayList<>();
        runBatches(connection, update, rows, binder, missing);
        String insert =
                "INSERT INTO %s (%s) VALUES (%s)"
                        .formatted(
                                name,
                                columns(),
                                Stream.generate(() -> "?")
                                        .limit(values.size() + (long) key.size())
                                        .collect(Collectors.joining(", ")));
        runBatches(connection, insert, missing, binder, new ArrayList<>());
    }

    /** Deletes the rows with these keys; the binder sets the key only. */
    <K> void delete(Connection connection, Collection<K> keys, Binder<K> binder)
            throws SQLException {
        run(connection, "DELETE FROM %s WHERE %s".formatted(name, matches()), keys, binder);
    }

    /** Runs the statement once for every row. */
    static <R> void run(Connection connection, String sql, Collection<R> rows, Binder<R> binder)
            throws SQLException {
        runBatches(connection, sql, rows, binder, new ArrayList<>());
    }

    private static <R> void runBatches(
            Connection connection,
            String sql,
            Collection<R> rows,
            Binder<R> binder,
            List<R> untouched)
            throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            Iterator<R> left = rows.iterator();
            while (left.hasNext()) {
                List<R> batch = new ArrayList<>(Math.min(rows.size(), BATCH_ROWS));
                while (left.hasNext() && batch.size() < BATCH_ROWS) {
                    R row = left.next();
                    binder.bind(new Parameters(statement), row);
                    statement.addBatch();
                    batch.add(row);
                }
                int[] counts = statement.executeBatch();
                for (int i = 0; i < counts.length; i++) {
                    if (counts[i] == 0) {
                        untouched.add(batch.get(i));
                    }
                }
            }
        }
    }

    String select() {
        return "SELECT %s FROM %s ORDER BY %s".formatted(columns(), name, String.join(", ", key));
    }

    /** As {@link #select}, for the rows whose first key column has a value. */
    String selectByFirstKey() {
        return "SELECT %s FROM %s WHERE %s = ? ORDER BY %s"
                .formatted(columns(), name, key.get(0), String.join(", ", key));
    }

    private String columns() {
        return Stream.concat(values.stream(), key.stream()).collect(Collectors.joining(", "));
    }

    private String matches() {
        return assignments(" AND ", key);
    }

    private static String assignments(String separator, List<String> columns) {
        return columns.stream()
                .map(column -> column + " = ?")
                .collect(Collectors.joining(separator));
    }
}
