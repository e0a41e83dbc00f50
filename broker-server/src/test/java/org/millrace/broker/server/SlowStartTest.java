package org.millrace.broker.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.broker.server.TestClient.topic;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.millrace.broker.settings.BrokerSettings;
import org.millrace.foundation.Loop;
import org.millrace.foundation.SeededScheduler;
import org.millrace.foundation.Spec;
import org.millrace.persistence.CursorState;
import org.millrace.persistence.HeapLogEngine;
import org.millrace.persistence.LogEngine;
import org.millrace.persistence.SubscriptionRow;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.SessionKind;
import org.millrace.wire.frame.Frame.SubscriptionKind;

/** What happens while the subscriptions of a destination are being loaded one after the other. */
class SlowStartTest {
    private static final Duration SLOW = Duration.ofMinutes(1);

    private final HeapLogEngine store = new HeapLogEngine(1L << 30);
    private final Set<Long> slow = new HashSet<>();
    private final TestBroker broker =
            TestBroker.onEngines(BrokerSettings.DEFAULTS, TestBroker.SEED, this::engine);

    /** Some subscriptions take a while. */
    private LogEngine engine(SeededScheduler world, Consumer<Throwable> onFailure) {
        Loop catalog = world.newLoop("catalog");
        return (LogEngine)
                Proxy.newProxyInstance(
                        getClass().getClassLoader(),
                        new Class<?>[] {LogEngine.class},
                        (self, method, arguments) ->
                                method.getName().equals("cursors") && slow.contains(arguments[0])
                                        ? cursorsLater(catalog, (long) arguments[0])
                                        : method.invoke(store, arguments));
    }

    private CompletableFuture<List<CursorState>> cursorsLater(Loop catalog, long subscription) {
        CompletableFuture<List<CursorState>> answer = new CompletableFuture<>();
        catalog.after(
                SLOW,
                () -> answer.complete(store.cursors(subscription).toCompletableFuture().join()));
        return answer;
    }

    private void makeSlow(String name) {
        for (SubscriptionRow each : store.recover().subscriptions()) {
            if (each.name().contains(name)) {
                slow.add(each.id());
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
        makeSlow("behind");

        broker.restartAfterCrash();
        // Expires, which moves the floor of the one subscription that is loaded.
        broker.advance(SLOW.dividedBy(2));
        broker.advance(SLOW);

        TestClient after = broker.connect("me");
        int again = durable(after, after.session(SessionKind.DIRECT), "behind");
        assertThat(after.takeTexts(again)).containsExactly("1", "2", "3");
    }
}
