package org.millrace.conformance.reconnect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.Connection;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TextMessage;
import jakarta.jms.TransactionRolledBackException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.broker.Broker;
import org.millrace.foundation.Spec;
import org.millrace.jms.MillraceConnectionFactory;

/** Clients of a broker that stops and is started again on the same port and directory. */
@Timeout(120)
class BrokerRestartTest {
    private static final String FAST = "reconnectInitialDelayMillis=1&reconnectMaxDelayMillis=50";
    private static final int PATIENCE_MILLIS = 20_000;

    @TempDir private Path directory;
    private final int port = freePort();
    private Broker broker;

    private static int freePort() {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        } catch (IOException noPort) {
            throw new IllegalStateException(noPort);
        }
    }

    private void start() {
        broker = Broker.builder().name("restarted").directory(directory).port(port).build().start();
    }

    private void restart() {
        broker.close();
        start();
    }

    @AfterEach
    void stop() {
        if (broker != null) {
            broker.close();
        }
    }

    private MillraceConnectionFactory factory(String moreOptions) {
        return new MillraceConnectionFactory(
                "millrace://localhost:" + port + "?" + FAST + moreOptions);
    }

    private static <T> FutureTask<T> inBackground(Callable<T> call) {
        FutureTask<T> task = new FutureTask<>(call);
        Thread thread = new Thread(task, "test-background");
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    private static List<String> texts(int count) {
        return IntStream.range(0, count).mapToObj(i -> "m" + i).toList();
    }

    @Test
    @Spec({"SND-4", "REL-5", "REL-7"})
    void producerAndConsumerGoOnByThemselves() throws Exception {
        start();
        List<String> texts = texts(60);
        Seen seen = new Seen();
        try (Connection sending = factory("").createConnection();
                Connection receiving = factory("").createConnection()) {
            Session session = receiving.createSession();
            session.createConsumer(session.createQueue("q")).setMessageListener(seen::add);
            receiving.start();
            FutureTask<Void> sender = inBackground(() -> send(sending, texts));

            seen.awaitAll(texts.subList(0, 15));
            restart();
            seen.awaitAll(texts.subList(0, 40));
            restart();
            seen.awaitAll(texts);

            sender.get();
        }
        seen.assertComplete(texts);
        assertThat(seen.repeated())
                .as("the last message before each restart")
                .isLessThanOrEqualTo(2);
    }

    private static Void send(Connection connection, List<String> texts) throws JMSException {
        Session session = connection.createSession();
        MessageProducer producer = session.createProducer(session.createQueue("q"));
        for (String text : texts) {
            producer.send(session.createTextMessage(text));
        }
        return null;
    }

    @Test
    @Spec({"TX-10", "CID-6"})
    void transactionsAndDurableSubscriptionsGoOn() throws Exception {
        start();
        try (Connection connection = factory("&clientId=me").createConnection()) {
            connection.start();
            Session session = connection.createSession(Session.SESSION_TRANSACTED);
            MessageProducer producer = session.createProducer(session.createTopic("t"));
            MessageConsumer consumer =
                    session.createDurableConsumer(session.createTopic("t"), "durable");
            producer.send(session.createTextMessage("committed"));
            session.commit();
            assertThat(textOf(consumer)).isEqualTo("committed");
            producer.send(session.createTextMessage("lost"));

            restart();

            assertThatThrownBy(session::commit).isInstanceOf(TransactionRolledBackException.class);
            Message again = consumer.receive(PATIENCE_MILLIS);
            assertThat(((TextMessage) again).getText()).isEqualTo("committed");
            assertThat(again.getJMSRedelivered()).isTrue();
            producer.send(session.createTextMessage("next"));
            session.commit();
            assertThat(textOf(consumer)).isEqualTo("next");
        }
    }

    private static String textOf(MessageConsumer consumer) throws JMSException {
        return ((TextMessage) consumer.receive(PATIENCE_MILLIS)).getText();
    }

    @Test
    void temporaryDestinationsAreCreatedAgainUnderTheirNames() throws Exception {
        start();
        try (Connection asking = factory("").createConnection();
                Connection answering = factory("").createConnection()) {
            asking.start();
            Session session = asking.createSession();
            TemporaryQueue replies = session.createTemporaryQueue();
            TemporaryQueue deleted = session.createTemporaryQueue();
            MessageConsumer consumer = session.createConsumer(replies);
            MessageProducer own = session.createProducer(replies);
            deleted.delete();

            restart();

            own.send(session.createTextMessage("own"));
            assertThat(textOf(consumer)).isEqualTo("own");
            Session other = answering.createSession();
            other.createProducer(replies).send(other.createTextMessage("reply"));
            assertThat(textOf(consumer)).isEqualTo("reply");
            assertThatThrownBy(() -> other.createProducer(deleted))
                    .isInstanceOf(InvalidDestinationException.class);
            consumer.close();
            replies.delete();
            assertThatThrownBy(() -> other.createProducer(replies))
                    .isInstanceOf(InvalidDestinationException.class);
        }
    }

    @Test
    void nonDurableSubscriptionsAreCreatedAnew() throws Exception {
        start();
        try (Connection connection = factory("").createConnection()) {
            connection.start();
            Session session = connection.createSession();
            MessageConsumer consumer = session.createConsumer(session.createTopic("t"));
            MessageConsumer shared = session.createSharedConsumer(session.createTopic("t"), "s");
            MessageProducer producer = session.createProducer(session.createTopic("t"));

            restart();
            producer.send(session.createTextMessage("after"));

            assertThat(textOf(consumer)).isEqualTo("after");
            assertThat(textOf(shared)).isEqualTo("after");
        }
    }

    @Test
    void aBrokerInMemoryThatForgotEverythingIsTakenAsANewOne() throws Exception {
        broker = Broker.builder().name("first").inMemory().port(port).build().start();
        try (Connection connection = factory("").createConnection()) {
            connection.start();
            Session session = connection.createSession();
            MessageProducer producer = session.createProducer(session.createQueue("q"));
            MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
            producer.send(session.createTextMessage("forgotten"));

            broker.close();
            broker = Broker.builder().name("second").inMemory().port(port).build().start();
            producer.send(session.createTextMessage("remembered"));

            assertThat(textOf(consumer)).isEqualTo("remembered");
        }
    }

    // ---- several hosts, and brokers that are not there yet

    @Test
    void hostsAreTriedInTheirOrder() throws Exception {
        start();
        int nobody = freePort();
        MillraceConnectionFactory factory =
                new MillraceConnectionFactory(
                        "millrace://localhost:%d,localhost:%d?%s".formatted(nobody, port, FAST));
        try (Connection connection = factory.createConnection()) {
            Session session = connection.createSession();
            MessageProducer producer = session.createProducer(session.createQueue("q"));
            restart();
            producer.send(session.createTextMessage("a"));
        }
    }

    @Test
    void createConnectionTriesEachHostOnceAndNamesThem() {
        int other = freePort();
        MillraceConnectionFactory factory =
                new MillraceConnectionFactory(
                        "millrace://localhost:%d,localhost:%d".formatted(other, port));
        assertThatThrownBy(factory::createConnection)
                .isInstanceOf(JMSException.class)
                .hasMessageContaining("localhost:" + port)
                .rootCause()
                .isNotNull();
        assertThatThrownBy(factory::createConnection)
                .satisfies(
                        thrown ->
                                assertThat(thrown.getCause().getSuppressed()[0])
                                        .hasMessageContaining("localhost:" + other));
    }

    @Test
    void createConnectionWaitsForTheBrokerWhenToldTo() throws Exception {
        FutureTask<Connection> connecting =
                inBackground(() -> factory("&connectAttempts=0").createConnection());
        start();
        try (Connection connection = connecting.get()) {
            assertThat(connection.createSession()).isNotNull();
        }
    }
}
