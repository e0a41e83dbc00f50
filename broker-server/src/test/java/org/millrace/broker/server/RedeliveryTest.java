package org.millrace.broker.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.millrace.broker.server.TestClient.queue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.SessionKind;

/** RCV-1, RCV-2, RCV-4, RCV-5, CNS-9. */
class RedeliveryTest {
    private final TestBroker broker = new TestBroker();
    private final TestClient client = broker.connect();
    private final int session = client.session(SessionKind.DIRECT);
    private final int producer = client.producer(session, queue("q"));

    @Test
    void recoverGivesBackInOrderAndCountsOnlyWhatWasSeen() {
        client.send(producer, "a", "b", "c");
        int consumer = client.queueConsumer(session, "q", 10);
        List<TestClient.Got> got = client.take(consumer);

        Frame.SessionReset reset = recover(TestClient.ranges(got.get(1)));
        assertThat(reset.epoch()).isEqualTo(1);
        assertThat(client.take(consumer)).as("credit was revoked").isEmpty();
        client.say(new Frame.Credit(consumer, 10));

        assertThat(client.take(consumer))
                .extracting(TestClient.Got::text, TestClient.Got::count, TestClient.Got::epoch)
                .containsExactly(tuple("a", 1, 1), tuple("b", 2, 1), tuple("c", 1, 1));
    }

    private Frame.SessionReset recover(List<Frame.DeliveryRange> failed) {
        return (Frame.SessionReset) client.ask(id -> new Frame.Recover(id, session, failed));
    }

    @Test
    void acknowledgementsOnTheirWayAreNotRecovered() {
        client.send(producer, "a", "b");
        int consumer = client.queueConsumer(session, "q", 10);
        List<TestClient.Got> got = client.take(consumer);

        client.request(
                id ->
                        new Frame.Acknowledge(
                                id,
                                session,
                                Frame.Outcome.ACCEPT,
                                "",
                                TestClient.ranges(got.get(0))));
        recover(TestClient.ranges(got));
        client.say(new Frame.Credit(consumer, 10));

        assertThat(client.takeTexts(consumer)).containsExactly("b");
    }

    @Test
    void releasedMessagesKeepTheirPlaceAndAreNotCounted() {
        client.send(producer, "a", "b", "c", "d");
        int consumer = client.queueConsumer(session, "q", 3);
        List<TestClient.Got> got = client.take(consumer);

        client.release(session, List.of(got.get(2), got.get(0)));
        client.say(new Frame.Credit(consumer, 3));

        assertThat(client.take(consumer))
                .extracting(TestClient.Got::text, TestClient.Got::count)
                .containsExactly(tuple("a", 1), tuple("c", 1), tuple("d", 1));
    }

    @Test
    void countsGrowAndSurviveARestart() {
        client.send(producer, "a");
        int consumer = client.queueConsumer(session, "q", 1);
        for (int attempt = 1; attempt <= 3; attempt++) {
            List<TestClient.Got> got = client.take(consumer);
            assertThat(got.get(0).count()).isEqualTo(attempt);
            recover(TestClient.ranges(got));
            client.say(new Frame.Credit(consumer, 1));
        }
        broker.stop();
        broker.start();
        TestClient after = broker.connect();
        int again = after.queueConsumer(after.session(SessionKind.DIRECT), "q", 1);

        assertThat(after.take(again).get(0).count()).isEqualTo(5);
    }

    @Test
    void idsThatAreNotHeldAreIgnored() {
        client.send(producer, "a");
        int consumer = client.queueConsumer(session, "q", 1);
        List<TestClient.Got> got = client.take(consumer);
        List<Frame.DeliveryRange> all = List.of(new Frame.DeliveryRange(-5, Long.MAX_VALUE));

        client.acknowledge(session, got);
        client.askDone(id -> new Frame.Acknowledge(id, session, Frame.Outcome.ACCEPT, "", all));
        client.askDone(id -> new Frame.Release(id, session, all));
        client.askDone(id -> new Frame.Acknowledge(id, session, Frame.Outcome.REJECT, "", all));
    }
}
