package org.millrace.conformance.spec;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.Spec;

/** §7.9: messages that are delivered later. */
class Section_7_9_DeliveryDelayTest extends SpecTest {
    private static final long DELAY_MILLIS = 700;

    private static MessageProducer delaying(Session session, Destination to) throws Exception {
        MessageProducer producer = session.createProducer(to);
        producer.setDeliveryDelay(DELAY_MILLIS);
        return producer;
    }

    @Test
    @Spec({"HDR-14", "HDR-15", "HDR-16", "SND-7"})
    void nobodySeesAMessageBeforeItsTime() throws Exception {
        Session session = startedConnection().createSession();
        Queue queue = newQueue(session);
        MessageConsumer consumer = session.createConsumer(queue);
        MessageProducer producer = delaying(session, queue);
        for (int mode : new int[] {DeliveryMode.PERSISTENT, DeliveryMode.NON_PERSISTENT}) {
            producer.setDeliveryMode(mode);
            TextMessage sent = session.createTextMessage("late");
            long before = System.currentTimeMillis();
            producer.send(sent);
            send(session, queue, "at once");
            assertThat(sent.getJMSDeliveryTime()).isGreaterThanOrEqualTo(before + DELAY_MILLIS);

            assertThat(receiveText(consumer)).isEqualTo("at once");
            try (QueueBrowser browser = session.createBrowser(queue)) {
                assertThat(listOf(browser.getEnumeration())).isEmpty();
            }
            Message late = consumer.receive(PATIENCE_MILLIS);
            assertThat(System.currentTimeMillis()).isGreaterThanOrEqualTo(before + DELAY_MILLIS);
            assertThat(late.getJMSDeliveryTime()).isEqualTo(sent.getJMSDeliveryTime());
            assertThat(late.getJMSMessageID()).isEqualTo(sent.getJMSMessageID());
            assertThat(late.getJMSRedelivered()).isFalse();
        }
    }

    @Test
    @Spec("SND-5")
    void onATopicItIsForThoseWhoSubscribedBefore() throws Exception {
        Session session = startedConnection().createSession();
        Topic topic = newTopic(session);
        MessageConsumer early = session.createConsumer(topic);
        TextMessage message = session.createTextMessage("late");
        message.setStringProperty("color", "red");
        delaying(session, topic).send(message);
        MessageConsumer tooLate = session.createConsumer(topic);

        TextMessage got = (TextMessage) early.receive(PATIENCE_MILLIS);
        assertThat(got.getText()).isEqualTo("late");
        assertThat(listOf(got.getPropertyNames())).containsOnly("color", "JMSXDeliveryCount");
        assertThat(tooLate.receive(SILENCE_MILLIS)).isNull();
    }

    @Test
    @Spec("SND-8")
    void inATransactionTheDelayBeginsWithTheSend() throws Exception {
        Session session = startedConnection().createSession(Session.SESSION_TRANSACTED);
        Queue queue = newQueue(session);
        delaying(session, queue).send(session.createTextMessage("late"));
        MessageConsumer consumer = startedConnection().createSession().createConsumer(queue);
        assertThat(consumer.receive(DELAY_MILLIS + SILENCE_MILLIS)).isNull();

        session.commit();

        assertThat(consumer.receive(DELAY_MILLIS)).isNotNull();
    }

    @Test
    @Spec("HDR-26")
    void whatExpiresBeforeItsTimeNeverComes() throws Exception {
        Session session = startedConnection().createSession();
        Queue queue = newQueue(session);
        MessageProducer producer = delaying(session, queue);
        producer.setTimeToLive(DELAY_MILLIS / 2);
        producer.send(session.createTextMessage("never"));
        producer.setTimeToLive(0);
        producer.send(session.createTextMessage("late"));
        MessageConsumer consumer = session.createConsumer(queue);
        assertThat(receiveText(consumer)).isEqualTo("late");
        assertThat(consumer.receiveNoWait()).isNull();
    }
}
