package org.millrace.conformance.spec;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.Destination;
import jakarta.jms.JMSContext;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Queue;
import jakarta.jms.QueueConnectionFactory;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import jakarta.jms.TopicConnectionFactory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import javax.naming.Context;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.naming.Referenceable;
import javax.naming.spi.NamingManager;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.Spec;

/** §5 and §2.14: connection factories and destinations, by naming service or not. */
@SuppressWarnings("BanJNDI") // naming is what is tested
class Section_5_AdministeredObjectsTest extends SpecTest {

    @Test
    @Spec("ADM-1")
    void factoriesAndDestinationsSurviveSerialisation() throws Exception {
        ConnectionFactory factory = serialised((ConnectionFactory) factory());
        Session session = closedAfterwards(factory.createConnection()).createSession();
        for (Destination destination : List.of(newQueue(session), newTopic(session))) {
            assertThat(serialised(destination)).isEqualTo(destination);
        }
    }

    private static <T> T serialised(T object) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(object);
        }
        try (ObjectInputStream in =
                new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            @SuppressWarnings("unchecked") // what was written is what is read
            T read = (T) in.readObject();
            return read;
        }
    }

    @Test
    @Spec("ADM-1")
    void factoriesAndDestinationsAreReferenceable() throws Exception {
        Queue queue = newQueue(connection().createSession());
        assertThat(dereferenced(queue)).isEqualTo(queue);
        ConnectionFactory again = (ConnectionFactory) dereferenced(factory());
        Connection connection = closedAfterwards(again.createConnection());
        send(connection.createSession(), queue, "by the dereferenced factory");
        Session session = startedConnection().createSession();
        assertThat(receiveText(session.createConsumer(queue)))
                .isEqualTo("by the dereferenced factory");
    }

    private static Object dereferenced(Object administered) throws Exception {
        return NamingManager.getObjectInstance(
                ((Referenceable) administered).getReference(), null, null, new Hashtable<>());
    }

    @Test
    @Spec({"ADM-1", "ADM-3"})
    void aNamingContextGivesFactoriesOfAllKindsAndDestinations() throws Exception {
        String queueName = uniqueName("queue");
        Context context = namingContext(queueName);
        ConnectionFactory factory = (ConnectionFactory) context.lookup("Factory");
        assertThat(factory)
                .isInstanceOf(QueueConnectionFactory.class)
                .isInstanceOf(TopicConnectionFactory.class);
        Queue queue = (Queue) context.lookup("orders");
        assertThat(queue.getQueueName()).isEqualTo(queueName);
        assertThat(context.lookup("news")).isInstanceOf(Topic.class);

        Connection connection = closedAfterwards(factory.createConnection());
        connection.start();
        Session session = connection.createSession();
        send(session, queue, "found by name");
        assertThat(receiveText(session.createConsumer(queue))).isEqualTo("found by name");
    }

    private Context namingContext(String queueName) throws NamingException {
        Hashtable<String, String> environment = new Hashtable<>();
        environment.put(
                Context.INITIAL_CONTEXT_FACTORY,
                "org.millrace.jms.jndi.MillraceInitialContextFactory");
        environment.put("connectionFactory.Factory", uri());
        environment.put("queue.orders", queueName);
        environment.put("topic.news", uniqueName("topic"));
        return new InitialContext(environment);
    }

    @Test
    @Spec("ADM-1")
    void lookingUpAFactoryOfAnUnreachableBrokerTouchesNoNetwork() throws Exception {
        Hashtable<String, String> environment = new Hashtable<>();
        environment.put(
                Context.INITIAL_CONTEXT_FACTORY,
                "org.millrace.jms.jndi.MillraceInitialContextFactory");
        environment.put("connectionFactory.Factory", "millrace://127.0.0.1:1");
        assertThat(new InitialContext(environment).lookup("Factory"))
                .isInstanceOf(ConnectionFactory.class);
    }

    @Test
    @Spec({"ADM-3", "ADM-4", "LEG-11"})
    void domainFactoriesMakeUnifiedConnectionsThatServeBothDomains() throws Exception {
        QueueConnectionFactory ofQueues = factory();
        TopicConnectionFactory ofTopics = factory();
        for (ConnectionFactory factory : List.of((ConnectionFactory) ofQueues, ofTopics)) {
            Connection connection = closedAfterwards(factory.createConnection());
            connection.start();
            Session session = connection.createSession();
            Topic topic = newTopic(session);
            MessageConsumer ofTopic = session.createConsumer(topic);
            send(session, topic, "topic");
            assertThat(receiveText(ofTopic)).isEqualTo("topic");
            JMSContext context = closedAfterwards(factory.createContext());
            Queue queue = context.createQueue(uniqueName("queue"));
            context.createProducer().send(queue, "queue");
            assertThat(context.createConsumer(queue).receiveBody(String.class, PATIENCE_MILLIS))
                    .isEqualTo("queue");
        }
    }

    @Test
    @Spec("ADM-5")
    void destinationsAreOnlyNamesUntilTheyAreUsed() throws Exception {
        Session session = startedConnection().createSession();
        String name = uniqueName("never seen before");
        Queue queue = session.createQueue(name);
        assertThat(queue.getQueueName()).isEqualTo(name);
        Topic topic = session.createTopic(name);
        assertThat(topic.getTopicName()).isEqualTo(name);
        send(session, queue, "first use");
        assertThat(receiveText(session.createConsumer(session.createQueue(name))))
                .isEqualTo("first use");
    }

    @Test
    @Spec("ADM-2")
    void factoriesDestinationsAndConnectionsServeManyThreads() throws Exception {
        ConnectionFactory factory = factory();
        Connection shared = startedConnection();
        Queue queue = newQueue(shared.createSession());
        List<CompletableFuture<String>> senders = new ArrayList<>();
        Set<String> expected = new HashSet<>();
        for (int i = 0; i < 6; i++) {
            String text = "of thread " + i;
            expected.add(text);
            boolean own = i % 2 == 0;
            senders.add(
                    Calls.outcomeLater(
                            () -> {
                                Connection connection = own ? factory.createConnection() : shared;
                                Session session = connection.createSession();
                                send(session, queue, text);
                                session.close();
                                if (own) {
                                    connection.close();
                                }
                            }));
        }
        for (CompletableFuture<String> sender : senders) {
            assertThat(Calls.soon(sender)).isEqualTo("done");
        }
        MessageConsumer consumer = shared.createSession().createConsumer(queue);
        for (int i = 0; i < 6; i++) {
            assertThat(expected.remove(receiveText(consumer))).isTrue();
        }
    }
}
