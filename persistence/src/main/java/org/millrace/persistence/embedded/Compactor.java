package org.millrace.persistence.embedded;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.millrace.persistence.Compaction;
import org.millrace.persistence.segment.LogCompaction;

/**
 * Compacts one partition after the other, step by step, so that flushing and checkpoints go on
 * between. Confined to the flusher loop, except for {@link #compact}.
 */
final class Compactor {
    /** 24 MiB while they are in use, however many keys a log has: more keys are more passes. */
    private static final int MAX_KEYS = 1 << 19;

    private record Task(PartitionLog log, Compaction what, CompletableFuture<Long> answer) {}

    private final EngineParts parts;
    private final Background background;
    private final Queue<Task> waiting = new ArrayDeque<>();
    private boolean busy;

    Compactor(EngineParts parts, Background background) {
        this.parts = parts;
        this.background = background;
    }

    /** Any thread; whoever asks has one request for a partition under way. */
    CompletionStage<Long> compact(PartitionLog log, Compaction what) {
        CompletableFuture<Long> answer = new CompletableFuture<>();
        parts.loops()
                .flusher()
                .execute(
                        () -> {
                            waiting.add(new Task(log, what, answer));
                            if (!busy) {
                                next();
                            }
                        });
        return answer;
    }

    private void next() {
        Task task = waiting.poll();
        busy = task != null;
        if (task != null) {
            begin(task);
        }
    }

    private void begin(Task task) {
        // Not before this: what was asked for first may have changed the log.
        AtomicReference<LogCompaction> begun = new AtomicReference<>();
        background.runPiece(
                "compaction",
                () -> task.log().compaction(task.what(), MAX_KEYS).ifPresent(begun::set));
        if (begun.get() == null) {
            done(task, 0);
        } else {
            step(task, begun.get());
        }
    }

    private void step(Task task, LogCompaction compaction) {
        boolean[] more = {false};
        background.runPiece("compaction", () -> more[0] = stepNow(task, compaction));
        if (more[0]) {
            parts.loops().flusher().execute(() -> step(task, compaction));
        } else {
            done(task, compaction.bytesFreed());
        }
    }

    private boolean stepNow(Task task, LogCompaction compaction) {
        if (task.log().isDeleted()) {
            return false;
        }
        boolean more = compaction.step();
        task.log().compactionStepped();
        if (!more) {
            parts.logs().touched(task.log());
        }
        return more;
    }

    private void done(Task task, long bytesFreed) {
        task.answer().complete(bytesFreed);
        parts.loops().flusher().execute(this::next);
    }
}
