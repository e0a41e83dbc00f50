package org.millrace.broker.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.broker.server.TestClient.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.broker.settings.BrokerSettings;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.SessionKind;
import org.millrace.wire.frame.Frame.SubscriptionKind;
import org.millrace.wire.record.JmsHeaderBuilder;

/**
 * Random histories of clients with sends, acknowledgements, transactions, lost links, crashes and
 * clean stops over an engine that answers late; then everything that is left is read.
 *
 * <p>What must hold: a confirmed send is delivered once; a confirmed acknowledgement is never
 * redelivered; what rolled back is never seen; order per session (§6.2.9.2, §6.2.11, §6.2.7).
 */
class RandomHistoryTest {
    private static final int STEPS = 400;

    /** Per block; more by {@code -Dmillrace.seeds=1000}. */
    private static final int SEEDS = Integer.getInteger("millrace.seeds", 10);

    private static final String[] SELECTORS = {"", "", "JMSType = 'x'", "JMSPriority > 4"};
    private static final Duration TAKEOVER_DELAY = Duration.ofDays(1);
    private static final BrokerSettings SETTINGS =
            new BrokerSettings(
                    "random",
                    1 << 20,
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(10),
                    2_000,
                    1 << 20,
                    25,
                    100,
                    Duration.ofSeconds(30),
                    TAKEOVER_DELAY,
                    4,
                    BrokerSettings.DEFAULTS.destinations());

    /** What the test knows of one message. */
    private enum Fate {
        SENT,
        CONFIRMED,
        ACKNOWLEDGING,
        ACKNOWLEDGED,
        IN_TRANSACTION,
        ROLLED_BACK
    }

    private final Map<String, Fate> fates = new LinkedHashMap<>();

    /** Given back by a consumer that closed: nobody may be left who can take it in order. */
    private final Set<String> orphans = new HashSet<>();

    /** Given back and not delivered again. */
    private final Set<String> returned = new HashSet<>();

    private final List<Actor> actors = new ArrayList<>();
    private TestBroker broker;
    private SplittableRandom chance;
    private int messages;
    private long orderlyMillis;
    private String where;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void nothingConfirmedIsLostOrDoubled(long block) {
        for (long seed = block * SEEDS; seed < (block + 1) * SEEDS; seed++) {
            fates.clear();
            actors.clear();
            orphans.clear();
            returned.clear();
            orderlyMillis = 0;
            chance = new SplittableRandom(seed);
            broker = new TestBroker(SETTINGS, seed, TestBroker.Timing.LATER);
            where = "seed " + seed;
            play();
        }
    }

    private void play() {
        for (int step = 0; step < STEPS; step++) {
            int act = chance.nextInt(100);
            if (actors.size() < 3) {
                actors.add(new Actor());
            } else if (act == 0) {
                broker.crash();
                actors.clear();
                broker.start();
            } else if (act == 1) {
                broker.stop();
                actors.clear();
                broker.start();
            } else if (act < 4) {
                Actor cut = actors.remove(chance.nextInt(actors.size()));
                cut.listen();
                // What it gives back in a reset under way it does not hear of any more.
                orphans.addAll(cut.resetting ? fates.keySet() : returned);
                cut.client.cut();
            } else {
                actors.get(chance.nextInt(actors.size())).act();
            }
            for (int i = chance.nextInt(8); i > 0; i--) {
                broker.world.step();
            }
            forgiveTakeovers();
            actors.forEach(Actor::listen);
            assertThat(broker.failures).as(where).isEmpty();
        }
        broker.run();
        actors.forEach(Actor::listen);
        if (chance.nextBoolean()) {
            broker.crash();
            broker.start();
        } else {
            actors.forEach(actor -> actor.client.cut());
        }
        checkRest();
    }

    /** What waited for the takeover delay may have come to anybody. */
    private void forgiveTakeovers() {
        if (broker.nowMillis() - orderlyMillis >= TAKEOVER_DELAY.toMillis() / 2) {
            orphans.addAll(fates.keySet());
            orderlyMillis = broker.nowMillis();
        }
    }

    /** Session and priority: what is in order. */
    private static String stream(TestClient.Got got) {
        return got.text().substring(0, got.text().indexOf('#'));
    }

    private static String key(TestClient.Got got) {
        return got.text().substring(got.text().indexOf('@'));
    }

    private static int number(TestClient.Got got) {
        String text = got.text();
        return Integer.parseInt(text.substring(text.indexOf('#') + 1, text.indexOf('@')));
    }

    private List<TestClient.Got> takeAll(String queue) {
        TestClient reader = broker.connect();
        int session = reader.session(SessionKind.DIRECT);
        int consumer = reader.queueConsumer(session, queue, 1_000_000);
        List<TestClient.Got> got = new ArrayList<>();
        for (List<TestClient.Got> more = reader.take(consumer);
                !more.isEmpty();
                more = reader.take(consumer)) {
            reader.acknowledge(session, more);
            got.addAll(more);
        }
        return got;
    }

    private void checkRest() {
        Set<String> left = new HashSet<>();
        // What was given back too often is there.
        for (TestClient.Got each : takeAll("DLQ.queue.q")) {
            assertThat(left.add(each.text())).as("%s: %s twice", where, each).isTrue();
        }
        Map<String, Integer> lastOfSession = new LinkedHashMap<>();
        for (TestClient.Got each : takeAll("q")) {
            assertThat(left.add(each.text())).as("%s: %s twice", where, each).isTrue();
            Integer before = lastOfSession.put(stream(each), number(each));
            assertThat(before == null || before < number(each))
                    .as("%s: %s after %s", where, each, before)
                    .isTrue();
        }
        fates.forEach(
                (text, fate) -> {
                    String what = where + ": " + text + " " + fate;
                    switch (fate) {
                        case CONFIRMED -> assertThat(left).as(what).contains(text);
                        case ACKNOWLEDGED, ROLLED_BACK ->
                                assertThat(left).as(what).doesNotContain(text);
                        case SENT, ACKNOWLEDGING, IN_TRANSACTION -> {
                            // Not confirmed: either is right.
                        }
                    }
                });
    }

    /** One client with a session, a producer and a consumer. */
    private final class Actor {
        private final boolean transacted = chance.nextInt(3) == 0;
        private final TestClient client = broker.connect();
        private final int session =
                client.session(transacted ? SessionKind.TRANSACTED : SessionKind.DIRECT);
        private final int producer = client.producer(session, queue("q"));
        private final String name = "s" + client.producerIdOf(session);
        private final Map<Long, Runnable> whenDone = new LinkedHashMap<>();
        private final List<TestClient.Got> held = new ArrayList<>();
        private final Set<String> sentInTransaction = new TreeSet<>();
        private final Set<String> acknowledgedInTransaction = new TreeSet<>();

        /** Of each session, priority and key what the consumer received first of all and kept. */
        private final Map<String, TreeSet<Integer>> kept = new LinkedHashMap<>();

        private int consumer = openConsumer();
        private int heard;

        /** It finished a message and not one before it: no client does that and gives back. */
        private boolean untidy;

        private int epoch;
        private boolean committing;
        private boolean resetting;
        private long commits;

        private int openConsumer() {
            String selector = SELECTORS[chance.nextInt(SELECTORS.length)];
            return client.consumer(session, queue("q"), SubscriptionKind.QUEUE, "", selector, 0);
        }

        void act() {
            if (resetting || committing) {
                return;
            }
            switch (chance.nextInt(9)) {
                case 0, 1, 2 -> send();
                case 3, 4 -> acknowledge();
                case 5, 6 -> client.post(new Frame.Credit(consumer, 1 + chance.nextInt(5)));
                case 7 -> endOrRecover();
                default -> occasionally();
            }
        }

        private void send() {
            int priority = chance.nextBoolean() ? 4 : 7;
            String key = chance.nextBoolean() ? "" : "k" + chance.nextInt(4);
            String text = name + "p" + priority + "#" + messages++ + "@" + key;
            JmsHeaderBuilder header = TestClient.header().persistent().priority(priority);
            header.type(chance.nextBoolean() ? "x" : "y");
            fates.put(text, transacted ? Fate.IN_TRANSACTION : Fate.SENT);
            if (transacted) {
                sentInTransaction.add(text);
            }
            long id =
                    client.request(
                            request ->
                                    new Frame.Send(
                                            request,
                                            producer,
                                            true,
                                            priority,
                                            0,
                                            client.keyed(
                                                    producer,
                                                    header,
                                                    List.of(key),
                                                    List.of(text))));
            if (!transacted) {
                whenDone.put(id, () -> confirmSent(text));
            }
        }

        private void acknowledge() {
            if (held.isEmpty()) {
                return;
            }
            int from = chance.nextBoolean() ? 0 : chance.nextInt(held.size());
            untidy |= from > 0;
            List<TestClient.Got> some =
                    held.subList(from, from + 1 + chance.nextInt(held.size() - from));
            List<TestClient.Got> chosen = List.copyOf(some);
            some.clear();
            for (TestClient.Got each : chosen) {
                if (transacted) {
                    acknowledgedInTransaction.add(each.text());
                } else {
                    fates.put(each.text(), Fate.ACKNOWLEDGING);
                }
            }
            long id =
                    client.request(
                            request ->
                                    new Frame.Acknowledge(
                                            request,
                                            session,
                                            Frame.Outcome.ACCEPT,
                                            "",
                                            TestClient.ranges(chosen)));
            if (!transacted) {
                whenDone.put(
                        id,
                        () -> chosen.forEach(each -> fates.put(each.text(), Fate.ACKNOWLEDGED)));
            }
        }

        private void confirmSent(String text) {
            // It may have been delivered and acknowledged before this end hears that it was stored.
            fates.replace(text, Fate.SENT, Fate.CONFIRMED);
        }

        private void endOrRecover() {
            if (transacted && chance.nextBoolean()) {
                commit();
            } else {
                reset();
            }
        }

        private void commit() {
            List<String> sent = List.copyOf(sentInTransaction);
            List<String> acknowledged = List.copyOf(acknowledgedInTransaction);
            sentInTransaction.clear();
            acknowledgedInTransaction.clear();
            acknowledged.forEach(text -> fates.put(text, Fate.ACKNOWLEDGING));
            long number = commits++;
            long id = client.request(request -> new Frame.Commit(request, session, number));
            committing = true;
            whenDone.put(
                    id,
                    () -> {
                        committing = false;
                        sent.forEach(
                                text -> fates.replace(text, Fate.IN_TRANSACTION, Fate.CONFIRMED));
                        acknowledged.forEach(text -> fates.put(text, Fate.ACKNOWLEDGED));
                    });
        }

        private void reset() {
            resetting = true;
            sentInTransaction.forEach(text -> fates.put(text, Fate.ROLLED_BACK));
            sentInTransaction.clear();
            acknowledgedInTransaction.clear();
            List<Frame.DeliveryRange> failed = TestClient.ranges(held);
            held.clear();
            long id =
                    client.request(
                            request ->
                                    transacted
                                            ? new Frame.Rollback(request, session, failed)
                                            : new Frame.Recover(request, session, failed));
            whenDone.put(id, () -> resetting = false);
        }

        private void occasionally() {
            if (chance.nextBoolean()) {
                untidy = true;
                releaseHeld();
            } else if (chance.nextInt(4) == 0) {
                long lastSeen =
                        held.isEmpty() ? Long.MAX_VALUE : held.get(held.size() / 2).deliveryId();
                forgetAfter(lastSeen);
                int closed = consumer;
                client.request(id -> new Frame.CloseConsumer(id, closed, lastSeen));
                broker.run();
                listen();
                forgetAfter(lastSeen);
                orphans.addAll(returned);
                kept.clear();
                consumer = openConsumer();
            } else {
                client.request(id -> new Frame.Drain(id, consumer));
            }
        }

        /** Takes note of what arrived since the last call, in the order of arrival. */
        void listen() {
            while (heard < client.heard.size()) {
                Frame frame = client.heard.get(heard++);
                if (frame instanceof Frame.SessionReset reset) {
                    epoch = reset.epoch();
                    whenDone.remove(reset.requestId()).run();
                } else if (frame instanceof Frame.Done done) {
                    Runnable then = whenDone.remove(done.requestId());
                    if (then != null) {
                        then.run();
                    }
                } else if (frame instanceof Frame.Deliver deliver) {
                    assertThat(deliver.epoch()).isLessThanOrEqualTo(epoch);
                    client.decode(deliver).forEach(this::receive);
                } else if (frame instanceof Frame.Reclaim) {
                    releaseHeld();
                } else {
                    assertThat(frame).isNotInstanceOf(Frame.Failed.class);
                }
            }
        }

        private void releaseHeld() {
            client.post(new Frame.Release(Frame.NO_REPLY, session, TestClient.ranges(held)));
            for (TestClient.Got each : held) {
                (untidy ? orphans : returned).add(each.text());
                keptOf(each).remove(number(each));
            }
            held.clear();
        }

        private void forgetAfter(long lastSeen) {
            held.stream()
                    .filter(each -> each.deliveryId() > lastSeen)
                    .forEach(each -> returned.add(each.text()));
            held.removeIf(each -> each.deliveryId() > lastSeen);
        }

        private void checkOrder(TestClient.Got got) {
            if (got.count() == 1 && !orphans.contains(got.text())) {
                assertThat(keptOf(got).ceiling(number(got)))
                        .as("%s: later than %s for session of %s", where, got, name)
                        .isNull();
                keptOf(got).add(number(got));
            }
        }

        private TreeSet<Integer> keptOf(TestClient.Got got) {
            return kept.computeIfAbsent(stream(got) + key(got), absent -> new TreeSet<>());
        }

        private void receive(TestClient.Got got) {
            // While a reset is under way the broker has taken back what was on its way.
            if (got.epoch() == epoch && !resetting) {
                assertThat(fates.get(got.text()))
                        .as("%s: %s for session of %s", where, got, name)
                        .isNotIn(Fate.ACKNOWLEDGED, Fate.ROLLED_BACK);
                checkOrder(got);
                held.add(got);
                returned.remove(got.text());
            } else {
                returned.add(got.text());
            }
        }
    }
}
