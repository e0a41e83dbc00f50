package org.millrace.wire.admin;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.millrace.foundation.Check;
import org.millrace.wire.Address;

/**
 * What operations take. What is left out is empty; destinations are named by kind and name without
 * options. A page goes on behind {@code after}, the {@link Page#next} of the one before; empty for
 * the first.
 */
public final class AdminArguments {
    private AdminArguments() {}

    private static String orEmpty(String text) {
        return text == null ? "" : text;
    }

    private static void check(Address.Kind kind, String name) {
        Check.argument(kind != null, "'kind' is missing, expected QUEUE or TOPIC");
        Check.argument(name != null && !name.isEmpty(), "the name of the %s is missing", kind);
    }

    /** None. */
    public record Nothing() {}

    /**
     * One page of a list.
     *
     * @param pattern of names; {@code *} stands for any characters, empty for all
     */
    public record Listing(String pattern, String after) {
        public Listing {
            pattern = orEmpty(pattern);
            after = orEmpty(after);
        }
    }

    /** A destination that exists, and a place in a list about it. */
    public record OfDestination(Address.Kind kind, String name, String after) {
        public OfDestination {
            check(kind, name);
            after = orEmpty(after);
        }
    }

    /**
     * A destination that does not exist.
     *
     * @param partitions unless given 1
     * @param settings by key, as in the options of a name
     */
    public record NewDestination(
            Address.Kind kind, String name, OptionalInt partitions, Map<String, String> settings) {
        public NewDestination {
            check(kind, name);
            partitions = partitions == null ? OptionalInt.empty() : partitions;
            settings = settings == null ? Map.of() : Map.copyOf(settings);
        }
    }

    /**
     * A destination and what is to be different: settings or the number of partitions.
     *
     * @param partitions how many there are to be, when that is to change
     * @param settings new values by key
     * @param reset keys that are to be again as the name's pattern says, or by default
     */
    public record AlteredDestination(
            Address.Kind kind,
            String name,
            OptionalInt partitions,
            Map<String, String> settings,
            List<String> reset) {
        public AlteredDestination {
            check(kind, name);
            partitions = partitions == null ? OptionalInt.empty() : partitions;
            settings = settings == null ? Map.of() : Map.copyOf(settings);
            reset = reset == null ? List.of() : List.copyOf(reset);
        }
    }

    /** What is to be done with what a destination that is deleted still holds. */
    public enum Content {
        /** The deletion is refused when there are messages or durable subscriptions. */
        MUST_BE_NONE,
        /** It goes, too. */
        DROPPED
    }

    /** A destination that is to be deleted. */
    public record DoomedDestination(Address.Kind kind, String name, Content content) {
        public DoomedDestination {
            check(kind, name);
            content = content == null ? Content.MUST_BE_NONE : content;
        }
    }

    /**
     * The subscription of a queue, or a durable one of a topic.
     *
     * @param kind of the destination
     * @param destination its name
     * @param clientId of the subscription when it has one; nothing to queues
     * @param subscription its name; nothing to queues
     */
    public record OfSubscription(
            Address.Kind kind,
            String destination,
            Optional<String> clientId,
            String subscription,
            String after) {
        public OfSubscription {
            check(kind, destination);
            clientId = clientId == null ? Optional.empty() : clientId;
            subscription = orEmpty(subscription);
            after = orEmpty(after);
        }
    }

    /**
     * Messages that are to go back to where they failed.
     *
     * @param queue a dead-letter or expiry queue
     * @param selector of messages; empty for all
     * @param maxMessages 0 for no limit
     * @param messagesPerSecond 0 for no limit
     */
    public record NewRedrive(
            String queue, String selector, long maxMessages, int messagesPerSecond, MoveMode mode) {
        public NewRedrive {
            check(Address.Kind.QUEUE, queue);
            selector = orEmpty(selector);
            mode = mode == null ? MoveMode.MOVE : mode;
        }
    }

    /** A redrive that was begun. */
    public record OfRedrive(long id) {}

    /**
     * A branch in doubt, and what is to become of it.
     *
     * @param id as listed
     */
    public record Decided(String id, Verdict verdict) {
        public Decided {
            Check.argument(id != null && !id.isEmpty(), "'id' is missing: which transaction");
            Check.argument(verdict != null, "'verdict' is missing: COMMIT, ROLLBACK or FORGET");
        }
    }

    /** What becomes of a branch in doubt. */
    public enum Verdict {
        COMMIT,
        ROLLBACK,
        /** It was decided so before, and its transaction manager will not ask for it any more. */
        FORGET
    }

    /** Whether anything is changed. */
    public enum MoveMode {
        MOVE,
        DRY_RUN
    }

    /**
     * Where a subscription is to go on.
     *
     * @param to {@code earliest}, {@code latest}, {@code offset:4711}, a time, or a time ago as
     *     {@code -PT2H}
     */
    public record Move(OfSubscription subscription, String to, MoveMode mode) {
        public Move {
            Check.argument(subscription != null, "'subscription' is missing");
            Check.argument(to != null && !to.isEmpty(), "'to' is missing: where to replay from");
            mode = mode == null ? MoveMode.MOVE : mode;
        }
    }
}
