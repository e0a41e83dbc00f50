package org.millrace.conformance.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.BytesMessage;
import jakarta.jms.DeliveryMode;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageProducer;
import jakarta.jms.ObjectMessage;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.StreamMessage;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.Spec;

/** §3.12: messages and destinations of other providers. */
class Section_3_12_ForeignMessagesTest extends SpecTest {

    /** A message of a class that no provider knows. */
    private static <M extends Message> M foreign(Class<M> type, M content) {
        Object proxy =
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (self, method, arguments) -> {
                            try {
                                return method.invoke(content, arguments);
                            } catch (InvocationTargetException thrown) {
                                throw thrown.getCause();
                            }
                        });
        return type.cast(proxy);
    }

    @Test
    @Spec({"FRN-1", "FRN-2", "FRN-3", "HDR-3"})
    void aForeignMessageArrivesAndLearnsItsHeaders() throws Exception {
        Session session = startedConnection().createSession();
        Queue queue = newQueue(session);
        TextMessage content = session.createTextMessage("foreign text");
        content.setJMSCorrelationID("correlation");
        content.setJMSType("type");
        content.setIntProperty("number", 42);
        TextMessage message = foreign(TextMessage.class, content);
        long before = System.currentTimeMillis();
        session.createProducer(queue).send(message, DeliveryMode.NON_PERSISTENT, 3, 60_000);

        Message received = session.createConsumer(queue).receive(PATIENCE_MILLIS);
        assertThat(received.getBody(String.class)).isEqualTo("foreign text");
        assertThat(received.getJMSCorrelationID()).isEqualTo("correlation");
        assertThat(received.getJMSType()).isEqualTo("type");
        assertThat(received.getObjectProperty("number")).isEqualTo(42);
        assertThat(message.getJMSDestination()).isEqualTo(queue);
        assertThat(message.getJMSDeliveryMode()).isEqualTo(DeliveryMode.NON_PERSISTENT);
        assertThat(message.getJMSPriority()).isEqualTo(3);
        assertThat(message.getJMSExpiration()).isGreaterThanOrEqualTo(before + 60_000);
        assertThat(message.getJMSDeliveryTime()).isGreaterThanOrEqualTo(before);
        assertThat(message.getJMSMessageID()).isEqualTo(received.getJMSMessageID());
        assertThat(message.getJMSTimestamp()).isEqualTo(received.getJMSTimestamp());
    }

    @Test
    @Spec({"FRN-1", "FRN-3"})
    void allOtherKindsArriveAsTheyAre() throws Exception {
        Session session = startedConnection().createSession();
        Queue queue = newQueue(session);
        MessageProducer producer = session.createProducer(queue);
        producer.send(foreign(Message.class, session.createMessage()));
        BytesMessage bytes = session.createBytesMessage();
        bytes.writeUTF("bytes");
        producer.send(foreign(BytesMessage.class, bytes));
        StreamMessage stream = session.createStreamMessage();
        stream.writeShort((short) 7);
        stream.writeBytes(new byte[] {8});
        producer.send(foreign(StreamMessage.class, stream));
        MapMessage map = session.createMapMessage();
        map.setChar("letter", 'x');
        producer.send(foreign(MapMessage.class, map));
        producer.send(foreign(ObjectMessage.class, session.createObjectMessage("object")));

        MessageConsumer consumer = session.createConsumer(queue);
        Message plain = consumer.receive(PATIENCE_MILLIS);
        assertThat(plain)
                .isNotInstanceOfAny(TextMessage.class, BytesMessage.class, MapMessage.class);
        assertThat(((BytesMessage) consumer.receive(PATIENCE_MILLIS)).readUTF()).isEqualTo("bytes");
        StreamMessage receivedStream = (StreamMessage) consumer.receive(PATIENCE_MILLIS);
        assertThat(receivedStream.readObject()).isEqualTo((short) 7);
        assertThat((byte[]) receivedStream.readObject()).containsExactly(8);
        assertThat(((MapMessage) consumer.receive(PATIENCE_MILLIS)).getChar("letter"))
                .isEqualTo('x');
        assertThat(consumer.receive(PATIENCE_MILLIS).getBody(String.class)).isEqualTo("object");
    }

    @Test
    @Spec({"FRN-4", "FRN-5", "EXC-38", "PRD-8"})
    void aMessageThatCannotBeReadOrIsNoneIsAFormatError() throws Exception {
        Session session = startedConnection().createSession();
        MessageProducer producer = session.createProducer(newQueue(session));
        TextMessage unreadable =
                (TextMessage)
                        Proxy.newProxyInstance(
                                TextMessage.class.getClassLoader(),
                                new Class<?>[] {TextMessage.class},
                                (self, method, arguments) -> {
                                    throw new MessageFormatException("cannot be read");
                                });
        assertThatThrownBy(() -> producer.send(unreadable))
                .isInstanceOf(MessageFormatException.class);
        assertThatThrownBy(() -> producer.send(null)).isInstanceOf(MessageFormatException.class);
        assertThatThrownBy(() -> producer.send(null, DeliveryMode.PERSISTENT, 4, 0))
                .isInstanceOf(MessageFormatException.class);
        producer.send(session.createMessage());
    }

    @Test
    @Spec({"FRN-6", "EXC-23", "EXC-24", "EXC-37", "PRD-6"})
    void destinationsOfOtherProvidersAreRefused() throws Exception {
        Session session = startedConnection().createSession();
        Queue queue = () -> "elsewhere";
        Topic topic = () -> "elsewhere";
        Message message = session.createMessage();
        MessageProducer producer = session.createProducer(null);
        assertThatThrownBy(() -> session.createProducer(queue))
                .isInstanceOf(InvalidDestinationException.class);
        assertThatThrownBy(() -> producer.send(topic, message))
                .isInstanceOf(InvalidDestinationException.class);
        assertThatThrownBy(() -> session.createConsumer(topic))
                .isInstanceOf(InvalidDestinationException.class);
        assertThatThrownBy(() -> session.createBrowser(queue))
                .isInstanceOf(InvalidDestinationException.class);
        assertThatThrownBy(() -> session.createSharedConsumer(topic, "name"))
                .isInstanceOf(InvalidDestinationException.class);
    }
}
