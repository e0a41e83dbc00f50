package org.millrace.broker.server;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.millrace.broker.destination.Redrive;
import org.millrace.broker.destination.Replay;
import org.millrace.broker.destination.SettingValue;
import org.millrace.broker.loop.Answer;
import org.millrace.broker.loop.RefusedException;
import org.millrace.broker.settings.BrokerSettings;
import org.millrace.broker.transaction.Branches;
import org.millrace.foundation.Loop;
import org.millrace.foundation.SeededScheduler;
import org.millrace.persistence.DiskStorageIo;
import org.millrace.persistence.HeapLogEngine;
import org.millrace.persistence.LogEngine;
import org.millrace.persistence.PartitionId;
import org.millrace.persistence.catalog.HeapCatalog;
import org.millrace.persistence.embedded.EmbeddedEngine;
import org.millrace.persistence.embedded.EngineLoops;
import org.millrace.persistence.embedded.EngineSettings;
import org.millrace.wire.Address;
import org.millrace.wire.record.Record;
import org.millrace.wire.record.RecordBatch;

/** A whole broker on one seeded thread over a heap engine that survives its crashes. */
final class TestBroker {
    static final long SEED = 7272;

    final SeededScheduler world;
    final HeapLogEngine engine = new HeapLogEngine(1L << 30);
    final List<Throwable> failures = new ArrayList<>();
    private final Optional<BiFunction<SeededScheduler, Consumer<Throwable>, LogEngine>> fresh;
    private LogEngine store;
    private final BrokerSettings settings;
    private final long seed;
    private final Timing timing;
    private Loop loop;
    private Loop journal;
    private BrokerCore core;

    /** When units of work are durable. */
    enum Timing {
        AT_ONCE,
        LATER
    }

    TestBroker() {
        this(BrokerSettings.DEFAULTS);
    }

    TestBroker(BrokerSettings settings) {
        this(settings, SEED, Timing.AT_ONCE);
    }

    TestBroker(BrokerSettings settings, long seed, Timing timing) {
        this(settings, seed, timing, Optional.empty(), Optional.empty());
    }

    /** On the embedded engine with small files; cannot be restarted. */
    static TestBroker onDisk(Path directory) {
        return new TestBroker(
                BrokerSettings.DEFAULTS,
                SEED,
                Timing.AT_ONCE,
                Optional.of((world, onFailure) -> embedded(world, directory, onFailure)),
                Optional.empty());
    }

    /** On what the engines that are made for each start share. */
    static TestBroker onEngines(
            BrokerSettings settings,
            long seed,
            BiFunction<SeededScheduler, Consumer<Throwable>, LogEngine> engines) {
        return new TestBroker(
                settings, seed, Timing.AT_ONCE, Optional.of(engines), Optional.of(engines));
    }

    private static LogEngine embedded(
            SeededScheduler world, Path directory, Consumer<Throwable> onFailure) {
        EngineLoops loops =
                new EngineLoops(
                        world.newLoop("journal"),
                        world.newLoop("flusher"),
                        world.newLoop("reader"));
        return new EmbeddedEngine(
                EngineSettings.SMALL,
                new DiskStorageIo(directory),
                new HeapCatalog(),
                loops,
                onFailure::accept);
    }

    /** Of the heap, after what nobody needs was collected. */
    static long usedBytes() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private TestBroker(
            BrokerSettings settings,
            long seed,
            Timing timing,
            Optional<BiFunction<SeededScheduler, Consumer<Throwable>, LogEngine>> other,
            Optional<BiFunction<SeededScheduler, Consumer<Throwable>, LogEngine>> fresh) {
        this.settings = settings;
        this.seed = seed;
        this.timing = timing;
        this.fresh = fresh;
        this.world =
                new SeededScheduler(
                        new SplittableRandom(seed), Instant.parse("2026-11-01T00:00:00Z"));
        this.store = other.map(of -> of.apply(world, failures::add)).orElse(engine);
        start();
    }

    void start() {
        fresh.ifPresent(engines -> store = engines.apply(world, failures::add));
        loop = world.newLoop("broker");
        journal = world.newLoop("journal");
        LogEngine used =
                timing == Timing.AT_ONCE
                        ? store
                        : new LateEngine(engine, journal, new SplittableRandom(seed));
        core = new BrokerCore(loop, used, settings, new SplittableRandom(seed), failures::add);
        boolean[] ready = {false};
        var recovered = store.recover();
        loop.execute(() -> core.start(recovered, () -> ready[0] = true));
        run();
        if (!ready[0]) {
            throw new IllegalStateException("broker did not start; seed " + SEED);
        }
    }

    /** Everything in memory is lost; the engine keeps what it was given. */
    void crash() {
        world.kill(loop);
        world.kill(journal);
    }

    void stop() {
        boolean[] stopped = {false};
        loop.execute(() -> core.stop(() -> stopped[0] = true));
        run();
        if (!stopped[0]) {
            throw new IllegalStateException("broker did not stop; seed " + SEED);
        }
        world.kill(loop);
        world.kill(journal);
        store.close();
    }

    void restartAfterCrash() {
        crash();
        start();
    }

    void run() {
        world.runUntilIdle();
    }

    void advance(Duration duration) {
        world.advance(duration);
    }

    long nowMillis() {
        return world.clock().millis();
    }

    Loop loop() {
        return loop;
    }

    /** All partitions of the first thousand ids. */
    List<PartitionId> partitions() {
        return LongStream.range(1, 1000)
                .boxed()
                .flatMap(id -> engine.partitions(id).stream())
                .toList();
    }

    /** Records that the engine must still keep. */
    int backlog() {
        int records = 0;
        for (PartitionId each : partitions()) {
            long start = engine.bounds(each).startOffset();
            var slice = engine.read(each, start, Integer.MAX_VALUE).toCompletableFuture().join();
            for (RecordBatch batch : slice.batches()) {
                for (Record record : batch) {
                    records += record.offset() >= start ? 1 : 0;
                }
            }
        }
        return records;
    }

    void replay(Replay.Request request, Answer<Replay.Outcome> answer) {
        loop.execute(() -> core.replay(request, answer));
        run();
    }

    /** All settings by key, as they hold after the change. */
    Map<String, SettingValue> alter(Address destination, Map<String, Optional<String>> changes) {
        Map<String, SettingValue> values = new HashMap<>();
        loop.execute(
                () ->
                        core.alter(
                                destination,
                                changes,
                                Answer.of(
                                        all -> all.forEach(each -> values.put(each.key(), each)),
                                        why -> {
                                            throw why;
                                        })));
        run();
        return values;
    }

    /** Another number of partitions; gives why not, or nothing. */
    Optional<RefusedException> changePartitions(Address destination, int partitions) {
        List<RefusedException> refused = new ArrayList<>();
        List<Integer> before = new ArrayList<>();
        loop.execute(
                () ->
                        core.changePartitions(
                                destination, partitions, Answer.of(before::add, refused::add)));
        run();
        if (before.size() + refused.size() != 1) {
            throw new IllegalStateException("not answered once; seed " + SEED);
        }
        return refused.stream().findFirst();
    }

    Redrive.Running redrive(Redrive.Request request, Answer<Redrive.Outcome> answer) {
        Redrive.Running[] running = new Redrive.Running[1];
        loop.execute(() -> running[0] = core.redrive(request, answer));
        run();
        return running[0];
    }

    void branches(Consumer<Branches> with) {
        loop.execute(() -> with.accept(core.branches()));
        run();
    }

    /** A link that has said nothing yet. */
    TestClient link() {
        TestClient client = new TestClient(this);
        client.open(core.accept());
        return client;
    }

    /** An open connection; empty for no client id. */
    TestClient connect(String clientId) {
        TestClient client = link();
        client.shakeHands(clientId);
        return client;
    }

    TestClient connect() {
        return connect("");
    }

    /** A new link for the connection of {@code old}. */
    TestClient resume(TestClient old) {
        TestClient client = link();
        client.shakeHands("", old.connectionId, old.resumeSecret);
        return client;
    }
}
