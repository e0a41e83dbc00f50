package org.millrace.wire.admin;

import java.time.Instant;
import java.util.Optional;

/**
 * One log of a destination: a partition, or a priority or the delayed messages of one.
 *
 * @param partition its number
 * @param lane 0 to 9 for the priority, 4 being the normal one; 10 for what is not due yet
 * @param startOffset lowest offset kept
 * @param endOffset next offset to be given out
 * @param bytes in memory and in segments
 * @param first timestamp of the oldest message, empty when there is none
 * @param last largest timestamp of the newest
 */
public record LogExtent(
        int partition,
        int lane,
        long startOffset,
        long endOffset,
        long bytes,
        Optional<Instant> first,
        Optional<Instant> last) {}
