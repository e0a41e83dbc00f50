package org.millrace.conformance.spec;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSProducer;
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

/** §7.8 and §7.9: time to live and delivery delay. */
class Section_7_8_ExpiryAndDelayTest extends SpecTest {
    private static final long DELAY_MILLIS = 400;

    @Test
    @Spec({"HDR-17", "SUB-23"})
    void expiredMessagesAreNotDeliveredFromQueuesOrDurableSubscriptions() throws Exception {
        Session session = startedConnection(uniqueName("client")).createSession();
        Queue queue = newQueue(session);
        Topic topic = newTopic(session);
        session.createDurableConsumer(topic, "s").close();
        MessageProducer producer = session.createProducer(null);
        Message brief = session.createTextMessage("brief");
        producer.send(queue, brief, DeliveryMode.PERSISTENT, 4, 20);
        producer.send(topic, brief, DeliveryMode.PERSISTENT, 4, 20);
        awaitClock(brief.getJMSExpiration());
        send(session, queue, "lasting");
        send(session, topic, "lasting");

        assertThat(receiveText(session.createConsumer(queue))).isEqualTo("lasting");
        assertThat(receiveText(session.createDurableConsumer(topic, "s"))).isEqualTo("lasting");
    }

    @Test
    @Spec({"HDR-17", "REL-4"})
    void whatExpiresInAConsumersBufferIsNotDelivered() throws Exception {
        Session session = startedConnection().createSession();
        Queue queue = newQueue(session);
        MessageConsumer consumer = session.createConsumer(queue);
        MessageProducer producer = session.createProducer(queue);
        send(session, queue, "first");
        Message brief = session.createTextMessage("brief");
        producer.send(brief, DeliveryMode.PERSISTENT, 4, 150);
        send(session, queue, "lasting");
        assertThat(receiveText(consumer)).isEqualTo("first");
        awaitClock(brief.getJMSExpiration());
        assertThat(receiveText(consumer)).isEqualTo("lasting");
    }

    @Test
    @Spec({"HDR-16", "HDR-14", "SND-7", "BRW-4", "CNS-1"})
    void aDelayedMessageIsHiddenFromAllUntilItsTime() throws Exception {
        Session session = startedConnection().createSession();
        Queue queue = newQueue(session);
        MessageConsumer consumer = session.createConsumer(queue);
        MessageProducer producer = session.createProducer(queue);
        producer.setDeliveryDelay(DELAY_MILLIS);
        assertThat(producer.getDeliveryDelay()).isEqualTo(DELAY_MILLIS);
        long before = System.currentTimeMillis();
        for (int mode : new int[] {DeliveryMode.PERSISTENT, DeliveryMode.NON_PERSISTENT}) {
            producer.send(session.createTextMessage("delayed"), mode, 4, 0);
        }
        send(session, queue, "at once");

        assertThat(receiveText(consumer)).isEqualTo("at once");
        try (QueueBrowser browser = session.createBrowser(queue)) {
            boolean shown = browser.getEnumeration().hasMoreElements();
            assertThat(shown && System.currentTimeMillis() < before + DELAY_MILLIS).isFalse();
        }
        for (int i = 0; i < 2; i++) {
            TextMessage delayed = (TextMessage) consumer.receive(PATIENCE_MILLIS);
            long now = System.currentTimeMillis();
            assertThat(delayed.getText()).isEqualTo("delayed");
            assertThat(delayed.getJMSDeliveryTime())
                    .isBetween(before + DELAY_MILLIS, now)
                    .isEqualTo(delayed.getJMSTimestamp() + DELAY_MILLIS);
            assertThat(delayed.getJMSRedelivered()).isFalse();
            assertThat(delayed.getIntProperty("JMSXDeliveryCount")).isEqualTo(1);
        }
    }

    @Test
    @Spec({"SND-5", "HDR-16"})
    void aDelayedTopicMessageGoesToTheSubscriptionsOfItsSendTime() throws Exception {
        Session session = startedConnection(uniqueName("client")).createSession();
        Topic topic = newTopic(session);
        MessageConsumer early = session.createConsumer(topic);
        session.createDurableConsumer(topic, "inactive").close();
        session.createDurableConsumer(topic, "deleted").close();
        MessageProducer producer = session.createProducer(topic);
        producer.setDeliveryDelay(DELAY_MILLIS);
        producer.send(session.createTextMessage("delayed"));
        MessageConsumer late = session.createConsumer(topic);
        session.unsubscribe("deleted");
        MessageConsumer anew = session.createDurableConsumer(topic, "deleted");

        assertThat(receiveText(early)).isEqualTo("delayed");
        assertThat(receiveText(session.createDurableConsumer(topic, "inactive")))
                .isEqualTo("delayed");
        send(session, topic, "after");
        assertThat(receiveText(late)).isEqualTo("after");
        assertThat(receiveText(anew)).isEqualTo("after");
    }

    @Test
    @Spec({"HDR-26", "HDR-13", "HDR-14"})
    void whatExpiresBeforeItIsDueIsNeverDelivered() throws Exception {
        Session session = startedConnection().createSession();
        Queue queue = newQueue(session);
        MessageProducer producer = session.createProducer(queue);
        producer.setDeliveryDelay(200);
        producer.send(session.createTextMessage("dead"), DeliveryMode.PERSISTENT, 4, 50);
        producer.setDeliveryDelay(300);
        producer.send(session.createTextMessage("alive"));
        assertThat(receiveText(session.createConsumer(queue))).isEqualTo("alive");
    }

    @Test
    @Spec({"SND-8", "HDR-13", "HDR-14", "TX-3"})
    void inATransactionDelayAndTimeToLiveRunFromTheSend() throws Exception {
        Session session = startedConnection().createSession(Session.SESSION_TRANSACTED);
        Queue queue = newQueue(session);
        MessageProducer producer = session.createProducer(queue);
        Message brief = session.createTextMessage("expired before the commit");
        producer.send(brief, DeliveryMode.PERSISTENT, 4, 20);
        producer.setDeliveryDelay(30);
        Message due = session.createTextMessage("due before the commit");
        producer.send(due);
        awaitClock(Math.max(due.getJMSDeliveryTime(), brief.getJMSExpiration()));
        session.commit();
        assertThat(receiveText(session.createConsumer(queue))).isEqualTo("due before the commit");
        session.commit();
    }

    @Test
    @Spec({"ORD-2", "HDR-16"})
    void messagesComeInTheOrderOfTheirDeliveryTimes() throws Exception {
        Session session = startedConnection().createSession();
        Queue queue = newQueue(session);
        MessageProducer producer = session.createProducer(queue);
        for (long delay : new long[] {300, 150, 0}) {
            producer.setDeliveryDelay(delay);
            producer.send(session.createTextMessage("after " + delay));
        }
        MessageConsumer consumer = session.createConsumer(queue);
        for (long delay : new long[] {0, 150, 300}) {
            assertThat(receiveText(consumer)).isEqualTo("after " + delay);
        }
    }

    @Test
    @Spec({"JPR-2", "HDR-14"})
    void aSimplifiedProducersDelayIsSentToo() throws Exception {
        JMSContext context = context();
        Queue queue = context.createQueue(uniqueName("queue"));
        JMSProducer producer = context.createProducer().setDeliveryDelay(50);
        assertThat(producer.getDeliveryDelay()).isEqualTo(50);
        producer.send(queue, "delayed");
        Message received = context.createConsumer(queue).receive(PATIENCE_MILLIS);
        assertThat(received.getJMSDeliveryTime())
                .isEqualTo(received.getJMSTimestamp() + 50)
                .isLessThanOrEqualTo(System.currentTimeMillis());
    }

    @Test
    @Spec({"HDR-13", "HDR-14"})
    void inATransactionTheTimesAreThoseOfTheSendNotOfTheCommit() throws Exception {
        Session session = startedConnection().createSession(Session.SESSION_TRANSACTED);
        Queue queue = newQueue(session);
        MessageProducer producer = session.createProducer(queue);
        producer.setTimeToLive(60_000);
        producer.setDeliveryDelay(1);
        Message sent = session.createMessage();
        producer.send(sent);
        long afterSend = System.currentTimeMillis();
        await("the clock moves on", () -> System.currentTimeMillis() > afterSend + 20);
        session.commit();

        Message received = session.createConsumer(queue).receive(PATIENCE_MILLIS);
        assertThat(received.getJMSExpiration())
                .isLessThanOrEqualTo(afterSend + 60_000)
                .isEqualTo(sent.getJMSExpiration());
        assertThat(received.getJMSDeliveryTime())
                .isLessThanOrEqualTo(afterSend + 1)
                .isEqualTo(sent.getJMSDeliveryTime());
        session.commit();
    }

    private static void awaitClock(long epochMillis) throws InterruptedException {
        await("the clock passes " + epochMillis, () -> System.currentTimeMillis() > epochMillis);
    }
}
