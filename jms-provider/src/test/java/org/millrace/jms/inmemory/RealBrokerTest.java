package org.millrace.jms.inmemory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.millrace.broker.Broker;
import org.millrace.foundation.Spec;
import org.millrace.jms.MillraceConnectionFactory;

/** The client and the in-memory broker together, over {@code vm://}. */
@Timeout(60)
class RealBrokerTest {
    private static final long PATIENCE_MILLIS = 5000;
    private static final long A_MOMENT_MILLIS = 50;

    private final Broker broker = Broker.builder().inMemory().vm("real").build().start();
    private final MillraceConnectionFactory factory = new MillraceConnectionFactory("vm://real");
    private Connection connection;

    @BeforeEach
    void connect() throws Exception {
        connection = factory.createConnection();
        connection.start();
    }

    @AfterEach
    void close() throws Exception {
        connection.close();
        broker.close();
    }

    private static void send(Session session, jakarta.jms.Destination to, String... texts)
            throws JMSException {
        MessageProducer producer = session.createProducer(to);
        for (String text : texts) {
            producer.send(session.createTextMessage(text));
        }
        producer.close();
    }

    private static String receive(MessageConsumer consumer) throws JMSException {
        Message message = consumer.receive(PATIENCE_MILLIS);
        return message == null ? null : ((TextMessage) message).getText();
    }

    private static void assertNothing(MessageConsumer consumer) throws JMSException {
        assertThat(consumer.receive(A_MOMENT_MILLIS)).isNull();
        assertThat(consumer.receiveNoWait()).isNull();
    }

    @Test
    void messagesOfAQueueComeInOrderAndOnce() throws Exception {
        Session session = connection.createSession();
        Queue queue = session.createQueue("q");
        for (int i = 0; i < 2000; i++) {
            send(session, queue, "m" + i);
        }
        MessageConsumer consumer = session.createConsumer(queue);
        for (int i = 0; i < 2000; i++) {
            assertThat(receive(consumer)).isEqualTo("m" + i);
        }
        assertNothing(consumer);
    }

    @Test
    @Spec({"ACK-2", "THR-1"})
    void listenerHearsEverything() throws Exception {
        Session session = connection.createSession();
        Queue queue = session.createQueue("q");
        List<String> heard = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch all = new CountDownLatch(3000);
        session.createConsumer(queue)
                .setMessageListener(
                        message -> {
                            try {
                                heard.add(((TextMessage) message).getText());
                            } catch (JMSException impossible) {
                                throw new AssertionError(impossible);
                            }
                            all.countDown();
                        });
        Session sending = connection.createSession();
        for (int i = 0; i < 3000; i++) {
            send(sending, queue, "m" + i);
        }
        assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
        for (int i = 0; i < 3000; i++) {
            assertThat(heard.get(i)).isEqualTo("m" + i);
        }
    }

    @Test
    @Spec({"TX-2", "TX-3", "TX-4", "RCV-2", "PRP-17", "PRP-18"})
    void transactionsAreSeenWholeOrNotAtAll() throws Exception {
        Session transacted = connection.createSession(true, 0);
        Session other = connection.createSession();
        Queue in = other.createQueue("in");
        Queue out = other.createQueue("out");
        MessageConsumer observer = other.createConsumer(out);
        send(other, in, "a");
        MessageConsumer consumer = transacted.createConsumer(in);

        assertThat(receive(consumer)).isEqualTo("a");
        send(transacted, out, "from a");
        assertNothing(observer);
        transacted.rollback();
        assertNothing(observer);

        TextMessage again = (TextMessage) consumer.receive(PATIENCE_MILLIS);
        assertThat(again.getJMSRedelivered()).isTrue();
        assertThat(again.getIntProperty("JMSXDeliveryCount")).isEqualTo(2);
        send(transacted, out, "from a again");
        transacted.commit();
        assertThat(receive(observer)).isEqualTo("from a again");
        assertNothing(consumer);
    }

    @Test
    @Spec({"RCV-1", "RCV-4", "MAK-1"})
    void recoverBringsBackWhatIsNotAcknowledgedInOrder() throws Exception {
        Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        Queue queue = session.createQueue("q");
        send(session, queue, "a", "b", "c", "d");
        MessageConsumer consumer = session.createConsumer(queue);
        consumer.receive(PATIENCE_MILLIS).acknowledge();
        assertThat(receive(consumer)).isEqualTo("b");
        assertThat(receive(consumer)).isEqualTo("c");
        session.recover();
        Message b = consumer.receive(PATIENCE_MILLIS);
        assertThat(((TextMessage) b).getText()).isEqualTo("b");
        assertThat(b.getJMSRedelivered()).isTrue();
        assertThat(receive(consumer)).isEqualTo("c");
        Message d = consumer.receive(PATIENCE_MILLIS);
        assertThat(d.getJMSRedelivered()).isFalse();
        d.acknowledge();
        session.recover();
        assertNothing(consumer);
    }

    @Test
    @Spec({"LSE-1", "ACK-2"})
    void listenerThatThrowsGetsTheSameMessageFirst() throws Exception {
        Session session = connection.createSession();
        Queue queue = session.createQueue("q");
        send(session, queue, "a", "b");
        LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
        session.createConsumer(queue)
                .setMessageListener(
                        message -> {
                            try {
                                String text = ((TextMessage) message).getText();
                                heard.add(text + message.getIntProperty("JMSXDeliveryCount"));
                                if (!message.getJMSRedelivered() && text.equals("a")) {
                                    throw new java.lang.IllegalStateException("for the test");
                                }
                            } catch (JMSException impossible) {
                                throw new AssertionError(impossible);
                            }
                        });
        assertThat(heard.poll(5, TimeUnit.SECONDS)).isEqualTo("a1");
        assertThat(heard.poll(5, TimeUnit.SECONDS)).isEqualTo("a2");
        assertThat(heard.poll(5, TimeUnit.SECONDS)).isEqualTo("b1");
    }

    @Test
    @Spec({"SUB-1", "SUB-2", "MSG-10"})
    void eachSubscriptionOfATopicGetsItsOwnCopy() throws Exception {
        Session session = connection.createSession();
        Topic topic = session.createTopic("t");
        MessageConsumer first = session.createConsumer(topic);
        MessageConsumer second = session.createConsumer(topic);
        send(session, topic, "a");
        assertThat(receive(first)).isEqualTo("a");
        assertThat(receive(second)).isEqualTo("a");
        assertNothing(first);
    }

    @Test
    @Spec({"SUB-4", "SUB-3"})
    void sharedConsumersOfOneContextTakeTurnsOnDemand() {
        try (JMSContext context = factory.createContext()) {
            Topic topic = context.createTopic("t");
            JMSConsumer first = context.createSharedConsumer(topic, "s");
            JMSConsumer second = context.createSharedConsumer(topic, "s");
            context.createProducer().send(topic, "1");
            assertThat(first.receiveBody(String.class, PATIENCE_MILLIS)).isEqualTo("1");
            context.createProducer().send(topic, "2");
            assertThat(second.receiveBody(String.class, PATIENCE_MILLIS)).isEqualTo("2");
            assertThat(first.receiveBodyNoWait(String.class)).isNull();
        }
    }

    @Test
    @Spec({"SUB-13", "SUB-14", "SUB-15", "CTX-9"})
    void durableSubscriptionKeepsAndIsUnsubscribed() {
        try (JMSContext context = factory.createContext()) {
            context.setClientID("me");
            Topic topic = context.createTopic("t");
            JMSConsumer consumer = context.createDurableConsumer(topic, "d");
            assertThatThrownBy(() -> context.unsubscribe("d"))
                    .isInstanceOf(jakarta.jms.IllegalStateRuntimeException.class);
            consumer.close();
            context.createProducer().send(topic, "kept");
            JMSConsumer again = context.createDurableConsumer(topic, "d");
            assertThat(again.receiveBody(String.class, PATIENCE_MILLIS)).isEqualTo("kept");
            again.close();
            context.unsubscribe("d");
            assertThatThrownBy(() -> context.unsubscribe("d"))
                    .isInstanceOf(jakarta.jms.InvalidDestinationRuntimeException.class);
        }
    }

    @Test
    @Spec({"TMP-1", "TMP-2", "TMP-4", "TMP-5", "LEG-9"})
    void temporaryQueuesServeRequestAndReply() throws Exception {
        Session session = connection.createSession();
        TemporaryQueue replies = session.createTemporaryQueue();
        MessageConsumer consumer = session.createConsumer(replies);
        try (Connection other = factory.createConnection()) {
            Session theirs = other.createSession();
            assertThatThrownBy(() -> theirs.createConsumer(replies))
                    .isInstanceOf(InvalidDestinationException.class);
            send(theirs, replies, "reply");
        }
        assertThat(receive(consumer)).isEqualTo("reply");
        assertThatThrownBy(replies::delete).isInstanceOf(JMSException.class);
        session.close();
        replies.delete();
        Session next = connection.createSession();
        assertThatThrownBy(() -> send(next, replies, "late"))
                .isInstanceOf(InvalidDestinationException.class);
    }

    @Test
    @Spec({"CNS-9", "QUE-3"})
    void whatAConsumerHasBufferedGoesToOneThatWaits() throws Exception {
        Session greedy = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        Session modest = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        Queue queue = greedy.createQueue("q");
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch mayReturn = new CountDownLatch(1);
        greedy.createConsumer(queue)
                .setMessageListener(
                        message -> {
                            entered.countDown();
                            try {
                                mayReturn.await();
                            } catch (InterruptedException interrupted) {
                                Thread.currentThread().interrupt();
                            }
                        });
        send(modest, queue, "1", "2", "3");
        entered.await();
        MessageConsumer consumer = modest.createConsumer(queue);
        try {
            assertThat(receive(consumer)).isEqualTo("2");
            assertThat(receive(consumer)).isEqualTo("3");
        } finally {
            mayReturn.countDown();
        }
    }

    @Test
    @Spec({"ASY-2", "ASY-7", "ORD-1"})
    void asynchronousSendsCompleteInOrder() throws Exception {
        Session session = connection.createSession();
        Queue queue = session.createQueue("q");
        MessageProducer producer = session.createProducer(queue);
        List<String> completed = Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < 5000; i++) {
            String text = "m" + i;
            producer.send(
                    session.createTextMessage(text),
                    new CompletionListener() {
                        @Override
                        public void onCompletion(Message message) {
                            completed.add(text);
                        }

                        @Override
                        public void onException(Message message, Exception failure) {
                            completed.add(failure.toString());
                        }
                    });
        }
        producer.close();
        assertThat(completed).hasSize(5000).startsWith("m0", "m1", "m2").endsWith("m4999");
        MessageConsumer consumer = session.createConsumer(queue);
        for (int i = 0; i < 5000; i++) {
            assertThat(receive(consumer)).isEqualTo("m" + i);
        }
    }

    @Test
    @Spec({"MAK-3", "CON-21"})
    void unacknowledgedMessagesGoToTheNextConsumerMarked() throws Exception {
        Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        Queue queue = session.createQueue("q");
        send(session, queue, "a", "b");
        MessageConsumer consumer = session.createConsumer(queue);
        Message seen = consumer.receive(PATIENCE_MILLIS);
        session.close();
        assertThatThrownBy(seen::acknowledge).isInstanceOf(IllegalStateException.class);
        MessageConsumer next = connection.createSession().createConsumer(queue);
        Message a = next.receive(PATIENCE_MILLIS);
        assertThat(a.getJMSRedelivered()).isTrue();
        Message b = next.receive(PATIENCE_MILLIS);
        assertThat(b.getJMSRedelivered()).isFalse();
    }

    @Test
    @Spec({"BRW-1", "BRW-5"})
    void browserShowsOrNamesWhatIsMissing() throws Exception {
        Session session = connection.createSession();
        Queue queue = session.createQueue("q");
        send(session, queue, "a", "b");
        try (QueueBrowser browser = session.createBrowser(queue)) {
            var all = browser.getEnumeration();
            assertThat(((TextMessage) all.nextElement()).getText()).isEqualTo("a");
            assertThat(((TextMessage) all.nextElement()).getText()).isEqualTo("b");
            assertThat(all.hasMoreElements()).isFalse();
        } catch (JMSException notThereYet) {
            assertThat(notThereYet.getErrorCode()).isEqualTo("UNSUPPORTED");
        }
    }
}
