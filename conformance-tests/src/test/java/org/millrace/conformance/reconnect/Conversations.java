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
import org.millrace.jms.MillraceConnectionFactory;

/**
 * Conversations of a client whose link is cut with a broker, each with what must hold in the end:
 * nothing is lost, nothing doubled, order kept. Names of destinations must be new each time.
 */
final class Conversations {
    /** One conversation over the links of this proxy. */
    interface Conversation {
        void hold(MillraceConnectionFactory factory, String name, CuttingProxy proxy)
                throws Exception;
    }

    private static final int PATIENCE_MILLIS = 20_000;

    /** Its link is never cut. */
    private final Connection witness;

    Conversations(Connection witness) {
        this.witness = witness;
    }

    private static List<String> texts(int count) {
        return IntStream.range(0, count).mapToObj(i -> "m" + i).toList();
    }

    // ---- the witness

    private void put(String queue, List<String> texts) throws JMSException {
        try (Session session = witness.createSession();
                MessageProducer producer = session.createProducer(session.createQueue(queue))) {
            for (String text : texts) {
                producer.send(session.createTextMessage(text));
            }
        }
    }

    private void publish(String topic, List<String> texts) throws JMSException {
        try (Session session = witness.createSession();
                MessageProducer producer = session.createProducer(session.createTopic(topic))) {
            for (String text : texts) {
                producer.send(session.createTextMessage(text));
            }
        }
    }

    /** All that is left in the queue; takes it. */
    private List<String> drain(String queue) throws JMSException {
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

    void synchronousSends(MillraceConnectionFactory factory, String name, CuttingProxy proxy)
            throws JMSException {
        List<String> sent = texts(5);
        try (Connection connection = factory.createConnection()) {
            Session session = connection.createSession();
            MessageProducer producer = session.createProducer(session.createQueue(name));
            for (String text : sent) {
                producer.send(session.createTextMessage(text));
            }
        }
        assertThat(drain(name)).containsExactlyElementsOf(sent);
    }

    void asynchronousSends(MillraceConnectionFactory factory, String name, CuttingProxy proxy)
            throws Exception {
        List<String> sent = texts(12);
        List<String> completed = new ArrayList<>();
        CountDownLatch all = new CountDownLatch(sent.size());
        try (Connection connection = factory.createConnection()) {
            Session session = connection.createSession();
            MessageProducer producer = session.createProducer(session.createQueue(name));
            for (String text : sent) {
                producer.send(session.createTextMessage(text), logTo(completed, text, all));
            }
            all.await();
        }
        assertThat(completed).containsExactlyElementsOf(sent);
        assertThat(drain(name)).containsExactlyElementsOf(sent);
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

    // ---- transactions

    void transactedSends(MillraceConnectionFactory factory, String name, CuttingProxy proxy)
            throws JMSException {
        List<String> committed = new ArrayList<>();
        try (Connection connection = factory.createConnection()) {
            Session session = connection.createSession(Session.SESSION_TRANSACTED);
            MessageProducer producer = session.createProducer(session.createQueue(name));
            for (int i = 0; committed.size() < 8; i++) {
                producer.send(session.createTextMessage("a" + i));
                producer.send(session.createTextMessage("b" + i));
                try {
                    session.commit();
                    committed.add("a" + i);
                    committed.add("b" + i);
                } catch (TransactionRolledBackException rolledBack) {
                    assertThat(proxy.cuts()).isPositive();
                }
            }
        }
        assertThat(drain(name)).containsExactlyElementsOf(committed);
    }

    void transactedMoves(MillraceConnectionFactory factory, String name, CuttingProxy proxy)
            throws JMSException {
        List<String> texts = texts(5);
        put(name + "-in", texts);
        try (Connection connection = factory.createConnection()) {
            connection.start();
            Session session = connection.createSession(Session.SESSION_TRANSACTED);
            MessageConsumer in = session.createConsumer(session.createQueue(name + "-in"));
            MessageProducer out = session.createProducer(session.createQueue(name + "-out"));
            for (int moved = 0; moved < texts.size(); ) {
                Message message = in.receive(PATIENCE_MILLIS);
                assertThat(message).isNotNull();
                out.send(message);
                try {
                    session.commit();
                    moved++;
                } catch (TransactionRolledBackException comesAgain) {
                    assertThat(proxy.cuts()).isPositive();
                }
            }
        }
        assertThat(drain(name + "-out")).containsExactlyElementsOf(texts);
        assertThat(drain(name + "-in")).isEmpty();
    }

    // ---- receiving

    void automaticReceives(MillraceConnectionFactory factory, String name, CuttingProxy proxy)
            throws JMSException {
        List<String> texts = texts(6);
        put(name, texts);
        Seen seen = new Seen();
        try (Connection connection = factory.createConnection()) {
            connection.start();
            Session session = connection.createSession();
            receiveAll(session, session.createQueue(name), texts, seen);
        }
        seen.assertComplete(texts);
        // With each cut the last acknowledgement may have been lost, and none before.
        assertThat(seen.repeated()).isLessThanOrEqualTo(proxy.cuts());
        assertThat(drain(name)).isSubsetOf(texts.get(5));
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

    void lazyReceives(MillraceConnectionFactory factory, String name, CuttingProxy proxy)
            throws JMSException {
        List<String> texts = texts(6);
        put(name, texts);
        Seen seen = new Seen();
        try (Connection connection = factory.createConnection()) {
            connection.start();
            Session session = connection.createSession(Session.DUPS_OK_ACKNOWLEDGE);
            receiveAll(session, session.createQueue(name), texts, seen);
        }
        seen.assertComplete(texts);
        assertThat(texts).containsAll(drain(name));
    }

    void acknowledgedReceives(MillraceConnectionFactory factory, String name, CuttingProxy proxy)
            throws JMSException {
        List<String> texts = texts(6);
        put(name, texts);
        Seen seen = new Seen();
        Set<String> confirmed = new HashSet<>();
        Set<String> inDoubt = new HashSet<>();
        try (Connection connection = factory.createConnection()) {
            connection.start();
            Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
            MessageConsumer consumer = session.createConsumer(session.createQueue(name));
            while (confirmed.size() + inDoubt.size() < texts.size()) {
                Message message = consumer.receive(PATIENCE_MILLIS);
                assertThat(message).as("confirmed %s in doubt %s", confirmed, inDoubt).isNotNull();
                String text = ((TextMessage) message).getText();
                assertThat(confirmed).doesNotContain(text);
                seen.add(message);
                try {
                    message.acknowledge();
                    confirmed.add(text);
                    inDoubt.remove(text);
                } catch (JMSException answerLost) {
                    assertThat(answerLost.getErrorCode()).isEqualTo("LINK_LOST");
                    inDoubt.add(text);
                }
            }
        }
        seen.assertComplete(texts);
        assertThat(inDoubt).containsAll(drain(name));
        assertThat(inDoubt.size()).isLessThanOrEqualTo(proxy.cuts());
    }

    void listening(MillraceConnectionFactory factory, String name, CuttingProxy proxy)
            throws Exception {
        List<String> texts = texts(6);
        put(name, texts);
        Seen seen = new Seen();
        try (Connection connection = factory.createConnection()) {
            Session session = connection.createSession();
            session.createConsumer(session.createQueue(name)).setMessageListener(seen::add);
            connection.start();
            seen.awaitAll(texts);
        }
        seen.assertComplete(texts);
        assertThat(seen.repeated()).isLessThanOrEqualTo(proxy.cuts());
        assertThat(drain(name)).isSubsetOf(texts.get(5));
    }

    // ---- subscriptions

    void subscriptions(MillraceConnectionFactory factory, String name, CuttingProxy proxy)
            throws Exception {
        List<String> texts = texts(4);
        List<Seen> all = List.of(new Seen(), new Seen(), new Seen(), new Seen());
        factory.setClientId("client-" + name);
        try (Connection connection = factory.createConnection()) {
            Session session = connection.createSession();
            Topic topic = session.createTopic(name);
            List<MessageConsumer> consumers =
                    List.of(
                            session.createConsumer(topic),
                            session.createSharedConsumer(topic, "s"),
                            session.createDurableConsumer(topic, "d"),
                            session.createSharedDurableConsumer(topic, "sd"));
            for (int i = 0; i < all.size(); i++) {
                consumers.get(i).setMessageListener(all.get(i)::add);
            }
            publish(name, texts);
            connection.start();
            for (Seen each : all) {
                each.awaitAll(texts);
            }
        }
        for (Seen each : all) {
            each.assertComplete(texts);
        }
    }

    // ---- temporary destinations

    /** Answers requests to this queue until the session is closed. */
    Session answer(String queue) throws JMSException {
        Session session = witness.createSession();
        MessageProducer replies = session.createProducer(null);
        session.createConsumer(session.createQueue(queue))
                .setMessageListener(
                        request -> {
                            try {
                                replies.send(request.getJMSReplyTo(), request);
                            } catch (JMSException gone) {
                                throw new AssertionError("the requester is still there", gone);
                            }
                        });
        return session;
    }

    void requestsAndReplies(MillraceConnectionFactory factory, String name, CuttingProxy proxy)
            throws JMSException {
        try (Session answering = answer(name);
                Connection connection = factory.createConnection()) {
            connection.start();
            Session session = connection.createSession();
            TemporaryQueue own = session.createTemporaryQueue();
            MessageConsumer consumer = session.createConsumer(own);
            MessageProducer producer = session.createProducer(answering.createQueue(name));
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
    }
}
