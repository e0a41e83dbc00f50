package org.millrace.broker.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.millrace.broker.settings.BrokerSettings;
import org.millrace.broker.settings.DestinationDefaults;
import org.millrace.broker.settings.InvalidConfigException;
import org.millrace.persistence.PartitionBounds;
import org.millrace.wire.Address;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.SessionKind;
import org.millrace.wire.frame.Frame.SubscriptionKind;

/** What is kept past the floors of all subscriptions, and for how long. */
class RetentionTest {
    private TestBroker broker = new TestBroker();
    private TestClient client = broker.connect("me");
    private int session = client.session(SessionKind.DIRECT);

    static Address topic(String name, String options) {
        return new Address(Address.Kind.TOPIC, name, options);
    }

    static Address queue(String name, String options) {
        return new Address(Address.Kind.QUEUE, name, options);
    }

    private void reconnect() {
        client = broker.connect("me");
        session = client.session(SessionKind.DIRECT);
    }

    private PartitionBounds bounds(String name) {
        long id =
                broker.engine.recover().destinations().stream()
                        .filter(row -> row.name().equals(name))
                        .findFirst()
                        .orElseThrow()
                        .id();
        return broker.engine.bounds(broker.engine.partitions(id).get(0));
    }

    private List<String> history(String topic) {
        int consumer =
                client.consumer(
                        session,
                        topic(topic, "from=earliest"),
                        SubscriptionKind.NON_DURABLE,
                        "",
                        "",
                        1_000);
        List<String> texts = client.takeTexts(consumer);
        client.closeConsumer(consumer, Long.MAX_VALUE);
        return texts;
    }

    @Test
    void aTopicThatNobodyReadsKeepsWhatIsYoungEnough() {
        int producer = client.producer(session, topic("news", "retention=PT1H"));
        client.send(producer, "a");
        broker.advance(Duration.ofMinutes(40));
        client.send(producer, "b");
        assertThat(history("news")).containsExactly("a", "b");

        broker.advance(Duration.ofMinutes(25));
        assertThat(history("news")).containsExactly("b");
        assertThat(bounds("news").startOffset()).isEqualTo(1);

        broker.advance(Duration.ofHours(1));
        assertThat(bounds("news").sizeBytes()).isZero();
    }

    @Test
    void historySurvivesACrashAndGrowsOldAfterIt() {
        int producer = client.producer(session, topic("news", "retention=PT1H"));
        client.send(producer, "a");
        broker.restartAfterCrash();
        reconnect();
        assertThat(history("news")).containsExactly("a");
        broker.restartAfterCrash();
        broker.advance(Duration.ofMinutes(70));
        assertThat(bounds("news").sizeBytes()).isZero();
    }

    @Test
    void whatASubscriptionNeedsIsKeptWhateverItsAge() {
        int producer = client.producer(session, topic("news", "retention=PT1H"));
        int consumer =
                client.consumer(session, topic("news", ""), SubscriptionKind.DURABLE, "sub", "", 0);
        client.closeConsumer(consumer, 0);
        client.send(producer, "a", "b");
        broker.advance(Duration.ofHours(5));
        int again =
                client.consumer(
                        session, topic("news", ""), SubscriptionKind.DURABLE, "sub", "", 10);
        client.acknowledge(session, client.take(again));
        broker.advance(Duration.ofMinutes(5));
        assertThat(bounds("news").sizeBytes()).isZero();
    }

    @Test
    void withoutRetentionADestinationIsTrimmedAtItsFloor() {
        int producer = client.producer(session, queue("orders", ""));
        int consumer = client.queueConsumer(session, "orders", 10);
        client.send(producer, "a", "b");
        client.acknowledge(session, client.take(consumer));
        assertThat(bounds("orders").sizeBytes()).isZero();
    }

    @Test
    void aQueueKeepsNoMoreThanItsBytes() {
        int producer = client.producer(session, queue("orders", "retentionBytes=1KiB"));
        int consumer = client.queueConsumer(session, "orders", 1_000);
        for (int i = 0; i < 50; i++) {
            client.send(producer, "message " + i);
        }
        broker.advance(Duration.ofSeconds(2));
        assertThat(bounds("orders").sizeBytes()).isGreaterThan(4 * 1024);
        client.acknowledge(session, client.take(consumer));
        broker.advance(Duration.ofSeconds(2));
        client.send(producer, "last");
        broker.advance(Duration.ofSeconds(2));
        assertThat(bounds("orders").sizeBytes()).isBetween(800L, 1024L);
    }

    /** Against a list from which what is too old and too much is removed. */
    @Test
    void keepsWhatASimpleModelKeeps() {
        long seed = 4711;
        SplittableRandom random = new SplittableRandom(seed);
        record Sent(String text, long atMillis) {}
        List<Sent> model = new ArrayList<>();
        int producer =
                client.producer(session, topic("news", "retention=PT1M&retentionBytes=2000"));
        client.send(producer, "0");
        long size = bounds("news").sizeBytes();
        model.add(new Sent("0", broker.nowMillis()));
        for (int i = 1; i < 300; i++) {
            if (random.nextInt(3) == 0) {
                broker.advance(Duration.ofMillis(random.nextInt(20_000)));
            } else {
                String text = String.valueOf(i % 10);
                client.send(producer, text);
                model.add(new Sent(text, broker.nowMillis()));
            }
            if (random.nextInt(40) == 0) {
                broker.restartAfterCrash();
                reconnect();
                producer = client.producer(session, topic("news", ""));
            }
            if (random.nextInt(5) == 0) {
                long before = broker.nowMillis() - 60_000;
                broker.advance(Duration.ofSeconds(4));
                model.removeIf(sent -> sent.atMillis() < before);
                List<String> texts = model.stream().map(Sent::text).toList();
                int most = (int) (2_000 / size);
                List<String> fitting =
                        texts.subList(Math.max(0, texts.size() - most), texts.size());
                long young =
                        model.stream()
                                .filter(sent -> sent.atMillis() >= broker.nowMillis() - 60_000)
                                .count();
                List<String> kept = history("news");
                assertThat(kept)
                        .as("seed %d step %d", seed, i)
                        .hasSizeBetween((int) Math.min(young, fitting.size()), fitting.size());
                assertThat(fitting.subList(fitting.size() - kept.size(), fitting.size()))
                        .as("seed %d step %d", seed, i)
                        .isEqualTo(kept);
            }
        }
    }

    @Test
    void theConfigurationGivesRetentionByNamePattern() {
        DestinationDefaults defaults =
                new DestinationDefaults(
                        List.of(
                                DestinationDefaults.Rule.of(
                                        "destination.orders.*.retention", "PT1H"),
                                DestinationDefaults.Rule.of(
                                        "destination.orders.short.*.retention", "PT1M")));
        broker = new TestBroker(BrokerSettings.DEFAULTS.withDestinations(defaults));
        reconnect();
        client.send(client.producer(session, topic("orders.eu", "")), "a");
        client.send(client.producer(session, topic("orders.short.eu", "")), "a");
        client.send(client.producer(session, topic("other", "")), "a");
        broker.advance(Duration.ofMinutes(10));
        assertThat(history("orders.eu")).containsExactly("a");
        assertThat(history("orders.short.eu")).isEmpty();
        assertThat(history("other")).isEmpty();
    }

    @Test
    void aWrongPatternDoesNotStart() {
        DestinationDefaults wrong =
                new DestinationDefaults(
                        List.of(DestinationDefaults.Rule.of("destination.*.retention", "soon")));
        assertThatThrownBy(() -> new TestBroker(BrokerSettings.DEFAULTS.withDestinations(wrong)))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageContaining("destination.*.retention")
                .hasMessageContaining("soon");
    }

    @Test
    void unknownAndContradictoryOptionsAreRefusedAndCreateNothing() {
        for (String options :
                List.of(
                        "colour=red",
                        "retention=soon",
                        "retention=PT0S",
                        "retentionBytes=-1",
                        "retentionBytes=10XB",
                        "retention=P1D&retention=P1D",
                        "retention",
                        "createdMillis=0",
                        "from=yesterday")) {
            refusedProducer(topic("news", options));
        }
        assertThat(broker.engine.recover().destinations()).isEmpty();
        client.producer(session, topic("news", "retention=PT24H"));
        client.producer(session, topic("news", "retention=P1D"));
        refusedProducer(topic("news", "retention=P2D"));
        refusedProducer(topic("news", "retentionBytes=1KiB"));
    }

    private void refusedProducer(Address address) {
        client.askRefused(
                ErrorCode.INVALID_DESTINATION,
                request -> new Frame.OpenProducer(request, session, 9_000, address));
    }
}
