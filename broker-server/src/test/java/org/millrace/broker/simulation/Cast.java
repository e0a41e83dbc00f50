package org.millrace.broker.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.millrace.foundation.SeededScheduler;
import org.millrace.wire.Address;
import org.millrace.wire.frame.Frame.SessionKind;
import org.millrace.wire.frame.Frame.SubscriptionKind;

/** Who takes part in a run: clients, their sessions, and who consumes what. By chance. */
final class Cast {
    /** It is deleted again and again. */
    static final Address DOOMED = Address.of(Address.Kind.QUEUE, "doomed");

    private static final int LARGEST_WINDOW = 12;

    private final Plan plan;
    private final World world;
    private final SplittableRandom chance;
    private final List<ModelClient> clients = new ArrayList<>();
    private final List<List<ModelConsumer>> consumers = new ArrayList<>();
    private final List<Address> destinations = new ArrayList<>();

    /** Destinations, and what is deleted again and again. */
    private final List<Address> sent = new ArrayList<>();

    Cast(Plan plan, World world, SeededScheduler scheduler, SplittableRandom chance) {
        this.plan = plan;
        this.world = world;
        this.chance = chance;
        int sessions = plan.clients() + chance.nextInt(plan.clients() + 1);
        for (int i = 0; i < sessions; i++) {
            consumers.add(new ArrayList<>());
        }
        castQueues();
        castTopics();
        castLetters();
        castDoomed();
        for (int i = 0; i < plan.clients(); i++) {
            String name = "c" + i;
            // Only clients without an id can share subscriptions; see castTopics.
            clients.add(
                    new ModelClient(
                            name,
                            isNamed(i) ? name : "",
                            world,
                            scheduler.newLoop(name),
                            chance.split()));
        }
        for (int i = 0; i < sessions; i++) {
            SessionKind kind =
                    switch (chance.nextInt(8)) {
                        case 0, 1 -> SessionKind.TRANSACTED;
                        case 2 -> SessionKind.XA;
                        default -> SessionKind.DIRECT;
                    };
            clients.get(i % plan.clients()).newSession(kind, someDestinations(i), consumers.get(i));
        }
    }

    List<ModelClient> clients() {
        return clients;
    }

    /** Queues and topics. */
    List<Address> destinations() {
        return destinations;
    }

    private boolean isNamed(int client) {
        return client % 2 == 1;
    }

    private void castQueues() {
        for (int i = 0; i < plan.queues(); i++) {
            Address queue = Address.of(Address.Kind.QUEUE, "q" + i);
            destinations.add(queue);
            sent.add(queue);
            boolean exclusive = chance.nextBoolean();
            ModelSubscription only =
                    new ModelSubscription(queue.name(), queue, SubscriptionKind.QUEUE, exclusive);
            only.assigned = plan.rules().assigned() && chance.nextBoolean();
            only.requestedTick = 0;
            only.confirmedTick = 0;
            world.ledger().add(only);
            int readers = exclusive ? 1 : 2 + chance.nextInt(2);
            for (int reader = 0; reader < readers; reader++) {
                ModelConsumer consumer = new ModelConsumer(name(queue, reader), only, window());
                // The first takes all, so that nothing is for nobody.
                consumer.selector = reader == 0 ? "" : selector();
                give(any(), consumer);
            }
        }
    }

    /** Its consumer is seldom there. */
    private void castDoomed() {
        if (plan.doomed()) {
            ModelSubscription only =
                    new ModelSubscription(DOOMED.name(), DOOMED, SubscriptionKind.QUEUE, true);
            only.requestedTick = 0;
            only.confirmedTick = 0;
            world.ledger().add(only);
            ModelConsumer consumer = new ModelConsumer(name(DOOMED, 0), only, window());
            consumer.isRare = true;
            give(any(), consumer);
            sent.add(DOOMED);
        }
    }

    private void castLetters() {
        if (plan.rules().letters()) {
            Address queue = Address.of(Address.Kind.QUEUE, Rules.LETTERS);
            ModelSubscription only =
                    new ModelSubscription(queue.name(), queue, SubscriptionKind.QUEUE, false);
            only.requestedTick = 0;
            only.confirmedTick = 0;
            world.ledger().addLetters(only);
            give(any(), new ModelConsumer("letters-r0", only, window()));
        }
    }

    private String selector() {
        boolean has = plan.rules().selective() && chance.nextBoolean();
        return has ? "n = " + chance.nextInt(2) : "";
    }

    private void castTopics() {
        for (int i = 0; i < plan.topics(); i++) {
            Address topic = Address.of(Address.Kind.TOPIC, "t" + i);
            destinations.add(topic);
            sent.add(topic);
            for (int session = 0; session < consumers.size(); session++) {
                castTopicReader(topic, session);
            }
            shareAmongUnnamed(topic, SubscriptionKind.SHARED_DURABLE);
            shareAmongUnnamed(topic, SubscriptionKind.SHARED);
        }
    }

    private void castTopicReader(Address topic, int session) {
        String name = name(topic, session);
        if (isNamed(session % plan.clients()) && chance.nextBoolean()) {
            ModelSubscription durable =
                    new ModelSubscription(name + "-durable", topic, SubscriptionKind.DURABLE, true);
            durable.selector = selector();
            durable.clientId = "c" + session % plan.clients();
            world.ledger().add(durable);
            give(session, new ModelConsumer(durable.name, durable, window()));
        }
        if (chance.nextInt(4) == 0) {
            give(session, ModelConsumer.nonDurable(name + "-live", topic, window()));
        }
    }

    private void shareAmongUnnamed(Address topic, SubscriptionKind kind) {
        if (chance.nextInt(3) > 0) {
            return;
        }
        ModelSubscription shared =
                new ModelSubscription(topic.name() + "-" + kind, topic, kind, false);
        shared.assigned = plan.rules().assigned() && chance.nextBoolean();
        world.ledger().add(shared);
        for (int session = 0; session < consumers.size(); session++) {
            boolean takesPart = session == 0 || chance.nextBoolean();
            if (takesPart && !isNamed(session % plan.clients())) {
                give(session, new ModelConsumer(shared.name + session, shared, window()));
            }
        }
    }

    private static String name(Address destination, int reader) {
        return destination.name() + "-r" + reader;
    }

    private int any() {
        return chance.nextInt(consumers.size());
    }

    private int window() {
        return 1 + chance.nextInt(LARGEST_WINDOW);
    }

    private void give(int session, ModelConsumer consumer) {
        consumers.get(session).add(consumer);
    }

    /** The first session sends to all of them. */
    private List<Address> someDestinations(int session) {
        return sent.stream().filter(each -> session == 0 || chance.nextInt(3) > 0).toList();
    }
}
