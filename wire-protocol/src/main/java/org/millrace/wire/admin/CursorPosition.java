package org.millrace.wire.admin;

/**
 * Where a subscription is in one log.
 *
 * @param floor this offset and all below are finished; {@code -1} when none is
 * @param settledAbove offsets above the floor that are finished
 * @param inFlight delivered and not settled
 * @param returned delivered before and waiting to be again
 * @param endOffset of the log
 */
public record CursorPosition(
        int partition,
        int lane,
        long floor,
        long settledAbove,
        int inFlight,
        int returned,
        long endOffset) {}
