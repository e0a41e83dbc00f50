package org.millrace.broker.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.millrace.broker.server.TestClient.queue;
import static org.millrace.broker.server.TestClient.topic;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.millrace.broker.settings.BrokerSettings;
import org.millrace.wire.Address;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.admin.AdminArguments.AlteredDestination;
import org.millrace.wire.admin.AdminArguments.Content;
import org.millrace.wire.admin.AdminArguments.DoomedDestination;
import org.millrace.wire.admin.AdminArguments.Listing;
import org.millrace.wire.admin.AdminArguments.Move;
import org.millrace.wire.admin.AdminArguments.MoveMode;
import org.millrace.wire.admin.AdminArguments.NewDestination;
import org.millrace.wire.admin.AdminArguments.NewRedrive;
import org.millrace.wire.admin.AdminArguments.Nothing;
import org.millrace.wire.admin.AdminArguments.OfDestination;
import org.millrace.wire.admin.AdminArguments.OfRedrive;
import org.millrace.wire.admin.AdminArguments.OfSubscription;
import org.millrace.wire.admin.AdminJson;
import org.millrace.wire.admin.AdminOperation;
import org.millrace.wire.admin.AdminOperations;
import org.millrace.wire.admin.CursorPosition;
import org.millrace.wire.admin.DestinationDetails;
import org.millrace.wire.admin.DestinationSummary;
import org.millrace.wire.admin.Holder;
import org.millrace.wire.admin.Lag;
import org.millrace.wire.admin.LogExtent;
import org.millrace.wire.admin.LogHealth;
import org.millrace.wire.admin.Page;
import org.millrace.wire.admin.Purged;
import org.millrace.wire.admin.RedriveStatus;
import org.millrace.wire.admin.Replayed;
import org.millrace.wire.admin.Setting;
import org.millrace.wire.admin.SubscriptionSummary;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.SessionKind;
import org.millrace.wire.frame.Frame.SubscriptionKind;

/** What administrators ask and do, while others use the broker. */
@ParameterizedClass
@EnumSource(TestBroker.Timing.class)
class AdminTest {
    private final TestBroker broker;
    private TestClient admin;
    private TestClient client;
    private int session;

    AdminTest(TestBroker.Timing timing) {
        broker = new TestBroker(BrokerSettings.DEFAULTS, TestBroker.SEED, timing);
        connect();
    }

    private void connect() {
        admin = broker.connect();
        client = broker.connect("me");
        session = client.session(SessionKind.DIRECT);
    }

    private void restart() {
        broker.restartAfterCrash();
        connect();
    }

    // ---------------------------------------------------------------- asking

    private <A> Frame askRaw(AdminOperation<A, ?> operation, A arguments) {
        String json = AdminJson.write(arguments);
        return admin.ask(id -> new Frame.Admin(id, operation.name(), json));
    }

    private <A> String answer(AdminOperation<A, ?> operation, A arguments) {
        Frame answer = askRaw(operation, arguments);
        assertThat(answer).isInstanceOf(Frame.AdminReply.class);
        return ((Frame.AdminReply) answer).result();
    }

    private <A, R> R ask(AdminOperation<A, R> operation, A arguments) {
        return AdminJson.single(operation, answer(operation, arguments));
    }

    private <R> List<R> all(AdminOperation<Listing, R> operation, String pattern) {
        List<R> all = new ArrayList<>();
        String after = "";
        do {
            Page<R> page =
                    AdminJson.page(operation, answer(operation, new Listing(pattern, after)));
            all.addAll(page.items());
            after = page.next();
        } while (!after.isEmpty());
        return all;
    }

    private <A> String refused(ErrorCode code, AdminOperation<A, ?> operation, A arguments) {
        Frame answer = askRaw(operation, arguments);
        assertThat(answer).isInstanceOf(Frame.Failed.class);
        Frame.Failed failed = (Frame.Failed) answer;
        assertThat(failed.code()).as(failed.message()).isEqualTo(code);
        return failed.message();
    }

    private static NewDestination newQueue(String name, int partitions, Map<String, String> with) {
        return new NewDestination(Address.Kind.QUEUE, name, OptionalInt.of(partitions), with);
    }

    private static OfDestination ofQueue(String name) {
        return new OfDestination(Address.Kind.QUEUE, name, "");
    }

    private static OfSubscription ofQueueSubscription(String name) {
        return new OfSubscription(Address.Kind.QUEUE, name, Optional.empty(), "", "");
    }

    private static OfSubscription of(String topic, String name) {
        return new OfSubscription(Address.Kind.TOPIC, topic, Optional.of("me"), name, "");
    }

    private int durable(String topic, String name, int credit) {
        return client.consumer(session, topic(topic), SubscriptionKind.DURABLE, name, "", credit);
    }

    private Lag lagOf(String pattern) {
        List<Lag> lags = all(AdminOperations.LAG, pattern);
        assertThat(lags).hasSize(1);
        return lags.get(0);
    }

    // ---------------------------------------------------------------- destinations

    @Test
    void aDestinationIsCreatedAsItIsAskedForAndStaysSo() {
        ask(
                AdminOperations.CREATE_DESTINATION,
                newQueue("orders", 3, Map.of("maxDeliveries", "5", "deadLetterQueue", "DLQ +&")));
        restart();

        DestinationDetails details = ask(AdminOperations.DESCRIBE_DESTINATION, ofQueue("orders"));

        assertThat(details.summary().partitions()).isEqualTo(3);
        assertThat(details.created()).isEqualTo("2026-11-01T00:00:00Z");
        assertThat(details.settings())
                .extracting(Setting::key, Setting::value, Setting::origin)
                .contains(
                        tuple("maxDeliveries", Optional.of("5"), Setting.Origin.DESTINATION),
                        tuple("deadLetterQueue", Optional.of("DLQ +&"), Setting.Origin.DESTINATION),
                        tuple("retention", Optional.empty(), Setting.Origin.DEFAULT));
    }

    @Test
    void whatCannotBeCreatedIsRefusedAndNothingIsThere() {
        AdminOperation<NewDestination, ?> create = AdminOperations.CREATE_DESTINATION;
        refused(ErrorCode.INVALID_DESTINATION, create, newQueue("orders", 0, Map.of()));
        refused(ErrorCode.INVALID_DESTINATION, create, newQueue("orders", 5000, Map.of()));
        refused(
                ErrorCode.INVALID_DESTINATION,
                create,
                newQueue("orders", 1, Map.of("retention", "long")));
        refused(ErrorCode.INVALID_DESTINATION, create, newQueue("a?b", 1, Map.of()));
        refused(ErrorCode.INVALID_DESTINATION, create, newQueue("a\nb", 1, Map.of()));
        refused(
                ErrorCode.INVALID_DESTINATION,
                create,
                newQueue("orders", 1, Map.of("from", "earliest")));
        refused(ErrorCode.INVALID_ARGUMENT, create, newQueue("orders", 1, Map.of("a&b", "c")));
        refused(
                ErrorCode.INVALID_DESTINATION,
                create,
                new NewDestination(
                        Address.Kind.TEMPORARY_QUEUE, "orders", OptionalInt.empty(), Map.of()));

        assertThat(all(AdminOperations.LIST_DESTINATIONS, "")).isEmpty();

        ask(create, newQueue("orders", 1, Map.of()));
        assertThat(refused(ErrorCode.INVALID_DESTINATION, create, newQueue("orders", 1, Map.of())))
                .contains("exists already");
    }

    @Test
    void askingCreatesNothing() {
        refused(
                ErrorCode.INVALID_DESTINATION,
                AdminOperations.DESCRIBE_DESTINATION,
                ofQueue("orders"));
        refused(
                ErrorCode.INVALID_DESTINATION,
                AdminOperations.PURGE,
                ofQueueSubscription("orders"));
        refused(ErrorCode.INVALID_DESTINATION, AdminOperations.LIST_LOGS, ofQueue("orders"));
        refused(
                ErrorCode.INVALID_DESTINATION,
                AdminOperations.DELETE_SUBSCRIPTION,
                of("news", "mine"));

        assertThat(all(AdminOperations.LIST_DESTINATIONS, "")).isEmpty();
    }

    @Test
    void whatIsMalformedIsRefusedByName() {
        admin.askRefused(ErrorCode.UNSUPPORTED, id -> new Frame.Admin(id, "destroy", "{}"));
        admin.askRefused(ErrorCode.INVALID_ARGUMENT, id -> new Frame.Admin(id, "lag", "{\"x\":1}"));
        admin.askRefused(ErrorCode.INVALID_ARGUMENT, id -> new Frame.Admin(id, "lag", "]"));
        refused(ErrorCode.INVALID_ARGUMENT, AdminOperations.LAG, new Listing("", "x"));
        refused(ErrorCode.INVALID_ARGUMENT, AdminOperations.CONFIG, new Listing("", "x"));
    }

    @Test
    void longListsComeInPagesThatMissNothing() {
        for (int i = 0; i < 450; i++) {
            client.producer(session, queue("orders" + i));
        }
        client.producer(session, topic("other"));

        Page<DestinationSummary> first =
                AdminJson.page(
                        AdminOperations.LIST_DESTINATIONS,
                        answer(AdminOperations.LIST_DESTINATIONS, new Listing("orders*", "")));
        assertThat(first.items()).hasSizeBetween(50, 200);
        assertThat(first.isLast()).isFalse();
        assertThat(all(AdminOperations.LIST_DESTINATIONS, "orders*"))
                .extracting(DestinationSummary::name)
                .hasSize(450)
                .doesNotHaveDuplicates();
        assertThat(all(AdminOperations.LIST_DESTINATIONS, "")).hasSize(451);
        assertThat(all(AdminOperations.LAG, "")).hasSize(450);
    }

    @Test
    void manySubscriptionsOfOneTopicComeInPages() {
        for (int i = 0; i < 300; i++) {
            durable("news", "s" + i, 0);
        }

        assertThat(all(AdminOperations.LIST_SUBSCRIPTIONS, ""))
                .extracting(SubscriptionSummary::name)
                .hasSize(300)
                .doesNotHaveDuplicates();
        assertThat(all(AdminOperations.LAG, "news")).hasSize(300);
    }

    @Test
    void settingsAreChangedAndReset() {
        ask(AdminOperations.CREATE_DESTINATION, newQueue("orders", 1, Map.of()));
        ask(
                AdminOperations.ALTER_DESTINATION,
                new AlteredDestination(
                        Address.Kind.QUEUE,
                        "orders",
                        OptionalInt.empty(),
                        Map.of("maxDeliveries", "3"),
                        List.of()));
        restart();

        assertThat(maxDeliveries(ask(AdminOperations.DESCRIBE_DESTINATION, ofQueue("orders"))))
                .contains("3");
        assertThat(
                        maxDeliveries(
                                ask(
                                        AdminOperations.ALTER_DESTINATION,
                                        new AlteredDestination(
                                                Address.Kind.QUEUE,
                                                "orders",
                                                OptionalInt.empty(),
                                                Map.of(),
                                                List.of("maxDeliveries")))))
                .contains("10");
        refused(
                ErrorCode.INVALID_ARGUMENT,
                AdminOperations.ALTER_DESTINATION,
                new AlteredDestination(
                        Address.Kind.QUEUE,
                        "orders",
                        OptionalInt.empty(),
                        Map.of("colour", "red"),
                        List.of()));
    }

    @Test
    void theNumberOfPartitionsIsChangedAndStaysSo() {
        ask(AdminOperations.CREATE_DESTINATION, newQueue("orders", 2, Map.of()));
        AlteredDestination five =
                new AlteredDestination(
                        Address.Kind.QUEUE, "orders", OptionalInt.of(5), Map.of(), List.of());
        assertThat(ask(AdminOperations.ALTER_DESTINATION, five).summary().partitions())
                .isEqualTo(5);
        restart();

        assertThat(all(AdminOperations.LIST_DESTINATIONS, ""))
                .extracting(DestinationSummary::partitions)
                .containsExactly(5);
        refused(
                ErrorCode.INVALID_ARGUMENT,
                AdminOperations.ALTER_DESTINATION,
                new AlteredDestination(
                        Address.Kind.QUEUE, "orders", OptionalInt.empty(), Map.of(), List.of()));
    }

    private static Optional<String> maxDeliveries(DestinationDetails details) {
        return details.settings().stream()
                .filter(each -> each.key().equals("maxDeliveries"))
                .findFirst()
                .flatMap(Setting::value);
    }

    @Test
    void aDestinationInUseOrWithMessagesIsNotDeleted() {
        int producer = client.producer(session, queue("orders"));
        client.send(producer, "a");
        DoomedDestination careful =
                new DoomedDestination(Address.Kind.QUEUE, "orders", Content.MUST_BE_NONE);
        DoomedDestination careless =
                new DoomedDestination(Address.Kind.QUEUE, "orders", Content.DROPPED);
        int consumer = client.queueConsumer(session, "orders", 1);

        refused(ErrorCode.IN_USE, AdminOperations.DELETE_DESTINATION, careless);
        long seen = client.take(consumer).get(0).deliveryId();
        client.closeConsumer(consumer, seen);
        refused(ErrorCode.IN_USE, AdminOperations.DELETE_DESTINATION, careless);
        client.askDone(id -> new Frame.CloseSession(id, session));
        refused(ErrorCode.IN_USE, AdminOperations.DELETE_DESTINATION, careful);

        assertThat(ask(AdminOperations.DELETE_DESTINATION, careless).messages()).isEqualTo(1);
        restart();
        assertThat(all(AdminOperations.LIST_DESTINATIONS, "")).isEmpty();
    }

    @Test
    void durableSubscriptionsGoWithTheirTopicAndTheirNamesAreFree() {
        int consumer = durable("news", "mine", 0);
        client.closeConsumer(consumer, 0);
        DoomedDestination doomed =
                new DoomedDestination(Address.Kind.TOPIC, "news", Content.DROPPED);

        assertThat(ask(AdminOperations.DELETE_DESTINATION, doomed).subscriptions()).isEqualTo(1);

        client.send(client.producer(session, topic("news")), "a");
        assertThat(client.takeTexts(durable("news", "mine", 10))).isEmpty();
        restart();
        assertThat(all(AdminOperations.LIST_SUBSCRIPTIONS, "")).hasSize(1);
    }

    @Test
    void logsOfADestinationAreListed() {
        int producer = client.producer(session, queue("orders"));
        client.send(producer, TestMessage.of("a"), TestMessage.of("b").priority(9));
        client.send(producer, TestMessage.of("c").delayed(Duration.ofHours(1)));

        Page<LogExtent> logs =
                AdminJson.page(
                        AdminOperations.LIST_LOGS,
                        answer(AdminOperations.LIST_LOGS, ofQueue("orders")));

        assertThat(logs.isLast()).isTrue();
        assertThat(logs.items()).extracting(LogExtent::lane).containsExactly(4, 9, 10);
        assertThat(logs.items()).allMatch(each -> each.bytes() > 0 && each.first().isPresent());
    }

    // ---------------------------------------------------------------- lag

    @Test
    void lagSaysWhatIsNotSettledAndWhoHoldsItSinceWhen() {
        int producer = client.producer(session, queue("orders"));
        client.send(producer, "a", "b", "c", "d");
        broker.advance(Duration.ofSeconds(30));
        int consumer = client.queueConsumer(session, "orders", 2);
        broker.advance(Duration.ofSeconds(30));

        Lag lag = lagOf("orders");

        assertThat(lag.messages()).isEqualTo(4);
        assertThat(lag.bytes()).isPositive();
        assertThat(lag.secondsBehind()).isEqualTo(60);
        assertThat(lag.inFlight()).isEqualTo(2);
        assertThat(lag.holders()).hasSize(1);
        Holder holder = lag.holders().get(0);
        assertThat(holder.clientId()).contains("me");
        assertThat(holder.consumerId()).isEqualTo(consumer);
        assertThat(holder.inFlight()).isEqualTo(2);
        assertThat(holder.oldestSince()).contains(broker.world.clock().instant().minusSeconds(30));

        client.acknowledge(session, client.take(consumer));
        assertThat(lagOf("orders").messages()).isEqualTo(2);
        assertThat(lagOf("orders").holders().get(0).oldestSince()).isEmpty();
    }

    @Test
    void lagIsThatOfEachSubscriptionAndSurvivesRestarts() {
        client.closeConsumer(durable("news", "slow", 0), 0);
        int fast = durable("news", "fast", 10);
        client.send(client.producer(session, topic("news")), "a", "b", "c");
        client.acknowledge(session, client.take(fast));

        assertThat(all(AdminOperations.LAG, ""))
                .extracting(Lag::subscription, Lag::messages)
                .containsExactlyInAnyOrder(tuple("slow", 3L), tuple("fast", 0L));
        restart();
        assertThat(all(AdminOperations.LAG, ""))
                .extracting(Lag::subscription, Lag::messages)
                .containsExactlyInAnyOrder(tuple("slow", 3L), tuple("fast", 0L));
    }

    @Test
    void acknowledgedOutOfOrderDoesNotCount() {
        int producer = client.producer(session, queue("orders"));
        client.send(producer, "a", "b", "c", "d");
        int consumer = client.queueConsumer(session, "orders", 4);
        client.acknowledge(session, client.take(consumer).subList(1, 3));

        assertThat(lagOf("orders").messages()).isEqualTo(2);
        Page<CursorPosition> cursors =
                AdminJson.page(
                        AdminOperations.LIST_CURSORS,
                        answer(AdminOperations.LIST_CURSORS, ofQueueSubscription("orders")));
        assertThat(cursors.items()).containsExactly(new CursorPosition(0, 4, -1, 2, 2, 0, 4));
    }

    // ---------------------------------------------------------------- changing subscriptions

    @Test
    void aPurgeSettlesWhatNobodyHolds() {
        int producer = client.producer(session, queue("orders"));
        client.send(producer, "a", "b", "c", "d", "e");
        int consumer = client.queueConsumer(session, "orders", 2);
        List<TestClient.Got> held = client.take(consumer);

        assertThat(ask(AdminOperations.PURGE, ofQueueSubscription("orders")))
                .isEqualTo(new Purged(3, 2));

        client.release(session, held);
        client.say(new Frame.Credit(consumer, 10));
        assertThat(client.takeTexts(consumer)).containsExactly("a", "b");
        client.send(producer, "f");
        assertThat(client.takeTexts(consumer)).containsExactly("f");
        restart();
        assertThat(client.takeTexts(client.queueConsumer(session, "orders", 10)))
                .containsExactly("a", "b", "f");
    }

    @Test
    void aPurgeTakesKeyedMessagesThatWaitForTheirKey() {
        int producer = client.producer(session, queue("orders"));
        client.sendKeyed(producer, "k", "a", "b", "c");
        int first = client.queueConsumer(session, "orders", 1);
        int second = client.queueConsumer(session, "orders", 5);
        List<TestClient.Got> held = client.take(first);
        assertThat(client.takeTexts(second)).isEmpty();

        assertThat(ask(AdminOperations.PURGE, ofQueueSubscription("orders")))
                .isEqualTo(new Purged(2, 1));

        client.acknowledge(session, held);
        client.sendKeyed(producer, "k", "d");
        assertThat(client.takeTexts(second)).containsExactly("d");
    }

    @Test
    void purgedMessagesDoNotComeBackAfterAStop() {
        client.closeConsumer(durable("news", "mine", 0), 0);
        client.closeConsumer(durable("news", "other", 0), 0);
        client.send(client.producer(session, topic("news")), "a", "b", "c");

        assertThat(ask(AdminOperations.PURGE, of("news", "mine"))).isEqualTo(new Purged(3, 0));
        assertThat(ask(AdminOperations.PURGE, of("news", "mine"))).isEqualTo(new Purged(0, 0));
        restart();

        assertThat(client.takeTexts(durable("news", "mine", 10))).isEmpty();
        assertThat(client.takeTexts(durable("news", "other", 10))).containsExactly("a", "b", "c");
    }

    @Test
    void aSubscriptionIsDescribedAndDeleted() {
        int consumer = durable("news", "mine", 0);
        SubscriptionSummary summary =
                ask(AdminOperations.DESCRIBE_SUBSCRIPTION, of("news", "mine"));
        assertThat(summary.subscriptionKind()).isEqualTo(SubscriptionKind.DURABLE);
        assertThat(summary.consumers()).isEqualTo(1);

        refused(ErrorCode.ILLEGAL_STATE, AdminOperations.DELETE_SUBSCRIPTION, of("news", "mine"));
        client.closeConsumer(consumer, 0);
        client.producer(session, topic("other"));
        refused(
                ErrorCode.UNKNOWN_SUBSCRIPTION,
                AdminOperations.DELETE_SUBSCRIPTION,
                of("other", "mine"));
        refused(
                ErrorCode.UNKNOWN_SUBSCRIPTION,
                AdminOperations.DELETE_SUBSCRIPTION,
                of("news", "yours"));
        ask(AdminOperations.DELETE_SUBSCRIPTION, of("news", "mine"));
        restart();

        assertThat(all(AdminOperations.LIST_SUBSCRIPTIONS, "")).isEmpty();
    }

    @Test
    void aReplayIsToldFirstAndThenDone() {
        ask(AdminOperations.CREATE_DESTINATION, newQueue("orders", 1, Map.of("retention", "P1D")));
        client.send(client.producer(session, queue("orders")), "a", "b", "c");
        int consumer = client.queueConsumer(session, "orders", 10);
        List<TestClient.Got> got = client.take(consumer);
        client.acknowledge(session, got);
        client.closeConsumer(consumer, got.get(2).deliveryId());
        OfSubscription orders = ofQueueSubscription("orders");

        Replayed told = ask(AdminOperations.REPLAY, new Move(orders, "offset:1", MoveMode.DRY_RUN));
        assertThat(told).isEqualTo(new Replayed(2, List.of(new Replayed.Start(0, 4, 1))));
        assertThat(lagOf("orders").messages()).isZero();
        refused(
                ErrorCode.INVALID_ARGUMENT,
                AdminOperations.REPLAY,
                new Move(orders, "yesterday", MoveMode.MOVE));
        ask(AdminOperations.REPLAY, new Move(orders, "offset:1", MoveMode.MOVE));

        assertThat(client.takeTexts(client.queueConsumer(session, "orders", 10)))
                .containsExactly("b", "c");
    }

    @Test
    void lettersGoBackAndWhoBeganItCanAskHowFarItIs() {
        client.send(
                client.producer(
                        session, new Address(Address.Kind.QUEUE, "orders", "maxDeliveries=1")),
                "a",
                "b");
        int consumer = client.queueConsumer(session, "orders", 2);
        client.askDone(
                id ->
                        new Frame.Acknowledge(
                                id,
                                session,
                                Frame.Outcome.REJECT,
                                "broken",
                                TestClient.ranges(client.take(consumer))));
        client.closeConsumer(consumer, 0);

        NewRedrive letters = new NewRedrive("DLQ.queue.orders", "", 0, 0, MoveMode.MOVE);
        RedriveStatus begun = ask(AdminOperations.START_REDRIVE, letters);
        RedriveStatus ended = ask(AdminOperations.REDRIVE_STATUS, new OfRedrive(begun.id()));

        assertThat(ended.state()).isEqualTo(RedriveStatus.State.FINISHED);
        assertThat(ended.redriven()).isEqualTo(2);
        assertThat(client.takeTexts(client.queueConsumer(session, "orders", 5)))
                .containsExactly("a", "b");
        refused(ErrorCode.INVALID_ARGUMENT, AdminOperations.REDRIVE_STATUS, new OfRedrive(99));
        refused(
                ErrorCode.INVALID_DESTINATION,
                AdminOperations.START_REDRIVE,
                new NewRedrive("nowhere", "", 0, 0, MoveMode.MOVE));
        refused(
                ErrorCode.INVALID_SELECTOR,
                AdminOperations.START_REDRIVE,
                new NewRedrive("DLQ.queue.orders", "a =", 0, 0, MoveMode.MOVE));
    }

    // ---------------------------------------------------------------- doctor

    @Test
    void theDoctorSaysWhoKeepsWhat() {
        int consumer = durable("news", "mine", 1);
        client.closeConsumer(durable("news", "idle", 0), 0);
        int producer = client.producer(session, topic("news"));
        client.send(producer, "a", "b", "c");
        client.send(producer, TestMessage.of("later").delayed(Duration.ofHours(1)));

        List<LogHealth> logs = all(AdminOperations.LOG_HEALTH, "");

        assertThat(logs).hasSize(2);
        assertThat(logs.get(0).holdCount()).isEqualTo(2);
        assertThat(logs.get(0).holds())
                .extracting(LogHealth.Hold::cause)
                .containsExactlyInAnyOrder(LogHealth.Cause.IN_FLIGHT, LogHealth.Cause.NOT_CONSUMED);
        assertThat(logs.get(0).holds())
                .filteredOn(each -> each.cause() == LogHealth.Cause.IN_FLIGHT)
                .extracting(each -> each.holder().orElseThrow().consumerId())
                .containsExactly(consumer);
        assertThat(logs.get(1).holds())
                .extracting(LogHealth.Hold::cause)
                .containsExactly(LogHealth.Cause.DELAYED);
        assertThat(ask(AdminOperations.STORE_HEALTH, new Nothing()).branchesInDoubt()).isZero();
    }

    @Test
    void theDoctorKnowsHistory() {
        ask(AdminOperations.CREATE_DESTINATION, newQueue("orders", 1, Map.of("retention", "P1D")));
        client.send(client.producer(session, queue("orders")), "a");
        int consumer = client.queueConsumer(session, "orders", 10);
        client.acknowledge(session, client.take(consumer));

        assertThat(all(AdminOperations.LOG_HEALTH, "").get(0).holds())
                .extracting(LogHealth.Hold::cause)
                .containsExactly(LogHealth.Cause.RETENTION);
    }
}
