package org.millrace.persistence.catalog;

import org.millrace.persistence.PartitionBounds;
import org.millrace.persistence.PartitionId;

/**
 * Positions of one partition, so that its extent is known without opening its files.
 *
 * @param segmentEnd exactly {@code SegmentedLog.endOffset()} after its force, even when records
 *     above it were settled and never written: recovery cuts the segments back to it, and refuses
 *     to start when they do not reach it
 * @param bounds extent at the checkpoint: its start is the trim offset, its end the next offset to
 *     be given out
 */
public record PartitionRow(PartitionId id, long segmentEnd, PartitionBounds bounds) {}
