package org.millrace.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.millrace.persistence.Change;
import org.millrace.persistence.DiskStorageIo;
import org.millrace.persistence.PartitionId;
import org.millrace.persistence.UnitOfWork;
import org.millrace.persistence.catalog.JdbcCatalog;
import org.millrace.persistence.embedded.EmbeddedEngine;
import org.millrace.persistence.embedded.EngineLoops;
import org.millrace.persistence.embedded.EngineSettings;
import org.millrace.wire.record.RecordBatch;
import org.millrace.wire.record.RecordBatchBuilder;

/**
 * Commits of 1 KiB on the embedded engine, beside a bare write and force of the same size.
 * Arguments: a directory on the device to measure (its content is deleted), and the number of
 * commits.
 */
public final class EngineBenchmark {
    private static final PartitionId PARTITION = new PartitionId(1, 0, PartitionId.NORMAL_LANE);
    private static final int BODY_BYTES = 950;
    private static final int WINDOW = 8192;

    private final Path directory;
    private final int count;
    private long trimTo;

    private EngineBenchmark(Path directory, int count) {
        this.directory = directory;
        this.count = count;
    }

    public static void main(String[] arguments) throws Exception {
        EngineBenchmark benchmark =
                new EngineBenchmark(Path.of(arguments[0]), Integer.parseInt(arguments[1]));
        for (int pass = 1; pass <= 3; pass++) {
            System.out.printf("pass %d%n", pass);
            benchmark.bareForces();
            benchmark.commits();
        }
        benchmark.deleteAll();
    }

    private void bareForces() throws IOException {
        deleteAll();
        Files.createDirectories(directory);
        try (FileChannel channel =
                FileChannel.open(
                        directory.resolve("bare"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocateDirect(64 << 20), 0);
            channel.force(true);
            ByteBuffer block = ByteBuffer.allocateDirect(1024);
            long[] nanos = new long[count];
            for (int i = 0; i < count; i++) {
                long started = System.nanoTime();
                channel.write(block.clear(), 4096 + 1024L * (i % 60_000));
                channel.force(false);
                nanos[i] = System.nanoTime() - started;
            }
            report("bare write and force", nanos);
        }
    }

    private void commits() throws Exception {
        deleteAll();
        EngineLoops loops = EngineLoops.threads(InstantSource.system(), Throwable::printStackTrace);
        EmbeddedEngine engine =
                new EmbeddedEngine(
                        EngineSettings.DEFAULT,
                        new DiskStorageIo(directory),
                        JdbcCatalog.h2(directory.resolve("catalog")),
                        loops,
                        Throwable::printStackTrace);
        engine.recover();
        trimTo = 0;
        waiting(engine);
        answered(engine);
        threads(engine, 16);
        asynchronous(engine, 20 * count);
        long started = System.nanoTime();
        engine.close();
        System.out.printf("  close %d ms%n", (System.nanoTime() - started) / 1_000_000);
        loops.close();
    }

    private void waiting(EmbeddedEngine engine) throws Exception {
        long[] nanos = new long[count];
        for (int i = 0; i < count; i++) {
            UnitOfWork work = unit();
            long started = System.nanoTime();
            engine.commit(work).toCompletableFuture().get();
            nanos[i] = System.nanoTime() - started;
            engine.trim(PARTITION, trimTo++);
        }
        report("commit, caller waits parked", nanos);
    }

    /** The caller spins, as an event loop that polls would: time of the engine alone. */
    private void answered(EmbeddedEngine engine) {
        long[] nanos = new long[count];
        for (int i = 0; i < count; i++) {
            UnitOfWork work = unit();
            long started = System.nanoTime();
            CompletableFuture<?> answer = engine.commit(work).toCompletableFuture();
            while (!answer.isDone()) {
                Thread.onSpinWait();
            }
            nanos[i] = System.nanoTime() - started;
            engine.trim(PARTITION, trimTo++);
        }
        report("commit, caller spins", nanos);
    }

    private void threads(EmbeddedEngine engine, int threads) throws Exception {
        List<Thread> senders = new ArrayList<>();
        long started = System.nanoTime();
        for (int t = 0; t < threads; t++) {
            Thread sender = new Thread(() -> send(engine));
            sender.start();
            senders.add(sender);
        }
        for (Thread sender : senders) {
            sender.join();
        }
        rate(threads + " threads, each waits", (long) threads * (count / 4), started);
    }

    private void send(EmbeddedEngine engine) {
        for (int i = 0; i < count / 4; i++) {
            engine.commit(unit()).toCompletableFuture().join();
        }
    }

    private void asynchronous(EmbeddedEngine engine, int units) {
        Semaphore window = new Semaphore(WINDOW);
        long started = System.nanoTime();
        for (int i = 0; i < units; i++) {
            window.acquireUninterruptibly();
            engine.commit(unit())
                    .whenComplete(
                            (done, failed) -> {
                                if (failed != null) {
                                    failed.printStackTrace();
                                }
                                window.release();
                            });
        }
        window.acquireUninterruptibly(WINDOW);
        rate("asynchronous, window " + WINDOW, units, started);
    }

    private static UnitOfWork unit() {
        RecordBatch batch =
                new RecordBatchBuilder(1_700_000_000_000L)
                        .add(1_700_000_000_000L, null, ByteBuffer.allocate(BODY_BYTES), List.of())
                        .build();
        return UnitOfWork.of(new Change.Append(PARTITION, batch, Change.Durability.PERSISTENT));
    }

    private static void report(String what, long[] nanos) {
        long[] settled = Arrays.copyOfRange(nanos, nanos.length / 5, nanos.length);
        Arrays.sort(settled);
        System.out.printf(
                "  %-30s p50 %6.1f us  p90 %6.1f us  p99 %6.1f us%n",
                what,
                settled[settled.length / 2] / 1e3,
                settled[settled.length * 9 / 10] / 1e3,
                settled[settled.length * 99 / 100] / 1e3);
    }

    private static void rate(String what, long units, long startedNanos) {
        double seconds = (System.nanoTime() - startedNanos) / 1e9;
        System.out.printf("  %-30s %,.0f units/s%n", what, units / seconds);
    }

    private void deleteAll() throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> all = Files.walk(directory)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }
}
