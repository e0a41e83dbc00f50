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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.broker.settings.BrokerSettings;
import org.millrace.foundation.Spec;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.SessionKind;

/**
 * Random delays, readers, stops and crashes over an engine that answers late: nothing confirmed is
 * lost, doubled or early.
 */
class DelayHistoryTest {
    private static final int SEEDS_PER_BLOCK = 10;
    private static final int STEPS = 60;

    private final Map<String, Long> dueOf = new LinkedHashMap<>();
    private final Map<Long, String> awaited = new LinkedHashMap<>();
    private final Set<String> confirmed = new HashSet<>();
    private final Set<String> received = new HashSet<>();
    private SplittableRandom chance;
    private TestBroker broker;
    private TestClient client;
    private int session;
    private int producer;
    private int consumer;
    private String where;

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7})
    @Spec({"HDR-16", "SND-6"})
    void nothingIsLostDoubledOrEarly(long block) {
        for (long seed = block * SEEDS_PER_BLOCK; seed < (block + 1) * SEEDS_PER_BLOCK; seed++) {
            dueOf.clear();
            confirmed.clear();
            received.clear();
            where = "seed " + seed;
            chance = new SplittableRandom(seed);
            broker = new TestBroker(BrokerSettings.DEFAULTS, seed, TestBroker.Timing.LATER);
            connect();
            for (int step = 0; step < STEPS; step++) {
                act();
            }
            finish();
        }
    }

    private void connect() {
        awaited.clear();
        client = broker.connect();
        session = client.session(SessionKind.DIRECT);
        producer = client.producer(session, queue("q"));
        consumer = client.queueConsumer(session, "q", 1_000_000);
    }

    private void act() {
        int act = chance.nextInt(100);
        if (act < 70) {
            post();
        } else if (act < 90) {
            for (int i = chance.nextInt(60); i > 0; i--) {
                broker.advance(Duration.ofMillis(50));
                receive();
            }
        } else if (act < 95) {
            // In the middle of what is under way.
            for (int i = chance.nextInt(20); i > 0; i--) {
                broker.world.step();
            }
            confirm();
            receive();
            broker.restartAfterCrash();
            connect();
        } else {
            broker.run();
            confirm();
            receive();
            broker.stop();
            broker.advance(Duration.ofMillis(chance.nextInt(3000)));
            broker.start();
            connect();
        }
        confirm();
        receive();
        assertThat(broker.failures).as(where).isEmpty();
    }

    private void post() {
        String text = "m" + dueOf.size();
        Duration delay = Duration.ofMillis(chance.nextInt(5000));
        TestMessage message =
                TestMessage.of(text).delayed(delay).priority(chance.nextInt(4) == 0 ? 7 : 4);
        dueOf.put(text, broker.nowMillis() + delay.toMillis());
        long request = client.request(id -> client.sending(id, producer, message));
        awaited.put(request, text);
        if (chance.nextBoolean()) {
            broker.world.step();
        }
    }

    private void confirm() {
        awaited.forEach(
                (request, text) -> {
                    if (client.isAnswered(request)) {
                        assertThat(client.answer(request)).isInstanceOf(Frame.Done.class);
                        confirmed.add(text);
                    }
                });
    }

    private void receive() {
        List<TestClient.Got> got = new ArrayList<>();
        for (Frame.Deliver deliver : client.heard(Frame.Deliver.class)) {
            got.addAll(client.decode(deliver));
        }
        for (TestClient.Got each : got) {
            assertThat(broker.nowMillis())
                    .as("%s: %s is early", where, each)
                    .isGreaterThanOrEqualTo(dueOf.get(each.text()));
        }
    }

    private void finish() {
        broker.advance(Duration.ofSeconds(10));
        broker.run();
        confirm();
        client.cut();
        broker.advance(Duration.ofSeconds(10));
        connect();
        for (String text : client.takeTexts(consumer)) {
            assertThat(received.add(text)).as("%s: %s twice", where, text).isTrue();
        }
        assertThat(received).as(where).containsAll(confirmed);
    }
}
