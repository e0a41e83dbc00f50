package org.millrace.persistence.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.persistence.CursorId;
import org.millrace.persistence.OffsetRange;
import org.millrace.persistence.PartitionId;
import org.millrace.persistence.ProducerState;
import org.millrace.persistence.StorageException;
import org.millrace.persistence.SubscriptionRow;
import org.roaringbitmap.RoaringBitmap;

class JdbcCatalogTest extends CatalogContract {
    @TempDir Path directory;

    @Override
    Catalog catalog() {
        return JdbcCatalog.h2(directory.resolve("catalog"));
    }

    private Path file() {
        return directory.resolve("catalog.mv.db");
    }

    @Test
    void aCheckpointIsInTheFileWhenItReturns() throws IOException {
        try (Catalog catalog = JdbcCatalog.h2(directory.resolve("running"))) {
            catalog.open();
            catalog.checkpoint(CatalogCheckpoint.of(running(77)));
            // What a killed process leaves: the file as it is now, never closed.
            Files.copy(directory.resolve("running.mv.db"), directory.resolve("killed.mv.db"));
            catalog.checkpoint(CatalogCheckpoint.of(running(78)));
        }
        try (Catalog catalog = JdbcCatalog.h2(directory.resolve("killed"))) {
            assertThat(catalog.open().state()).isEqualTo(running(77));
        }
    }

    @Test
    void aCheckpointThatTheDatabaseRefusesLeavesNoTrace() throws IOException {
        try (Catalog catalog = JdbcCatalog.h2(directory.resolve("refused"))) {
            catalog.open();
            catalog.checkpoint(CatalogCheckpoint.of(running(1)));
            CatalogCheckpoint tooLarge = withProducer(2, manyRanges(600_000));

            assertThatThrownBy(() -> catalog.checkpoint(tooLarge))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("refused")
                    .hasMessageContaining("checkpoint before still holds");

            catalog.checkpoint(withProducer(3, manyRanges(10)));
        }
        try (Catalog catalog = JdbcCatalog.h2(directory.resolve("refused"))) {
            CatalogContents contents = catalog.open();
            assertThat(contents.state()).isEqualTo(running(3));
            assertThat(contents.producers().get(0).sequences()).hasSize(10);
        }
    }

    private static CatalogCheckpoint withProducer(long position, List<OffsetRange> sequences) {
        CatalogCheckpoint none = CatalogCheckpoint.of(running(position));
        return new CatalogCheckpoint(
                none.state(),
                none.destinations(),
                none.subscriptions(),
                RowChanges.of(List.of(new ProducerState(1, (short) 0, sequences, -1)), List.of()),
                none.branches(),
                none.partitions(),
                List.of());
    }

    private static List<OffsetRange> manyRanges(int count) {
        List<OffsetRange> ranges = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            ranges.add(OffsetRange.of(2 * i));
        }
        return ranges;
    }

    @Test
    void refusesAFileThatIsInUse() throws IOException {
        Path used = directory.resolve("used");
        try (Catalog catalog = JdbcCatalog.h2(used)) {
            catalog.open();
        }
        try (FileChannel other =
                        FileChannel.open(
                                directory.resolve("used.mv.db"), StandardOpenOption.WRITE);
                FileLock lock = other.lock()) {
            assertThat(lock.isValid()).isTrue();
            assertThatThrownBy(() -> JdbcCatalog.h2(used).open())
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("catalog jdbc:h2:file:")
                    .hasMessageContaining("locked by another process");
        }
    }

    /** Writes checkpoint after checkpoint and says so, until it is killed. */
    public static final class EndlessCheckpoints {
        private EndlessCheckpoints() {}

        public static void main(String[] arguments) {
            Catalog catalog = JdbcCatalog.h2(Path.of(arguments[0]));
            catalog.open();
            for (long position = 1; ; position++) {
                catalog.checkpoint(withProducer(position, manyRanges((int) position)));
                System.out.println(position);
            }
        }
    }

    @Test
    void everyAnsweredCheckpointSurvivesAKilledProcess() throws IOException {
        Path killed = directory.resolve("victim");
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                EndlessCheckpoints.class.getName(),
                                killed.toString())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        long answered = 0;
        try (BufferedReader out = process.inputReader()) {
            while (answered < 40) {
                String line = out.readLine();
                assertThat(line).as("the process ended by itself").isNotNull();
                // The driver's log goes there too.
                answered = line.matches("\\d+") ? Long.parseLong(line) : answered;
            }
        } finally {
            process.destroyForcibly().onExit().join();
        }
        try (Catalog catalog = JdbcCatalog.h2(killed)) {
            CatalogContents contents = catalog.open();
            long position = contents.state().journalPosition();
            assertThat(position).isGreaterThanOrEqualTo(answered);
            assertThat(contents.producers().get(0).sequences()).hasSize((int) position);
        }
    }

    @Test
    void refusesACorruptFile() throws IOException {
        Path corrupt = directory.resolve("corrupt.mv.db");
        byte[] nonsense = new byte[20_000];
        Arrays.fill(nonsense, (byte) 'x');
        Files.write(corrupt, nonsense);

        assertThatThrownBy(() -> JdbcCatalog.h2(directory.resolve("corrupt")).open())
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("corrupt")
                .hasMessageContaining("restore the file");
        assertThat(Files.readAllBytes(corrupt)).isEqualTo(nonsense);
    }

    @Test
    void refusesANewerSchema() throws SQLException {
        Path newer = directory.resolve("newer");
        try (Catalog catalog = JdbcCatalog.h2(newer)) {
            catalog.open();
        }
        sql(newer, "INSERT INTO schema_version (version) VALUES (99)");

        assertThatThrownBy(() -> JdbcCatalog.h2(newer).open())
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("schema version 99")
                .hasMessageContaining("up to " + CatalogSchema.newestVersion());
    }

    @Test
    void finishesAMigrationThatWasCutOff() throws SQLException {
        Path cut = directory.resolve("cut");
        try (Catalog catalog = JdbcCatalog.h2(cut)) {
            catalog.open();
        }
        sql(cut, "DELETE FROM schema_version", "DROP TABLE cursor_chunk", "DROP TABLE producer");

        try (Catalog catalog = JdbcCatalog.h2(cut)) {
            assertThat(catalog.open().producers()).isEmpty();
            catalog.checkpoint(withProducer(1, manyRanges(1)));
        }
    }

    private static void sql(Path database, String... statements) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection("jdbc:h2:file:" + database, "millrace", "");
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @Test
    void loadsAHundredThousandSubscriptionsInSeconds() {
        int count = 100_000;
        Path many = directory.resolve("many");
        try (Catalog catalog = JdbcCatalog.h2(many)) {
            catalog.open();
            catalog.checkpoint(subscriptions(count));
        }
        long start = System.nanoTime();
        try (Catalog catalog = JdbcCatalog.h2(many)) {
            assertThat(catalog.open().subscriptions()).hasSize(count);
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            System.out.println("100,000 subscriptions loaded in " + took.toMillis() + " ms");
            assertThat(took).isLessThan(Duration.ofSeconds(5));
            assertThat(catalog.cursors(count / 2).get(0).settledAbove()).hasSize(1);
        }
    }

    private static CatalogCheckpoint subscriptions(int count) {
        List<SubscriptionRow> rows = new ArrayList<>();
        List<CursorRow> cursors = new ArrayList<>();
        PartitionId partition = new PartitionId(1, 0, 4);
        for (int id = 1; id <= count; id++) {
            rows.add(
                    new SubscriptionRow(
                            id, 1, "subscription-" + id + "|client", Map.of("selector", "a > 1")));
            if (id % 100 != 0) {
                continue;
            }
            cursors.add(
                    new CursorRow(
                            new CursorId(id, partition),
                            10,
                            1024,
                            CursorRow.Scope.ALL_CHUNKS,
                            List.of(
                                    new CursorChunk(
                                            0, RoaringBitmap.bitmapOf(20, 21), new TreeMap<>()))));
        }
        CatalogCheckpoint none = CatalogCheckpoint.of(running(1));
        return new CatalogCheckpoint(
                none.state(),
                none.destinations(),
                RowChanges.of(rows, List.of()),
                none.producers(),
                none.branches(),
                none.partitions(),
                cursors);
    }
}
