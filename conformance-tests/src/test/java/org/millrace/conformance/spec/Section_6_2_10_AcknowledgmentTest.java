package org.millrace.conformance.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.Connection;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.Spec;

/** §6.2.10 and §6.2.11: acknowledgement, recovery, redelivery. */
class Section_6_2_10_AcknowledgmentTest extends SpecTest {

    @Test
    @Spec({"ACK-1", "ACK-8"})
    void autoAcknowledgedMessagesAreNotRepeatedByRecover() throws Exception {
        Session session = startedConnection().createSession(Session.AUTO_ACKNOWLEDGE);
        Queue queue = sendTexts(session, "a", "b");
        MessageConsumer consumer = session.createConsumer(queue);
        assertThat(receiveText(consumer)).isEqualTo("a");

        session.recover();

        assertThat(receiveText(consumer)).isEqualTo("b");
        assertThat(consumer.receive(SILENCE_MILLIS)).isNull();
    }

    @Test
    @Spec({"MAK-1", "ACK-6"})
    void acknowledgingOneMessageAcknowledgesAllThatTheSessionConsumed() throws Exception {
        Connection connection = startedConnection();
        Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        Queue queue = sendTexts(session, "a", "b", "c", "d");
        MessageConsumer consumer = session.createConsumer(queue);
        consumer.receive(PATIENCE_MILLIS);
        Message second = consumer.receive(PATIENCE_MILLIS);
        consumer.receive(PATIENCE_MILLIS);

        second.acknowledge();
        session.recover();

        assertThat(receiveText(consumer)).isEqualTo("d");
        assertThat(consumer.receive(SILENCE_MILLIS)).isNull();
    }

    @Test
    @Spec({"RCV-1", "RCV-2", "PRP-17", "PRP-18", "MSG-5"})
    void recoverRedeliversAllUnacknowledgedInOrderFlaggedAndCounted() throws Exception {
        Session session = startedConnection().createSession(Session.CLIENT_ACKNOWLEDGE);
        Queue queue = sendTexts(session, "a", "b", "c");
        MessageConsumer consumer = session.createConsumer(queue);
        Message first = consumer.receive(PATIENCE_MILLIS);
        assertThat(first.getJMSRedelivered()).isFalse();
        assertThat(first.getIntProperty("JMSXDeliveryCount")).isEqualTo(1);
        first.clearBody();
        assertThat(receiveText(consumer)).isEqualTo("b");

        session.recover();

        for (String expected : List.of("a", "b")) {
            TextMessage again = (TextMessage) consumer.receive(PATIENCE_MILLIS);
            assertThat(again.getText()).isEqualTo(expected);
            assertThat(again.getJMSRedelivered()).isTrue();
            assertThat(again.getIntProperty("JMSXDeliveryCount")).isEqualTo(2);
        }
        Message third = consumer.receive(PATIENCE_MILLIS);
        assertThat(third.getJMSRedelivered()).isFalse();
        assertThat(third.getIntProperty("JMSXDeliveryCount")).isEqualTo(1);
        third.acknowledge();
    }

    @Test
    @Spec({"RCV-3", "EXC-18"})
    void recoverOnATransactedSessionIsRefused() throws Exception {
        Session session = connection().createSession(Session.SESSION_TRANSACTED);
        assertThatThrownBy(session::recover).isInstanceOf(IllegalStateException.class);
    }

    @Test
    @Spec({"RCV-4", "ACK-9"})
    void recoverAndAcknowledgeCoverAllConsumersOfTheSessionClosedOnesIncluded() throws Exception {
        Session session = startedConnection().createSession(Session.CLIENT_ACKNOWLEDGE);
        Queue one = sendTexts(session, "one");
        Queue two = sendTexts(session, "two");
        MessageConsumer consumerOfOne = session.createConsumer(one);
        MessageConsumer consumerOfTwo = session.createConsumer(two);
        assertThat(receiveText(consumerOfOne)).isEqualTo("one");
        assertThat(receiveText(consumerOfTwo)).isEqualTo("two");

        session.recover();
        assertThat(receiveText(consumerOfOne)).isEqualTo("one");
        Message second = consumerOfTwo.receive(PATIENCE_MILLIS);
        consumerOfOne.close();
        second.acknowledge();
        session.recover();

        assertThat(session.createConsumer(one).receive(SILENCE_MILLIS)).isNull();
        assertThat(consumerOfTwo.receive(SILENCE_MILLIS)).isNull();
    }

    @Test
    @Spec({"CNS-8", "CNS-10", "RCV-5"})
    void unacknowledgedMessagesOfAClosedSessionGoToTheNextConsumer() throws Exception {
        Connection connection = startedConnection();
        Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        Queue queue = sendTexts(session, "a");
        MessageConsumer consumer = session.createConsumer(queue);
        assertThat(receiveText(consumer)).isEqualTo("a");
        consumer.close();
        Session other = connection.createSession();
        MessageConsumer waiting = other.createConsumer(queue);
        assertThat(waiting.receive(SILENCE_MILLIS)).isNull();

        session.close();

        Message again = waiting.receive(PATIENCE_MILLIS);
        assertThat(again.getBody(String.class)).isEqualTo("a");
        assertThat(again.getJMSRedelivered()).isTrue();
    }

    @Test
    @Spec({"CNS-9", "ACK-3"})
    void whatAClosedConsumerOnlyBufferedComesUnflaggedAndInPlace() throws Exception {
        Session session = startedConnection().createSession();
        Queue queue = sendTexts(session, "a", "b", "c");
        MessageConsumer first = session.createConsumer(queue);
        assertThat(receiveText(first)).isEqualTo("a");
        first.close();

        MessageConsumer second = session.createConsumer(queue);
        for (String expected : List.of("b", "c")) {
            Message message = second.receive(PATIENCE_MILLIS);
            assertThat(message.getBody(String.class)).isEqualTo(expected);
            assertThat(message.getJMSRedelivered()).isFalse();
        }
    }

    @Test
    @Spec({"MAK-2", "MAK-3", "MSG-8", "EXC-16"})
    void acknowledgeIsIgnoredInOtherModesAndRefusedAfterClose() throws Exception {
        for (int mode :
                new int[] {
                    Session.AUTO_ACKNOWLEDGE,
                    Session.DUPS_OK_ACKNOWLEDGE,
                    Session.SESSION_TRANSACTED
                }) {
            Connection connection = startedConnection();
            Session session = connection.createSession(mode);
            Session sender = connection.createSession();
            Queue queue = sendTexts(sender, "a");
            Message message = session.createConsumer(queue).receive(PATIENCE_MILLIS);
            message.acknowledge();
            session.close();
            assertThatThrownBy(message::acknowledge).isInstanceOf(IllegalStateException.class);
            assertThat(message.getBody(String.class)).isEqualTo("a");
        }
    }

    @Test
    @Spec("MAK-4")
    void acknowledgingAMessageThatWasNeverReceivedDoesNothing() throws Exception {
        connection().createSession(Session.CLIENT_ACKNOWLEDGE).createMessage().acknowledge();
    }

    @Test
    @Spec({"ACK-2", "LSE-1"})
    void anAutoAcknowledgeListenerThatThrowsGetsTheSameMessageAgainFirst() throws Exception {
        for (int mode : new int[] {Session.AUTO_ACKNOWLEDGE, Session.DUPS_OK_ACKNOWLEDGE}) {
            BlockingQueue<String> seen = listenAndFailOnFirst(mode, false);
            assertThat(take(seen, 3)).containsExactly("a 1 false", "a 2 true", "b 1 false");
        }
    }

    @Test
    @Spec("ACK-2")
    void recoverInAListenerBringsTheCurrentMessageAgain() throws Exception {
        BlockingQueue<String> seen = listenAndFailOnFirst(Session.AUTO_ACKNOWLEDGE, true);
        assertThat(take(seen, 3)).containsExactly("a 1 false", "a 2 true", "b 1 false");
    }

    @Test
    @Spec({"LSE-2", "LSE-3"})
    void inOtherModesTheNextMessageFollowsAFailedOne() throws Exception {
        for (int mode : new int[] {Session.CLIENT_ACKNOWLEDGE, Session.SESSION_TRANSACTED}) {
            BlockingQueue<String> seen = listenAndFailOnFirst(mode, false);
            assertThat(take(seen, 2)).containsExactly("a 1 false", "b 1 false");
        }
    }

    /**
     * Sends a and b; the listener fails on its first call by throwing or by {@code recover}. Lines:
     * text, count, flag.
     */
    private BlockingQueue<String> listenAndFailOnFirst(int mode, boolean recover)
            throws JMSException {
        Connection connection = connection();
        Session session = connection.createSession(mode);
        Session sender = startedConnection().createSession();
        Queue queue = sendTexts(sender, "a", "b");
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        AtomicInteger calls = new AtomicInteger();
        session.createConsumer(queue)
                .setMessageListener(
                        message -> {
                            boolean first = calls.incrementAndGet() == 1;
                            try {
                                seen.add(
                                        message.getBody(String.class)
                                                + " "
                                                + message.getIntProperty("JMSXDeliveryCount")
                                                + " "
                                                + message.getJMSRedelivered());
                                if (first && recover) {
                                    session.recover();
                                }
                            } catch (JMSException broken) {
                                seen.add(broken.toString());
                            }
                            if (first && !recover) {
                                throw new UnsupportedOperationException(
                                        "the listener fails on purpose");
                            }
                        });
        connection.start();
        return seen;
    }

    private static List<String> take(BlockingQueue<String> seen, int count)
            throws InterruptedException {
        List<String> taken = new java.util.ArrayList<>();
        for (int i = 0; i < count; i++) {
            taken.add(String.valueOf(seen.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)));
        }
        return taken;
    }

    private static Queue sendTexts(Session session, String... texts) throws JMSException {
        Queue queue = newQueue(session);
        MessageProducer producer = session.createProducer(queue);
        for (String text : texts) {
            producer.send(session.createTextMessage(text));
        }
        producer.close();
        return queue;
    }
}
