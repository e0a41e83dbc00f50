package org.millrace.persistence.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.Spec;
import org.millrace.persistence.Change;
import org.millrace.persistence.Committed;
import org.millrace.persistence.Compaction;
import org.millrace.persistence.EngineFailedException;
import org.millrace.persistence.HeapLogEngine;
import org.millrace.persistence.LogEngine;
import org.millrace.persistence.StorageFullException;
import org.millrace.persistence.UnitOfWork;

class HeapLogEngineTest extends LogEngineContract {
    private final HeapLogEngine engine = new HeapLogEngine(1 << 20);

    @Override
    protected LogEngine openStore() {
        return engine;
    }

    private CompletionStage<Committed> append(String body) {
        return engine.commit(
                UnitOfWork.of(
                        new Change.Append(ORDERS, Batches.of(body), Change.Durability.PERSISTENT)));
    }

    @Test
    void appendsAreRefusedWhenFullAndWelcomeAfterATrim() {
        await(append("x".repeat(1 << 20)));

        assertThatThrownBy(() -> await(append("y"))).isInstanceOf(StorageFullException.class);
        await(engine.commit(UnitOfWork.of(new Change.ReserveIds(5))));
        engine.trim(ORDERS, 1);
        await(append("z"));
    }

    @Test
    void compactionGivesMemoryBack() {
        for (int i = 0; i < 20; i++) {
            String record = "key%d=%s".formatted(i % 2, "x".repeat(40_000));
            await(
                    engine.commit(
                            UnitOfWork.of(
                                    new Change.Append(
                                            ORDERS,
                                            Batches.keyed(1, record),
                                            Change.Durability.PERSISTENT))));
        }
        long before = engine.bounds(ORDERS).sizeBytes();

        long freed = await(engine.compact(ORDERS, new Compaction(20, 0)));

        assertThat(freed).isEqualTo(before / 20 * 18);
        assertThat(engine.bounds(ORDERS).sizeBytes()).isEqualTo(before - freed);
        await(append("x".repeat(500_000)));
    }

    @Test
    void everythingFailsAfterAFailure() {
        engine.fail(new IllegalStateException("on demand"));

        assertThatThrownBy(() -> await(append("y"))).isInstanceOf(EngineFailedException.class);
    }

    @Test
    @Spec("HDR-8")
    void idsOfALaterStartAreHigherThanAllOfAnEarlierOne() {
        Instant start = Instant.parse("2026-11-01T00:00:00Z");
        long first = new HeapLogEngine(1, firstIdAt(start)).recover().nextId();
        long second = new HeapLogEngine(1, firstIdAt(start.plusMillis(1000))).recover().nextId();

        assertThat(second - first).isGreaterThan(1_000_000);
    }

    private static long firstIdAt(Instant now) {
        return HeapLogEngine.firstIdAt(InstantSource.fixed(now));
    }
}
