package org.millrace.broker.server;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.millrace.broker.settings.BrokerSettings;
import org.millrace.foundation.Loop;
import org.millrace.foundation.SeededScheduler;
import org.millrace.persistence.HeapLogEngine;

/** A whole broker on one seeded thread over a heap engine that survives its crashes. */
final class TestBroker {
    static final long SEED = 7272;

    final SeededScheduler world =
            new SeededScheduler(new SplittableRandom(SEED), Instant.parse("2026-11-01T00:00:00Z"));
    final HeapLogEngine engine = new HeapLogEngine(1L << 30);
    final List<Throwable> failures = new ArrayList<>();
    private final BrokerSettings settings;
    private Loop loop;
    private BrokerCore core;

    TestBroker() {
        this(BrokerSettings.DEFAULTS);
    }

    TestBroker(BrokerSettings settings) {
        this.settings = settings;
        start();
    }

    void start() {
        loop = world.newLoop("broker");
        core = new BrokerCore(loop, engine, settings, new SplittableRandom(SEED), failures::add);
        boolean[] ready = {false};
        var recovered = engine.recover();
        loop.execute(() -> core.start(recovered, () -> ready[0] = true));
        run();
        if (!ready[0]) {
            throw new IllegalStateException("broker did not start; seed " + SEED);
        }
    }

    /** Everything in memory is lost; the engine keeps what it was given. */
    void crash() {
        world.kill(loop);
    }

    void stop() {
        boolean[] stopped = {false};
        loop.execute(() -> core.stop(() -> stopped[0] = true));
        run();
        if (!stopped[0]) {
            throw new IllegalStateException("broker did not stop; seed " + SEED);
        }
        world.kill(loop);
        engine.close();
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
}
