package org.millrace.jms.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.BytesMessage;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatException;
import jakarta.jms.ObjectMessage;
import jakarta.jms.StreamMessage;
import jakarta.jms.TextMessage;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.Spec;
import org.millrace.jms.MillraceTopic;
import org.millrace.wire.record.RecordBatchBuilder;

/** §3.12: messages of other providers. They are proxies, so that only the interfaces are there. */
class ForeignMessageTest {
    /** A message that is of no class of ours and does what this one does. */
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
    void headersAndPropertiesAreCopiedAndSendHeadersSetOnTheForeignObject() throws JMSException {
        JmsMessage content = Transit.plain();
        content.setJMSCorrelationID("corr");
        content.setJMSType("type");
        content.setJMSReplyTo(new MillraceTopic("answers"));
        content.setIntProperty("int", 7);
        content.setStringProperty("nothing", null);
        content.setStringProperty("JMSXGroupID", "group");
        content.setIntProperty("JMSXDeliveryCount", 5);
        Message message = foreign(Message.class, content);

        JmsMessage received = Transit.receive(Transit.encode(message), 1);

        assertThat(received).isExactlyInstanceOf(JmsMessage.class);
        assertThat(received.getJMSCorrelationID()).isEqualTo("corr");
        assertThat(received.getJMSType()).isEqualTo("type");
        assertThat(received.getJMSReplyTo()).isEqualTo(new MillraceTopic("answers"));
        assertThat(received.getObjectProperty("int")).isEqualTo(7);
        assertThat(received.propertyExists("nothing")).isTrue();
        assertThat(received.getStringProperty("JMSXGroupID")).isEqualTo("group");
        assertThat(received.getIntProperty("JMSXDeliveryCount")).isEqualTo(1);

        assertThat(message.getJMSDestination()).isEqualTo(Transit.QUEUE);
        assertThat(message.getJMSDeliveryMode()).isEqualTo(2);
        assertThat(message.getJMSPriority()).isEqualTo(4);
        assertThat(message.getJMSExpiration()).isEqualTo(Transit.NOW + 60_000);
        assertThat(message.getJMSDeliveryTime()).isEqualTo(Transit.NOW + 500);
        assertThat(message.getJMSMessageID()).isEqualTo("ID:4711-3");
        assertThat(message.getJMSTimestamp()).isEqualTo(Transit.NOW);
    }

    @Test
    @Spec("FRN-1")
    void textArrives() throws JMSException {
        TextMessage message = foreign(TextMessage.class, Transit.text("text"));
        assertThat(((TextMessage) Transit.receive(Transit.encode(message), 1)).getText())
                .isEqualTo("text");
    }

    @Test
    @Spec({"FRN-1", "FRN-3"})
    void bytesArriveWholeWhereverTheForeignMessageStands() throws JMSException {
        JmsBytesMessage content = Transit.bytes();
        byte[] bytes = new byte[20_000];
        bytes[19_999] = 7;
        content.writeBytes(bytes);
        BytesMessage message = foreign(BytesMessage.class, content);
        Transit.encode(message);
        assertThat(message.readBytes(new byte[1])).isEqualTo(-1);

        JmsMessage received = Transit.receive(Transit.encode(message), 1);

        assertThat(received.getBody(byte[].class)).isEqualTo(bytes);
    }

    @Test
    @Spec("FRN-1")
    void mapsArrive() throws JMSException {
        JmsMapMessage content = Transit.map();
        content.setChar("char", 'c');
        content.setBytes("bytes", new byte[] {1});
        content.setString("null", null);
        MapMessage message = foreign(MapMessage.class, content);

        MapMessage received = (MapMessage) Transit.receive(Transit.encode(message), 1);

        assertThat(received.getChar("char")).isEqualTo('c');
        assertThat(received.getBytes("bytes")).containsExactly(1);
        assertThat(received.itemExists("null")).isTrue();
    }

    @Test
    @Spec({"FRN-1", "FRN-3"})
    void streamsArriveWhole() throws JMSException {
        JmsStreamMessage content = Transit.stream();
        content.writeInt(1);
        content.writeBytes(new byte[] {2});
        content.writeString(null);
        StreamMessage message = foreign(StreamMessage.class, content);

        StreamMessage received = (StreamMessage) Transit.receive(Transit.encode(message), 1);

        assertThat(received.readInt()).isEqualTo(1);
        assertThat(received.readObject()).isEqualTo(new byte[] {2});
        assertThat(received.readObject()).isNull();
    }

    @Test
    @Spec("FRN-1")
    void objectsArrive() throws JMSException {
        JmsObjectMessage content = Transit.object();
        content.setObject(42);
        ObjectMessage message = foreign(ObjectMessage.class, content);
        assertThat(((ObjectMessage) Transit.receive(Transit.encode(message), 1)).getObject())
                .isEqualTo(42);
    }

    @Test
    @Spec("FRN-4")
    void whatCannotBeReadFailsTheSend() {
        TextMessage message =
                foreign(
                        TextMessage.class,
                        (TextMessage)
                                Proxy.newProxyInstance(
                                        TextMessage.class.getClassLoader(),
                                        new Class<?>[] {TextMessage.class},
                                        (self, method, arguments) -> {
                                            throw new MessageFormatException("unreadable");
                                        }));
        assertThatThrownBy(() -> Transit.encode(message))
                .isInstanceOf(MessageFormatException.class)
                .hasMessage("unreadable");
    }

    @Test
    @Spec({"FRN-5", "EXC-38"})
    void nullIsNoMessage() {
        assertThatThrownBy(() -> Transit.encode(null)).isInstanceOf(MessageFormatException.class);
    }

    @Test
    @Spec("FRN-1")
    void namesAreTakenAsTheOtherProviderAcceptedThem() throws JMSException {
        JmsMessage content =
                new JmsMessage(
                        new MessageOptions(
                                PropertyNaming.RELAXED, DeserializationPolicy.HARMLESS_ONLY));
        content.setStringProperty("content-type", "text/plain");
        Message message = foreign(Message.class, content);

        JmsMessage received = Transit.receive(Transit.encode(message), 1);

        assertThat(received.getStringProperty("content-type")).isEqualTo("text/plain");
    }

    @Test
    @Spec({"FRN-3", "HDR-20", "HDR-23"})
    void correlationBytesAndForeignReplyTo() throws JMSException {
        JmsMessage content = Transit.plain();
        content.setJMSCorrelationIDAsBytes(new byte[] {1, 2});
        content.setJMSReplyTo(new Destination() {});

        JmsMessage received = Transit.receive(Transit.encode(foreign(Message.class, content)), 1);

        assertThat(received.getJMSCorrelationIDAsBytes()).containsExactly(1, 2);
        assertThat(received.getJMSReplyTo()).isNull();
    }

    @Test
    @Spec({"HDR-21", "FRN-3"})
    void aProviderWithoutCorrelationBytesIsNoHindrance() throws JMSException {
        Message message =
                (Message)
                        Proxy.newProxyInstance(
                                Message.class.getClassLoader(),
                                new Class<?>[] {Message.class},
                                (self, method, arguments) -> {
                                    if (method.getName().equals("getJMSCorrelationIDAsBytes")) {
                                        throw new UnsupportedOperationException();
                                    }
                                    try {
                                        return method.invoke(Transit.plain(), arguments);
                                    } catch (InvocationTargetException thrown) {
                                        throw thrown.getCause();
                                    }
                                });
        RecordBatchBuilder batch = new RecordBatchBuilder(Transit.NOW);
        new MessageEncoder(Transit.ORIGIN, MessageOptions.DEFAULT)
                .encode(message, Transit.facts(), batch);
        assertThat(batch.count()).isEqualTo(1);
    }
}
