package org.millrace.broker.admin;

import static org.millrace.wire.admin.AdminOperations.DELETE_SUBSCRIPTION;
import static org.millrace.wire.admin.AdminOperations.DESCRIBE_SUBSCRIPTION;
import static org.millrace.wire.admin.AdminOperations.LIST_CURSORS;
import static org.millrace.wire.admin.AdminOperations.LIST_SUBSCRIPTIONS;
import static org.millrace.wire.admin.AdminOperations.PURGE;
import static org.millrace.wire.admin.AdminOperations.REPLAY;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.millrace.broker.destination.Destination;
import org.millrace.broker.destination.Position;
import org.millrace.broker.destination.Replay;
import org.millrace.broker.dispatch.CursorFacts;
import org.millrace.broker.dispatch.Subscription;
import org.millrace.broker.dispatch.SubscriptionLabel;
import org.millrace.broker.loop.Answer;
import org.millrace.broker.loop.RefusedException;
import org.millrace.broker.session.Rooms;
import org.millrace.persistence.Change;
import org.millrace.wire.Address;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.admin.AdminArguments.Listing;
import org.millrace.wire.admin.AdminArguments.Move;
import org.millrace.wire.admin.AdminArguments.MoveMode;
import org.millrace.wire.admin.AdminArguments.OfSubscription;
import org.millrace.wire.admin.CursorPosition;
import org.millrace.wire.admin.DeletedSubscription;
import org.millrace.wire.admin.Page;
import org.millrace.wire.admin.Purged;
import org.millrace.wire.admin.Replayed;
import org.millrace.wire.admin.SubscriptionSummary;

/**
 * Operations on subscriptions of topics, and on the one of a queue. Confined to the broker loop.
 */
final class SubscriptionOperations {
    private static final int MAX_SELECTOR = 4000;

    private record Found(Destination destination, Subscription subscription) {}

    private final Rooms rooms;

    SubscriptionOperations(Rooms rooms) {
        this.rooms = rooms;
    }

    void addTo(OperationTable table) {
        table.paged(LIST_SUBSCRIPTIONS, this::list);
        table.single(DESCRIBE_SUBSCRIPTION, this::describe);
        table.paged(LIST_CURSORS, this::cursors);
        table.changing(DELETE_SUBSCRIPTION, this::delete);
        table.changing(REPLAY, this::replay);
        table.changing(PURGE, this::purge);
    }

    /** Those of topics, durable or not. */
    private void list(Listing asked, Answer<Page<SubscriptionSummary>> answer) {
        Place after = Place.parse(asked.after());
        DestinationScan scan =
                DestinationScan.of(
                        rooms.destinations(), asked.pattern(), after, 10 * Pager.MAX_ITEMS);
        Pager<SubscriptionSummary> pager = new Pager<>();
        for (Destination topic : scan.found()) {
            for (Subscription each :
                    topic.isTopic() ? inOrder(topic, after) : List.<Subscription>of()) {
                Place place = new Place(topic.id(), each.id());
                if (!pager.offer(summary(topic, each), place.text())) {
                    answer.granted(pager.full());
                    return;
                }
            }
        }
        answer.granted(pager.upTo(scan.more()));
    }

    /** One more than a page holds, so that a full page is told from the end. */
    static List<Subscription> inOrder(Destination destination, Place after) {
        long shown = after.withinOf(destination.id());
        return destination.subscriptions().stream()
                .filter(each -> each.id() > shown)
                .sorted(Comparator.comparingLong(Subscription::id))
                .limit(Pager.MAX_ITEMS + 1)
                .toList();
    }

    private static SubscriptionSummary summary(Destination destination, Subscription subscription) {
        SubscriptionLabel label = subscription.label();
        String selector = label.selector();
        return new SubscriptionSummary(
                destination.address().kind(),
                destination.address().name(),
                label.name(),
                label.clientId(),
                label.kind(),
                selector.length() > MAX_SELECTOR
                        ? selector.substring(0, MAX_SELECTOR) + "..."
                        : selector,
                label.noLocal(),
                subscription.consumerCount(),
                subscription.inFlightCount());
    }

    private void describe(OfSubscription asked, Answer<SubscriptionSummary> answer) {
        find(
                asked,
                answer,
                found -> answer.granted(summary(found.destination(), found.subscription())));
    }

    /** The subscription that is asked for, its cursors in memory; refused when there is none. */
    private void find(OfSubscription asked, Answer<?> answer, Consumer<Found> then) {
        rooms.destinations()
                .find(
                        Address.of(asked.kind(), asked.destination()),
                        Answer.of(
                                destination -> {
                                    try {
                                        then.accept(found(asked, destination));
                                    } catch (RefusedException why) {
                                        answer.refused(why);
                                    }
                                },
                                answer::refused));
    }

    private Found found(OfSubscription asked, Destination destination) {
        destination.checkUsable();
        if (!destination.isTopic()) {
            if (!asked.subscription().isEmpty() || asked.clientId().isPresent()) {
                throw RefusedException.of(
                        ErrorCode.INVALID_ARGUMENT,
                        "%s has one subscription, which has no name; leave out '%s'",
                        destination,
                        asked.subscription());
            }
            return new Found(destination, destination.onlySubscription());
        }
        return rooms.subscriptions()
                .durable(asked.clientId(), asked.subscription())
                .filter(destination.subscriptions()::contains)
                .map(subscription -> new Found(destination, subscription))
                .orElseThrow(() -> unknown(asked, destination));
    }

    private static RefusedException unknown(OfSubscription asked, Destination destination) {
        return RefusedException.of(
                ErrorCode.UNKNOWN_SUBSCRIPTION,
                "%s has no durable subscription '%s' %s; its subscriptions can be listed",
                destination,
                asked.subscription(),
                asked.clientId().map(id -> "of client '" + id + "'").orElse("without client id"));
    }

    private void cursors(OfSubscription asked, Answer<Page<CursorPosition>> answer) {
        Place after = Place.parse(asked.after());
        find(asked, answer, found -> answer.granted(cursors(found, after)));
    }

    private static Page<CursorPosition> cursors(Found found, Place after) {
        long id = found.destination().id();
        long shown = after.withinOf(id);
        Pager<CursorPosition> pager = new Pager<>();
        List<CursorFacts> facts = new ArrayList<>(found.subscription().cursorFacts());
        facts.sort(Comparator.comparing(CursorFacts::log));
        for (CursorFacts each : facts) {
            long place = Extents.place(each.log());
            if (place > shown && !pager.offer(position(each), new Place(id, place).text())) {
                return pager.full();
            }
        }
        return pager.upTo("");
    }

    private static CursorPosition position(CursorFacts facts) {
        return new CursorPosition(
                facts.log().partition(),
                facts.log().lane(),
                facts.floor(),
                facts.settledAbove(),
                facts.inFlight(),
                facts.returned(),
                facts.endOffset());
    }

    // ---------------------------------------------------------------- changing

    private void delete(OfSubscription asked, Answer<DeletedSubscription> answer) {
        if (!asked.kind().isTopic()) {
            throw RefusedException.of(
                    ErrorCode.INVALID_ARGUMENT,
                    "a queue has one subscription, which goes with it; delete the queue instead");
        }
        DeletedSubscription deleted =
                new DeletedSubscription(asked.subscription(), asked.clientId());
        find(
                asked,
                answer,
                found ->
                        rooms.subscriptions()
                                .unsubscribe(
                                        asked.clientId(),
                                        asked.subscription(),
                                        Answer.of(
                                                done -> answer.granted(deleted), answer::refused)));
    }

    private void replay(Move asked, Answer<Replayed> answer) {
        OfSubscription moved = asked.subscription();
        Replay.Request request =
                new Replay.Request(
                        Address.of(moved.kind(), moved.destination()),
                        moved.clientId(),
                        moved.subscription(),
                        Position.parse(asked.to()),
                        asked.mode() == MoveMode.DRY_RUN ? Replay.Mode.DRY_RUN : Replay.Mode.MOVE);
        new Replay(rooms.ground(), rooms.destinations(), rooms.subscriptions())
                .run(
                        request,
                        Answer.of(outcome -> answer.granted(replayed(outcome)), answer::refused));
    }

    private static Replayed replayed(Replay.Outcome outcome) {
        return new Replayed(
                outcome.messages(),
                outcome.firstOffsets().entrySet().stream()
                        .limit(Replayed.MAX_LOGS)
                        .map(
                                each ->
                                        new Replayed.Start(
                                                each.getKey().partition(),
                                                each.getKey().lane(),
                                                each.getValue()))
                        .toList());
    }

    /** What consumers hold stays theirs; what is not due yet is not there yet. */
    private void purge(OfSubscription asked, Answer<Purged> answer) {
        find(
                asked,
                answer,
                found -> {
                    Subscription purged = found.subscription();
                    List<Change> changes = new ArrayList<>();
                    long messages = purged.purge(changes);
                    Purged result = new Purged(messages, purged.inFlightCount());
                    if (changes.isEmpty()) {
                        answer.granted(result);
                    } else {
                        rooms.ground().storage().commit(changes, () -> answer.granted(result));
                    }
                });
    }
}
