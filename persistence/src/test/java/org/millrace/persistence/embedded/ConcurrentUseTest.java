package org.millrace.persistence.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.persistence.Change;
import org.millrace.persistence.DiskStorageIo;
import org.millrace.persistence.PartitionId;
import org.millrace.persistence.RecordSlice;
import org.millrace.persistence.UnitOfWork;
import org.millrace.persistence.catalog.HeapCatalog;
import org.millrace.persistence.contract.Batches;
import org.millrace.persistence.segment.SegmentLimits;
import org.millrace.wire.record.RecordBatch;

/**
 * Senders, readers and trimming at once, on real threads, with sizes that keep the flusher busy.
 */
class ConcurrentUseTest {
    private static final int SENDERS = 3;
    private static final int UNITS = 3_000;
    private static final EngineSettings BUSY =
            new EngineSettings(
                    64 << 10,
                    8 << 10,
                    1 << 20,
                    32 << 10,
                    128 << 10,
                    0,
                    new SegmentLimits(32 << 10, 512));

    @TempDir Path directory;

    private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();

    @Test
    void readersSeeEveryRecordOnceAndInOrderWhileAllElseGoesOn() throws Exception {
        EngineLoops loops = EngineLoops.threads(InstantSource.system(), failures::add);
        EmbeddedEngine engine =
                new EmbeddedEngine(
                        BUSY,
                        new DiskStorageIo(directory),
                        new HeapCatalog(),
                        loops,
                        failures::add);
        engine.recover();
        ExecutorService threads = Executors.newCachedThreadPool();
        List<Future<?>> running = new ArrayList<>();
        AtomicLong read = new AtomicLong();
        for (int i = 0; i < SENDERS; i++) {
            PartitionId own = new PartitionId(1, i, 4);
            running.add(threads.submit(sender(engine, own)));
            running.add(threads.submit(reader(engine, own, read, i == 0)));
        }
        for (Future<?> task : running) {
            task.get(60, TimeUnit.SECONDS);
        }
        threads.shutdown();
        engine.close();
        loops.close();

        assertThat(failures).isEmpty();
        assertThat(read.get()).isEqualTo((long) SENDERS * UNITS);
    }

    private Callable<Void> sender(EmbeddedEngine engine, PartitionId partition) {
        return () -> {
            for (int i = 0; i < UNITS; i++) {
                Change.Durability durability =
                        i % 5 == 0
                                ? Change.Durability.NON_PERSISTENT
                                : Change.Durability.PERSISTENT;
                RecordBatch batch = Batches.of(i + "-".repeat(i % 300));
                var answer =
                        engine.commit(
                                UnitOfWork.of(new Change.Append(partition, batch, durability)));
                if (i % 50 == 0) {
                    answer.toCompletableFuture().get(30, TimeUnit.SECONDS);
                }
            }
            return null;
        };
    }

    private static Callable<Void> reader(
            EmbeddedEngine engine, PartitionId partition, AtomicLong read, boolean trims) {
        return () -> {
            long next = 0;
            while (next < UNITS) {
                RecordSlice slice =
                        engine.read(partition, next, 2_000)
                                .toCompletableFuture()
                                .get(30, TimeUnit.SECONDS);
                for (RecordBatch batch : slice.batches()) {
                    assertThat(batch.baseOffset()).isEqualTo(next);
                    assertThat(Batches.body(batch.iterator().next())).startsWith(next + "");
                    next = batch.lastOffset() + 1;
                    read.incrementAndGet();
                }
                assertThat(slice.nextOffset()).isEqualTo(next);
                if (trims) {
                    engine.trim(partition, next);
                }
            }
            return null;
        };
    }
}
