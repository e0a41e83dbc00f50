package org.millrace.persistence.embedded;

import org.millrace.foundation.Check;
import org.millrace.persistence.journal.Journal;
import org.millrace.persistence.segment.SegmentLimits;

/**
 * Sizes of an embedded engine, all in bytes.
 *
 * @param journalFileBytes size of each journal file; two exist from the start
 * @param roundBytes a commit round takes no further unit once it is this large
 * @param queueBytes appends are refused while units waiting for the journal take more
 * @param tailBytes memory for committed batches that are not in segments; past twice that the
 *     journal waits for the flusher
 * @param checkpointBytes journal written between two checkpoints: bounds recovery time
 * @param reserveBytes appends are refused while the device has less room, so that acknowledgements
 *     and checkpoints still go through
 * @param segments sizes of segments
 */
public record EngineSettings(
        long journalFileBytes,
        int roundBytes,
        long queueBytes,
        long tailBytes,
        long checkpointBytes,
        long reserveBytes,
        SegmentLimits segments) {
    private static final int MIB = 1 << 20;

    /** For a broker of its own. */
    public static final EngineSettings DEFAULT =
            new EngineSettings(
                    64L * MIB,
                    MIB,
                    64L * MIB,
                    128L * MIB,
                    256L * MIB,
                    256L * MIB,
                    SegmentLimits.DEFAULT);

    /** For tests: small files, frequent checkpoints, no reserve. */
    public static final EngineSettings SMALL =
            new EngineSettings(
                    MIB, MIB, 16L * MIB, 4L * MIB, 2L * MIB, 0, new SegmentLimits(MIB, 4096));

    public EngineSettings {
        Check.argument(
                journalFileBytes >= Journal.MIN_FILE_BYTES,
                "journal file size %d is below %d bytes",
                journalFileBytes,
                Journal.MIN_FILE_BYTES);
        Check.argument(roundBytes > 0, "round size %d is not positive", roundBytes);
        Check.argument(queueBytes > 0, "queue size %d is not positive", queueBytes);
        Check.argument(tailBytes > 0, "tail size %d is not positive", tailBytes);
        Check.argument(checkpointBytes > 0, "checkpoint every %d bytes", checkpointBytes);
        Check.argument(reserveBytes >= 0, "reserve %d is negative", reserveBytes);
    }
}
