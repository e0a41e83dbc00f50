package org.millrace.wire.admin;

import java.util.List;

/**
 * What a replay does, or would do.
 *
 * @param messages between the position and the end, before selectors and expiry; at most
 * @param from where it begins, in at most {@value #MAX_LOGS} logs
 */
public record Replayed(long messages, List<Start> from) {
    /** Most logs named. */
    public static final int MAX_LOGS = 200;

    /** The first offset in one log. */
    public record Start(int partition, int lane, long offset) {}
}
