package org.millrace.conformance.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.Connection;
import jakarta.jms.Destination;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.InvalidDestinationRuntimeException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TemporaryTopic;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.Spec;

/** §6.2.2: temporary queues and topics. */
class Section_6_2_2_TemporaryDestinationsTest extends SpecTest {

    @Test
    @Spec({"TMP-1", "SCL-4"})
    void aTemporaryDestinationOutlivesItsSession() throws Exception {
        Connection connection = startedConnection();
        Session creator = connection.createSession();
        TemporaryQueue queue = creator.createTemporaryQueue();
        TemporaryTopic topic = creator.createTemporaryTopic();
        creator.close();

        Session other = connection.createSession();
        MessageConsumer ofQueue = other.createConsumer(queue);
        MessageConsumer ofTopic = other.createConsumer(topic);
        send(other, queue, "queue");
        send(other, topic, "topic");
        assertThat(receiveText(ofQueue)).isEqualTo("queue");
        assertThat(receiveText(ofTopic)).isEqualTo("topic");
    }

    @Test
    @Spec({"TMP-2", "EXC-33"})
    void otherConnectionsMaySendToItButNotConsume() throws Exception {
        Session owner = startedConnection().createSession();
        TemporaryQueue queue = owner.createTemporaryQueue();
        TemporaryTopic topic = owner.createTemporaryTopic();
        MessageConsumer ofTopic = owner.createConsumer(topic);
        Session stranger = startedConnection().createSession();
        assertThatThrownBy(() -> stranger.createConsumer(queue))
                .isInstanceOf(InvalidDestinationException.class);
        assertThatThrownBy(() -> stranger.createConsumer(topic))
                .isInstanceOf(InvalidDestinationException.class);
        JMSContext context = context();
        assertThatThrownBy(() -> context.createConsumer(queue))
                .isInstanceOf(InvalidDestinationRuntimeException.class);
        send(stranger, queue, "queue");
        send(stranger, topic, "topic");
        assertThat(receiveText(owner.createConsumer(queue))).isEqualTo("queue");
        assertThat(receiveText(ofTopic)).isEqualTo("topic");
    }

    @Test
    @Spec("TMP-3")
    void everyTemporaryDestinationHasItsOwnName() throws Exception {
        Session one = connection().createSession();
        Session two = connection().createSession();
        assertThat(
                        List.of(
                                one.createTemporaryQueue().getQueueName(),
                                one.createTemporaryQueue().getQueueName(),
                                two.createTemporaryQueue().getQueueName(),
                                one.createTemporaryTopic().getTopicName(),
                                two.createTemporaryTopic().getTopicName()))
                .doesNotHaveDuplicates();
    }

    @Test
    @Spec({"TMP-4", "EXC-34"})
    void aTemporaryDestinationInUseCannotBeDeleted() throws Exception {
        Session session = startedConnection().createSession();
        TemporaryQueue queue = session.createTemporaryQueue();
        MessageConsumer ofQueue = session.createConsumer(queue);
        assertThatThrownBy(queue::delete).isInstanceOf(JMSException.class);
        send(session, queue, "still there");
        assertThat(receiveText(ofQueue)).isEqualTo("still there");
        ofQueue.close();
        queue.delete();

        TemporaryTopic topic = session.createTemporaryTopic();
        MessageConsumer ofTopic = session.createConsumer(topic);
        assertThatThrownBy(topic::delete).isInstanceOf(JMSException.class);
        ofTopic.close();
        topic.delete();
    }

    @Test
    @Spec({"TMP-5", "TMP-6", "PRD-10", "EXC-37"})
    void aDeletedTemporaryDestinationIsNoLongerValid() throws Exception {
        Connection connection = startedConnection();
        Session creator = connection.createSession();
        TemporaryQueue queue = creator.createTemporaryQueue();
        TemporaryTopic topic = creator.createTemporaryTopic();
        creator.close();
        queue.delete();
        topic.delete();
        for (Session session :
                List.of(connection.createSession(), startedConnection().createSession())) {
            for (Destination gone : List.of(queue, topic)) {
                assertThatThrownBy(() -> send(session, gone, "too late"))
                        .isInstanceOf(InvalidDestinationException.class);
            }
        }
        Session session = connection.createSession();
        assertThatThrownBy(() -> session.createConsumer(queue))
                .isInstanceOf(InvalidDestinationException.class);
    }

    @Test
    @Spec({"TMP-6", "CON-24", "TMP-8"})
    void temporaryDestinationsEndWithTheirConnection() throws Exception {
        Connection owner = startedConnection();
        Session session = owner.createSession();
        TemporaryQueue queue = session.createTemporaryQueue();
        TemporaryTopic topic = session.createTemporaryTopic();
        send(session, queue, "persistent, and gone nevertheless");
        Session stranger = startedConnection().createSession();
        send(stranger, topic, "while it lives");
        owner.close();
        assertThatThrownBy(() -> send(stranger, queue, "too late"))
                .isInstanceOf(InvalidDestinationException.class);
        assertThatThrownBy(() -> send(stranger, topic, "too late"))
                .isInstanceOf(InvalidDestinationException.class);
    }

    @Test
    @Spec({"TMP-6", "PRD-10"})
    void aRunningProducerNoticesThatItsTemporaryDestinationIsGone() throws Exception {
        Connection owner = startedConnection();
        TemporaryQueue queue = owner.createSession().createTemporaryQueue();
        Session stranger = startedConnection().createSession();
        var producer = stranger.createProducer(queue);
        producer.send(stranger.createMessage());
        owner.close();
        assertThatThrownBy(() -> producer.send(stranger.createMessage()))
                .isInstanceOf(InvalidDestinationException.class);
    }
}
