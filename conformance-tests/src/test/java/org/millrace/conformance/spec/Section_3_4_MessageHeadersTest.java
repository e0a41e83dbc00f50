package org.millrace.conformance.spec;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.Topic;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.Spec;

/** §3.4: what the headers of a message say after its trip. */
class Section_3_4_MessageHeadersTest extends SpecTest {

    @Test
    @Spec({"HDR-1", "HDR-2", "HDR-3", "HDR-12", "HDR-13", "HDR-14", "HDR-15", "PRD-2", "PRD-12"})
    void senderAndReceiverSeeWhatTheSendSaidNotWhatTheMessageSaid() throws Exception {
        Session session = startedConnection().createSession();
        Queue queue = newQueue(session);
        Message sent = session.createTextMessage("text");
        sent.setJMSDestination(newTopic(session));
        sent.setJMSDeliveryMode(DeliveryMode.PERSISTENT);
        sent.setJMSExpiration(1);
        sent.setJMSDeliveryTime(1);
        sent.setJMSPriority(9);
        sent.setJMSMessageID("ID:of the application");
        sent.setJMSTimestamp(1);

        long before = System.currentTimeMillis();
        session.createProducer(null).send(queue, sent, DeliveryMode.NON_PERSISTENT, 7, 60_000);
        long after = System.currentTimeMillis();
        Message received = session.createConsumer(queue).receive(PATIENCE_MILLIS);

        for (Message message : List.of(sent, received)) {
            assertThat(message.getJMSDestination()).isEqualTo(queue);
            assertThat(message.getJMSDeliveryMode()).isEqualTo(DeliveryMode.NON_PERSISTENT);
            assertThat(message.getJMSPriority()).isEqualTo(7);
            assertThat(message.getJMSTimestamp()).isBetween(before, after);
            assertThat(message.getJMSExpiration()).isBetween(before + 60_000, after + 60_000);
            assertThat(message.getJMSDeliveryTime()).isBetween(before, after);
            assertThat(message.getJMSMessageID())
                    .startsWith("ID:")
                    .isNotEqualTo("ID:of the application")
                    .isEqualTo(sent.getJMSMessageID());
        }
        assertThat(received.getJMSExpiration()).isEqualTo(sent.getJMSExpiration());
        assertThat(received.getJMSDeliveryTime()).isEqualTo(sent.getJMSDeliveryTime());
        assertThat(received.getJMSRedelivered()).isFalse();
        assertThat(received.getJMSCorrelationID()).isNull();
        assertThat(received.getJMSReplyTo()).isNull();
        assertThat(received.getJMSType()).isNull();
    }

    @Test
    @Spec({"HDR-13", "HDR-14", "PRD-1"})
    void aPlainSendIsPersistentOfPriorityFourAndNeverExpires() throws Exception {
        Session session = startedConnection().createSession();
        Queue queue = newQueue(session);
        send(session, queue, "plain");
        Message received = session.createConsumer(queue).receive(PATIENCE_MILLIS);
        assertThat(received.getJMSDeliveryMode()).isEqualTo(DeliveryMode.PERSISTENT);
        assertThat(received.getJMSPriority()).isEqualTo(4);
        assertThat(received.getJMSExpiration()).isZero();
        assertThat(received.getJMSDeliveryTime()).isEqualTo(received.getJMSTimestamp());
    }

    @Test
    @Spec({"HDR-5", "MSG-6"})
    void theClientsHeadersArriveAsSetOnAllSixKinds() throws Exception {
        Session session = startedConnection().createSession();
        Topic topic = newTopic(session);
        Queue replyTo = newQueue(session);
        MessageConsumer consumer = session.createConsumer(topic);
        MessageProducer producer = session.createProducer(topic);
        for (Message message :
                List.of(
                        session.createMessage(),
                        session.createTextMessage(),
                        session.createBytesMessage(),
                        session.createMapMessage(),
                        session.createStreamMessage(),
                        session.createObjectMessage())) {
            producer.send(message);
            message.setJMSCorrelationID("correlation é");
            message.setJMSReplyTo(replyTo);
            message.setJMSType("type");
            producer.send(message);

            Message bare = consumer.receive(PATIENCE_MILLIS);
            assertThat(bare.getJMSCorrelationID()).isNull();
            assertThat(bare.getJMSReplyTo()).isNull();
            assertThat(bare.getJMSType()).isNull();
            Message full = consumer.receive(PATIENCE_MILLIS);
            assertThat(full.getClass()).isEqualTo(message.getClass());
            assertThat(full.getJMSCorrelationID()).isEqualTo("correlation é");
            assertThat(full.getJMSReplyTo()).isEqualTo(replyTo);
            assertThat(full.getJMSType()).isEqualTo("type");
            assertThat(full.getJMSDestination()).isEqualTo(topic);
        }
    }

    @Test
    @Spec({"HDR-6", "HDR-24"})
    void theRedeliveredFlagDoesNotTravel() throws Exception {
        Session session = startedConnection().createSession(Session.CLIENT_ACKNOWLEDGE);
        Queue queue = newQueue(session);
        Queue next = newQueue(session);
        send(session, queue, "again");
        MessageConsumer consumer = session.createConsumer(queue);
        consumer.receive(PATIENCE_MILLIS);
        session.recover();
        Message redelivered = consumer.receive(PATIENCE_MILLIS);
        assertThat(redelivered.getJMSRedelivered()).isTrue();
        redelivered.setJMSType("set on a received message");

        session.createProducer(next).send(redelivered);

        Message fresh = session.createConsumer(next).receive(PATIENCE_MILLIS);
        assertThat(fresh.getJMSRedelivered()).isFalse();
        assertThat(fresh.getIntProperty("JMSXDeliveryCount")).isEqualTo(1);
        assertThat(fresh.getJMSType()).isEqualTo("set on a received message");
        assertThat(fresh.getJMSMessageID()).isEqualTo(redelivered.getJMSMessageID());
        fresh.acknowledge();
    }

    @Test
    @Spec("HDR-7")
    void destinationsAreEqualByKindAndName() throws Exception {
        Session session = startedConnection().createSession();
        String name = uniqueName("both");
        Queue queue = session.createQueue(name);
        Topic topic = session.createTopic(name);
        assertThat(queue).isEqualTo(session.createQueue(name)).isNotEqualTo(topic);
        assertThat(queue.hashCode()).isEqualTo(session.createQueue(name).hashCode());
        assertThat(topic).isEqualTo(session.createTopic(name));
        assertThat(queue.toString()).contains(name);

        MessageConsumer ofTopic = session.createConsumer(topic);
        send(session, queue, "to the queue");
        send(session, topic, "to the topic");
        Message fromQueue = session.createConsumer(queue).receive(PATIENCE_MILLIS);
        Message fromTopic = ofTopic.receive(PATIENCE_MILLIS);
        assertThat(fromQueue.getJMSDestination()).isInstanceOf(Queue.class).isEqualTo(queue);
        assertThat(((Queue) fromQueue.getJMSDestination()).getQueueName()).isEqualTo(name);
        assertThat(fromTopic.getJMSDestination()).isInstanceOf(Topic.class).isEqualTo(topic);
        assertThat(((Topic) fromTopic.getJMSDestination()).getTopicName()).isEqualTo(name);
    }

    @Test
    @Spec({"HDR-8", "HDR-9"})
    void everySendGetsItsOwnMessageId() throws Exception {
        Set<String> ids = new HashSet<>();
        Queue queue = newQueue(connection().createSession());
        for (int c = 0; c < 2; c++) {
            Connection connection = connection();
            for (int s = 0; s < 2; s++) {
                Session session = connection.createSession();
                MessageProducer producer = session.createProducer(queue);
                Message message = session.createMessage();
                for (int i = 0; i < 5; i++) {
                    producer.send(message);
                    assertThat(message.getJMSMessageID()).startsWith("ID:");
                    ids.add(message.getJMSMessageID());
                }
            }
        }
        assertThat(ids).hasSize(20);
        Session receiver = startedConnection().createSession();
        MessageConsumer consumer = receiver.createConsumer(queue);
        for (int i = 0; i < 20; i++) {
            assertThat(ids.remove(consumer.receive(PATIENCE_MILLIS).getJMSMessageID())).isTrue();
        }
    }

    @Test
    @Spec({"HDR-10", "HDR-11"})
    void hintsToLeaveOutIdAndTimestampAreHonouredWhollyOrNotAtAll() throws Exception {
        Session session = startedConnection().createSession();
        Queue queue = newQueue(session);
        MessageProducer producer = session.createProducer(queue);
        producer.setDisableMessageID(true);
        producer.setDisableMessageTimestamp(true);
        assertThat(producer.getDisableMessageID()).isTrue();
        assertThat(producer.getDisableMessageTimestamp()).isTrue();
        Message sent = session.createMessage();
        long before = System.currentTimeMillis();
        producer.send(sent);
        Message received = session.createConsumer(queue).receive(PATIENCE_MILLIS);

        assertThat(received.getJMSMessageID()).isEqualTo(sent.getJMSMessageID());
        if (sent.getJMSMessageID() != null) {
            assertThat(sent.getJMSMessageID()).startsWith("ID:");
        }
        assertThat(received.getJMSTimestamp()).isEqualTo(sent.getJMSTimestamp());
        if (sent.getJMSTimestamp() != 0) {
            assertThat(sent.getJMSTimestamp()).isGreaterThanOrEqualTo(before);
        }
    }

    @Test
    @Spec({"HDR-22", "TMP-2", "TMP-3"})
    void aReplyGoesFromAnyConnectionToTheTemporaryQueueOfTheRequester() throws Exception {
        Session requester = startedConnection().createSession();
        Session server = startedConnection().createSession();
        Queue requests = newQueue(requester);
        TemporaryQueue replies = requester.createTemporaryQueue();
        Message request = requester.createTextMessage("question");
        request.setJMSReplyTo(replies);
        requester.createProducer(requests).send(request);

        Message received = server.createConsumer(requests).receive(PATIENCE_MILLIS);
        assertThat(received.getJMSReplyTo()).isEqualTo(replies);
        Message reply = server.createTextMessage("answer");
        reply.setJMSCorrelationID(received.getJMSMessageID());
        server.createProducer(received.getJMSReplyTo()).send(reply);

        Message answer = requester.createConsumer(replies).receive(PATIENCE_MILLIS);
        assertThat(answer.getJMSCorrelationID()).isEqualTo(request.getJMSMessageID());
    }

    @Test
    @Spec({"HDR-20", "HDR-21"})
    void binaryCorrelationIdsArriveAndStayApartFromText() throws Exception {
        Session session = startedConnection().createSession();
        Queue queue = newQueue(session);
        byte[] correlation = {1, -2, 3};
        Message sent = session.createMessage();
        sent.setJMSCorrelationIDAsBytes(correlation);
        correlation[0] = 99;
        session.createProducer(queue).send(sent);

        Message received = session.createConsumer(queue).receive(PATIENCE_MILLIS);
        assertThat(received.getJMSCorrelationIDAsBytes()).containsExactly(1, -2, 3);
        assertThat(received.getJMSCorrelationID()).isNull();
    }
}
