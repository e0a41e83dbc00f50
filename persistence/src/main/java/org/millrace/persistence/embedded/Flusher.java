package org.millrace.persistence.embedded;

import java.util.Comparator;
import java.util.List;
import org.millrace.wire.record.RecordBatch;

/**
 * Moves batches from tails to segments in large sequential writes. Confined to the flusher loop
 * (and to recovery before it).
 */
final class Flusher {
    private static final int WRITE_BYTES = 4 << 20;

    private final PartitionLogs logs;
    private final long tailBytes;

    Flusher(PartitionLogs logs, long tailBytes) {
        this.logs = logs;
        this.tailBytes = tailBytes;
    }

    boolean isOverBudget() {
        return logs.tailBytes() > tailBytes;
    }

    /** Whether so much waits that no more may be committed before some of it is flushed. */
    boolean isFarOverBudget() {
        return logs.tailBytes() > 2 * tailBytes;
    }

    /** Flushes the largest tails until half of the budget is free. */
    void flushToBudget() {
        if (!isOverBudget()) {
            return;
        }
        List<PartitionLog> largestFirst =
                logs.all().stream()
                        .filter(log -> log.tailBytes() > 0)
                        .sorted(Comparator.comparingLong(PartitionLog::tailBytes).reversed())
                        .toList();
        for (PartitionLog log : largestFirst) {
            if (logs.tailBytes() <= tailBytes / 2) {
                return;
            }
            flush(log, log.endOffset());
            logs.touched(log);
        }
    }

    /** Brings everything below the offset to segments; not forced. */
    void flush(PartitionLog log, long endOffset) {
        for (List<RecordBatch> batches = log.unflushed(endOffset, WRITE_BYTES);
                !batches.isEmpty();
                batches = log.unflushed(endOffset, WRITE_BYTES)) {
            log.flush(batches);
        }
    }
}
