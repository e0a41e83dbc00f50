package org.millrace.broker.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.broker.server.TestClient.queue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.millrace.broker.settings.BrokerSettings;
import org.millrace.foundation.Spec;
import org.millrace.wire.Address;
import org.millrace.wire.admin.AdminArguments.Content;
import org.millrace.wire.admin.AdminArguments.DoomedDestination;
import org.millrace.wire.admin.AdminArguments.Listing;
import org.millrace.wire.admin.AdminJson;
import org.millrace.wire.admin.AdminOperations;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.DeliveryRange;
import org.millrace.wire.frame.Frame.SessionKind;

/** What happens while a message is on its way to a dead-letter queue. */
class LettersMeanwhileTest {
    private final SlowEngine engine = new SlowEngine();
    private final TestBroker broker =
            TestBroker.onEngines(BrokerSettings.DEFAULTS, TestBroker.SEED, engine::newEngine);
    private final TestClient client = broker.connect();
    private final int session = client.session(SessionKind.DIRECT);

    private long deliveredId() {
        client.send(client.producer(session, queue("q")), "a");
        return client.take(client.queueConsumer(session, "q", 1)).get(0).deliveryId();
    }

    private void administer(Object arguments, String operation) {
        client.request(id -> new Frame.Admin(id, operation, AdminJson.write(arguments)));
        broker.run();
    }

    @Test
    @Spec("LSE-1")
    void aLetterIsNotLostWithTheQueueThatIsDeletedWhileItIsRead() {
        administer(new Listing("", ""), AdminOperations.LIST_DESTINATIONS.name());
        client.producer(session, queue("DLQ.queue.q"));
        long id = deliveredId();
        engine.slow(call -> call.name().equals("read"));
        client.request(
                ask ->
                        new Frame.Acknowledge(
                                ask,
                                session,
                                Frame.Outcome.REJECT,
                                "bad",
                                List.of(new DeliveryRange(id, id))));
        administer(
                new DoomedDestination(Address.Kind.QUEUE, "DLQ.queue.q", Content.MUST_BE_NONE),
                AdminOperations.DELETE_DESTINATION.name());
        broker.advance(SlowEngine.DELAY);
        engine.slow(call -> false);
        broker.advance(SlowEngine.DELAY);

        assertThat(client.browse("DLQ.queue.q", "")).containsExactly("a");
        assertThat(client.browse("q", "")).isEmpty();
    }
}
