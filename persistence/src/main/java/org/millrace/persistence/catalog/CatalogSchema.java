package org.millrace.persistence.catalog;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.millrace.persistence.StorageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the tables to the version that this program knows, by numbered SQL files. Confined to its
 * caller.
 *
 * <p>Databases commit definitions at once, so a migration can be cut off half-way; its version is
 * written last, and it is then run again from its start. Every statement must bear that.
 */
final class CatalogSchema {
    private static final Logger LOG = LoggerFactory.getLogger(CatalogSchema.class);
    private static final List<String> MIGRATIONS = List.of("0001-first.sql", "0002-store.sql");

    private CatalogSchema() {}

    static int newestVersion() {
        return MIGRATIONS.size();
    }

    static void migrate(Connection connection, String where) throws SQLException {
        execute(
                connection,
                "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL PRIMARY KEY,"
                        + " applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)");
        int found = version(connection);
        if (found > newestVersion()) {
            throw new StorageException(
                    "catalog %s has schema version %d, this program knows versions up to %d; nothing was changed; start the newer program, or restore a backup made before the upgrade"
                            .formatted(where, found, newestVersion()));
        }
        for (int version = found + 1; version <= newestVersion(); version++) {
            LOG.info("catalog {}: schema version {} -> {}", where, version - 1, version);
            for (String sql : statements(MIGRATIONS.get(version - 1))) {
                execute(connection, sql);
            }
            execute(connection, "INSERT INTO schema_version (version) VALUES (" + version + ")");
        }
        connection.commit();
    }

    private static int version(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT MAX(version) FROM schema_version")) {
            row.next();
            return row.getInt(1);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static List<String> statements(String file) {
        try (InputStream in = CatalogSchema.class.getResourceAsStream(file)) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return List.of(text.replaceAll("(?m)^--.*$", "").split(";\\s*(\\n|$)"));
        } catch (IOException unreadable) {
            throw new UncheckedIOException("migration " + file + " cannot be read", unreadable);
        }
    }
}
