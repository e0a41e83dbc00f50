package org.millrace.persistence.embedded;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.millrace.persistence.Change;
import org.millrace.persistence.Committed;
import org.millrace.persistence.StorageException;
import org.millrace.persistence.UnitOfWork;

/**
 * A unit of work on its way through a commit round. Confined to whoever holds the lock of the
 * round, once it has left its queue.
 */
final class Waiting {
    private static final int OVERHEAD_BYTES = 256;

    private final UnitOfWork work;
    private final long sizeBytes;
    private final CompletableFuture<Committed> answer = new CompletableFuture<>();
    private List<Long> baseOffsets = List.of();
    private StorageException refusal;

    Waiting(UnitOfWork work) {
        this.work = work;
        this.sizeBytes = sizeOf(work);
    }

    UnitOfWork work() {
        return work;
    }

    CompletableFuture<Committed> answer() {
        return answer;
    }

    /** Memory it holds while it waits, about. */
    long sizeBytes() {
        return sizeBytes;
    }

    private static long sizeOf(UnitOfWork work) {
        long size = OVERHEAD_BYTES;
        for (Change change : work.changes()) {
            if (change instanceof Change.Append append) {
                size += append.batch().sizeBytes();
            }
        }
        return size;
    }

    void tookOffset(long baseOffset) {
        if (baseOffsets.isEmpty()) {
            baseOffsets = List.of(baseOffset);
        } else {
            List<Long> more = new ArrayList<>(baseOffsets);
            more.add(baseOffset);
            baseOffsets = more;
        }
    }

    /** Decides that the unit will fail when its turn to be answered comes; nothing is changed. */
    void refuse(StorageException why) {
        refusal = why;
    }

    boolean isRefused() {
        return refusal != null;
    }

    /**
     * Answers with a failure of the engine, unless it was refused before and so changed nothing.
     */
    void fail(StorageException failure) {
        answer.completeExceptionally(refusal != null ? refusal : failure);
    }

    void answerNow() {
        if (refusal != null) {
            answer.completeExceptionally(refusal);
        } else {
            answer.complete(new Committed(baseOffsets));
        }
    }
}
