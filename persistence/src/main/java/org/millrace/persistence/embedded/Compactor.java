package org.millrace.persistence.embedded;

import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.millrace.persistence.Compaction;
import org.millrace.persistence.Needed;
import org.millrace.persistence.segment.SegmentWork;

/**
 * Compacts and thins one partition after the other, step by step, so that flushing and checkpoints
 * go on between. Confined to the flusher loop, except for {@link #compact} and {@link #retain}.
 */
final class Compactor {
    /** 24 MiB while they are in use, however many keys a log has: more keys are more passes. */
    private static final int MAX_KEYS = 1 << 19;

    private record Task(
            PartitionLog log,
            Function<PartitionLog, Optional<SegmentWork>> what,
            CompletableFuture<Long> answer) {}

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
        return add(log, partition -> partition.compaction(what, MAX_KEYS));
    }

    /** As {@link #compact}. */
    CompletionStage<Long> retain(PartitionLog log, Needed what) {
        return add(log, partition -> partition.thinning(what));
    }

    private CompletionStage<Long> add(
            PartitionLog log, Function<PartitionLog, Optional<SegmentWork>> what) {
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
        AtomicReference<SegmentWork> begun = new AtomicReference<>();
        background.runPiece(
                "rewriting segments", () -> task.what().apply(task.log()).ifPresent(begun::set));
        if (begun.get() == null) {
            done(task, 0);
        } else {
            step(task, begun.get());
        }
    }

    private void step(Task task, SegmentWork work) {
        boolean[] more = {false};
        background.runPiece("rewriting segments", () -> more[0] = stepNow(task, work));
        if (more[0]) {
            parts.loops().flusher().execute(() -> step(task, work));
        } else {
            done(task, work.bytesFreed());
        }
    }

    private boolean stepNow(Task task, SegmentWork work) {
        if (task.log().isDeleted()) {
            return false;
        }
        boolean more = work.step();
        task.log().worked();
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
