package org.millrace.persistence.compaction;

import java.util.Optional;
import org.millrace.wire.record.RecordBatch;

/** Decides what of a log stays when it is written anew. */
public interface Keeper {
    /** What is left of the batch: itself when all of it is, empty when nothing. */
    Optional<RecordBatch> keep(RecordBatch batch);
}
