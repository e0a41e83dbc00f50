package org.millrace.broker.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.broker.server.TestClient.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.wire.Address;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.SessionKind;

/** PRP-16: messages of one JMSXGroupID are with one consumer at a time, in order. */
class KeyedDispatchTest {
    private final TestBroker broker = new TestBroker();
    private final TestClient client = broker.connect();
    private final int sender = client.session(SessionKind.DIRECT);
    private final int producer = client.producer(sender, queue("q"));
    private final int oneSession = client.session(SessionKind.DIRECT);
    private final int otherSession = client.session(SessionKind.DIRECT);

    @Test
    void theNextOfAKeyWaitsForTheOneInFlightAndOtherKeysPass() {
        client.hasSeenAll = true;
        int one = client.queueConsumer(oneSession, "q", 1);
        int other = client.queueConsumer(otherSession, "q", 10);
        client.sendKeyed(producer, "k", "k1", "k2", "k3");
        client.sendKeyed(producer, "l", "l1");
        client.send(producer, "free");

        List<TestClient.Got> held = client.take(one);
        assertThat(held).extracting(TestClient.Got::text).containsExactly("k1");
        assertThat(client.takeTexts(other)).containsExactly("l1", "free");

        client.acknowledge(oneSession, held);
        client.say(new Frame.Credit(one, 1));
        assertThat(client.takeTexts(one)).containsExactly("k2");
        assertThat(client.takeTexts(other)).isEmpty();
    }

    @Test
    void whatIsInFlightWithAClosedConsumerStillHoldsItsKey() {
        int one = client.queueConsumer(oneSession, "q", 1);
        client.sendKeyed(producer, "k", "k1", "k2");
        List<TestClient.Got> held = client.take(one);
        client.closeConsumer(one, held.get(0).deliveryId());

        int other = client.queueConsumer(otherSession, "q", 10);
        assertThat(client.takeTexts(other)).isEmpty();
        client.acknowledge(oneSession, held);
        assertThat(client.takeTexts(other)).containsExactly("k2");
    }

    @Test
    void oneConsumerGetsEverythingInTheOrderOfSending() {
        client.sendKeyed(producer, "k", "k1");
        client.send(producer, "free");
        client.sendKeyed(producer, "k", "k2");
        client.sendKeyed(producer, "l", "l1");
        int only = client.queueConsumer(oneSession, "q", 10);
        assertThat(client.takeTexts(only)).containsExactly("k1", "free", "k2", "l1");
    }

    @Test
    void whatFailedComesBeforeWhatWaitedForIt() {
        int one = client.queueConsumer(oneSession, "q", 2);
        client.sendKeyed(producer, "k", "k1", "k2", "k3");
        List<TestClient.Got> held = client.take(one);
        assertThat(held).extracting(TestClient.Got::text).containsExactly("k1", "k2");
        int other = client.queueConsumer(otherSession, "q", 10);

        client.ask(id -> new Frame.Recover(id, oneSession, TestClient.ranges(held.subList(0, 1))));

        List<TestClient.Got> got = client.take(other);
        assertThat(got).extracting(TestClient.Got::text).containsExactly("k1", "k2", "k3");
        assertThat(got).extracting(TestClient.Got::count).containsExactly(2, 1, 1);
    }

    @Test
    void selectorsShareTheKeysOfAQueue() {
        int one = client.queueConsumer(oneSession, "q", 1);
        int picky =
                client.consumer(
                        otherSession,
                        queue("q"),
                        Frame.SubscriptionKind.QUEUE,
                        "",
                        "JMSPriority > 0",
                        10);
        client.sendKeyed(producer, "k", "k1", "k2");
        List<TestClient.Got> first = client.take(one);
        assertThat(first).hasSize(1);
        assertThat(client.take(picky)).isEmpty();
        client.acknowledge(oneSession, first);
        assertThat(client.takeTexts(picky)).containsExactly("k2");
    }

    /** Of every key each message is finished once, in order, whatever consumers do. */
    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void randomConsumersFinishEveryKeyInOrder(int partitions) {
        for (int seed = 0; seed < 60; seed++) {
            new KeyedHistory(seed, partitions).play();
        }
    }

    private static final class KeyedHistory {
        private static final int MESSAGES = 300;

        private final String where;
        private final SplittableRandom chance;
        private final TestBroker broker = new TestBroker();
        private final TestClient client = broker.connect();
        private final List<Reader> readers = new ArrayList<>();
        private final Map<String, Integer> lastFinished = new HashMap<>();
        private final Map<String, Reader> holders = new HashMap<>();
        private final Address address;
        private int finished;

        private final class Reader {
            private final int session = client.session(SessionKind.DIRECT);
            private int consumer = open();
            private final List<TestClient.Got> held = new ArrayList<>();

            private int open() {
                return client.queueConsumer(session, "q", chance.nextInt(4));
            }

            void act() {
                hear();
                switch (chance.nextInt(10)) {
                    case 0 -> client.say(new Frame.Release(0, session, TestClient.ranges(drop())));
                    case 1 -> recover();
                    case 2 -> reopen();
                    case 3, 4, 5 -> client.say(new Frame.Credit(consumer, 1 + chance.nextInt(5)));
                    default -> finish();
                }
            }

            void hear() {
                for (TestClient.Got got : client.take(consumer)) {
                    held.add(got);
                    Reader before = holders.put(key(got), this);
                    boolean alone =
                            before == null
                                    || before == this
                                    || before.held.stream()
                                            .noneMatch(each -> key(each).equals(key(got)));
                    assertThat(alone).as("%s: %s is with two", where, key(got)).isTrue();
                }
            }

            private List<TestClient.Got> drop() {
                List<TestClient.Got> dropped = List.copyOf(held);
                held.clear();
                return dropped;
            }

            private void recover() {
                List<TestClient.Got> failed =
                        held.isEmpty() || chance.nextBoolean() ? List.of() : List.of(held.get(0));
                held.clear();
                client.ask(id -> new Frame.Recover(id, session, TestClient.ranges(failed)));
            }

            private void reopen() {
                client.closeConsumer(consumer, 0);
                held.clear();
                consumer = open();
            }

            private void finish() {
                if (held.isEmpty()) {
                    return;
                }
                TestClient.Got got = held.remove(0);
                client.acknowledge(session, List.of(got));
                int number = Integer.parseInt(got.text().substring(got.text().indexOf('#') + 1));
                Integer last = lastFinished.put(key(got), number);
                assertThat(last == null || last < number)
                        .as("%s: %s after %s", where, got, last)
                        .isTrue();
                finished++;
            }
        }

        KeyedHistory(int seed, int partitions) {
            this.where = "seed " + seed;
            this.chance = new SplittableRandom(seed);
            this.address = new Address(Address.Kind.QUEUE, "q", "partitions=" + partitions);
        }

        private static String key(TestClient.Got got) {
            return got.text().substring(0, got.text().indexOf('#'));
        }

        void play() {
            int producer = client.producer(client.session(SessionKind.DIRECT), address);
            for (int i = 0; i < 4; i++) {
                readers.add(new Reader());
            }
            int sent = 0;
            for (int step = 0; finished < MESSAGES; step++) {
                assertThat(step).as(where).isLessThan(100_000);
                if (sent < MESSAGES && chance.nextInt(3) == 0) {
                    String key = "k" + chance.nextInt(8);
                    client.sendKeyed(producer, key, key + "#" + sent++);
                }
                readers.forEach(Reader::hear);
                readers.get(chance.nextInt(readers.size())).act();
                if (chance.nextInt(10) == 0) {
                    broker.advance(Duration.ofMillis(300));
                }
            }
        }
    }
}
