package org.millrace.broker.server;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;
import org.millrace.foundation.Loop;
import org.millrace.persistence.Committed;
import org.millrace.persistence.Compaction;
import org.millrace.persistence.CursorState;
import org.millrace.persistence.HeapLogEngine;
import org.millrace.persistence.LogEngine;
import org.millrace.persistence.Needed;
import org.millrace.persistence.PartitionBounds;
import org.millrace.persistence.PartitionId;
import org.millrace.persistence.RecordSlice;
import org.millrace.persistence.Recovered;
import org.millrace.persistence.UnitOfWork;

/**
 * The heap engine behind a loop of its own: units become durable in order but later, and are lost
 * when that loop is killed; some reads are cold. Confined to the thread of the simulation.
 */
final class LateEngine implements LogEngine {
    private final HeapLogEngine store;
    private final Loop journal;
    private final RandomGenerator chance;

    LateEngine(HeapLogEngine store, Loop journal, RandomGenerator chance) {
        this.store = store;
        this.journal = journal;
        this.chance = chance;
    }

    @Override
    public Recovered recover() {
        return store.recover();
    }

    @Override
    public CompletionStage<Committed> commit(UnitOfWork work) {
        return later(() -> store.commit(work));
    }

    private <T> CompletionStage<T> later(java.util.function.Supplier<CompletionStage<T>> call) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        journal.execute(
                () ->
                        call.get()
                                .whenComplete(
                                        (result, failure) -> {
                                            if (failure == null) {
                                                answer.complete(result);
                                            } else {
                                                answer.completeExceptionally(failure);
                                            }
                                        }));
        return answer;
    }

    @Override
    public CompletionStage<RecordSlice> read(PartitionId partition, long from, int maxBytes) {
        int window = 1 + chance.nextInt(2_000);
        return chance.nextBoolean()
                ? store.read(partition, from, window)
                : later(() -> store.read(partition, from, window));
    }

    @Override
    public PartitionBounds bounds(PartitionId partition) {
        return store.bounds(partition);
    }

    @Override
    public long recordEnd(PartitionId partition) {
        return store.recordEnd(partition);
    }

    @Override
    public List<PartitionId> partitions(long destinationId) {
        return store.partitions(destinationId);
    }

    @Override
    public CompletionStage<Long> offsetAt(PartitionId partition, Instant t) {
        return later(() -> store.offsetAt(partition, t));
    }

    @Override
    public CompletionStage<Long> offsetOfLast(PartitionId partition, long bytes) {
        return later(() -> store.offsetOfLast(partition, bytes));
    }

    @Override
    public CompletionStage<List<CursorState>> cursors(long subscriptionId) {
        return later(() -> store.cursors(subscriptionId));
    }

    @Override
    public void trim(PartitionId partition, long beforeOffset) {
        store.trim(partition, beforeOffset);
    }

    @Override
    public CompletionStage<Long> compact(PartitionId partition, Compaction what) {
        return later(() -> store.compact(partition, what));
    }

    @Override
    public CompletionStage<Long> retain(PartitionId partition, Needed what) {
        return later(() -> store.retain(partition, what));
    }

    @Override
    public void close() {
        store.close();
    }
}
