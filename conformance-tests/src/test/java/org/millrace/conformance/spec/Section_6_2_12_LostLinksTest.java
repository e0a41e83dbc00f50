package org.millrace.conformance.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.Topic;
import jakarta.jms.TransactionRolledBackException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.broker.Broker;
import org.millrace.broker.settings.BrokerSettings;
import org.millrace.foundation.Spec;
import org.millrace.jms.MillraceConnectionFactory;

/** §6.2.11, §6.2.12, §6.1.7: what is promised when the link between client and broker breaks. */
class Section_6_2_12_LostLinksTest {
    /** How long the broker keeps what belongs to a lost link: longer than reconnecting takes. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    @TempDir private static Path directory;
    private static Broker broker;

    private CuttableLink link;
    private Connection healthy;
    private Session observer;
    private Queue queue;

    @BeforeAll
    static void startBroker() {
        broker =
                Broker.builder()
                        .directory(directory)
                        .host("127.0.0.1")
                        .port(0)
                        .settings(BrokerSettings.DEFAULTS.withResumeGrace(GRACE))
                        .build()
                        .start();
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    private static String uri() {
        return "millrace://127.0.0.1:" + broker.port();
    }

    @BeforeEach
    void open() throws Exception {
        link = new CuttableLink(uri());
        healthy = new MillraceConnectionFactory(uri()).createConnection();
        healthy.start();
        observer = healthy.createSession();
        queue = SpecTest.newQueue(observer);
    }

    @AfterEach
    void close() throws Exception {
        healthy.close();
        link.close();
    }

    private Connection fragile() throws JMSException {
        Connection connection = link.factory().createConnection();
        connection.start();
        return connection;
    }

    @Test
    @Spec({"RCV-7", "REL-5", "PRP-18"})
    void whatADeadClientHadReceivedComesFlagged() throws Exception {
        SpecTest.send(observer, queue, "a", "b");
        Session session = fragile().createSession(Session.CLIENT_ACKNOWLEDGE);
        assertThat(SpecTest.receiveText(session.createConsumer(queue))).isEqualTo("a");
        link.cutForGood();

        MessageConsumer consumer = observer.createConsumer(queue);
        Message again = consumer.receive(SpecTest.PATIENCE_MILLIS);
        assertThat(again.getBody(String.class)).isEqualTo("a");
        assertThat(again.getJMSRedelivered()).isTrue();
        assertThat(again.getIntProperty("JMSXDeliveryCount")).isGreaterThanOrEqualTo(2);
        assertThat(SpecTest.receiveText(consumer)).isEqualTo("b");
    }

    @Test
    @Spec({"ACK-4", "ACK-8"})
    void onlyTheLastMessageOfADeadAutoSessionIsInDoubt() throws Exception {
        SpecTest.send(observer, queue, "a", "b", "c", "d");
        MessageConsumer consumer = fragile().createSession().createConsumer(queue);
        for (String expected : List.of("a", "b", "c")) {
            assertThat(SpecTest.receiveText(consumer)).isEqualTo(expected);
        }
        link.cutForGood();

        Message next = observer.createConsumer(queue).receive(SpecTest.PATIENCE_MILLIS);
        assertThat(next.getBody(String.class)).isIn("c", "d");
        assertThat(next.getBody(String.class).equals("c") && !next.getJMSRedelivered()).isFalse();
    }

    @Test
    @Spec({"EXL-1", "CON-26", "CTX-10"})
    void theExceptionListenerHearsOfALostLink() throws Exception {
        BlockingQueue<JMSException> heard = new LinkedBlockingQueue<>();
        JMSContext context = link.factory().createContext();
        context.setExceptionListener(heard::add);
        link.cut();
        JMSException exception = heard.poll(SpecTest.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        assertThat(exception).isNotNull();
        assertThat(exception.getErrorCode()).isNotBlank();
        context.close();
    }

    @Test
    @Spec("EXL-4")
    void theExceptionListenerMayCloseItsConnection() throws Exception {
        Connection connection = fragile();
        CompletableFuture<String> outcome = new CompletableFuture<>();
        connection.setExceptionListener(
                failure ->
                        outcome.complete(
                                Calls.outcomeOf(
                                        () -> {
                                            connection.stop();
                                            connection.close();
                                        })));
        link.cutForGood();
        assertThat(Calls.soon(outcome)).isEqualTo("done");
        assertThat(Calls.outcomeOf(connection::getClientID)).isEqualTo("IllegalStateException");
    }

    @Test
    @Spec({"EXL-2", "EXL-3", "EXL-6"})
    void theExceptionListenerIsCalledOneAtATimeAndMayThrow() throws Exception {
        Connection connection = fragile();
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger calls = new AtomicInteger();
        CompletableFuture<String> release = new CompletableFuture<>();
        connection.setExceptionListener(
                failure -> {
                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                    release.join();
                    inside.decrementAndGet();
                    calls.incrementAndGet();
                    throw new UnsupportedOperationException("the listener fails on purpose");
                });
        link.cut();
        SpecTest.await("first call", () -> inside.get() == 1);
        connection.createSession().close(); // needs the second link
        link.cut();
        connection.createSession().close();
        release.complete("go");
        SpecTest.await("two calls", () -> calls.get() == 2);
        assertThat(most).hasValue(1);
        SpecTest.send(connection.createSession(), queue, "repaired");
        assertThat(SpecTest.receiveText(observer.createConsumer(queue))).isEqualTo("repaired");
        connection.close();
    }

    @Test
    @Spec({"EXL-3", "SND-4", "ORD-1", "ACK-4"})
    void consumersAndProducersGoOnAfterTheLinkIsBack() throws Exception {
        Connection connection = fragile();
        Session session = connection.createSession();
        MessageConsumer consumer = session.createConsumer(queue);
        MessageProducer producer = session.createProducer(queue);
        String previous = null;
        for (int i = 0; i < 4; i++) {
            String text = "m" + i;
            producer.send(session.createTextMessage(text));
            Message message = consumer.receive(SpecTest.PATIENCE_MILLIS);
            // The acknowledgement of the last one may have been under way when the link broke.
            if (message.getBody(String.class).equals(previous)) {
                assertThat(message.getJMSRedelivered()).isTrue();
                message = consumer.receive(SpecTest.PATIENCE_MILLIS);
            }
            assertThat(message.getBody(String.class)).isEqualTo(text);
            previous = text;
            link.cut();
        }
        connection.close();
    }

    @Test
    @Spec({"ASY-15", "ASY-3"})
    void everyPendingSendHearsExactlyOnce() throws Exception {
        Connection connection = fragile();
        Session session = connection.createSession();
        MessageProducer producer = session.createProducer(queue);
        Completions completions = new Completions();
        link.muteBroker();
        for (int i = 0; i < 10; i++) {
            producer.send(session.createTextMessage("m" + i), completions);
        }
        link.cut();
        SpecTest.await("all callbacks", () -> completions.heard() >= 10);
        assertThat(Calls.soon(Calls.outcomeLater(session::close))).isEqualTo("done");
        assertThat(completions.heard()).isEqualTo(10);
        connection.close();
        int sent = completions.completed().size();
        assertThat(SpecTest.drainTexts(observer.createConsumer(queue)))
                .doesNotHaveDuplicates()
                .hasSizeGreaterThanOrEqualTo(sent);
    }

    @Test
    @Spec({"SND-3", "SND-4", "REL-7", "REL-2"})
    void aSendWhoseAnswerIsLostIsNeverDoubled() throws Exception {
        for (int mode : new int[] {DeliveryMode.PERSISTENT, DeliveryMode.NON_PERSISTENT}) {
            Connection connection = fragile();
            Session session = connection.createSession();
            MessageProducer producer = session.createProducer(queue);
            MessageConsumer consumer = observer.createConsumer(queue);
            producer.setDeliveryMode(mode);
            link.muteBroker();
            CompletableFuture<String> outcome =
                    Calls.outcomeLater(() -> producer.send(session.createTextMessage("once")));
            assertThat(SpecTest.receiveText(consumer)).isEqualTo("once");
            link.cut();
            assertThat(Calls.soon(outcome)).isIn("done", "JMSException");
            Calls.outcomeOf(connection::close);
            SpecTest.send(observer, queue, "marker");
            assertThat(SpecTest.receiveText(consumer)).isEqualTo("marker");
            consumer.close();
        }
    }

    @Test
    @Spec({"TX-10", "TX-2", "SND-4"})
    void aCommitWhoseAnswerIsLostIsWholeOrNothing() throws Exception {
        Connection connection = fragile();
        Session session = connection.createSession(Session.SESSION_TRANSACTED);
        MessageProducer producer = session.createProducer(queue);
        for (int i = 0; i < 3; i++) {
            producer.send(session.createTextMessage("m" + i));
        }
        session.createConsumer(SpecTest.newQueue(session)).close(); // the sends are answered by now
        link.muteBroker();
        CompletableFuture<String> outcome = Calls.outcomeLater(session::commit);
        MessageConsumer consumer = observer.createConsumer(queue);
        assertThat(SpecTest.receiveText(consumer)).isEqualTo("m0");
        link.cut();
        String committed = Calls.soon(outcome);
        Calls.outcomeOf(connection::close);
        assertThat(committed).isIn("done", "JMSException");
        SpecTest.send(observer, queue, "marker");
        for (String expected : List.of("m1", "m2", "marker")) {
            assertThat(SpecTest.receiveText(consumer)).isEqualTo(expected);
        }
    }

    @Test
    @Spec({"TX-6", "EXC-20", "TX-4"})
    void aTransactionThatTheLostLinkTookIsRolledBackAtCommit() throws Exception {
        SpecTest.send(observer, queue, "input");
        Queue output = SpecTest.newQueue(observer);
        Connection connection = fragile();
        Session session = connection.createSession(Session.SESSION_TRANSACTED);
        MessageConsumer consumer = session.createConsumer(queue);
        MessageProducer producer = session.createProducer(output);
        assertThat(SpecTest.receiveText(consumer)).isEqualTo("input");
        producer.send(session.createTextMessage("lost"));
        link.cut();
        SpecTest.await("the link is back", () -> link.accepted() == 2);

        assertThatThrownBy(session::commit).isInstanceOf(TransactionRolledBackException.class);

        Message again = consumer.receive(SpecTest.PATIENCE_MILLIS);
        assertThat(again.getJMSRedelivered()).isTrue();
        producer.send(session.createTextMessage("kept"));
        session.commit();
        assertThat(SpecTest.receiveText(observer.createConsumer(output))).isEqualTo("kept");
        connection.close();
        assertThat(observer.createConsumer(queue).receiveNoWait()).isNull();
    }

    @Test
    @Spec({"CID-6", "SUB-11", "SUB-15"})
    void aDeadClientFreesItsIdentifierAndItsDurableSubscription() throws Exception {
        String clientId = SpecTest.uniqueName("client");
        Connection dying = link.factory().createConnection();
        dying.setClientID(clientId);
        dying.start();
        Session session = dying.createSession();
        Topic topic = SpecTest.newTopic(session);
        session.createDurableConsumer(topic, "s");
        link.cutForGood();

        MillraceConnectionFactory factory = new MillraceConnectionFactory(uri());
        List<Connection> heirs = new ArrayList<>();
        SpecTest.await(
                "the identifier is free",
                () -> {
                    return Calls.outcomeOf(
                                    () -> {
                                        Connection heir = factory.createConnection();
                                        heirs.add(heir);
                                        heir.setClientID(clientId);
                                    })
                            .equals("done");
                });
        Connection heir = heirs.get(heirs.size() - 1);
        heir.start();
        MessageConsumer resumed = heir.createSession().createDurableConsumer(topic, "s");
        SpecTest.send(observer, topic, "resumed");
        assertThat(SpecTest.receiveText(resumed)).isEqualTo("resumed");
        for (Connection opened : heirs) {
            opened.close();
        }
    }

    @Test
    @Spec({"TMP-6", "TMP-8"})
    void aDeadClientsTemporaryQueueGoesWithIt() throws Exception {
        TemporaryQueue temporary = fragile().createSession().createTemporaryQueue();
        MessageProducer producer = observer.createProducer(temporary);
        producer.send(observer.createMessage());
        link.cutForGood();
        SpecTest.await(
                "the temporary queue is gone",
                () ->
                        Calls.outcomeOf(() -> producer.send(observer.createMessage()))
                                .equals(InvalidDestinationException.class.getSimpleName()));
    }
}
