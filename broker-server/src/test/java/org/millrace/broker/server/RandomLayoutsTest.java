package org.millrace.broker.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.broker.server.TestClient.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.broker.settings.BrokerSettings;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.SessionKind;

/**
 * Random sends with and without keys, changes of the number of partitions, consumers that come and
 * go, crashes and stops, against a simple model: each message is finished once; those of a key are
 * with one consumer at a time and finished in the order of sending; each consumer sees those of a
 * session without key in that order.
 */
class RandomLayoutsTest {
    private static final int MESSAGES = 250;

    /** Per block; more by {@code -Dmillrace.seeds=1000}. */
    private static final int SEEDS = Integer.getInteger("millrace.seeds", 15);

    /** Nobody is so impatient that what waits for one consumer goes to another, out of order. */
    private static final BrokerSettings SETTINGS =
            new BrokerSettings(
                    "random",
                    1 << 20,
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(10),
                    1 << 20,
                    1 << 20,
                    1000,
                    100,
                    Duration.ofSeconds(30),
                    Duration.ofDays(1),
                    4,
                    BrokerSettings.DEFAULTS.destinations());

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void orderHoldsAcrossChangesOfTheLayout(int block) {
        for (int seed = block * SEEDS; seed < (block + 1) * SEEDS; seed++) {
            new History(seed).play();
        }
    }

    private static final class History {
        private final String where;
        private final SplittableRandom chance;
        private final TestBroker broker;
        private final List<Reader> readers = new ArrayList<>();
        private final Map<String, Integer> lastFinished = new HashMap<>();
        private final Map<String, Reader> holders = new HashMap<>();
        private final Set<String> finished = new HashSet<>();

        /** What was seen once and given back may come in any order. */
        private final Map<String, Reader> firstSeenBy = new HashMap<>();

        private TestClient client;
        private int producer;
        private int sent;
        private int starts;
        private int changes;
        private int layout = 1;

        private final class Reader {
            private final int session = client.session(SessionKind.DIRECT);
            private final List<TestClient.Got> held = new ArrayList<>();
            private final Map<String, Integer> lastNew = new HashMap<>();
            private int consumer = open();

            private int open() {
                lastNew.clear();
                return client.queueConsumer(session, "q", chance.nextInt(6));
            }

            void act() {
                switch (chance.nextInt(10)) {
                    case 0 -> giveBack();
                    case 1 -> recover();
                    case 2 -> reopen();
                    case 3, 4, 5 -> client.say(new Frame.Credit(consumer, 1 + chance.nextInt(5)));
                    default -> finish();
                }
            }

            void hear() {
                for (TestClient.Got got : client.take(consumer)) {
                    held.add(got);
                    if (isKeyed(got)) {
                        checkAlone(got);
                    } else if (got.count() == 1 && firstSeenBy.put(got.text(), this) == null) {
                        Integer before = lastNew.put(stream(got), number(got));
                        assertThat(before == null || before < number(got))
                                .as("%s: %s is new to it after %s", where, got, before)
                                .isTrue();
                    }
                    assertThat(finished).as(where).doesNotContain(got.text());
                }
            }

            private void checkAlone(TestClient.Got got) {
                Reader before = holders.put(stream(got), this);
                boolean alone =
                        before == null
                                || before == this
                                || before.held.stream()
                                        .noneMatch(each -> stream(each).equals(stream(got)));
                assertThat(alone).as("%s: %s is with two", where, got).isTrue();
            }

            private void giveBack() {
                List<TestClient.Got> dropped = List.copyOf(held);
                held.clear();
                client.say(new Frame.Release(0, session, TestClient.ranges(dropped)));
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
                assertThat(finished.add(got.text())).as("%s: %s twice", where, got).isTrue();
                if (isKeyed(got)) {
                    Integer last = lastFinished.put(stream(got), number(got));
                    assertThat(last == null || last < number(got))
                            .as("%s: %s after %s", where, got, last)
                            .isTrue();
                }
            }
        }

        History(int seed) {
            this.where = "seed " + seed;
            this.chance = new SplittableRandom(seed);
            this.broker =
                    new TestBroker(
                            SETTINGS,
                            seed,
                            chance.nextBoolean()
                                    ? TestBroker.Timing.LATER
                                    : TestBroker.Timing.AT_ONCE);
            begin();
        }

        /** Another session sends from here on. */
        private void begin() {
            starts++;
            client = broker.connect();
            producer = client.producer(client.session(SessionKind.DIRECT), queue("q"));
            readers.clear();
            holders.clear();
            for (int i = 0; i < 4; i++) {
                readers.add(new Reader());
            }
        }

        private static boolean isKeyed(TestClient.Got got) {
            return got.text().startsWith("k");
        }

        private static String stream(TestClient.Got got) {
            return got.text().substring(0, got.text().indexOf('#'));
        }

        private static int number(TestClient.Got got) {
            return Integer.parseInt(got.text().substring(got.text().indexOf('#') + 1));
        }

        void play() {
            for (int step = 0; finished.size() < MESSAGES; step++) {
                assertThat(step).as(where).isLessThan(100_000);
                if (sent < MESSAGES && chance.nextInt(3) == 0) {
                    send();
                }
                if (sent < MESSAGES && chance.nextInt(40) == 0) {
                    change();
                }
                if (chance.nextInt(400) == 0) {
                    restart();
                }
                readers.forEach(Reader::hear);
                readers.get(chance.nextInt(readers.size())).act();
                readers.forEach(Reader::hear);
                if (chance.nextInt(10) == 0) {
                    broker.advance(Duration.ofMillis(300));
                }
            }
            assertThat(changes).as(where).isPositive();
            assertThat(broker.backlog()).as(where).isZero();
            assertThat(broker.failures).as(where).isEmpty();
        }

        private void send() {
            int stream = chance.nextInt(8);
            if (stream < 6) {
                client.sendKeyed(producer, "k" + stream, "k" + stream + "#" + sent++);
            } else {
                client.send(producer, "s" + starts + "#" + sent++);
            }
        }

        private void change() {
            int before = layout;
            layout = 1 + chance.nextInt(5);
            changes += before == layout ? 0 : 1;
            assertThat(broker.changePartitions(queue("q"), layout)).as(where).isEmpty();
        }

        private void restart() {
            if (chance.nextBoolean()) {
                broker.restartAfterCrash();
            } else {
                broker.stop();
                broker.start();
            }
            begin();
        }
    }
}
