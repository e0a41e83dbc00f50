package org.millrace.broker.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.millrace.broker.settings.BrokerSettings;
import org.millrace.wire.Address;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.SessionKind;
import org.millrace.wire.frame.Frame.SubscriptionKind;

/** {@code ?assignment=exclusive}: one consumer for each partition, the others stand by. */
class ExclusiveTest {
    private static final Address QUEUE = address("partitions=4");
    private static final Address EXCLUSIVE = address("assignment=exclusive");

    private final TestBroker broker = new TestBroker();
    private final TestClient client = broker.connect();
    private final int session = client.session(SessionKind.DIRECT);
    private final int producer = client.producer(session, QUEUE);

    private static Address address(String options) {
        return new Address(Address.Kind.QUEUE, "q", options);
    }

    private int consumer(int inSession, Address from, int credit) {
        return client.consumer(inSession, from, SubscriptionKind.QUEUE, "", "", credit);
    }

    private int newSession() {
        return client.session(SessionKind.DIRECT);
    }

    /** One message of each of so many keys. */
    private void sendRound(int keys, int round) {
        for (int i = 0; i < keys; i++) {
            client.sendKeyed(producer, "k" + i, "k" + i + "#" + round);
        }
    }

    private static Set<String> keys(List<TestClient.Got> got) {
        Set<String> keys = new HashSet<>();
        got.forEach(each -> keys.add(each.text().substring(0, each.text().indexOf('#'))));
        return keys;
    }

    @Test
    void eachPartitionIsOneConsumersAndStaysSo() {
        client.hasSeenAll = true;
        int[] sessions = {newSession(), newSession(), newSession()};
        int[] consumers = new int[3];
        sendRound(40, 0);
        for (int i = 0; i < 3; i++) {
            consumers[i] = consumer(sessions[i], EXCLUSIVE, 1000);
        }
        for (int i = 0; i < 3; i++) {
            client.acknowledge(sessions[i], client.take(consumers[i]));
        }
        sendRound(40, 1);
        List<Set<String>> owned = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            List<TestClient.Got> got = client.take(consumers[i]);
            assertThat(got).isNotEmpty();
            owned.add(keys(got));
            client.acknowledge(sessions[i], got);
        }
        sendRound(40, 2);
        for (int i = 0; i < 3; i++) {
            assertThat(keys(client.take(consumers[i]))).isEqualTo(owned.get(i));
        }
    }

    @Test
    void whoStandsByTakesOverAtOnceWhenTheOwnerCloses() {
        int otherSession = newSession();
        int owner = consumer(session, EXCLUSIVE, 1000);
        client.sendKeyed(producer, "k", "k#1", "k#2", "k#3");
        List<TestClient.Got> held = client.take(owner);
        assertThat(held).hasSize(3);
        client.acknowledge(session, held.subList(0, 1));
        client.closeConsumer(owner, held.get(0).deliveryId());
        int next = consumer(otherSession, EXCLUSIVE, 1000);
        assertThat(client.takeTexts(next)).containsExactly("k#2", "k#3");
    }

    @Test
    void whatTheOldOwnerHasSeenIsWaitedFor() {
        int otherSession = newSession();
        int owner = consumer(session, EXCLUSIVE, 1000);
        client.send(producer, "s#1", "s#2");
        List<TestClient.Got> held = client.take(owner);
        client.closeConsumer(owner, held.get(1).deliveryId());
        client.send(producer, "s#3");
        int next = consumer(otherSession, EXCLUSIVE, 1000);
        assertThat(client.take(next)).isEmpty();
        client.acknowledge(session, held.subList(0, 1));
        assertThat(client.take(next)).isEmpty();
        client.acknowledge(session, held.subList(1, 2));
        assertThat(client.takeTexts(next)).containsExactly("s#3");
    }

    @Test
    void whoWaitedWithAFullSessionIsServedWhenItHasRoom() {
        TestBroker small = new TestBroker(withMaxUnsettled(1));
        TestClient shared = small.connect();
        int sends = shared.session(SessionKind.DIRECT);
        int toQueue = shared.producer(sends, QUEUE);
        int first = shared.session(SessionKind.DIRECT);
        int full = shared.session(SessionKind.DIRECT);
        shared.consumer(first, EXCLUSIVE, SubscriptionKind.QUEUE, "", "", 100);
        int waiting = shared.consumer(full, EXCLUSIVE, SubscriptionKind.QUEUE, "", "", 100);
        int other = shared.queueConsumer(full, "other", 100);
        shared.send(shared.producer(sends, TestClient.queue("other")), "filler");
        List<TestClient.Got> filler = shared.take(other);
        for (int i = 0; i < 8; i++) {
            shared.sendKeyed(toQueue, "k" + i, "m" + i);
        }
        assertThat(shared.take(waiting)).isEmpty();

        shared.acknowledge(full, filler);

        assertThat(shared.take(waiting)).hasSize(1);
    }

    private static BrokerSettings withMaxUnsettled(int most) {
        BrokerSettings all = BrokerSettings.DEFAULTS;
        return new BrokerSettings(
                all.name(),
                all.maxFrameBytes(),
                all.idleTimeout(),
                all.handshakeTimeout(),
                all.maxOutstandingBytes(),
                all.maxTransactionBytes(),
                most,
                all.maxDestinations(),
                all.resumeGrace(),
                all.takeoverDelay(),
                all.horizonStep(),
                all.destinations());
    }

    @Test
    void aLostLinkHandsOverInOrder() {
        TestClient lost = broker.connect();
        int lostSession = lost.session(SessionKind.DIRECT);
        int owner = lost.consumer(lostSession, EXCLUSIVE, SubscriptionKind.QUEUE, "", "", 1000);
        client.send(producer, "s#1", "s#2", "s#3");
        assertThat(lost.take(owner)).hasSize(3);
        int next = consumer(session, EXCLUSIVE, 1000);
        assertThat(client.take(next)).isEmpty();
        lost.cut();
        assertThat(client.takeTexts(next)).containsExactly("s#1", "s#2", "s#3");
    }

    @Test
    void aNewLayoutWaitsForWhatIsInFlightOfTheOldOne() {
        int otherSession = newSession();
        int one = consumer(session, EXCLUSIVE, 1000);
        client.hasSeenAll = true;
        client.send(producer, "s#1");
        List<TestClient.Got> held = client.take(one);
        assertThat(held).hasSize(1);
        int other = consumer(otherSession, EXCLUSIVE, 1000);
        assertThat(broker.changePartitions(QUEUE, 7)).isEmpty();
        sendRound(30, 2);
        assertThat(client.take(one)).isNotEmpty();
        assertThat(client.take(other)).isEmpty();
        client.acknowledge(session, held);
        assertThat(client.take(other)).isNotEmpty();
    }

    @Test
    void anotherAssignmentThanThatOfTheOthersIsRefused() {
        int owner = consumer(session, EXCLUSIVE, 10);
        client.refusedConsumer(
                ErrorCode.IN_USE, newSession(), address(""), SubscriptionKind.QUEUE, "");
        assertThat(client.heard(Frame.Failed.class).get(0).message())
                .contains("assignment=exclusive", "assignment=shared");
        client.closeConsumer(owner, 0);
        consumer(session, address("assignment=shared"), 10);
        client.refusedConsumer(
                ErrorCode.IN_USE, newSession(), EXCLUSIVE, SubscriptionKind.QUEUE, "");
        client.refusedConsumer(
                ErrorCode.INVALID_DESTINATION,
                newSession(),
                address("assignment=mine"),
                SubscriptionKind.QUEUE,
                "");
    }

    /** Whatever consumers do, a partition is with one of them at a time, and in order. */
    @Test
    void randomConsumersNeverShareAPartition() {
        for (int seed = 0; seed < 60; seed++) {
            new History(seed).play();
        }
    }

    private static final class History {
        private static final int MESSAGES = 200;

        private final String where;
        private final SplittableRandom chance;
        private final TestBroker broker = new TestBroker();
        private final TestClient client = broker.connect();
        private final int producer = client.producer(client.session(SessionKind.DIRECT), QUEUE);
        private final List<Reader> readers = new ArrayList<>();
        private final Map<String, Integer> lastFinished = new HashMap<>();
        private int finished;
        private int sent;

        private final class Reader {
            private final int session = client.session(SessionKind.DIRECT);
            private final List<TestClient.Got> held = new ArrayList<>();
            private int consumer = open();

            private int open() {
                return client.consumer(
                        session, EXCLUSIVE, SubscriptionKind.QUEUE, "", "", 1 + chance.nextInt(6));
            }

            void hear() {
                held.addAll(client.take(consumer));
            }

            void act() {
                switch (chance.nextInt(8)) {
                    case 0 -> {
                        client.closeConsumer(consumer, 0);
                        held.clear();
                        consumer = open();
                    }
                    case 1 -> {
                        List<TestClient.Got> dropped = List.copyOf(held);
                        held.clear();
                        client.say(new Frame.Release(0, session, TestClient.ranges(dropped)));
                    }
                    case 2, 3 -> client.say(new Frame.Credit(consumer, 1 + chance.nextInt(5)));
                    default -> finish();
                }
            }

            private void finish() {
                if (!held.isEmpty()) {
                    TestClient.Got got = held.remove(0);
                    client.acknowledge(session, List.of(got));
                    int number =
                            Integer.parseInt(got.text().substring(got.text().indexOf('#') + 1));
                    Integer last = lastFinished.put(keys(List.of(got)).toString(), number);
                    assertThat(last == null || last < number)
                            .as("%s: %s after %s", where, got, last)
                            .isTrue();
                    finished++;
                }
            }
        }

        History(int seed) {
            this.where = "seed " + seed;
            this.chance = new SplittableRandom(seed);
        }

        void play() {
            for (int i = 0; i < 3; i++) {
                readers.add(new Reader());
            }
            for (int step = 0; finished < MESSAGES; step++) {
                assertThat(step).as(where).isLessThan(50_000);
                if (sent < MESSAGES && chance.nextInt(2) == 0) {
                    int stream = chance.nextInt(6);
                    if (stream == 5) {
                        client.send(producer, "s#" + sent++);
                    } else {
                        client.sendKeyed(producer, "k" + stream, "k" + stream + "#" + sent++);
                    }
                }
                if (sent < MESSAGES && chance.nextInt(60) == 0) {
                    assertThat(broker.changePartitions(QUEUE, 1 + chance.nextInt(5))).isEmpty();
                }
                readers.forEach(Reader::hear);
                readers.get(chance.nextInt(readers.size())).act();
            }
        }
    }
}
