package org.millrace.broker.simulation;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.millrace.broker.loop.Answer;
import org.millrace.broker.server.BrokerCore;
import org.millrace.foundation.Loop;
import org.millrace.foundation.SeededScheduler;
import org.millrace.persistence.LogEngine;
import org.millrace.persistence.Recovered;
import org.millrace.persistence.StorageIo;
import org.millrace.persistence.catalog.Catalog;
import org.millrace.persistence.embedded.EmbeddedEngine;
import org.millrace.persistence.embedded.EngineLoops;
import org.millrace.wire.Address;
import org.millrace.wire.link.LinkListener;

/** One process of the broker: real core, real engine, loops of the scheduler. */
final class SimulatedBroker {
    private final SeededScheduler scheduler;
    private final Loop loop;
    private final List<Loop> loops;
    private final LogEngine engine;
    private final BrokerCore core;
    private boolean ready;

    /**
     * What a broker runs on and leaves behind.
     *
     * @param slowness how long each task of the engine waits for the disk
     */
    record Machine(StorageIo disk, Catalog catalog, Supplier<Duration> slowness) {}

    /**
     * @param onFailure hears when core or engine fail, more than once
     */
    SimulatedBroker(
            SeededScheduler scheduler,
            Machine machine,
            Plan plan,
            Flaws flaws,
            RandomGenerator chance,
            Consumer<Throwable> onFailure) {
        this.scheduler = scheduler;
        this.loop = scheduler.newLoop("broker");
        Loop journal = scheduler.newLoop("journal");
        Loop flusher = scheduler.newLoop("flusher");
        Loop reader = scheduler.newLoop("reader");
        this.loops = List.of(loop, journal, flusher, reader);
        EngineLoops engineLoops =
                new EngineLoops(
                        new SlowLoop(journal, machine.slowness()),
                        new SlowLoop(flusher, machine.slowness()),
                        new SlowLoop(reader, machine.slowness()));
        this.engine =
                flaws.engine()
                        .apply(
                                new EmbeddedEngine(
                                        plan.engine(),
                                        flaws.disk().apply(machine.disk()),
                                        machine.catalog(),
                                        engineLoops,
                                        onFailure::accept));
        this.core = new BrokerCore(loop, engine, plan.broker(), chance, onFailure);
    }

    /** Outside all loops. Fails as the engine does. */
    Recovered start() {
        Recovered recovered = engine.recover();
        loop.execute(() -> core.start(recovered, () -> ready = true));
        return recovered;
    }

    boolean isReady() {
        return ready;
    }

    Loop loop() {
        return loop;
    }

    LinkListener accept() {
        return core.accept();
    }

    /** Another number of partitions for a destination that exists. */
    void changePartitions(Address destination, int partitions, Answer<Integer> answer) {
        loop.execute(() -> core.changePartitions(destination, partitions, answer));
    }

    /** In order: ends the connections; the engine may be closed when {@code then} runs. */
    void stop(Runnable then) {
        ready = false;
        loop.execute(() -> core.stop(then));
    }

    /** Outside all loops, after {@link #stop}. */
    void close() {
        engine.close();
    }

    /** All its threads stand still for good. */
    void kill() {
        ready = false;
        loops.forEach(scheduler::kill);
    }
}
