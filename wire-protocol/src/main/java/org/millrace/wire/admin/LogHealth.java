package org.millrace.wire.admin;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.millrace.wire.Address;

/**
 * What of one log is kept, and why.
 *
 * @param segments oldest first, at most {@value #MAX_SEGMENTS}
 * @param segmentCount how many there are
 * @param holds who needs the oldest message, the furthest behind first, at most {@value #MAX_HOLDS}
 * @param holdCount how many there are
 */
public record LogHealth(
        Address.Kind kind,
        String destination,
        LogExtent log,
        int segmentCount,
        List<Segment> segments,
        int holdCount,
        List<Hold> holds) {
    /** Most segments named. */
    public static final int MAX_SEGMENTS = 10;

    /** Most holds named. */
    public static final int MAX_HOLDS = 10;

    /**
     * A file of the log.
     *
     * @param first timestamp of its oldest message
     */
    public record Segment(long baseOffset, long bytes, Optional<Instant> first) {}

    /** Why something is kept. */
    public enum Cause {
        /** It was delivered to a consumer that has not settled it. */
        IN_FLIGHT,
        /** A subscription has not come to it. */
        NOT_CONSUMED,
        /** It is not due yet. */
        DELAYED,
        /** The destination keeps history. */
        RETENTION
    }

    /**
     * Who needs the log from an offset on.
     *
     * @param subscription for people; empty for the one of a queue, retention and delay
     * @param firstOffset lowest that is needed
     * @param holder of the message at that offset, when it is in flight
     */
    public record Hold(
            Cause cause, String subscription, long firstOffset, Optional<Holder> holder) {}
}
