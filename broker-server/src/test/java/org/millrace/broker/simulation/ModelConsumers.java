package org.millrace.broker.simulation;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.millrace.broker.simulation.ModelConsumer.Held;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.Delivery;
import org.millrace.wire.frame.Frame.DeliveryRange;
import org.millrace.wire.record.Record;

/** The consumers of one model session, and what they were delivered and have not settled. */
final class ModelConsumers {
    private static final ErrorCode[] CLOSED_BEFORE_IT_WAS_OPEN = {ErrorCode.ILLEGAL_STATE};

    private final List<ModelConsumer> consumers;
    private final ModelSession session;
    private final ModelClient client;
    private final World world;
    private final RandomGenerator chance;
    private final boolean acknowledgesEach;
    private final TreeMap<Long, Held> held = new TreeMap<>();
    private final Set<Receipt> acking = new LinkedHashSet<>();
    private long lastDeliveryId;

    /** Counts whatever gives deliveries back. */
    private int returns;

    ModelConsumers(
            List<ModelConsumer> consumers,
            ModelSession session,
            ModelClient client,
            World world,
            RandomGenerator chance) {
        this.consumers = consumers;
        this.session = session;
        this.client = client;
        this.world = world;
        this.chance = chance;
        this.acknowledgesEach = chance.nextBoolean();
    }

    private Ledger ledger() {
        return world.ledger();
    }

    /** Highest that was ever delivered to the session. */
    long lastDeliveryId() {
        return lastDeliveryId;
    }

    boolean isNothingHeld() {
        return held.isEmpty() && acking.isEmpty();
    }

    boolean isAllAcknowledged() {
        return acking.isEmpty();
    }

    boolean isAllOpen() {
        return consumers.stream().allMatch(each -> each.state == ModelConsumer.State.OPEN);
    }

    @Override
    public String toString() {
        return "holds %s, %d acknowledgements under way, %s"
                .formatted(
                        held.values(),
                        acking.size(),
                        consumers.stream().map(each -> each + " " + each.state).toList());
    }

    // ---------------------------------------------------------------- opening and closing

    void openAll() {
        consumers.forEach(this::openConsumer);
    }

    /** In order, one by one. */
    void closeAll() {
        for (ModelConsumer consumer : consumers) {
            if (consumer.state != ModelConsumer.State.CLOSED) {
                closeConsumer(consumer);
            }
        }
    }

    /** The session or its connection is closed in order: it is another one from now on. */
    void forgetAll() {
        consumers.forEach(this::consumerClosed);
        giveBackAll();
        lastDeliveryId = 0;
    }

    /** The link was lost, with everything that was held. */
    void lost(Life life) {
        for (Held each : held.values()) {
            if (each.receipt().holder == life && each.receipt().transaction == null) {
                ledger().gaveBack(each.receipt());
            }
        }
        held.clear();
        for (Receipt each : acking) {
            if (each.holder == life) {
                ledger().unsure(each);
            }
        }
        acking.clear();
        consumers.forEach(ModelConsumer::closed);
        returns++;
    }

    /** Everything comes again; gives what was seen. */
    List<DeliveryRange> giveUp() {
        List<Held> failed = new ArrayList<>(held.values());
        consumers.forEach(each -> failed.removeAll(each.unseen));
        world.story().tell("%s gives up %s", session.name(), receipts(failed));
        giveBackAll();
        for (ModelConsumer each : consumers) {
            each.unseen.clear();
            each.credit = 0;
        }
        return ranges(failed);
    }

    void giveBackAll() {
        held.values().forEach(each -> ledger().gaveBack(each.receipt()));
        held.clear();
        returns++;
    }

    /** What the transaction acknowledged goes with it. */
    void leaveTo(ModelTransaction ending) {
        held.values().removeIf(each -> each.receipt().transaction == ending);
    }

    /** The broker gives back by itself. */
    void gaveBack() {
        returns++;
    }

    private void openConsumer(ModelConsumer consumer) {
        consumer.opening(client.nextId(), lastDeliveryId);
        ModelSubscription wanted = wantedBy(consumer);
        ledger().requested(wanted);
        int openedId = consumer.id;
        long token = consumer.resumeToken;
        client.request(
                request ->
                        new Frame.OpenConsumer(
                                request,
                                session.id(),
                                openedId,
                                wanted.wireAddress(),
                                consumer.kind,
                                wanted.wireName(),
                                consumer.selector.isEmpty() ? wanted.selector : consumer.selector,
                                false,
                                token),
                reply -> {
                    boolean awaited =
                            consumer.id == openedId
                                    && consumer.state == ModelConsumer.State.OPENING;
                    if (!(reply instanceof Frame.ConsumerOpened opened)) {
                        client.refused(
                                reply, awaited ? new ErrorCode[0] : CLOSED_BEFORE_IT_WAS_OPEN);
                    } else if (awaited) {
                        boolean resumed = token != 0 && opened.resumeToken() == token;
                        consumer.resumeToken = opened.resumeToken();
                        consumerOpened(consumer, wanted, resumed);
                    }
                });
    }

    /** Of a consumer without a durable subscription a new one, which it has unless it resumes. */
    private static ModelSubscription wantedBy(ModelConsumer consumer) {
        return consumer.kind == Frame.SubscriptionKind.NON_DURABLE
                ? new ModelSubscription(
                        consumer.name + "@" + consumer.id,
                        consumer.destination,
                        consumer.kind,
                        true)
                : consumer.subscription;
    }

    private void consumerOpened(ModelConsumer consumer, ModelSubscription wanted, boolean resumed) {
        world.story().tell("%s is open%s", consumer, resumed ? " again" : "");
        consumer.state = ModelConsumer.State.OPEN;
        if (consumer.kind == Frame.SubscriptionKind.NON_DURABLE && !resumed) {
            endSubscription(consumer);
            consumer.begins(wanted);
            ledger().add(wanted);
        }
        if (consumer.kind != Frame.SubscriptionKind.SHARED) {
            ledger().exists(consumer.subscription);
        }
    }

    private void endSubscription(ModelConsumer consumer) {
        if (consumer.kind == Frame.SubscriptionKind.NON_DURABLE
                && consumer.subscription != null
                && !consumer.subscription.ended) {
            ledger().ended(consumer.subscription);
        }
    }

    private void consumerClosed(ModelConsumer consumer) {
        endSubscription(consumer);
        consumer.resumeToken = 0;
        consumer.closed();
    }

    private ModelConsumer anyConsumer() {
        return consumers.get(chance.nextInt(consumers.size()));
    }

    void consumeSomething() {
        if (chance.nextInt(4) == 0) {
            closeRare();
        }
        if (!consumers.isEmpty()) {
            ModelConsumer consumer = anyConsumer();
            topUp(consumer);
            see(consumer, Math.min(consumer.unseen.size(), chance.nextInt(4)));
        }
    }

    /** Opens what is closed, takes and acknowledges everything. */
    void takeAll() {
        for (ModelConsumer consumer : consumers) {
            if (consumer.state == ModelConsumer.State.CLOSED) {
                openConsumer(consumer);
            } else {
                topUp(consumer);
                see(consumer, consumer.unseen.size());
            }
        }
    }

    private void topUp(ModelConsumer consumer) {
        int more = consumer.window - consumer.credit - consumer.unseen.size();
        if (consumer.state == ModelConsumer.State.OPEN && more > 0) {
            consumer.credit += more;
            consumer.grants++;
            client.write(new Frame.Credit(consumer.id, more));
        }
    }

    private void see(ModelConsumer consumer, int count) {
        List<Held> seen = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Held next = consumer.unseen.poll();
            consumer.lastSeen = next.deliveryId();
            ledger().seen(next.receipt());
            seen.add(next);
        }
        if (!seen.isEmpty()
                && (session.isTransacted() ? chance.nextInt(4) > 0 : acknowledgesEach)) {
            acknowledge(seen);
        }
    }

    // ---------------------------------------------------------------- settling

    void acknowledgeSeen() {
        List<Held> seen = unacknowledged();
        if (!seen.isEmpty()) {
            acknowledge(seen);
        }
    }

    /** Seen, not acknowledged, not even in the transaction. */
    private List<Held> unacknowledged() {
        List<Held> seen = new ArrayList<>();
        for (Held each : held.values()) {
            boolean isSeen = !each.consumer().unseen.contains(each);
            if (isSeen && each.receipt().transaction == null) {
                seen.add(each);
            }
        }
        return seen;
    }

    private void acknowledge(List<Held> seen) {
        world.story().tell("%s acknowledges %s", session.name(), receipts(seen));
        if (session.isTransacted()) {
            seen.forEach(each -> ledger().acknowledgesIn(session.transaction(), each.receipt()));
            client.write(acknowledgement(Frame.NO_REPLY, seen));
            return;
        }
        List<Receipt> receipts = receipts(seen);
        seen.forEach(each -> held.remove(each.deliveryId()));
        if (chance.nextInt(12) == 0) {
            receipts.forEach(ledger()::unsure);
            client.write(acknowledgement(Frame.NO_REPLY, seen));
            return;
        }
        receipts.forEach(ledger()::acknowledging);
        acking.addAll(receipts);
        client.requestDone(
                request -> acknowledgement(request, seen),
                () -> {
                    acking.removeAll(receipts);
                    receipts.forEach(ledger()::acknowledged);
                });
    }

    private static List<Receipt> receipts(List<Held> list) {
        return list.stream().map(Held::receipt).toList();
    }

    private Frame acknowledgement(long requestId, List<Held> seen) {
        return new Frame.Acknowledge(
                requestId, session.id(), Frame.Outcome.ACCEPT, "", ranges(seen));
    }

    private static List<DeliveryRange> ranges(List<Held> list) {
        return list.stream()
                .map(each -> new DeliveryRange(each.deliveryId(), each.deliveryId()))
                .toList();
    }

    // ---------------------------------------------------------------- consumers

    void openOrClose() {
        if (consumers.isEmpty()) {
            return;
        }
        ModelConsumer consumer = anyConsumer();
        closeRare();
        if (consumer.state == ModelConsumer.State.OPEN) {
            closeConsumer(consumer);
        } else if (consumer.state == ModelConsumer.State.CLOSED) {
            openConsumer(consumer);
        }
    }

    private void closeRare() {
        for (ModelConsumer each : consumers) {
            if (each.isRare && each.state == ModelConsumer.State.OPEN) {
                closeConsumer(each);
            }
        }
    }

    private void closeConsumer(ModelConsumer consumer) {
        world.story().tell("%s closes after delivery %d", consumer, consumer.lastSeen);
        for (Held each : consumer.unseen) {
            held.remove(each.deliveryId());
            ledger().gaveBack(each.receipt());
        }
        returns++;
        int closedId = consumer.id;
        long lastSeen = consumer.lastSeen;
        consumerClosed(consumer);
        client.requestDone(
                request -> new Frame.CloseConsumer(request, closedId, lastSeen), () -> {});
    }

    void drain() {
        if (consumers.isEmpty()) {
            return;
        }
        ModelConsumer consumer = anyConsumer();
        if (consumer.state != ModelConsumer.State.OPEN) {
            return;
        }
        topUp(consumer);
        int drainedId = consumer.id;
        world.story().tell("%s asks for all that there is", consumer);
        long asked = ledger().now();
        int grants = consumer.grants;
        int returnsBefore = returns;
        client.requestDone(
                request -> new Frame.Drain(request, drainedId),
                () -> {
                    boolean same =
                            consumer.id == drainedId
                                    && returns == returnsBefore
                                    && !client.life().isOver();
                    world.story().tell("%s was told that there is no more", consumer);
                    // Credit that was granted since may not have been there when it was answered.
                    boolean hungry =
                            consumer.credit > 0
                                    && consumer.grants == grants
                                    && !world.areSessionsSmall();
                    if (same && hungry && consumer.exclusive) {
                        world.story().tell("%s is drained", consumer);
                        ledger().drained(consumer.subscription, asked, client.life());
                    }
                });
    }

    // ---------------------------------------------------------------- deliveries

    void onDeliver(Frame.Deliver deliver, long writtenTick) {
        for (ModelConsumer consumer : consumers) {
            if (consumer.id == deliver.consumerId() && !client.life().isOver()) {
                boolean taken =
                        consumer.state == ModelConsumer.State.OPEN && session.takes(deliver);
                for (Delivery each : deliver.deliveries()) {
                    onDelivery(consumer, each, writtenTick, taken);
                }
            }
        }
    }

    private void onDelivery(
            ModelConsumer consumer, Delivery delivery, long writtenTick, boolean taken) {
        long deliveryId = delivery.deliveryId();
        if (deliveryId <= consumer.lastDelivered) {
            ledger().violated(
                            "%s gets delivery %d after %d",
                            consumer, deliveryId, consumer.lastDelivered);
        }
        consumer.lastDelivered = deliveryId;
        lastDeliveryId = Math.max(lastDeliveryId, deliveryId);
        Record record =
                Record.delivered(delivery.record(), delivery.offset(), delivery.timestamp());
        Arrival arrival =
                new Arrival(
                        consumer.name,
                        consumer.id,
                        consumer.subscription,
                        ModelSends.idOf(record.value().get()),
                        delivery.partition() * Arrival.PARTITION_SPAN + delivery.offset(),
                        delivery.deliveryCount(),
                        ModelSends.redrivesOf(record),
                        writtenTick,
                        client.life());
        if (!taken) {
            world.story().tell("%s drops %s", consumer, ledger().glimpsed(arrival));
            return;
        }
        Receipt receipt = ledger().delivered(arrival, consumer.firsts());
        String selector = consumer.selector;
        if (!selector.isEmpty() && !selector.equals("n = " + receipt.message.n())) {
            ledger().violated("%s with selector %s got %s", consumer, selector, receipt);
        }
        if (--consumer.credit < 0) {
            ledger().violated("%s got %s without credit", consumer, receipt);
        }
        Held now = new Held(delivery.deliveryId(), receipt, consumer);
        held.put(delivery.deliveryId(), now);
        consumer.unseen.add(now);
    }

    void onReclaim(Frame.Reclaim reclaim) {
        for (ModelConsumer consumer : consumers) {
            if (consumer.id == reclaim.consumerId() && consumer.state == ModelConsumer.State.OPEN) {
                List<Held> given = List.copyOf(consumer.unseen);
                world.story().tell("%s gives back %s", consumer, receipts(given));
                given.forEach(each -> held.remove(each.deliveryId()));
                given.forEach(each -> ledger().gaveBack(each.receipt()));
                consumer.unseen.clear();
                returns++;
                client.write(new Frame.Release(Frame.NO_REPLY, session.id(), ranges(given)));
            }
        }
    }
}
