package org.millrace.wire.admin;

import java.util.Map;

/**
 * How far a redrive is. Every message that was looked at is counted once.
 *
 * @param id names it at this broker until its next start
 * @param redriven went back, durably; in a dry run: would go back
 * @param byOrigin of those, how many to which origin, at most {@value #MAX_ORIGINS}
 * @param notSelected did not match the selector
 * @param notLetters match, but were sent to the queue as to any other
 * @param homeless match, but their destination or subscription is gone
 * @param held are with a consumer of the queue
 * @param why it was stopped; else empty
 */
public record RedriveStatus(
        long id,
        State state,
        long redriven,
        Map<String, Long> byOrigin,
        long notSelected,
        long notLetters,
        long homeless,
        long held,
        String why) {
    /** Most origins named. */
    public static final int MAX_ORIGINS = 20;

    /** Whether it is over, and how that came. */
    public enum State {
        RUNNING,
        FINISHED,
        CANCELLED,
        /** There was no room for more, or the queue was deleted. */
        STOPPED
    }
}
