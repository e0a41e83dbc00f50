package org.millrace.broker.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.broker.server.TestClient.queue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.wire.Address;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.SessionKind;

/** Destination options in the name, and what partitions keep in order (§6.2.9.2). */
class PartitionsTest {
    private final TestBroker broker = new TestBroker();
    private final TestClient client = broker.connect();
    private final int session = client.session(SessionKind.DIRECT);

    private static Address orders(String options) {
        return new Address(Address.Kind.QUEUE, "orders", options);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "partitions=0",
                "partitions=-1",
                "partitions=1025",
                "partitions=many",
                "partitions=",
                "partitions",
                "partitions=2&partitions=2",
                "partitons=2",
                "&",
                "=2"
            })
    void wrongOptionsAreRefusedAndNothingIsCreated(String options) {
        client.askRefused(
                ErrorCode.INVALID_DESTINATION,
                id -> new Frame.OpenProducer(id, session, 99, orders(options)));

        client.producer(session, orders("partitions=3"));
    }

    @Test
    void anotherNumberOfPartitionsIsRefusedNamingBoth() {
        client.producer(session, orders("partitions=3"));
        client.producer(session, orders("partitions=3"));
        client.producer(session, queue("orders"));

        broker.restartAfterCrash();
        TestClient after = broker.connect();
        int afterSession = after.session(SessionKind.DIRECT);
        after.askRefused(
                ErrorCode.INVALID_DESTINATION,
                id -> new Frame.OpenProducer(id, afterSession, 99, orders("partitions=4")));
        List<Frame.Failed> failures = after.heard(Frame.Failed.class);
        assertThat(failures.get(0).message()).contains("3 partitions", "not 4");
    }

    @Test
    void withoutKeyASessionKeepsToOnePartitionAndAKeyToIts() {
        Map<String, Set<Integer>> partitions = new LinkedHashMap<>();
        for (int i = 0; i < 8; i++) {
            int sender = client.session(SessionKind.DIRECT);
            int producer = client.producer(sender, orders("partitions=4"));
            for (int n = 0; n < 5; n++) {
                client.send(producer, "s" + i + "#" + n);
                client.sendKeyed(producer, "k" + n, "k" + n + "#" + (i * 5 + n));
            }
        }
        client.queueConsumer(session, "orders", 1_000);
        broker.run();
        Map<String, List<Integer>> numbers = new LinkedHashMap<>();
        for (Frame.Deliver deliver : client.heard(Frame.Deliver.class)) {
            List<TestClient.Got> got = client.decode(deliver);
            for (int i = 0; i < got.size(); i++) {
                String[] text = got.get(i).text().split("#");
                int partition = deliver.deliveries().get(i).partition();
                partitions.computeIfAbsent(text[0], k -> new LinkedHashSet<>()).add(partition);
                numbers.computeIfAbsent(text[0], k -> new ArrayList<>())
                        .add(Integer.parseInt(text[1]));
            }
        }
        assertThat(partitions).hasSize(13).allSatisfy((who, where) -> assertThat(where).hasSize(1));
        assertThat(partitions.values().stream().distinct()).hasSizeGreaterThan(2);
        assertThat(numbers).allSatisfy((who, all) -> assertThat(all).isSorted());
    }

    @Test
    void aBatchWhoseKeysBelongToSeveralPartitionsIsRefused() {
        int producer = client.producer(session, orders("partitions=64"));
        client.askRefused(
                ErrorCode.INVALID_ARGUMENT,
                id ->
                        new Frame.Send(
                                id,
                                producer,
                                true,
                                4,
                                0,
                                client.keyed(producer, List.of("a", "b"), List.of("1", "2"))));
    }
}
