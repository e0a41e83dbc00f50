package org.millrace.persistence;

import java.util.List;
import org.millrace.wire.record.RecordBatch;

/**
 * Consecutive batches of one partition, as stored. The first batch may begin below the offset asked
 * for (a batch is never split).
 *
 * @param nextOffset where to read on: one above the last offset of the last batch; when the slice
 *     is empty, the end offset (nothing was lost in between: offsets may have gaps)
 */
public record RecordSlice(List<RecordBatch> batches, long nextOffset) {}
