package org.millrace.conformance.spec;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageListener;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.Spec;

/** §6.2.9: order. */
class Section_6_2_9_OrderTest extends SpecTest {

    @Test
    @Spec({"ORD-1", "ORD-3", "ORD-5", "ASY-8"})
    void oneSessionsSendsKeepTheirOrderOverAllItsProducers() throws Exception {
        Session session = startedConnection().createSession();
        Queue queue = newQueue(session);
        MessageProducer one = session.createProducer(queue);
        MessageProducer two = session.createProducer(null);
        Completions completions = new Completions();
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < 90; i++) {
            String text = "m" + i;
            sent.add(text);
            switch (i % 3) {
                case 0 -> one.send(session.createTextMessage(text), completions);
                case 1 -> two.send(queue, session.createTextMessage(text));
                default -> two.send(queue, session.createTextMessage(text), completions);
            }
        }
        MessageConsumer consumer = session.createConsumer(queue);
        for (String text : sent) {
            assertThat(receiveText(consumer)).isEqualTo(text);
        }
    }

    @Test
    @Spec({"ORD-1", "ORD-3"})
    void orderHoldsOnTopicsAndAcrossModesOfDelivery() throws Exception {
        Session session = startedConnection().createSession();
        Topic topic = newTopic(session);
        MessageConsumer consumer = session.createConsumer(topic);
        MessageProducer producer = session.createProducer(topic);
        for (int i = 0; i < 40; i++) {
            int mode = i % 2 == 0 ? DeliveryMode.PERSISTENT : DeliveryMode.NON_PERSISTENT;
            producer.send(session.createTextMessage("m" + i), mode, 4, 0);
        }
        List<String> persistent = new ArrayList<>();
        List<String> other = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            Message message = consumer.receive(PATIENCE_MILLIS);
            (message.getJMSDeliveryMode() == DeliveryMode.PERSISTENT ? persistent : other)
                    .add(message.getBody(String.class));
        }
        for (int i = 0; i < 20; i++) {
            assertThat(persistent.get(i)).isEqualTo("m" + 2 * i);
            assertThat(other.get(i)).isEqualTo("m" + (2 * i + 1));
        }
    }

    @Test
    @Spec({"ORD-2", "ORD-3", "HDR-18"})
    void higherPriorityOvertakesAndOrderHoldsWithinAPriority() throws Exception {
        Session session = startedConnection().createSession();
        Queue queue = newQueue(session);
        MessageProducer producer = session.createProducer(queue);
        for (int i = 0; i < 6; i++) {
            int priority = i % 2 == 0 ? 4 : 9;
            producer.send(session.createTextMessage("m" + i), DeliveryMode.PERSISTENT, priority, 0);
        }
        MessageConsumer consumer = session.createConsumer(queue);
        for (String expected : List.of("m1", "m3", "m5", "m0", "m2", "m4")) {
            assertThat(receiveText(consumer)).isEqualTo(expected);
        }
    }

    @Test
    @Spec({"ORD-6", "TX-2"})
    void oneTransactionsMessagesStayTogetherInOrder() throws Exception {
        Session session = startedConnection().createSession(Session.SESSION_TRANSACTED);
        Queue queue = newQueue(session);
        MessageProducer producer = session.createProducer(queue);
        Session rival = startedConnection().createSession(Session.SESSION_TRANSACTED);
        MessageProducer rivalProducer = rival.createProducer(queue);
        for (int i = 0; i < 5; i++) {
            producer.send(session.createTextMessage("a" + i));
            rivalProducer.send(rival.createTextMessage("b" + i));
        }
        rival.commit();
        session.commit();
        List<String> ofSession = new ArrayList<>();
        List<String> ofRival = new ArrayList<>();
        MessageConsumer consumer = session.createConsumer(queue);
        for (int i = 0; i < 10; i++) {
            String text = receiveText(consumer);
            (text.startsWith("a") ? ofSession : ofRival).add(text);
        }
        session.commit();
        assertThat(ofSession).containsExactly("a0", "a1", "a2", "a3", "a4");
        assertThat(ofRival).containsExactly("b0", "b1", "b2", "b3", "b4");
    }

    @Test
    @Spec({"ORD-7", "MAK-1", "ACK-9"})
    void acknowledgeCoversWhatTheSessionHasHeardSoFarOverAllConsumers() throws Exception {
        Connection connection = connection();
        Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        Queue one = newQueue(session);
        Queue two = newQueue(session);
        Session sender = startedConnection().createSession();
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        List<String> order = new ArrayList<>();
        MessageListener listener =
                message ->
                        heard.add(
                                Calls.outcomeOf(
                                        () -> {
                                            order.add(message.getBody(String.class));
                                            if (order.size() == 3) {
                                                message.acknowledge();
                                            }
                                            if (order.size() == 4) {
                                                session.recover();
                                            }
                                        }));
        session.createConsumer(one).setMessageListener(listener);
        session.createConsumer(two).setMessageListener(listener);
        send(sender, one, "1a", "1b");
        send(sender, two, "2a", "2b");
        connection.start();
        for (int i = 0; i < 5; i++) {
            assertThat(heard.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isEqualTo("done");
        }
        connection.close();
        assertThat(heard).isEmpty();
        assertThat(order.subList(0, 4)).containsExactlyInAnyOrder("1a", "1b", "2a", "2b");
        assertThat(order.get(4)).isEqualTo(order.get(3));
    }

    @Test
    @Spec({"RCV-1", "ORD-3"})
    void rolledBackMessagesComeBackInTheirOldPlace() throws Exception {
        Session session = startedConnection().createSession(Session.SESSION_TRANSACTED);
        Queue queue = newQueue(session);
        send(session, queue, "a", "b", "c", "d", "e");
        session.commit();
        for (int round = 0; round < 3; round++) {
            MessageConsumer consumer = session.createConsumer(queue);
            for (String expected : List.of("a", "b", "c")) {
                assertThat(receiveText(consumer)).isEqualTo(expected);
            }
            if (round == 1) {
                consumer.close();
                session.rollback();
            } else {
                session.rollback();
                consumer.close();
            }
        }
        MessageConsumer consumer = session.createConsumer(queue);
        for (String expected : List.of("a", "b", "c", "d", "e")) {
            assertThat(receiveText(consumer)).isEqualTo(expected);
        }
        session.commit();
    }
}
