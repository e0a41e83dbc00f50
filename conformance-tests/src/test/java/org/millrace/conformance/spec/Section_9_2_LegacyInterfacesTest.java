package org.millrace.conformance.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Queue;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueReceiver;
import jakarta.jms.QueueRequestor;
import jakarta.jms.QueueSender;
import jakarta.jms.QueueSession;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import jakarta.jms.TopicConnection;
import jakarta.jms.TopicPublisher;
import jakarta.jms.TopicRequestor;
import jakarta.jms.TopicSession;
import jakarta.jms.TopicSubscriber;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.Spec;

/** §9.2: the interfaces of the two domains. */
class Section_9_2_LegacyInterfacesTest extends SpecTest {
    private final String clientId = uniqueName("client");
    private QueueConnection queues;
    private TopicConnection topics;
    private QueueSession queueSession;
    private TopicSession topicSession;
    private Queue queue;
    private Topic topic;

    @BeforeEach
    void open() throws Exception {
        queues = closedAfterwards(factory().createQueueConnection());
        queues.start();
        queueSession = queues.createQueueSession(false, Session.AUTO_ACKNOWLEDGE);
        queue = queueSession.createQueue(uniqueName("queue"));
        topics = closedAfterwards(factory().createTopicConnection());
        topics.setClientID(clientId);
        topics.start();
        topicSession = topics.createTopicSession(false, Session.AUTO_ACKNOWLEDGE);
        topic = topicSession.createTopic(uniqueName("topic"));
    }

    @Test
    @Spec({"LEG-1", "EXC-57", "SSP-4"})
    void theMethodsOfTheOtherDomainAreIllegal() {
        List<Calls.Call> illegal =
                List.of(
                        () -> queues.createSharedConnectionConsumer(topic, "s", null, null, 1),
                        () -> queues.createDurableConnectionConsumer(topic, "s", null, null, 1),
                        () ->
                                queues.createSharedDurableConnectionConsumer(
                                        topic, "s", null, null, 1),
                        () -> queueSession.createDurableSubscriber(topic, "s"),
                        () -> queueSession.createDurableSubscriber(topic, "s", null, false),
                        () -> queueSession.createDurableConsumer(topic, "s"),
                        () -> queueSession.createDurableConsumer(topic, "s", null, false),
                        () -> queueSession.createSharedConsumer(topic, "s"),
                        () -> queueSession.createSharedConsumer(topic, "s", null),
                        () -> queueSession.createSharedDurableConsumer(topic, "s"),
                        () -> queueSession.createSharedDurableConsumer(topic, "s", null),
                        () -> queueSession.createSharedConsumer(null, null),
                        queueSession::createTemporaryTopic,
                        () -> queueSession.createTopic("t"),
                        () -> queueSession.unsubscribe("s"),
                        () -> topicSession.createBrowser(queue),
                        () -> topicSession.createBrowser(null, "a >"),
                        () -> topicSession.createQueue("q"),
                        topicSession::createTemporaryQueue);
        for (Calls.Call call : illegal) {
            assertThatThrownBy(call::run).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    @Spec({"LEG-2", "LEG-11"})
    void plainSessionsOfDomainConnectionsAreUnrestricted() throws Exception {
        Session ofQueues = queues.createSession();
        MessageConsumer consumer = ofQueues.createConsumer(topic);
        send(topics.createSession(), topic, "t");
        assertThat(receiveText(consumer)).isEqualTo("t");
        ofQueues.createTemporaryTopic();
        topics.createSession(Session.CLIENT_ACKNOWLEDGE).createBrowser(queue);
    }

    @Test
    @Spec("LEG-3")
    void destinationsOfTheOtherDomainAreInvalid() {
        for (Calls.Call call :
                List.<Calls.Call>of(
                        () -> queueSession.createConsumer(topic),
                        () -> queueSession.createProducer(topic),
                        () -> topicSession.createConsumer(queue),
                        () -> topicSession.createProducer(queue))) {
            assertThatThrownBy(call::run).isInstanceOf(InvalidDestinationException.class);
        }
    }

    @Test
    @Spec("LEG-4")
    void domainSessionsHaveTheModesOfPlainOnes() throws Exception {
        assertThat(queues.createQueueSession(true, 0).getTransacted()).isTrue();
        assertThat(topics.createTopicSession(true, 0).getAcknowledgeMode()).isZero();
        for (int mode = 1; mode <= 3; mode++) {
            assertThat(queues.createQueueSession(false, mode).getAcknowledgeMode()).isEqualTo(mode);
            assertThat(topics.createTopicSession(false, mode).getAcknowledgeMode()).isEqualTo(mode);
        }
    }

    @Test
    @Spec({"LEG-5", "LEG-6", "PRD-15", "CNS-11"})
    void receiversAndSendersAreConsumersAndProducersOfTheirQueue() throws Exception {
        QueueReceiver receiver = queueSession.createReceiver(queue);
        QueueReceiver selective = queueSession.createReceiver(queue, "p = 1");
        assertThat(receiver.getQueue()).isEqualTo(queue);
        assertThat(selective.getMessageSelector()).isEqualTo("p = 1");
        selective.close();
        QueueSender sender = queueSession.createSender(queue);
        assertThat(sender.getQueue()).isEqualTo(queue);
        sender.send(queueSession.createTextMessage("1"));
        sender.send(queueSession.createTextMessage("2"), 1, 4, 0);
        Completions completions = new Completions();
        sender.send(queueSession.createTextMessage("3"), completions);
        QueueSender unidentified = queueSession.createSender(null);
        assertThat(unidentified.getQueue()).isNull();
        unidentified.send(queue, queueSession.createTextMessage("4"));
        unidentified.send(queue, queueSession.createTextMessage("5"), 2, 4, 0);
        for (String expected : List.of("1", "2", "3", "4", "5")) {
            assertThat(receiveText(receiver)).isEqualTo(expected);
        }
        await("the callback", () -> completions.completed().size() == 1);
    }

    @Test
    @Spec({"LEG-5", "LEG-6", "LEG-10", "PRD-15"})
    void subscribersAndPublishersAreConsumersAndProducersOfTheirTopic() throws Exception {
        TopicSubscriber subscriber = topicSession.createSubscriber(topic);
        assertThat(subscriber.getTopic()).isEqualTo(topic);
        assertThat(subscriber.getNoLocal()).isFalse();
        TopicSubscriber remote = topicSession.createSubscriber(topic, "", true);
        assertThat(remote.getNoLocal()).isTrue();
        assertThat(remote.getMessageSelector()).isNull();
        TopicPublisher publisher = topicSession.createPublisher(topic);
        assertThat(publisher.getTopic()).isEqualTo(topic);
        publisher.publish(topicSession.createTextMessage("1"));
        publisher.publish(topicSession.createTextMessage("2"), 1, 4, 0);
        publisher.send(topicSession.createTextMessage("3"), new Completions());
        TopicPublisher unidentified = topicSession.createPublisher(null);
        assertThat(unidentified.getTopic()).isNull();
        unidentified.publish(topic, topicSession.createTextMessage("4"));
        unidentified.publish(topic, topicSession.createTextMessage("5"), 2, 4, 0);
        for (String expected : List.of("1", "2", "3", "4", "5")) {
            assertThat(receiveText(subscriber)).isEqualTo(expected);
        }
        assertThat(remote.receiveNoWait()).isNull();
        assertThatThrownBy(() -> publisher.publish(topic, topicSession.createMessage()))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> unidentified.publish(topicSession.createMessage()))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    @Spec({"LEG-5", "CNS-6", "EXC-24"})
    void nullDestinationsAreInvalidExceptForSendersAndPublishers() {
        for (Calls.Call call :
                List.<Calls.Call>of(
                        () -> queueSession.createReceiver(null),
                        () -> queueSession.createReceiver(null, "p = 1"),
                        () -> queueSession.createBrowser(null),
                        () -> topicSession.createSubscriber(null),
                        () -> topicSession.createSubscriber(null, null, true),
                        () -> topicSession.createDurableSubscriber(null, "s"))) {
            assertThatThrownBy(call::run).isInstanceOf(InvalidDestinationException.class);
        }
    }

    @Test
    @Spec({"LEG-7", "LEG-8"})
    void durableSubscribersAndConsumersOpenTheSameSubscription() throws Exception {
        TopicSubscriber subscriber = topicSession.createDurableSubscriber(topic, "s");
        subscriber.close();
        send(topics.createSession(), topic, "kept");
        MessageConsumer consumer = topicSession.createDurableConsumer(topic, "s");
        assertThat(receiveText(consumer)).isEqualTo("kept");
        consumer.close();
        topicSession.unsubscribe("s");
        MessageConsumer plain = topicSession.createConsumer(topic);
        send(topics.createSession(), topic, "plain");
        assertThat(receiveText(plain)).isEqualTo("plain");
    }

    @Test
    @Spec({"LEG-9", "TMP-5"})
    void requestorsOfBothDomainsWork() throws Exception {
        QueueReceiver server = queueSession.createReceiver(queue);
        server.setMessageListener(message -> answer(queueSession, message));
        QueueSession asking = queues.createQueueSession(false, Session.AUTO_ACKNOWLEDGE);
        QueueRequestor queueRequestor = new QueueRequestor(asking, queue);
        assertThat(queueRequestor.request(asking.createTextMessage("q")).getBody(String.class))
                .isEqualTo("answer to q");
        queueRequestor.close();

        TopicSession serving = topics.createTopicSession(false, Session.AUTO_ACKNOWLEDGE);
        serving.createSubscriber(topic).setMessageListener(message -> answer(serving, message));
        TopicRequestor topicRequestor = new TopicRequestor(topicSession, topic);
        assertThat(
                        topicRequestor
                                .request(topicSession.createTextMessage("t"))
                                .getBody(String.class))
                .isEqualTo("answer to t");
        topicRequestor.close();
        assertThatThrownBy(() -> new QueueRequestor(queueSession, null))
                .isInstanceOf(InvalidDestinationException.class);
    }

    private static void answer(Session session, Message request) {
        String outcome =
                Calls.outcomeOf(
                        () ->
                                send(
                                        session,
                                        request.getJMSReplyTo(),
                                        "answer to " + ((TextMessage) request).getText()));
        assertThat(outcome).isEqualTo("done");
    }
}
