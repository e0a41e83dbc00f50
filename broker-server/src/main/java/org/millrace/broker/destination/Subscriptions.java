package org.millrace.broker.destination;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.broker.dispatch.Browse;
import org.millrace.broker.dispatch.Filter;
import org.millrace.broker.dispatch.Subscription;
import org.millrace.broker.dispatch.SubscriptionLabel;
import org.millrace.broker.dispatch.SubscriptionTerms;
import org.millrace.broker.loop.Answer;
import org.millrace.broker.loop.Ground;
import org.millrace.broker.loop.RefusedException;
import org.millrace.persistence.Change;
import org.millrace.persistence.SubscriptionRow;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame.SubscriptionKind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The named subscriptions of all topics, and the rules of their identity (§8.3). Confined to the
 * broker loop.
 *
 * <pre>
 *               unshared non-durable  shared non-durable    unshared durable     shared durable
 *   identity    none                  name, client id       name, client id      name, client id
 *   consumers   one                   any number            at most one          any number
 *   ends with   its consumer          its last consumer     unsubscribe          unsubscribe
 *   changed     -                     refused while active  refused while active, else created anew
 * </pre>
 *
 * A durable and a shared non-durable subscription of the same identity are unrelated (SUB-8).
 */
public final class Subscriptions {
    private static final Logger LOG = LoggerFactory.getLogger(Subscriptions.class);
    private static final int MAX_NAME_LENGTH = 1024;

    private final Ground ground;
    private final Moves moves;
    private final Map<SubscriptionIdentity, TopicSubscription> durable = new LinkedHashMap<>();
    private final EphemeralSubscriptions ephemeral = new EphemeralSubscriptions();

    public Subscriptions(Ground ground) {
        this.ground = ground;
        this.moves = new Moves(ground);
    }

    /** Takes over a durable subscription from the catalog. */
    public void restore(SubscriptionRow row, Destinations destinations) {
        TopicSubscription restored =
                create(
                        row.id(),
                        SubscriptionIdentity.decode(row.name()),
                        TopicSubscription.kindOf(row),
                        destinations.restored(row),
                        TopicSubscription.selectorOf(row),
                        durableNoLocal(row));
        if (TopicSubscription.reachesBack(row)) {
            restored = restored.reachingBack();
        }
        durable.put(restored.identity(), restored);
        restored.topic().add(restored.subscription());
    }

    private static NoLocal durableNoLocal(SubscriptionRow row) {
        return TopicSubscription.noLocalOf(row)
                ? NoLocal.ofClient(SubscriptionIdentity.decode(row.name()).clientId().orElseThrow())
                : NoLocal.OFF;
    }

    /**
     * Gives the consumer its place; deliveries begin when the subscription is open.
     *
     * @throws RefusedException when the rules of identity forbid it; nothing was changed
     */
    public Membership join(ConsumerRequest request, Destination destination) {
        destination.checkUsable();
        if (destination.isTopic() == (request.kind() == SubscriptionKind.QUEUE)) {
            throw RefusedException.of(
                    ErrorCode.INVALID_DESTINATION,
                    "a consumer of kind %s cannot read %s",
                    request.kind(),
                    destination);
        }
        String selector = SelectorFilters.normalized(request.selector());
        Filter filter = SelectorFilters.compile(selector);
        return switch (request.kind()) {
            case QUEUE -> {
                Subscription only = beginQueue(request, destination);
                yield new Membership(
                        destination, only, only.join(request.receiver(), selector, filter));
            }
            case NON_DURABLE -> joinNonDurable(request, destination, selector);
            case SHARED -> joinShared(request, destination, selector);
            case DURABLE, SHARED_DURABLE -> joinDurable(request, destination, selector);
        };
    }

    private Subscription beginQueue(ConsumerRequest request, Destination queue) {
        Subscription found = queue.onlySubscription();
        if (Moves.movesBy(request, found, queue)) {
            Moves.checkNotHeld(found, queue);
            moves.move(queue, request.start().orElseThrow(), () -> {});
        }
        return began(queue.onlySubscription(), request);
    }

    /** The first of its consumers says for all that follow where it began. */
    private static Subscription began(Subscription subscription, ConsumerRequest request) {
        if (subscription.consumerCount() == 0) {
            subscription.beganAt(request.beginning().text());
        }
        return subscription;
    }

    /**
     * A look at a queue (§4.1.6).
     *
     * @throws RefusedException when it is none, or the selector is wrong
     */
    public Browse browse(Destination destination, String selector) {
        destination.checkUsable();
        if (destination.isTopic()) {
            throw RefusedException.of(
                    ErrorCode.INVALID_DESTINATION, "%s cannot be browsed", destination);
        }
        Filter filter = SelectorFilters.compile(selector);
        return destination.onlySubscription().browse(ground.loop(), filter);
    }

    private Membership joinNonDurable(ConsumerRequest request, Destination topic, String selector) {
        NoLocal noLocal =
                request.noLocal() ? NoLocal.ofConnection(request.connectionId()) : NoLocal.OFF;
        SubscriptionIdentity unnamed = new SubscriptionIdentity(Optional.empty(), "");
        TopicSubscription created =
                create(ground.ids().next(), unnamed, request.kind(), topic, selector, noLocal);
        return startEphemeral(started(created, request), request);
    }

    private static TopicSubscription started(TopicSubscription created, ConsumerRequest request) {
        boolean reachesBack = request.start().filter(StartPoint::reachesBack).isPresent();
        return reachesBack ? created.reachingBack() : created;
    }

    private Membership startEphemeral(TopicSubscription created, ConsumerRequest request) {
        begin(created, request.start());
        began(created.subscription(), request);
        created.subscription().open();
        ephemeral.add(created);
        return created.seat(request.receiver());
    }

    private static List<Change> begin(TopicSubscription created, Optional<StartPoint> start) {
        Destination topic = created.topic();
        return start.map(point -> topic.addAt(created.subscription(), point))
                .orElseGet(() -> topic.addAtEnd(created.subscription()));
    }

    private Membership joinShared(ConsumerRequest request, Destination topic, String selector) {
        SubscriptionIdentity identity = identity(request.clientId(), request.subscription());
        TopicSubscription found = ephemeral.shared(identity);
        if (found != null && !found.isSameAs(topic, selector, false)) {
            throw inUse(found, "with another topic or selector");
        }
        if (found != null) {
            if (Moves.movesBy(request, found.subscription(), found)) {
                throw inUse(found, "by a consumer that is away");
            }
            return found.seat(request.receiver());
        }
        TopicSubscription created =
                started(
                        create(
                                ground.ids().next(),
                                identity,
                                request.kind(),
                                topic,
                                selector,
                                NoLocal.OFF),
                        request);
        return startEphemeral(created, request);
    }

    private Membership joinDurable(ConsumerRequest request, Destination topic, String selector) {
        if (topic.address().kind().isTemporary()) {
            throw RefusedException.of(
                    ErrorCode.INVALID_DESTINATION,
                    "%s cannot have a durable subscription: it ends with its connection",
                    topic);
        }
        boolean unshared = request.kind() == SubscriptionKind.DURABLE;
        if (unshared && request.clientId().isEmpty()) {
            throw RefusedException.of(
                    ErrorCode.ILLEGAL_STATE,
                    "unshared durable subscription '%s' needs a client id; set one on the connection",
                    request.subscription());
        }
        SubscriptionIdentity identity = identity(request.clientId(), request.subscription());
        NoLocal noLocal =
                unshared && request.noLocal()
                        ? NoLocal.ofClient(request.clientId().orElseThrow())
                        : NoLocal.OFF;
        TopicSubscription found = durable.get(identity);
        if (found == null) {
            return createDurable(List.of(), identity, request, topic, selector, noLocal);
        }
        boolean same = found.isSameAs(topic, selector, noLocal.isOn());
        checkMayJoin(found, request, same);
        if (same) {
            TopicSubscription joined = found;
            if (Moves.movesBy(request, found.subscription(), found)) {
                Moves.checkNotHeld(found.subscription(), found);
                joined = moveDurable(found, request.start().orElseThrow(), () -> {});
            }
            began(joined.subscription(), request);
            return joined.seat(request.receiver());
        }
        found.topic().remove(found.subscription(), found + " was replaced");
        Change forget = new Change.DeleteSubscription(found.subscription().id());
        return createDurable(List.of(forget), identity, request, topic, selector, noLocal);
    }

    private static void checkMayJoin(
            TopicSubscription found, ConsumerRequest request, boolean same) {
        if (found.kind() != request.kind()) {
            throw inUse(found, "as " + found.kind() + ", not " + request.kind());
        }
        boolean active = found.subscription().consumerCount() > 0;
        if (active && (!same || found.kind() == SubscriptionKind.DURABLE)) {
            throw inUse(found, "by an open consumer");
        }
        if (!same && found.subscription().isInDoubt()) {
            throw inUse(found, "by a prepared transaction that has consumed from it");
        }
        boolean shareable = same && found.kind() == SubscriptionKind.SHARED_DURABLE;
        if (!shareable
                && found.subscription()
                        .isHeldBy(owner -> !owner.sharesSessionWith(request.receiver()))) {
            throw inUse(found, "by an open session that has not acknowledged its messages");
        }
    }

    private static RefusedException inUse(TopicSubscription found, String how) {
        return RefusedException.of(ErrorCode.IN_USE, "%s is used %s", found, how);
    }

    private Membership createDurable(
            List<Change> before,
            SubscriptionIdentity identity,
            ConsumerRequest request,
            Destination topic,
            String selector,
            NoLocal noLocal) {
        TopicSubscription created =
                started(
                        create(
                                ground.ids().next(),
                                identity,
                                request.kind(),
                                topic,
                                selector,
                                noLocal),
                        request);
        durable.put(identity, created);
        List<Change> changes = new ArrayList<>(before);
        changes.add(new Change.PutSubscription(created.row()));
        changes.addAll(begin(created, request.start()));
        began(created.subscription(), request);
        ground.storage()
                .commit(
                        changes,
                        () -> {
                            LOG.info("{} created", created);
                            if (!created.subscription().isEnded()) {
                                created.subscription().open();
                            }
                        });
        return created.seat(request.receiver());
    }

    private static SubscriptionIdentity identity(Optional<String> clientId, String name) {
        if (name.isEmpty() || name.length() > MAX_NAME_LENGTH) {
            throw RefusedException.of(
                    ErrorCode.INVALID_ARGUMENT,
                    "subscription name of %d characters, expected 1 to %d",
                    name.length(),
                    MAX_NAME_LENGTH);
        }
        return new SubscriptionIdentity(clientId, name);
    }

    private TopicSubscription create(
            long id,
            SubscriptionIdentity identity,
            SubscriptionKind kind,
            Destination topic,
            String selector,
            NoLocal noLocal) {
        boolean isDurable =
                kind == SubscriptionKind.DURABLE || kind == SubscriptionKind.SHARED_DURABLE;
        SubscriptionTerms terms =
                new SubscriptionTerms(
                        id,
                        identity.toString(),
                        isDurable ? Subscription.Lifetime.DURABLE : Subscription.Lifetime.EPHEMERAL,
                        Subscription.Filtering.BY_SUBSCRIPTION,
                        topic.redelivery(),
                        new SubscriptionLabel(
                                identity.name(),
                                identity.clientId(),
                                kind,
                                selector,
                                noLocal.isOn()));
        Subscription subscription =
                new Subscription(
                        ground.loop(), ground.turn(), ground.storage(), ground.settings(), terms);
        Filter filter = SelectorFilters.compile(selector);
        Filter content = noLocal.isOn() ? filter.and(noLocal) : filter;
        Audience audience = Audience.of(id);
        subscription.reads(audience.and(content));
        return new TopicSubscription(
                identity, kind, topic, selector, noLocal.isOn(), content, audience, subscription);
    }

    // ---------------------------------------------------------------- moving

    /**
     * Puts a durable subscription somewhere else, in one unit of work; what it knew of messages,
     * such as their delivery counts, is forgotten.
     *
     * @throws RefusedException as {@link #checkMayMove}; nothing was changed
     */
    void move(
            Destination destination,
            SubscriptionIdentity identity,
            StartPoint start,
            Runnable whenDurable) {
        checkMayMove(destination, identity);
        if (destination.isTopic()) {
            moveDurable(durable.get(identity), start, whenDurable);
        } else {
            moves.move(destination, start, whenDurable);
        }
    }

    /**
     * @throws RefusedException when there is no such subscription, or the queue keeps no history
     */
    void checkMayMove(Destination destination, SubscriptionIdentity identity) {
        destination.checkUsable();
        if (!destination.isTopic()) {
            Moves.checkKeepsHistory(destination);
            return;
        }
        TopicSubscription found = durable.get(identity);
        if (found == null || found.topic() != destination) {
            throw RefusedException.of(
                    ErrorCode.UNKNOWN_SUBSCRIPTION,
                    "%s has no durable subscription %s",
                    destination,
                    identity);
        }
    }

    private TopicSubscription moveDurable(
            TopicSubscription found, StartPoint start, Runnable whenDurable) {
        TopicSubscription moved = moves.move(found, start, whenDurable);
        durable.put(found.identity(), moved);
        return moved;
    }

    /** The durable one of this name; empty when there is none. */
    public Optional<Subscription> durable(Optional<String> clientId, String name) {
        return Optional.ofNullable(durable.get(new SubscriptionIdentity(clientId, name)))
                .map(TopicSubscription::subscription);
    }

    /** The topic was deleted, and with it its subscriptions. */
    public void forgetTopic(Destination topic) {
        durable.values().removeIf(each -> each.topic() == topic);
        ephemeral.forgetTopic(topic);
    }

    /** Those that end with their consumers, and how their consumers leave. */
    public EphemeralSubscriptions ephemeral() {
        return ephemeral;
    }

    /**
     * Deletes a durable subscription; refused, by the answer or at once, when there is none, or it
     * is in use (SUB-13, SUB-14).
     */
    public void unsubscribe(Optional<String> clientId, String name, Answer<String> answer) {
        SubscriptionIdentity identity = identity(clientId, name);
        // Whether a branch in doubt has consumed from it is known when it is loaded.
        found(identity)
                .topic()
                .whenOpen(
                        () -> {
                            try {
                                unsubscribe(identity, () -> answer.granted(name));
                            } catch (RefusedException why) {
                                answer.refused(why);
                            }
                        });
    }

    private TopicSubscription found(SubscriptionIdentity identity) {
        TopicSubscription found = durable.get(identity);
        if (found == null) {
            throw RefusedException.of(
                    ErrorCode.UNKNOWN_SUBSCRIPTION, "no durable subscription %s", identity);
        }
        return found;
    }

    private void unsubscribe(SubscriptionIdentity identity, Runnable whenDurable) {
        TopicSubscription found = found(identity);
        if (found.subscription().consumerCount() > 0) {
            throw RefusedException.of(
                    ErrorCode.ILLEGAL_STATE, "%s has an open consumer; close it first", found);
        }
        if (found.subscription().isHeldBy(owner -> true)) {
            throw RefusedException.of(
                    ErrorCode.ILLEGAL_STATE,
                    "%s has messages that are delivered and not acknowledged or committed",
                    found);
        }
        durable.remove(identity);
        found.topic().remove(found.subscription(), found + " was deleted");
        ground.storage()
                .commit(
                        List.of(new Change.DeleteSubscription(found.subscription().id())),
                        whenDurable);
    }
}
