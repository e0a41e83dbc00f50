package org.millrace.conformance.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.InvalidDestinationRuntimeException;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSProducer;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatRuntimeException;
import jakarta.jms.MessageNotWriteableRuntimeException;
import jakarta.jms.ObjectMessage;
import jakarta.jms.Queue;
import jakarta.jms.TextMessage;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.Spec;

/** §7.4 to §7.6, §7.10: {@code JMSProducer}. */
class Section_7_5_SimplifiedProducerTest extends SpecTest {
    private JMSContext context;
    private JMSProducer producer;
    private Queue queue;

    @BeforeEach
    void open() {
        context = context();
        producer = context.createProducer();
        queue = context.createQueue(uniqueName("queue"));
    }

    private Message receive() {
        try (JMSConsumer consumer = context.createConsumer(queue)) {
            return consumer.receive(PATIENCE_MILLIS);
        }
    }

    @Test
    @Spec({"JPR-1", "JPR-2", "PRD-1", "JPR-11"})
    void theDefaultsAreThoseOfTheSpecification() {
        assertThat(producer.getDeliveryMode()).isEqualTo(DeliveryMode.PERSISTENT);
        assertThat(producer.getPriority()).isEqualTo(4);
        assertThat(producer.getTimeToLive()).isZero();
        assertThat(producer.getDeliveryDelay()).isZero();
        assertThat(producer.getDisableMessageID()).isFalse();
        assertThat(producer.getDisableMessageTimestamp()).isFalse();
        assertThat(producer.getAsync()).isNull();
        assertThat(producer.getJMSCorrelationID()).isNull();
        assertThat(producer.getJMSReplyTo()).isNull();
        assertThat(producer.getJMSType()).isNull();
        assertThat(producer.getPropertyNames()).isEmpty();
    }

    @Test
    @Spec({"JPR-1", "JPR-2", "JPR-4", "JPR-11"})
    void settersReturnTheProducerAndWhatTheySetIsSent() throws Exception {
        Queue replyTo = context.createQueue(uniqueName("queue"));
        JMSProducer same =
                producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT)
                        .setPriority(7)
                        .setTimeToLive(60_000)
                        .setDeliveryDelay(0)
                        .setDisableMessageID(false)
                        .setDisableMessageTimestamp(false)
                        .setAsync(null)
                        .setJMSCorrelationID("correlation")
                        .setJMSReplyTo(replyTo)
                        .setJMSType("type")
                        .setProperty("p", 1)
                        .send(queue, "text");
        assertThat(same).isSameAs(producer);
        assertThat(producer.getJMSCorrelationID()).isEqualTo("correlation");
        assertThat(producer.getJMSReplyTo()).isEqualTo(replyTo);
        assertThat(producer.getJMSType()).isEqualTo("type");
        assertThat(producer.clearProperties()).isSameAs(producer);

        Message received = receive();
        assertThat(received.getJMSDeliveryMode()).isEqualTo(DeliveryMode.NON_PERSISTENT);
        assertThat(received.getJMSPriority()).isEqualTo(7);
        assertThat(received.getJMSExpiration() - received.getJMSTimestamp()).isEqualTo(60_000);
        assertThat(received.getJMSDeliveryTime()).isEqualTo(received.getJMSTimestamp());
        assertThat(received.getJMSCorrelationID()).isEqualTo("correlation");
        assertThat(received.getJMSReplyTo()).isEqualTo(replyTo);
        assertThat(received.getJMSType()).isEqualTo("type");
        assertThat(received.getObjectProperty("p")).isEqualTo(1);
    }

    @Test
    @Spec({"JPR-2", "PRD-3", "EXC-39"})
    void valuesOutOfRangeAreRefusedAtTheSetter() {
        for (Calls.Call setter :
                List.<Calls.Call>of(
                        () -> producer.setDeliveryMode(0),
                        () -> producer.setDeliveryMode(3),
                        () -> producer.setPriority(-1),
                        () -> producer.setPriority(10),
                        () -> producer.setTimeToLive(-1),
                        () -> producer.setDeliveryDelay(-1))) {
            assertThatThrownBy(setter::run).isInstanceOf(JMSRuntimeException.class);
        }
        assertThat(producer.getPriority()).isEqualTo(4);
    }

    @Test
    @Spec({"JPR-3", "JPR-4", "JPR-5"})
    void theProducersPropertiesAndHeadersReplaceThoseOfTheMessage() throws Exception {
        TextMessage message = context.createTextMessage("text");
        message.setStringProperty("both", "of the message");
        message.setStringProperty("message", "kept");
        message.setJMSType("of the message");
        message.setJMSCorrelationID("kept");
        producer.setProperty("both", 2).setProperty("producer", true).setJMSType("of the producer");
        producer.setJMSCorrelationID(null);
        producer.send(queue, message);
        for (Message seen : List.of(message, receive())) {
            assertThat(seen.getObjectProperty("both")).isEqualTo(2);
            assertThat(seen.getObjectProperty("message")).isEqualTo("kept");
            assertThat(seen.getObjectProperty("producer")).isEqualTo(true);
            assertThat(seen.getJMSType()).isEqualTo("of the producer");
            assertThat(seen.getJMSCorrelationID()).isEqualTo("kept");
        }
    }

    @Test
    @Spec({"JPR-6", "EXC-41"})
    void propertiesCannotBeAddedToAReceivedMessageButHeadersCan() throws Exception {
        producer.send(queue, "text");
        Message received = receive();
        producer.setJMSType("header only").send(queue, received);
        Message again = receive();
        assertThat(again.getJMSType()).isEqualTo("header only");
        producer.setProperty("p", 1);
        assertThatThrownBy(() -> producer.send(queue, again))
                .isInstanceOf(MessageNotWriteableRuntimeException.class);
        again.clearProperties();
        producer.send(queue, again);
        assertThat(receive().getIntProperty("p")).isEqualTo(1);
    }

    @Test
    @Spec({"JPR-7", "PRP-4", "EXC-43", "EXC-44"})
    void propertiesAreSetByTypeAndWrongOnesRefused() {
        producer.setProperty("boolean", true)
                .setProperty("byte", (byte) 1)
                .setProperty("short", (short) 2)
                .setProperty("int", 3)
                .setProperty("long", 4L)
                .setProperty("float", 5f)
                .setProperty("double", 6d)
                .setProperty("String", "7")
                .setProperty("Object", (Object) 8);
        assertThat(producer.getBooleanProperty("boolean")).isTrue();
        assertThat(producer.getLongProperty("byte")).isEqualTo(1);
        assertThat(producer.getByteProperty("byte")).isEqualTo((byte) 1);
        assertThat(producer.getShortProperty("short")).isEqualTo((short) 2);
        assertThat(producer.getIntProperty("int")).isEqualTo(3);
        assertThat(producer.getLongProperty("long")).isEqualTo(4);
        assertThat(producer.getFloatProperty("float")).isEqualTo(5f);
        assertThat(producer.getDoubleProperty("double")).isEqualTo(6d);
        assertThat(producer.getIntProperty("String")).isEqualTo(7);
        assertThat(producer.getStringProperty("long")).isEqualTo("4");
        assertThat(producer.getObjectProperty("Object")).isEqualTo(8);
        assertThatThrownBy(() -> producer.getIntProperty("long"))
                .isInstanceOf(MessageFormatRuntimeException.class);
        assertThatThrownBy(() -> producer.getBooleanProperty("int"))
                .isInstanceOf(MessageFormatRuntimeException.class);
        assertThatThrownBy(() -> producer.getIntProperty("absent"))
                .isInstanceOf(NumberFormatException.class);
        assertThat(producer.getBooleanProperty("absent")).isFalse();
        assertThat(producer.getStringProperty("absent")).isNull();
        assertThatThrownBy(() -> producer.setProperty("p", new Object()))
                .isInstanceOf(MessageFormatRuntimeException.class);
        for (String none : new String[] {null, ""}) {
            for (Calls.Call setter :
                    List.<Calls.Call>of(
                            () -> producer.setProperty(none, true),
                            () -> producer.setProperty(none, (byte) 1),
                            () -> producer.setProperty(none, (short) 1),
                            () -> producer.setProperty(none, 1),
                            () -> producer.setProperty(none, 1L),
                            () -> producer.setProperty(none, 1f),
                            () -> producer.setProperty(none, 1d),
                            () -> producer.setProperty(none, "1"),
                            () -> producer.setProperty(none, (Object) 1))) {
                assertThatThrownBy(setter::run).isInstanceOf(IllegalArgumentException.class);
            }
        }
    }

    @Test
    @Spec({"JPR-8", "EXC-5"})
    void propertyNamesAreAViewThatCannotBeChanged() {
        Set<String> names = producer.getPropertyNames();
        producer.setProperty("a", 1).setProperty("b", 2);
        assertThat(names).containsExactlyInAnyOrder("a", "b");
        assertThat(producer.propertyExists("a")).isTrue();
        assertThatThrownBy(() -> names.remove("a"))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(names::clear).isInstanceOf(UnsupportedOperationException.class);
        producer.clearProperties();
        assertThat(names).isEmpty();
        assertThat(producer.propertyExists("a")).isFalse();
    }

    @Test
    @Spec("JPR-9")
    void bodiesOfEveryKindBecomeMessagesOfTheirKind() throws Exception {
        producer.send(queue, "text");
        assertThat(((TextMessage) receive()).getText()).isEqualTo("text");
        producer.send(queue, new byte[] {1, 2});
        assertThat(receive().getBody(byte[].class)).containsExactly(1, 2);
        producer.send(queue, Map.<String, Object>of("a", 1, "b", "x"));
        MapMessage map = (MapMessage) receive();
        assertThat(map.getInt("a")).isEqualTo(1);
        assertThat(map.getString("b")).isEqualTo("x");
        producer.send(queue, (Serializable) Integer.valueOf(42));
        assertThat(((ObjectMessage) receive()).getObject()).isEqualTo(42);
        producer.send(queue, context.createStreamMessage());
        assertThat(receive()).isInstanceOf(jakarta.jms.StreamMessage.class);
    }

    @Test
    @Spec("JPR-9")
    void nullBodiesBecomeMessagesWithoutABody() throws Exception {
        producer.send(queue, (String) null);
        assertThat(((TextMessage) receive()).getText()).isNull();
        producer.send(queue, (byte[]) null);
        assertThat(receive().getBody(byte[].class)).isNull();
        producer.send(queue, (Map<String, Object>) null);
        assertThat(listOf(((MapMessage) receive()).getMapNames())).isEmpty();
        producer.send(queue, (Serializable) null);
        assertThat(((ObjectMessage) receive()).getObject()).isNull();
    }

    @Test
    @Spec({"JPR-10", "EXC-42", "EXC-54", "FRN-5", "EXC-38"})
    void bodiesThatCannotBeSentAreRefused() {
        assertThatThrownBy(() -> producer.send(queue, Map.<String, Object>of("a", new Object())))
                .isInstanceOf(MessageFormatRuntimeException.class);
        assertThatThrownBy(() -> producer.send(queue, Map.<String, Object>of("", 1)))
                .isInstanceOf(IllegalArgumentException.class);
        Serializable unserialisable = new Unserialisable();
        assertThatThrownBy(() -> producer.send(queue, unserialisable))
                .isInstanceOf(MessageFormatRuntimeException.class);
        assertThatThrownBy(() -> producer.send(queue, (Message) null))
                .isInstanceOf(MessageFormatRuntimeException.class);
    }

    private static final class Unserialisable implements Serializable {
        private static final long serialVersionUID = 1L;

        @SuppressWarnings({"serial", "UnusedVariable"}) // it is here because it cannot be written
        private final Object content = new Object();
    }

    @Test
    @Spec({"PRD-7", "PRD-6", "EXC-37"})
    void everySendNeedsADestination() {
        for (Destination wrong : new Destination[] {null, (Queue) () -> "foreign"}) {
            for (Calls.Call send :
                    List.<Calls.Call>of(
                            () -> producer.send(wrong, context.createMessage()),
                            () -> producer.send(wrong, "text"),
                            () -> producer.send(wrong, new byte[0]),
                            () -> producer.send(wrong, Map.<String, Object>of()),
                            () -> producer.send(wrong, (Serializable) 1))) {
                assertThatThrownBy(send::run)
                        .isInstanceOf(InvalidDestinationRuntimeException.class);
            }
        }
    }

    @Test
    @Spec({"JPR-11", "HDR-20"})
    void binaryCorrelationIdsOfTheProducerAreCopiedAndSent() throws Exception {
        byte[] correlation = {1, 2};
        producer.setJMSCorrelationIDAsBytes(correlation);
        correlation[0] = 9;
        assertThat(producer.getJMSCorrelationIDAsBytes()).containsExactly(1, 2);
        producer.send(queue, "text");
        assertThat(receive().getJMSCorrelationIDAsBytes()).containsExactly(1, 2);
    }

    @Test
    @Spec("JPR-1")
    void producersOfOneContextAreIndependent() throws Exception {
        JMSProducer other = context.createProducer();
        producer.setPriority(9).setProperty("p", 1);
        assertThat(other.getPriority()).isEqualTo(4);
        other.send(queue, "plain");
        Message received = receive();
        assertThat(received.propertyExists("p")).isFalse();
        assertThat(received.getJMSPriority()).isEqualTo(4);
    }
}
