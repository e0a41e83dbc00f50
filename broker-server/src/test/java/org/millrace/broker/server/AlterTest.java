package org.millrace.broker.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.millrace.broker.server.RetentionTest.queue;
import static org.millrace.broker.server.RetentionTest.topic;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.millrace.broker.destination.SettingValue;
import org.millrace.broker.settings.BrokerSettings;
import org.millrace.broker.settings.DestinationDefaults;
import org.millrace.wire.Address;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.SessionKind;
import org.millrace.wire.frame.Frame.SubscriptionKind;

/** Settings of destinations are changed while they are in use. */
class AlterTest {
    private TestBroker broker = new TestBroker();
    private TestClient client = broker.connect("me");
    private int session = client.session(SessionKind.DIRECT);

    private void restart() {
        broker.restartAfterCrash();
        client = broker.connect("me");
        session = client.session(SessionKind.DIRECT);
    }

    private Map<String, SettingValue> set(Address destination, String key, String value) {
        return broker.alter(destination, Map.of(key, Optional.of(value)));
    }

    private Map<String, SettingValue> unset(Address destination, String key) {
        return broker.alter(destination, Map.of(key, Optional.empty()));
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
    void aTopicKeepsHistoryFromTheMomentItIsGivenARetention() {
        int producer = client.producer(session, topic("news", ""));
        client.send(producer, "for nobody");
        set(topic("news", ""), "retention", "PT1H");
        client.send(producer, "a", "b");
        assertThat(history("news")).containsExactly("a", "b");
        restart();
        assertThat(history("news")).containsExactly("a", "b");
        broker.advance(Duration.ofMinutes(70));
        assertThat(history("news")).isEmpty();
    }

    @Test
    void aShorterRetentionHoldsForWhatIsThereAndALongerOneKeepsTheRest() {
        int producer = client.producer(session, topic("news", "retention=P7D"));
        client.send(producer, "old");
        broker.advance(Duration.ofHours(3));
        client.send(producer, "young");
        set(topic("news", ""), "retention", "PT2H");
        broker.advance(Duration.ofMinutes(2));
        assertThat(history("news")).containsExactly("young");
        set(topic("news", ""), "retention", "P7D");
        broker.advance(Duration.ofHours(30));
        assertThat(history("news")).containsExactly("young");
    }

    @Test
    void withoutItsRetentionAQueueForgetsWhatWasAcknowledged() {
        int producer = client.producer(session, queue("orders", "retention=P1D"));
        int consumer = client.queueConsumer(session, "orders", 10);
        client.send(producer, "a", "b");
        client.acknowledge(session, client.take(consumer));
        assertThat(broker.backlog()).isEqualTo(2);
        unset(queue("orders", ""), "retention");
        broker.run();
        assertThat(broker.backlog()).isZero();
    }

    @Test
    void whatIsUnsetIsAsThePatternSaysAgain() {
        broker =
                new TestBroker(
                        BrokerSettings.DEFAULTS.withDestinations(
                                new DestinationDefaults(
                                        List.of(
                                                DestinationDefaults.Rule.of(
                                                        "destination.n*.retention", "P3D")))));
        client = broker.connect("me");
        session = client.session(SessionKind.DIRECT);
        client.producer(session, topic("news", ""));
        SettingValue own = set(topic("news", ""), "retention", "P1D").get("retention");
        assertThat(own.value()).contains("P1D");
        assertThat(own.origin()).isEqualTo(SettingValue.Origin.DESTINATION);
        SettingValue pattern = unset(topic("news", ""), "retention").get("retention");
        assertThat(pattern.value()).contains("P3D");
        assertThat(pattern.origin()).isEqualTo(SettingValue.Origin.PATTERN);
        SettingValue other = unset(topic("news", ""), "maxDeliveries").get("maxDeliveries");
        assertThat(other.origin()).isEqualTo(SettingValue.Origin.DEFAULT);
    }

    @Test
    void theLimitOfDeliveriesAndTheDeadLetterQueueHoldAtOnce() {
        int producer = client.producer(session, queue("orders", ""));
        int consumer = client.queueConsumer(session, "orders", 10);
        broker.alter(
                queue("orders", ""),
                Map.of(
                        "maxDeliveries",
                        Optional.of("1"),
                        "deadLetterQueue",
                        Optional.of("rejects")));
        client.send(producer, "poison");
        List<TestClient.Got> got = client.take(consumer);
        client.ask(id -> new Frame.Recover(id, session, TestClient.ranges(got)));
        int rejects = client.queueConsumer(session, "rejects", 10);
        assertThat(client.takeTexts(rejects)).containsExactly("poison");
    }

    @Test
    void whatIsWrongChangesNothingAtAll() {
        client.producer(session, topic("news", "retention=P1D"));
        refused("unknown setting 'colour'", Map.of("colour", Optional.of("red")));
        refused("unknown setting 'colour'", Map.of("colour", Optional.empty()));
        refused("unknown setting 'createdMillis'", Map.of("createdMillis", Optional.of("0")));
        refused("unknown setting 'partitions'", Map.of("partitions", Optional.of("3")));
        refused("no setting was given", Map.of());
        refused(
                "setting maxDeliveries of a destination is '0', expected a number from 1",
                Map.of("retention", Optional.of("P9D"), "maxDeliveries", Optional.of("0")));
        SettingValue retention = unset(topic("news", ""), "maxDeliveries").get("retention");
        assertThat(retention.value()).contains("P1D");
    }

    private void refused(String why, Map<String, Optional<String>> changes) {
        assertThatThrownBy(() -> broker.alter(topic("news", ""), changes))
                .hasStackTraceContaining(why)
                .hasStackTraceContaining("nothing was changed");
    }

    @Test
    void nothingIsCreatedByAnAlteration() {
        assertThatThrownBy(() -> set(topic("nowhere", ""), "retention", "P1D"))
                .hasStackTraceContaining("does not exist");
        assertThat(broker.engine.recover().destinations()).isEmpty();
    }
}
