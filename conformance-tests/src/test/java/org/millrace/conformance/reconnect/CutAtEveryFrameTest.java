package org.millrace.conformance.reconnect;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import jakarta.jms.TransactionRolledBackException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.millrace.broker.Broker;
import org.millrace.conformance.reconnect.CuttingProxy.Cut;
import org.millrace.foundation.Spec;
import org.millrace.jms.MillraceConnectionFactory;

/**
 * Conversations of a client with a real broker over TCP, each as often as it has frames, with the
 * link cut at the first, the second, and so on: nothing is lost, nothing doubled, order kept.
 */
@Timeout(240)
class CutAtEveryFrameTest {
    private static final String OPTIONS =
            "?reconnectInitialDelayMillis=1&reconnectMaxDelayMillis=20&connectAttempts=0";
    private static final int PATIENCE_MILLIS = 20_000;

    private static Broker broker;
    private static Connection witness;
    private static int runs;

    @BeforeAll
    static void startBroker() throws Exception {
        broker = Broker.builder().name("cut").inMemory(64 << 20).port(0).build().start();
        witness = new MillraceConnectionFactory(broker.uri()).createConnection();
        witness.start();
    }

    @AfterAll
    static void stopBroker() throws Exception {
        witness.close();
        broker.close();
    }

    /** One conversation; {@code name} is new each time. */
    private interface Conversation {
        void hold(MillraceConnectionFactory factory, String name) throws Exception;
    }

    private static void cutEverywhere(Conversation conversation) throws Exception {
        for (Cut how : Cut.values()) {
            try (CuttingProxy proxy = new CuttingProxy(broker.port()).start()) {
                long frame = 0;
                do {
                    frame++;
                    proxy.cutAt(frame, how);
                    String name = "cut-" + ++runs;
                    try {
                        conversation.hold(new MillraceConnectionFactory(proxy.uri(OPTIONS)), name);
                    } catch (Exception | AssertionError failed) {
                        throw new AssertionError("cut %s frame %d".formatted(how, frame), failed);
                    }
                } while (proxy.hasCut());
                assertThat(frame).as("frames of the conversation").isGreaterThan(10);
            }
        }
    }

    private static List<String> texts(int count) {
        return IntStream.range(0, count).mapToObj(i -> "m" + i).toList();
    }

    // ---- the witness, whose link is never cut

    private static void put(String destination, List<String> texts) throws JMSException {
        try (Session session = witness.createSession();
                MessageProducer producer =
                        session.createProducer(session.createQueue(destination))) {
            for (String text : texts) {
                producer.send(session.createTextMessage(text));
            }
        }
    }

    private static void publish(String topic, List<String> texts) throws JMSException {
        try (Session session = witness.createSession();
                MessageProducer producer = session.createProducer(session.createTopic(topic))) {
            for (String text : texts) {
                producer.send(session.createTextMessage(text));
            }
        }
    }

    /** All that is left in the queue; takes it. */
    private static List<String> drain(String queue) throws JMSException {
        List<String> texts = new ArrayList<>();
        try (Session session = witness.createSession();
                MessageConsumer consumer = session.createConsumer(session.createQueue(queue))) {
            Message next;
            while ((next = consumer.receiveNoWait()) != null) {
                texts.add(((TextMessage) next).getText());
            }
        }
        return texts;
    }

    // ---- sending

    @Test
    @Spec({"SND-4", "REL-7"})
    void synchronousSendsAreStoredOnceAndInOrder() throws Exception {
        List<String> sent = texts(5);
        cutEverywhere(
                (factory, name) -> {
                    try (Connection connection = factory.createConnection()) {
                        Session session = connection.createSession();
                        MessageProducer producer =
                                session.createProducer(session.createQueue(name));
                        for (String text : sent) {
                            producer.send(session.createTextMessage(text));
                        }
                    }
                    assertThat(drain(name)).containsExactlyElementsOf(sent);
                });
    }

    @Test
    @Spec({"SND-4", "ASY-15"})
    void asynchronousSendsAreStoredOnceAndCompleteOnceInOrder() throws Exception {
        List<String> sent = texts(12);
        cutEverywhere(
                (factory, name) -> {
                    List<String> completed = new ArrayList<>();
                    CountDownLatch all = new CountDownLatch(sent.size());
                    try (Connection connection = factory.createConnection()) {
                        Session session = connection.createSession();
                        MessageProducer producer =
                                session.createProducer(session.createQueue(name));
                        for (String text : sent) {
                            producer.send(
                                    session.createTextMessage(text), logTo(completed, text, all));
                        }
                        all.await();
                    }
                    assertThat(completed).containsExactlyElementsOf(sent);
                    assertThat(drain(name)).containsExactlyElementsOf(sent);
                });
    }

    private static CompletionListener logTo(List<String> log, String text, CountDownLatch all) {
        return new CompletionListener() {
            @Override
            public void onCompletion(Message message) {
                log.add(text);
                all.countDown();
            }

            @Override
            public void onException(Message message, Exception exception) {
                log.add(text + " failed: " + exception);
                all.countDown();
            }
        };
    }

    @Test
    @Spec({"TX-10", "SND-4"})
    void transactionsHappenWholeOrNotAtAllAndTheClientKnowsWhich() throws Exception {
        cutEverywhere(
                (factory, name) -> {
                    List<String> committed = new ArrayList<>();
                    try (Connection connection = factory.createConnection()) {
                        Session session = connection.createSession(Session.SESSION_TRANSACTED);
                        MessageProducer producer =
                                session.createProducer(session.createQueue(name));
                        for (int i = 0; i < 4; i++) {
                            producer.send(session.createTextMessage("a" + i));
                            producer.send(session.createTextMessage("b" + i));
                            try {
                                session.commit();
                                committed.add("a" + i);
                                committed.add("b" + i);
                            } catch (TransactionRolledBackException rolledBack) {
                                // What was rolled back must not be there.
                            }
                        }
                    }
                    assertThat(drain(name)).containsExactlyElementsOf(committed);
                    assertThat(committed).hasSizeGreaterThanOrEqualTo(6);
                });
    }

    @Test
    @Spec({"TX-10", "REL-5"})
    void whatIsMovedInTransactionsIsMovedExactlyOnce() throws Exception {
        List<String> texts = texts(5);
        cutEverywhere(
                (factory, name) -> {
                    put(name + "-in", texts);
                    try (Connection connection = factory.createConnection()) {
                        connection.start();
                        Session session = connection.createSession(Session.SESSION_TRANSACTED);
                        MessageConsumer in =
                                session.createConsumer(session.createQueue(name + "-in"));
                        MessageProducer out =
                                session.createProducer(session.createQueue(name + "-out"));
                        for (int moved = 0; moved < texts.size(); ) {
                            Message message = in.receive(PATIENCE_MILLIS);
                            assertThat(message).isNotNull();
                            out.send(message);
                            try {
                                session.commit();
                                moved++;
                            } catch (TransactionRolledBackException rolledBack) {
                                // It comes again.
                            }
                        }
                    }
                    assertThat(drain(name + "-out")).containsExactlyElementsOf(texts);
                    assertThat(drain(name + "-in")).isEmpty();
                });
    }

    // ---- receiving

    @Test
    @Spec("REL-5")
    void automaticAcknowledgementLeavesAtMostTheLastMessageInDoubt() throws Exception {
        List<String> texts = texts(6);
        cutEverywhere(
                (factory, name) -> {
                    put(name, texts);
                    Seen seen = new Seen();
                    try (Connection connection = factory.createConnection()) {
                        connection.start();
                        Session session = connection.createSession();
                        receiveAll(session, session.createQueue(name), texts, seen);
                    }
                    seen.assertComplete(texts);
                    assertThat(seen.repeated()).isLessThanOrEqualTo(1);
                    // The last acknowledgement may have been lost with the link.
                    assertThat(drain(name)).isSubsetOf(texts.get(5));
                });
    }

    private static void receiveAll(Session session, Queue queue, List<String> texts, Seen seen)
            throws JMSException {
        MessageConsumer consumer = session.createConsumer(queue);
        while (!seen.hasAll(texts)) {
            Message message = consumer.receive(PATIENCE_MILLIS);
            assertThat(message).isNotNull();
            seen.add(message);
        }
    }

    @Test
    @Spec("REL-5")
    void lazyAcknowledgementRepeatsOnlyWhatIsFlagged() throws Exception {
        List<String> texts = texts(6);
        cutEverywhere(
                (factory, name) -> {
                    put(name, texts);
                    Seen seen = new Seen();
                    try (Connection connection = factory.createConnection()) {
                        connection.start();
                        Session session = connection.createSession(Session.DUPS_OK_ACKNOWLEDGE);
                        receiveAll(session, session.createQueue(name), texts, seen);
                    }
                    seen.assertComplete(texts);
                    drain(name);
                });
    }

    @Test
    @Spec("REL-5")
    void whatAcknowledgeConfirmedNeverComesAgain() throws Exception {
        List<String> texts = texts(6);
        cutEverywhere(
                (factory, name) -> {
                    put(name, texts);
                    Seen seen = new Seen();
                    Set<String> confirmed = new HashSet<>();
                    try (Connection connection = factory.createConnection()) {
                        connection.start();
                        Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
                        MessageConsumer consumer =
                                session.createConsumer(session.createQueue(name));
                        while (confirmed.size() < texts.size()) {
                            Message message = consumer.receive(100);
                            if (message == null) {
                                // An acknowledgement that failed may have happened.
                                break;
                            }
                            String text = ((TextMessage) message).getText();
                            assertThat(confirmed).doesNotContain(text);
                            seen.add(message);
                            try {
                                message.acknowledge();
                                confirmed.add(text);
                            } catch (JMSException inDoubt) {
                                assertThat(inDoubt.getErrorCode()).isEqualTo("LINK_LOST");
                            }
                        }
                    }
                    seen.assertComplete(texts);
                    assertThat(drain(name)).doesNotContainAnyElementsOf(confirmed);
                });
    }

    @Test
    @Spec("REL-5")
    void listenersGetEverythingInOrder() throws Exception {
        List<String> texts = texts(6);
        cutEverywhere(
                (factory, name) -> {
                    put(name, texts);
                    Seen seen = new Seen();
                    try (Connection connection = factory.createConnection()) {
                        Session session = connection.createSession();
                        session.createConsumer(session.createQueue(name))
                                .setMessageListener(seen::add);
                        connection.start();
                        seen.awaitAll(texts);
                    }
                    seen.assertComplete(texts);
                    assertThat(seen.repeated()).isLessThanOrEqualTo(1);
                    assertThat(drain(name)).isSubsetOf(texts.get(5));
                });
    }

    // ---- subscriptions

    @Test
    @Spec({"REL-5", "CID-6"})
    void subscriptionsOfAllKindsMissNothing() throws Exception {
        List<String> texts = texts(4);
        cutEverywhere(
                (factory, name) -> {
                    Seen[] seen = {new Seen(), new Seen(), new Seen(), new Seen()};
                    factory.setClientId("client-" + name);
                    try (Connection connection = factory.createConnection()) {
                        Session session = connection.createSession();
                        Topic topic = session.createTopic(name);
                        session.createConsumer(topic).setMessageListener(seen[0]::add);
                        session.createSharedConsumer(topic, "s").setMessageListener(seen[1]::add);
                        session.createDurableConsumer(topic, "d").setMessageListener(seen[2]::add);
                        session.createSharedDurableConsumer(topic, "sd")
                                .setMessageListener(seen[3]::add);
                        publish(name, texts);
                        connection.start();
                        for (Seen each : seen) {
                            each.awaitAll(texts);
                        }
                    }
                    for (Seen each : seen) {
                        each.assertComplete(texts);
                    }
                });
    }

    // ---- temporary destinations

    @Test
    void requestsGetTheirRepliesOverOneTemporaryQueue() throws Exception {
        Session answering = witness.createSession();
        MessageProducer replies = answering.createProducer(null);
        Queue requests = answering.createQueue("requests");
        answering
                .createConsumer(requests)
                .setMessageListener(
                        request -> {
                            try {
                                replies.send(request.getJMSReplyTo(), request);
                            } catch (JMSException gone) {
                                throw new AssertionError("the requester is still there", gone);
                            }
                        });
        cutEverywhere(
                (factory, name) -> {
                    try (Connection connection = factory.createConnection()) {
                        connection.start();
                        Session session = connection.createSession();
                        TemporaryQueue own = session.createTemporaryQueue();
                        MessageConsumer consumer = session.createConsumer(own);
                        MessageProducer producer = session.createProducer(requests);
                        Seen seen = new Seen();
                        for (String text : texts(3)) {
                            TextMessage request = session.createTextMessage(text);
                            request.setJMSReplyTo(own);
                            producer.send(request);
                            while (seen.timesSeen(text) == 0) {
                                Message reply = consumer.receive(PATIENCE_MILLIS);
                                assertThat(reply).isNotNull();
                                seen.add(reply);
                            }
                        }
                        seen.assertComplete(texts(3));
                        consumer.close();
                        own.delete();
                    }
                });
        answering.close();
    }
}
