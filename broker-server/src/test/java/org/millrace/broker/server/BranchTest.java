package org.millrace.broker.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.millrace.broker.loop.Answer;
import org.millrace.broker.loop.RefusedException;
import org.millrace.broker.settings.BrokerSettings;
import org.millrace.broker.transaction.BranchReport;
import org.millrace.broker.transaction.Branches;
import org.millrace.foundation.Loop;
import org.millrace.foundation.SeededScheduler;
import org.millrace.persistence.Change;
import org.millrace.persistence.LogEngine;
import org.millrace.persistence.catalog.HeapCatalog;
import org.millrace.persistence.embedded.EmbeddedEngine;
import org.millrace.persistence.embedded.EngineLoops;
import org.millrace.persistence.embedded.EngineSettings;
import org.millrace.persistence.simulation.FaultyStorageIo;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.SessionKind;
import org.millrace.wire.frame.Frame.SubscriptionKind;
import org.millrace.wire.frame.Frame.XaOperation;

/** Branches at the broker: what they cost, who decides them, what they hold. XA-6, XA-7, XA-10. */
class BranchTest {
    private static final Frame.XaBranch XID =
            new Frame.XaBranch(
                    7, ByteBuffer.wrap(new byte[] {1, -1}), ByteBuffer.wrap(new byte[] {2}));
    private static final String NAME = "7:01ff:02";

    private final FaultyStorageIo disk = new FaultyStorageIo(new SplittableRandom(TestBroker.SEED));
    private final HeapCatalog catalog = new HeapCatalog();
    private List<Loop> engineLoops = List.of();
    private final TestBroker broker =
            TestBroker.onEngines(BrokerSettings.DEFAULTS, TestBroker.SEED, this::engine);

    private LogEngine engine(SeededScheduler world, Consumer<Throwable> onFailure) {
        Loop journal = world.newLoop("journal");
        Loop flusher = world.newLoop("flusher");
        Loop reader = world.newLoop("reader");
        engineLoops = List.of(journal, flusher, reader);
        return new EmbeddedEngine(
                EngineSettings.SMALL,
                disk,
                catalog,
                new EngineLoops(journal, flusher, reader),
                onFailure::accept);
    }

    private void killAndStart() {
        broker.crash();
        engineLoops.forEach(broker.world::kill);
        disk.crash();
        broker.start();
    }

    private static int call(TestClient client, int session, XaOperation operation) {
        Frame.XaReply reply =
                (Frame.XaReply) client.ask(id -> new Frame.Xa(id, session, operation, XID, 0, 0));
        return reply.result();
    }

    /** Takes a message from "in" and sends it to "out". */
    private TestClient moved() {
        TestClient client = broker.connect();
        int plain = client.session(SessionKind.DIRECT);
        client.send(client.producer(plain, TestClient.queue("in")), "a");
        int session = client.session(SessionKind.XA);
        int producer = client.producer(session, TestClient.queue("out"));
        int consumer = client.queueConsumer(session, "in", 1);
        List<TestClient.Got> got = client.take(consumer);
        broker.advance(Duration.ofSeconds(1));
        call(client, session, XaOperation.START);
        client.acknowledge(session, got);
        client.send(producer, got.get(0).text());
        call(client, session, XaOperation.END_SUCCESS);
        return client;
    }

    private List<String> received(String queue) {
        TestClient client = broker.connect();
        int consumer = client.queueConsumer(client.session(SessionKind.DIRECT), queue, 10);
        List<String> texts = client.takeTexts(consumer);
        client.cut();
        broker.run();
        return texts;
    }

    @Test
    void prepareAndCommitAreAForceEach() {
        TestClient client = moved();
        long before = disk.forces();

        assertThat(call(client, 0, XaOperation.PREPARE)).isZero();
        assertThat(disk.forces() - before).isEqualTo(1);
        assertThat(call(client, 0, XaOperation.COMMIT)).isZero();
        assertThat(disk.forces() - before).isEqualTo(2);

        assertThat(received("out")).containsExactly("a");
    }

    @Test
    void commitInOnePhaseIsOneForce() {
        TestClient client = moved();
        long before = disk.forces();

        assertThat(call(client, 0, XaOperation.COMMIT_ONE_PHASE)).isZero();

        assertThat(disk.forces() - before).isEqualTo(1);
        assertThat(received("out")).containsExactly("a");
    }

    @Test
    void commitIsNotRefusedForLackOfRoom() {
        TestClient client = moved();
        call(client, 0, XaOperation.PREPARE);
        disk.setCapacity(disk.usedBytes());
        broker.advance(Duration.ofSeconds(10));

        assertThat(call(client, 0, XaOperation.COMMIT)).isZero();

        assertThat(received("out")).containsExactly("a");
    }

    @Test
    void operatorsDecideAndTheTransactionManagerHearsOfIt() {
        call(moved(), 0, XaOperation.PREPARE);
        killAndStart();
        assertThat(report())
                .singleElement()
                .satisfies(
                        each -> {
                            assertThat(each.name()).isEqualTo(NAME);
                            assertThat(each.state()).isEqualTo("PREPARED");
                        });

        assertThat(decide("7:01ff:03", Change.Decision.COMMIT)).hasSize(1);
        assertThat(decide(NAME, Change.Decision.COMMIT)).isEmpty();
        assertThat(received("out")).containsExactly("a");
        assertThat(decide(NAME, Change.Decision.ROLLBACK)).hasSize(1);
        killAndStart();

        TestClient client = broker.connect();
        assertThat(report()).singleElement().extracting(BranchReport::state).isEqualTo("DECIDED");
        assertThat(call(client, 0, XaOperation.COMMIT)).isEqualTo(7);
        assertThat(call(client, 0, XaOperation.ROLLBACK)).isEqualTo(7);
        assertThat(call(client, 0, XaOperation.FORGET)).isZero();
        killAndStart();
        assertThat(report()).isEmpty();
        assertThat(received("in")).isEmpty();
        assertThat(received("out")).containsExactly("a");
    }

    @Test
    void operatorsRollBack() {
        call(moved(), 0, XaOperation.PREPARE);
        killAndStart();

        assertThat(decide(NAME, Change.Decision.ROLLBACK)).isEmpty();

        assertThat(call(broker.connect(), 0, XaOperation.COMMIT)).isEqualTo(6);
        assertThat(received("in")).containsExactly("a");
        assertThat(received("out")).isEmpty();
    }

    private List<BranchReport> report() {
        List<BranchReport> reports = new ArrayList<>();
        broker.branches(branches -> reports.addAll(branches.report()));
        return reports;
    }

    private List<RefusedException> decide(String name, Change.Decision decision) {
        List<RefusedException> refused = new ArrayList<>();
        broker.branches(
                (Branches branches) ->
                        branches.decide(name, decision, Answer.of(done -> {}, refused::add)));
        return refused;
    }

    @Test
    void nothingIsKeptOfASessionThatIsGoneWhenItsBranchIsCommitted() {
        TestClient client = moved();
        call(client, 0, XaOperation.PREPARE);
        client.say(new Frame.CloseConnection(Frame.NO_REPLY));

        assertThat(call(broker.connect(), 0, XaOperation.COMMIT)).isZero();

        assertThat(received("out")).containsExactly("a");
        killAndStart();
        assertThat(producersInStore()).isZero();
    }

    /** Of sessions that ended in order and of none that is open. */
    private int producersInStore() {
        broker.stop();
        return catalog.open().producers().size();
    }

    @Test
    void aSubscriptionThatABranchHasConsumedFromIsNotDeletedAfterARestart() {
        TestClient client = broker.connect("me");
        int session = client.session(SessionKind.XA);
        int consumer = durable(client, session);
        client.send(client.producer(session, TestClient.topic("t")), "a");
        List<TestClient.Got> got = client.take(consumer);
        call(client, session, XaOperation.START);
        client.acknowledge(session, got);
        call(client, session, XaOperation.END_SUCCESS);
        call(client, session, XaOperation.PREPARE);
        killAndStart();
        TestClient after = broker.connect("me");

        after.askRefused(ErrorCode.ILLEGAL_STATE, id -> new Frame.Unsubscribe(id, "d"));

        assertThat(call(after, 0, XaOperation.ROLLBACK)).isZero();
        assertThat(after.takeTexts(durable(after, after.session(SessionKind.DIRECT))))
                .containsExactly("a");
    }

    private static int durable(TestClient client, int session) {
        return client.consumer(
                session, TestClient.topic("t"), SubscriptionKind.DURABLE, "d", "", 10);
    }
}
