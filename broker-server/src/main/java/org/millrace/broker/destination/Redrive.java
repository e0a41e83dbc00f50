package org.millrace.broker.destination;

import java.util.Map;
import org.millrace.wire.Address;

/** What it is to send messages of a dead-letter or expiry queue back to where they failed. */
public final class Redrive {
    private Redrive() {}

    /** Whether anything is changed. */
    public enum Mode {
        MOVE,
        DRY_RUN
    }

    /** Asks for a queue with everything: all messages, as fast as it goes. */
    public static Request everything(Address from) {
        return new Request(from, "", 0, 0, Mode.MOVE);
    }

    /**
     * What is to be sent back. Messages that come to the queue after the beginning are not meant.
     *
     * @param from a queue that exists
     * @param selector of messages; empty for all. The properties that letters have can be named
     * @param maxMessages at most so many; 0 for no limit
     * @param messagesPerSecond at most so many; 0 for no limit
     */
    public record Request(
            Address from, String selector, long maxMessages, int messagesPerSecond, Mode mode) {
        public Request with(Mode other) {
            return new Request(from, selector, maxMessages, messagesPerSecond, other);
        }

        public Request selecting(String text) {
            return new Request(from, text, maxMessages, messagesPerSecond, mode);
        }

        public Request atMost(long messages) {
            return new Request(from, selector, messages, messagesPerSecond, mode);
        }

        public Request paced(int perSecond) {
            return new Request(from, selector, maxMessages, perSecond, mode);
        }
    }

    /**
     * How far it is. Every message that was looked at is counted once.
     *
     * @param redriven went back, durably; in a dry run: would go back
     * @param byOrigin of those, how many to which origin, as {@code topic:orders 'audit'}; of the
     *     first hundred origins
     * @param notSelected did not match
     * @param notLetters match, but were sent to the queue as to any other
     * @param homeless match, but their destination or subscription is gone
     * @param held are with a consumer of the queue
     */
    public record Progress(
            long redriven,
            Map<String, Long> byOrigin,
            long notSelected,
            long notLetters,
            long homeless,
            long held) {
        public Progress {
            byOrigin = Map.copyOf(byOrigin);
        }
    }

    /** Why it is over. */
    public enum End {
        /** All messages were looked at, or as many went back as were asked for. */
        FINISHED,
        CANCELLED,
        /** There was no room for more, or the queue was deleted; the message says it. */
        STOPPED
    }

    /** What went back stays there however it ended; {@code why} is empty unless it was stopped. */
    public record Outcome(Progress progress, End end, String why) {}

    /** One that is under way. On the broker loop. */
    public interface Running {
        Progress progress();

        /** Ends it with the batch that is under way; nothing when it has ended. */
        void cancel();
    }
}
