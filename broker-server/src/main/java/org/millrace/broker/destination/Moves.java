package org.millrace.broker.destination;

import java.util.ArrayList;
import java.util.List;
import org.millrace.broker.dispatch.Subscription;
import org.millrace.broker.loop.Ground;
import org.millrace.broker.loop.RefusedException;
import org.millrace.persistence.Change;
import org.millrace.wire.ErrorCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts subscriptions somewhere else in the history of their destination. Confined to the broker
 * loop.
 *
 * <p>A subscription that is moved becomes a new one with the old id, in one unit of work: what it
 * knew of messages, such as their delivery counts, is forgotten, and what is still on its way for
 * the old one means nothing: consumers that are open go over to the new one, and what they
 * acknowledge of before settles nothing.
 */
final class Moves {
    private static final Logger LOG = LoggerFactory.getLogger(Moves.class);

    private final Ground ground;

    Moves(Ground ground) {
        this.ground = ground;
    }

    /**
     * @throws RefusedException when the queue keeps no history
     */
    static void checkKeepsHistory(Destination queue) {
        if (!queue.settings().keepsHistory()) {
            throw RefusedException.of(
                    ErrorCode.INVALID_DESTINATION,
                    "%s keeps no history to replay; give it a retention",
                    queue);
        }
    }

    /**
     * Whether a consumer that opens moves the subscription: when it asks for a beginning and is the
     * first. Others that ask for the same find it moved.
     *
     * @throws RefusedException when others asked for another beginning, or for none
     */
    static boolean movesBy(ConsumerRequest request, Subscription subscription, Object what) {
        if (request.beginning().from().isEmpty()) {
            return false;
        }
        if (subscription.consumerCount() > 0) {
            checkSame(request.beginning().text(), subscription, what);
            return false;
        }
        return request.start().isPresent();
    }

    private static void checkSame(String beginning, Subscription subscription, Object what) {
        if (!subscription.beganAt().equals(beginning)) {
            throw RefusedException.of(
                    ErrorCode.IN_USE,
                    "%s has %d open consumers that asked for %s, and is not moved for one more;"
                            + " ask for the same or leave out from, close them first, or replay it",
                    what,
                    subscription.consumerCount(),
                    subscription.beganAt().isEmpty() ? "no beginning" : subscription.beganAt());
        }
    }

    /**
     * @throws RefusedException when somebody holds messages of it
     */
    static void checkNotHeld(Subscription subscription, Object what) {
        if (subscription.isHeldBy(owner -> true)) {
            throw RefusedException.of(
                    ErrorCode.IN_USE,
                    "%s has messages that are delivered and not acknowledged, and is not moved;"
                            + " acknowledge them or close their session first",
                    what);
        }
    }

    /**
     * The branch names offsets by the id of the subscription: it would settle them after the move.
     *
     * @throws RefusedException when a branch in doubt has consumed from it
     */
    static void checkNotInDoubt(Subscription subscription, Object what) {
        if (subscription.isInDoubt()) {
            throw RefusedException.of(
                    ErrorCode.IN_USE,
                    "%s has messages that a prepared transaction has consumed, and is not moved;"
                            + " decide it first: see 'millrace transactions'",
                    what);
        }
    }

    /** Moves a durable subscription with its consumers; gives what it has become. */
    TopicSubscription move(TopicSubscription found, StartPoint start, Runnable whenDurable) {
        checkNotInDoubt(found.subscription(), found);
        TopicSubscription moved = found.movedTo(start);
        List<Change> changes = new ArrayList<>();
        changes.add(new Change.PutSubscription(moved.row()));
        replace(found.topic(), moved.subscription(), start, changes);
        commitMove(moved.subscription(), changes, whenDurable);
        return moved;
    }

    /**
     * Moves the subscription of a queue with its consumers.
     *
     * @throws RefusedException when the queue keeps no history
     */
    void move(Destination queue, StartPoint start, Runnable whenDurable) {
        checkKeepsHistory(queue);
        checkNotInDoubt(queue.onlySubscription(), queue);
        Subscription moved = queue.onlySubscription().successor();
        List<Change> changes = new ArrayList<>();
        replace(queue, moved, start, changes);
        commitMove(moved, changes, whenDurable);
    }

    /** The old one ends in the same turn: nothing is trimmed between. */
    private static void replace(
            Destination destination, Subscription moved, StartPoint start, List<Change> changes) {
        for (Subscription each : List.copyOf(destination.subscriptions())) {
            if (each.id() == moved.id()) {
                each.handOverTo(moved);
                destination.remove(each, each + " was moved");
            }
        }
        changes.addAll(destination.addAt(moved, start));
    }

    private void commitMove(Subscription moved, List<Change> changes, Runnable whenDurable) {
        ground.storage()
                .commit(
                        changes,
                        () -> {
                            LOG.info("{} was moved", moved);
                            if (!moved.isEnded()) {
                                moved.open();
                            }
                            whenDurable.run();
                        });
    }
}
