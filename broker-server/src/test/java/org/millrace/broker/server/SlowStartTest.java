package org.millrace.broker.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.broker.server.TestClient.topic;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.millrace.broker.settings.BrokerSettings;
import org.millrace.foundation.Spec;
import org.millrace.persistence.SubscriptionRow;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.SessionKind;
import org.millrace.wire.frame.Frame.SubscriptionKind;

/** What happens while the subscriptions of a destination are being loaded one after the other. */
class SlowStartTest {
    private final SlowEngine engine = new SlowEngine();
    private final TestBroker broker =
            TestBroker.onEngines(BrokerSettings.DEFAULTS, TestBroker.SEED, engine::newEngine);

    /** Its cursors take a while. */
    private void loadSlowly(String name) {
        for (SubscriptionRow each : engine.store.recover().subscriptions()) {
            if (each.name().contains(name)) {
                engine.slow(new SlowEngine.Call("cursors", each.id())::equals);
            }
        }
    }

    private static int durable(TestClient client, int session, String name) {
        return client.consumer(session, topic("t"), SubscriptionKind.DURABLE, name, "", 10);
    }

    @Test
    @Spec("SUB-11")
    void nothingIsDroppedThatASubscriptionNeedsThatIsNotLoadedYet() {
        TestClient client = broker.connect("me");
        int session = client.session(SessionKind.DIRECT);
        int ahead = durable(client, session, "ahead");
        client.closeConsumer(durable(client, session, "behind"), 0);
        int producer = client.producer(session, topic("t"));
        client.send(producer, "1", "2", "3");
        client.acknowledge(session, client.take(ahead));
        client.say(new Frame.CloseConsumer(Frame.NO_REPLY, ahead, Long.MAX_VALUE));
        client.send(producer, TestMessage.of("short").expiringIn(Duration.ofSeconds(10)));
        loadSlowly("behind");

        broker.restartAfterCrash();
        // It expires, which moves the floor of the one subscription that is loaded.
        broker.advance(SlowEngine.DELAY.dividedBy(2));
        broker.advance(SlowEngine.DELAY);

        TestClient after = broker.connect("me");
        int again = durable(after, after.session(SessionKind.DIRECT), "behind");
        assertThat(after.takeTexts(again)).containsExactly("1", "2", "3");
    }
}
