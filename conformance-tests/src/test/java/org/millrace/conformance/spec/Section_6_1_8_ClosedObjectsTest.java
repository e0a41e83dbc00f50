package org.millrace.conformance.spec;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.Connection;
import jakarta.jms.IllegalStateException;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSProducer;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueReceiver;
import jakarta.jms.QueueSender;
import jakarta.jms.QueueSession;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import jakarta.jms.TopicConnection;
import jakarta.jms.TopicPublisher;
import jakarta.jms.TopicSession;
import jakarta.jms.TopicSubscriber;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.Spec;

/** §6.1.8, §6.2.15: every method of every closed object but close is refused, getters included. */
class Section_6_1_8_ClosedObjectsTest extends SpecTest {

    @Test
    @Spec({"CON-20", "CON-22", "CON-23", "SCL-3", "PRD-14", "PRD-9", "EXC-15"})
    void whatAClosedConnectionMadeRefusesEverything() throws Exception {
        Connection connection = startedConnection(uniqueName("client"));
        Session session = connection.createSession();
        Queue queue = newQueue(session);
        Topic topic = newTopic(session);
        MessageConsumer consumer = session.createConsumer(queue);
        TopicSubscriber subscriber = session.createDurableSubscriber(topic, "s");
        MessageProducer producer = session.createProducer(queue);
        MessageProducer unidentified = session.createProducer(null);
        QueueBrowser browser = session.createBrowser(queue);
        connection.close();

        refuses(Connection.class, connection);
        refuses(Session.class, session);
        refuses(MessageConsumer.class, consumer);
        refuses(TopicSubscriber.class, subscriber);
        refuses(MessageProducer.class, producer);
        refuses(MessageProducer.class, unidentified);
        refuses(QueueBrowser.class, browser);
    }

    @Test
    @Spec({"CON-22", "SCL-3", "EXC-15"})
    void whatAClosedSessionMadeRefusesEverythingAndTheConnectionGoesOn() throws Exception {
        Connection connection = startedConnection();
        Session session = connection.createSession();
        Queue queue = newQueue(session);
        MessageConsumer consumer = session.createConsumer(queue);
        MessageProducer producer = session.createProducer(queue);
        QueueBrowser browser = session.createBrowser(queue);
        session.close();

        refuses(Session.class, session);
        refuses(MessageConsumer.class, consumer);
        refuses(MessageProducer.class, producer);
        refuses(QueueBrowser.class, browser);
        connection.createSession().close();
    }

    @Test
    @Spec({"PRD-14", "EXC-15", "CON-23"})
    void closedProducersConsumersAndBrowsersRefuseEverythingAndTheSessionGoesOn() throws Exception {
        Session session = startedConnection().createSession();
        Queue queue = newQueue(session);
        MessageConsumer consumer = session.createConsumer(queue);
        MessageProducer producer = session.createProducer(queue);
        QueueBrowser browser = session.createBrowser(queue);
        for (int i = 0; i < 2; i++) {
            consumer.close();
            producer.close();
            browser.close();
        }
        refuses(MessageConsumer.class, consumer);
        refuses(MessageProducer.class, producer);
        refuses(QueueBrowser.class, browser);
        send(session, queue, "goes on");
        assertThat(receiveText(session.createConsumer(queue))).isEqualTo("goes on");
    }

    @Test
    @Spec({"CTX-12", "CON-22", "CON-23", "EXC-15"})
    void aClosedContextAndWhatItMadeRefuseEverything() {
        JMSContext context = context();
        Queue queue = context.createQueue(uniqueName("queue"));
        JMSConsumer consumer = context.createConsumer(queue);
        JMSConsumer closed = context.createConsumer(queue);
        JMSProducer producer = context.createProducer();
        closed.close();
        closed.close();
        refuses(JMSConsumer.class, closed);
        context.close();
        context.close();
        consumer.close();

        refuses(JMSContext.class, context);
        refuses(JMSConsumer.class, consumer);
        assertThat(Calls.outcomeOf(() -> producer.send(queue, "text")))
                .isEqualTo("IllegalStateRuntimeException");
        assertThat(Calls.outcomeOf(() -> producer.send(queue, new byte[0])))
                .isEqualTo("IllegalStateRuntimeException");
    }

    @Test
    @Spec({"CON-22", "EXC-15", "PRD-14"})
    void closedObjectsOfTheLegacyDomainsRefuseEverything() throws Exception {
        QueueConnection queues = closedAfterwards(factory().createQueueConnection());
        QueueSession queueSession = queues.createQueueSession(false, Session.AUTO_ACKNOWLEDGE);
        Queue queue = newQueue(queueSession);
        QueueReceiver receiver = queueSession.createReceiver(queue);
        QueueSender sender = queueSession.createSender(queue);
        queues.close();
        refuses(QueueConnection.class, queues);
        refuses(QueueSession.class, queueSession);
        refuses(QueueReceiver.class, receiver);
        refuses(QueueSender.class, sender);

        TopicConnection topics = closedAfterwards(factory().createTopicConnection());
        TopicSession topicSession = topics.createTopicSession(false, Session.AUTO_ACKNOWLEDGE);
        Topic topic = newTopic(topicSession);
        TopicSubscriber subscriber = topicSession.createSubscriber(topic);
        TopicPublisher publisher = topicSession.createPublisher(topic);
        topics.close();
        refuses(TopicConnection.class, topics);
        refuses(TopicSession.class, topicSession);
        refuses(TopicSubscriber.class, subscriber);
        refuses(TopicPublisher.class, publisher);
    }

    private static <T> void refuses(Class<T> type, T closed) {
        List<String> served = new ArrayList<>();
        for (Method method : type.getMethods()) {
            if (Set.of("close", "run").contains(method.getName())) {
                continue;
            }
            Throwable outcome = outcomeOf(method, closed);
            if (!(outcome instanceof IllegalStateException)
                    && !(outcome instanceof IllegalStateRuntimeException)) {
                served.add(method + " -> " + outcome);
            }
        }
        assertThat(served).as("calls of a closed object that were not refused").isEmpty();
    }

    private static Throwable outcomeOf(Method method, Object target) {
        Object[] arguments = new Object[method.getParameterCount()];
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = someValue(method.getParameterTypes()[i]);
        }
        try {
            method.invoke(target, arguments);
            return null;
        } catch (InvocationTargetException thrown) {
            return thrown.getCause();
        } catch (IllegalAccessException unreachable) {
            throw new AssertionError(unreachable);
        }
    }

    private static Object someValue(Class<?> type) {
        if (type == boolean.class) {
            return false;
        }
        if (type == int.class) {
            return 1;
        }
        if (type == long.class) {
            return 1L;
        }
        return type == String.class ? "text" : null;
    }
}
