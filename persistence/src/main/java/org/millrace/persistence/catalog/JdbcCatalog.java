package org.millrace.persistence.catalog;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import org.millrace.foundation.Check;
import org.millrace.persistence.CursorState;
import org.millrace.persistence.StorageException;

/**
 * Catalog in a database, by JDBC. Threads as {@link Catalog} says.
 *
 * <p>A checkpoint is one transaction. What makes it durable depends on the database. Most force on
 * commit. H2 does not: its commit goes to memory, a background thread writes it, and nothing forces
 * it. So after the commit we run {@code CHECKPOINT SYNC}, which writes everything committed as one
 * chunk and calls {@code FileChannel.force(true)}. After that the checkpoint survives a killed
 * process and, if the device keeps what it confirmed, a power failure. A kill between commit and
 * {@code CHECKPOINT SYNC} leaves the checkpoint before this one or this one, whole: H2 finds the
 * newest chunk with an intact checksum and rolls back what was not committed in it.
 *
 * <p>H2 keeps replaced chunks for 45 seconds before it uses their space again, and its background
 * thread compacts when fewer than 9 in 10 bytes are in use. Both are left as they are: measured
 * with 1000 of 100,000 cursors dirty in each checkpoint, a checkpoint writes 2.6 MB, so the file
 * grows by what 45 seconds of checkpoints write and no more. Closing compacts it.
 */
public final class JdbcCatalog implements Catalog {
    // FILE_LOCK stays at its default, which keeps a second process out.
    private static final String H2_SETTINGS =
            ";DB_CLOSE_ON_EXIT=FALSE;TRACE_LEVEL_FILE=0;CACHE_SIZE=16384";
    private static final int CONNECTIONS = 2;

    private final String url;
    private final String user;
    private final String password;
    private volatile Optional<HikariDataSource> pool = Optional.empty();
    private volatile boolean forcesByCheckpoint;

    /** The database must know standard SQL; H2 is tested. */
    public JdbcCatalog(String url, String user, String password) {
        this.url = url;
        this.user = user;
        this.password = password;
    }

    /** An H2 database in the file {@code <file>.mv.db}, created when missing. */
    public static JdbcCatalog h2(Path file) {
        String path = file.toAbsolutePath().normalize().toString();
        Check.argument(
                path.indexOf(';') < 0,
                "data directory %s has a semicolon in its name, which H2 cannot open; use another",
                path);
        return new JdbcCatalog("jdbc:h2:file:" + path + H2_SETTINGS, "millrace", "");
    }

    @Override
    public CatalogContents open() {
        Check.invariant(pool.isEmpty(), "catalog opened twice");
        try {
            pool = Optional.of(new HikariDataSource(poolConfig()));
        } catch (RuntimeException failure) {
            throw CatalogFailure.of("cannot be opened", where(), failure);
        }
        try (Connection connection = connection()) {
            String product = connection.getMetaData().getDatabaseProductName();
            forcesByCheckpoint = "H2".equals(product);
            CatalogSchema.migrate(connection, where());
            return new CatalogReader(connection).contents(storeId(connection));
        } catch (SQLException failure) {
            close();
            throw CatalogFailure.of("cannot be read", where(), failure);
        } catch (StorageException unusable) {
            close();
            throw unusable;
        }
    }

    /** Durable before anybody hears of it. */
    private long storeId(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            try (ResultSet found = statement.executeQuery("SELECT id FROM store")) {
                if (found.next()) {
                    return found.getLong(1);
                }
            }
            long id = new SecureRandom().nextLong(1, Long.MAX_VALUE);
            statement.execute("INSERT INTO store (id) VALUES (" + id + ")");
            connection.commit();
            makeDurable(connection);
            return id;
        }
    }

    private HikariConfig poolConfig() {
        HikariConfig config = new HikariConfig();
        config.setPoolName("millrace-catalog");
        config.setJdbcUrl(url);
        config.setUsername(user);
        config.setPassword(password);
        config.setMaximumPoolSize(CONNECTIONS);
        // H2 closes its file with its last connection; one stays for good.
        config.setMinimumIdle(1);
        config.setMaxLifetime(0);
        config.setAutoCommit(false);
        config.setRegisterMbeans(false);
        return config;
    }

    @Override
    public void checkpoint(CatalogCheckpoint checkpoint) {
        try (Connection connection = connection()) {
            try {
                new CheckpointWriter(connection).write(checkpoint);
                connection.commit();
            } catch (SQLException | RuntimeException failure) {
                rollBack(connection, failure);
                throw failure;
            }
            makeDurable(connection);
        } catch (SQLException failure) {
            throw CatalogFailure.of("did not take the checkpoint", where(), failure);
        }
    }

    private static void rollBack(Connection connection, Exception because) {
        try {
            connection.rollback();
        } catch (SQLException alsoFailed) {
            because.addSuppressed(alsoFailed);
        }
    }

    private void makeDurable(Connection connection) throws SQLException {
        if (forcesByCheckpoint) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("CHECKPOINT SYNC");
            }
        }
    }

    @Override
    public List<CursorState> cursors(long subscriptionId) {
        try (Connection connection = connection()) {
            List<CursorState> cursors = new CatalogReader(connection).cursors(subscriptionId);
            connection.rollback();
            return cursors;
        } catch (SQLException failure) {
            throw CatalogFailure.of(
                    "cannot read the cursors of subscription " + subscriptionId, where(), failure);
        }
    }

    private Connection connection() throws SQLException {
        return pool.orElseThrow(() -> new StorageException("catalog " + where() + " is not open"))
                .getConnection();
    }

    /** The database without its settings, which may hold a password. */
    private String where() {
        int end = url.indexOf(';');
        int query = url.indexOf('?');
        end = end < 0 ? query : end;
        return end < 0 ? url : url.substring(0, end);
    }

    @Override
    public void close() {
        pool.ifPresent(HikariDataSource::close);
        pool = Optional.empty();
    }
}
