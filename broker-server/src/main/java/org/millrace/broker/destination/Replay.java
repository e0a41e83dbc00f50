package org.millrace.broker.destination;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.millrace.broker.loop.Answer;
import org.millrace.broker.loop.Ground;
import org.millrace.broker.loop.RefusedException;
import org.millrace.persistence.PartitionId;
import org.millrace.wire.Address;

/** Moves durable subscriptions to a position, or says what that would do. On the broker loop. */
public final class Replay {
    /** Whether anything is changed. */
    public enum Mode {
        MOVE,
        DRY_RUN
    }

    /**
     * What is to be moved, and where to.
     *
     * @param destination must exist
     * @param clientId of the subscription; nothing to queues
     * @param subscription its name; nothing to queues
     */
    public record Request(
            Address destination,
            Optional<String> clientId,
            String subscription,
            Position to,
            Mode mode) {}

    /**
     * @param messages between the position and the end, before selectors and expiry
     * @param firstOffsets where it begins in each log
     */
    public record Outcome(long messages, Map<PartitionId, Long> firstOffsets) {}

    private final Ground ground;
    private final Destinations destinations;
    private final Subscriptions subscriptions;

    public Replay(Ground ground, Destinations destinations, Subscriptions subscriptions) {
        this.ground = ground;
        this.destinations = destinations;
        this.subscriptions = subscriptions;
    }

    /** Answers when the move is durable. */
    public void run(Request request, Answer<Outcome> answer) {
        destinations.find(
                request.destination(),
                Answer.of(
                        found ->
                                found.find(
                                        request.to(),
                                        Answer.of(
                                                start -> move(request, found, start, answer),
                                                answer::refused)),
                        answer::refused));
    }

    private void move(
            Request request, Destination destination, StartPoint start, Answer<Outcome> answer) {
        Outcome outcome = outcome(destination, start);
        SubscriptionIdentity identity =
                new SubscriptionIdentity(request.clientId(), request.subscription());
        try {
            if (request.mode() == Mode.DRY_RUN) {
                subscriptions.checkMayMove(destination, identity);
                answer.granted(outcome);
            } else {
                subscriptions.move(destination, identity, start, () -> answer.granted(outcome));
            }
        } catch (RefusedException why) {
            answer.refused(why);
        }
    }

    private Outcome outcome(Destination destination, StartPoint start) {
        TreeMap<PartitionId, Long> first = new TreeMap<>();
        start.floors().forEach((partition, floor) -> first.put(partition, floor + 1));
        return new Outcome(start.countIn(destination, ground), first);
    }
}
