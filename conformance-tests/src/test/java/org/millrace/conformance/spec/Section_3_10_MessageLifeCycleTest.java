package org.millrace.conformance.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageNotWriteableException;
import jakarta.jms.MessageProducer;
import jakarta.jms.ObjectMessage;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.StreamMessage;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.Spec;

/** §3.9 to §3.12: bodies and message objects before, during and after the trip. */
class Section_3_10_MessageLifeCycleTest extends SpecTest {

    @Test
    @Spec("MSG-1")
    void aMessageOfAClosedConnectionCanBeSentByAnySession() throws Exception {
        Connection gone = connection();
        TextMessage message = gone.createSession().createTextMessage("from elsewhere");
        gone.close();
        Session session = startedConnection().createSession();
        Queue queue = newQueue(session);
        session.createProducer(queue).send(message);
        assertThat(receiveText(session.createConsumer(queue))).isEqualTo("from elsewhere");
    }

    @Test
    @Spec({"MSG-2", "HDR-9", "BDY-9"})
    void whatTheSenderChangesAfterwardsIsNotInWhatWasSent() throws Exception {
        Session session = startedConnection().createSession();
        Queue queue = newQueue(session);
        MessageProducer producer = session.createProducer(queue);
        BytesMessage message = session.createBytesMessage();
        message.writeInt(1);
        message.setIntProperty("number", 1);
        producer.send(message);
        message.writeInt(2);
        message.setIntProperty("number", 2);
        producer.send(message);

        MessageConsumer consumer = session.createConsumer(queue);
        BytesMessage first = (BytesMessage) consumer.receive(PATIENCE_MILLIS);
        BytesMessage second = (BytesMessage) consumer.receive(PATIENCE_MILLIS);
        assertThat(first.getBodyLength()).isEqualTo(4);
        assertThat(first.getIntProperty("number")).isEqualTo(1);
        assertThat(second.getBodyLength()).isEqualTo(8);
        assertThat(second.getIntProperty("number")).isEqualTo(2);
        assertThat(first.getJMSMessageID()).isNotEqualTo(second.getJMSMessageID());
    }

    @Test
    @Spec({"MSG-4", "BDY-7", "BDY-23"})
    void receivedBodiesAreReadOnlyUntilCleared() throws Exception {
        Session session = startedConnection().createSession();
        Queue queue = newQueue(session);
        MessageProducer producer = session.createProducer(queue);
        MapMessage map = session.createMapMessage();
        map.setInt("number", 1);
        StreamMessage stream = session.createStreamMessage();
        stream.writeInt(1);
        BytesMessage bytes = session.createBytesMessage();
        bytes.writeInt(1);
        for (Message message :
                List.of(
                        map,
                        stream,
                        bytes,
                        session.createTextMessage("1"),
                        session.createObjectMessage(1))) {
            message.setStringProperty("kept", "yes");
            producer.send(message);
        }
        MessageConsumer consumer = session.createConsumer(queue);
        MapMessage receivedMap = (MapMessage) consumer.receive(PATIENCE_MILLIS);
        StreamMessage receivedStream = (StreamMessage) consumer.receive(PATIENCE_MILLIS);
        BytesMessage receivedBytes = (BytesMessage) consumer.receive(PATIENCE_MILLIS);
        TextMessage receivedText = (TextMessage) consumer.receive(PATIENCE_MILLIS);
        ObjectMessage receivedObject = (ObjectMessage) consumer.receive(PATIENCE_MILLIS);
        assertThat(receivedMap.getInt("number")).isEqualTo(1);
        assertThat(receivedStream.readInt()).isEqualTo(1);
        assertThat(receivedBytes.readInt()).isEqualTo(1);
        assertThat(receivedObject.getObject()).isEqualTo(1);
        assertReadOnly(() -> receivedMap.setInt("number", 2));
        assertReadOnly(() -> receivedStream.writeInt(2));
        assertReadOnly(() -> receivedBytes.writeInt(2));
        assertReadOnly(() -> receivedText.setText("2"));
        assertReadOnly(() -> receivedObject.setObject(2));

        receivedMap.clearBody();
        receivedMap.setInt("number", 2);
        receivedStream.clearBody();
        receivedStream.writeInt(2);
        receivedText.clearBody();
        assertThat(receivedText.getText()).isNull();
        assertReadOnly(() -> receivedText.setStringProperty("kept", "no"));
        assertThat(receivedText.getStringProperty("kept")).isEqualTo("yes");
    }

    private static void assertReadOnly(Calls.Call write) {
        assertThatThrownBy(write::run).isInstanceOf(MessageNotWriteableException.class);
    }

    @Test
    @Spec({"MSG-6", "BDY-24", "BDY-30"})
    void emptyMessagesStayWhatTheyAre() throws Exception {
        Session session = startedConnection().createSession();
        Queue queue = newQueue(session);
        MessageProducer producer = session.createProducer(queue);
        producer.send(session.createMessage());
        producer.send(session.createTextMessage());
        producer.send(session.createTextMessage(""));
        producer.send(session.createBytesMessage());
        producer.send(session.createMapMessage());
        producer.send(session.createStreamMessage());
        producer.send(session.createObjectMessage(null));

        MessageConsumer consumer = session.createConsumer(queue);
        Message plain = consumer.receive(PATIENCE_MILLIS);
        assertThat(plain)
                .isNotInstanceOfAny(
                        TextMessage.class,
                        BytesMessage.class,
                        MapMessage.class,
                        StreamMessage.class,
                        ObjectMessage.class);
        assertThat(((TextMessage) consumer.receive(PATIENCE_MILLIS)).getText()).isNull();
        assertThat(((TextMessage) consumer.receive(PATIENCE_MILLIS)).getText()).isEmpty();
        assertThat(((BytesMessage) consumer.receive(PATIENCE_MILLIS)).getBodyLength()).isZero();
        assertThat(((MapMessage) consumer.receive(PATIENCE_MILLIS)).getMapNames().hasMoreElements())
                .isFalse();
        StreamMessage stream = (StreamMessage) consumer.receive(PATIENCE_MILLIS);
        assertThatThrownBy(stream::readObject).isInstanceOf(jakarta.jms.MessageEOFException.class);
        assertThat(((ObjectMessage) consumer.receive(PATIENCE_MILLIS)).getObject()).isNull();
    }

    @Test
    @Spec({"BDY-24", "MSG-6"})
    void largeBodiesArriveWhole() throws Exception {
        Session session = startedConnection().createSession();
        Queue queue = newQueue(session);
        MessageProducer producer = session.createProducer(queue);
        String text = "Größe 注文 ".repeat(20_000);
        byte[] bytes = new byte[1_500_000];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 31);
        }
        producer.send(session.createTextMessage(text));
        BytesMessage message = session.createBytesMessage();
        message.writeBytes(bytes);
        producer.send(message);

        MessageConsumer consumer = session.createConsumer(queue);
        assertThat(receiveText(consumer)).isEqualTo(text);
        assertThat(consumer.receive(PATIENCE_MILLIS).getBody(byte[].class)).isEqualTo(bytes);
    }

    @Test
    @Spec("MSG-5")
    void aRedeliveredMessageIsTheOriginalWhateverTheConsumerDidToIt() throws Exception {
        Session session = startedConnection().createSession(Session.CLIENT_ACKNOWLEDGE);
        Queue queue = newQueue(session);
        TextMessage sent = session.createTextMessage("original");
        sent.setStringProperty("name", "original");
        sent.setJMSType("original");
        session.createProducer(queue).send(sent);
        MessageConsumer consumer = session.createConsumer(queue);
        TextMessage received = (TextMessage) consumer.receive(PATIENCE_MILLIS);
        received.clearBody();
        received.setText("changed");
        received.clearProperties();
        received.setJMSType("changed");

        session.recover();

        TextMessage again = (TextMessage) consumer.receive(PATIENCE_MILLIS);
        assertThat(again.getText()).isEqualTo("original");
        assertThat(again.getStringProperty("name")).isEqualTo("original");
        assertThat(again.getJMSType()).isEqualTo("original");
        assertThat(again.getJMSMessageID()).isEqualTo(sent.getJMSMessageID());
        assertThat(again.getJMSTimestamp()).isEqualTo(sent.getJMSTimestamp());
        again.acknowledge();
    }

    @Test
    @Spec({"MSG-10", "SUB-25"})
    void acknowledgingOneCopyLeavesTheCopiesOfOtherSubscriptions() throws Exception {
        Connection connection = startedConnection();
        Session one = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        Session two = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        Topic topic = newTopic(one);
        MessageConsumer first = one.createConsumer(topic);
        MessageConsumer second = two.createConsumer(topic);
        send(one, topic, "copy");
        Message acknowledged = first.receive(PATIENCE_MILLIS);
        Message kept = second.receive(PATIENCE_MILLIS);
        acknowledged.clearBody();
        acknowledged.acknowledge();
        assertThat(kept.getBody(String.class)).isEqualTo("copy");

        two.recover();

        Message again = second.receive(PATIENCE_MILLIS);
        assertThat(again.getJMSRedelivered()).isTrue();
        again.acknowledge();
    }
}
