package org.millrace.jms.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotWriteableException;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.foundation.Spec;
import org.millrace.wire.record.Record;

/** §3.5: message properties. */
class PropertyTest {
    interface Setter {
        void set(Message message, String name) throws JMSException;
    }

    static Stream<Setter> allSetters() {
        return Stream.of(
                (message, name) -> message.setBooleanProperty(name, true),
                (message, name) -> message.setByteProperty(name, (byte) 1),
                (message, name) -> message.setShortProperty(name, (short) 1),
                (message, name) -> message.setIntProperty(name, 1),
                (message, name) -> message.setLongProperty(name, 1),
                (message, name) -> message.setFloatProperty(name, 1),
                (message, name) -> message.setDoubleProperty(name, 1),
                (message, name) -> message.setStringProperty(name, "1"),
                (message, name) -> message.setObjectProperty(name, 1));
    }

    @ParameterizedTest
    @MethodSource("allSetters")
    @Spec({"PRP-4", "EXC-43"})
    void nullAndEmptyNamesAreRefusedByAllSetters(Setter setter) {
        Message message = Transit.plain();
        assertThatIllegalArgumentException().isThrownBy(() -> setter.set(message, null));
        assertThatIllegalArgumentException().isThrownBy(() -> setter.set(message, ""));
    }

    @ParameterizedTest
    @MethodSource("allSetters")
    @Spec({"PRP-9", "MSG-4", "EXC-48"})
    void propertiesOfAReceivedMessageAreReadOnlyUntilCleared(Setter setter) throws JMSException {
        JmsTextMessage sent = Transit.text("body");
        sent.setStringProperty("p", "sent");
        sent.setJMSType("type");
        JmsTextMessage received = Transit.deliver(sent);

        assertThatThrownBy(() -> setter.set(received, "p"))
                .isInstanceOf(MessageNotWriteableException.class);
        assertThat(received.getStringProperty("p")).isEqualTo("sent");

        received.clearProperties();

        assertThat(received.getPropertyNames().hasMoreElements()).isFalse();
        assertThat(received.propertyExists("JMSXDeliveryCount")).isFalse();
        setter.set(received, "p");
        assertThat(received.propertyExists("p")).isTrue();
        assertThat(received.getText()).isEqualTo("body");
        assertThat(received.getJMSType()).isEqualTo("type");
        assertThatThrownBy(() -> received.setText("other"))
                .isInstanceOf(MessageNotWriteableException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a-b", "1a", "a b", "a.b", "JMSPriority"})
    @Spec("PRP-5")
    void namesThatAreNoIdentifiersOrHeadersAreRefusedUnlessRelaxed(String name)
            throws JMSException {
        JmsMessage strict = Transit.plain();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> strict.setIntProperty(name, 1))
                .withMessageContaining(name)
                .withMessageContaining("strictPropertyNames=false");

        JmsMessage relaxed =
                new JmsMessage(
                        new MessageOptions(
                                PropertyNaming.RELAXED, DeserializationPolicy.HARMLESS_ONLY));
        relaxed.setIntProperty(name, 1);
        assertThat(Transit.deliver(relaxed).getIntProperty(name)).isEqualTo(1);
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(strings = "JMS_MillraceOffset")
    @Spec({"PRP-4", "PRP-20"})
    void someNamesAreNeverTaken(String name) {
        JmsMessage relaxed =
                new JmsMessage(
                        new MessageOptions(
                                PropertyNaming.RELAXED, DeserializationPolicy.HARMLESS_ONLY));
        assertThatIllegalArgumentException().isThrownBy(() -> relaxed.setIntProperty(name, 1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"_x", "$x", "größe", "Ändern", "JMSXFoo", "JMS_OtherVendor", "x1", "jms"})
    @Spec({"PRP-4", "PRP-12"})
    void whatASelectorCanNameIsTakenAndCarried(String name) throws JMSException {
        JmsMessage message = Transit.plain();
        message.setStringProperty(name, "value");
        assertThat(Transit.deliver(message).getStringProperty(name)).isEqualTo("value");
    }

    @Test
    @Spec({"PRP-6", "PRP-8", "EXC-44"})
    void onlyTheTypesOfPropertiesAreTaken() throws JMSException {
        JmsMessage message = Transit.plain();
        for (Object wrong :
                List.of('c', new byte[1], new BigDecimal("1"), List.of(), new Object())) {
            assertThatThrownBy(() -> message.setObjectProperty("p", wrong))
                    .isInstanceOf(MessageFormatException.class)
                    .hasMessageContaining(wrong.getClass().getName());
        }
        assertThat(message.propertyExists("p")).isFalse();
    }

    @Test
    @Spec({"PRP-6", "PRP-11"})
    void theTypeThatWasSetArrives() throws JMSException {
        JmsMessage message = Transit.plain();
        List<Object> values =
                List.of(
                        true,
                        Byte.MIN_VALUE,
                        Short.MAX_VALUE,
                        Integer.MIN_VALUE,
                        Long.MAX_VALUE,
                        Float.NaN,
                        Double.MIN_VALUE,
                        "text");
        for (Object value : values) {
            message.setObjectProperty(value.getClass().getSimpleName(), value);
        }
        JmsMessage received = Transit.deliver(message);
        for (Object value : values) {
            assertThat(received.getObjectProperty(value.getClass().getSimpleName()))
                    .isEqualTo(value);
        }
    }

    @Test
    @Spec({"PRP-3", "EXC-46", "EXC-47"})
    void absentPropertiesReadLikeNull() throws JMSException {
        for (JmsMessage message : List.of(Transit.plain(), Transit.deliver(Transit.plain()))) {
            assertThat(message.getBooleanProperty("none")).isFalse();
            assertThat(message.getStringProperty("none")).isNull();
            assertThat(message.getObjectProperty("none")).isNull();
            assertThatThrownBy(() -> message.getByteProperty("none"))
                    .isInstanceOf(NumberFormatException.class);
            assertThatThrownBy(() -> message.getShortProperty("none"))
                    .isInstanceOf(NumberFormatException.class);
            assertThatThrownBy(() -> message.getIntProperty("none"))
                    .isInstanceOf(NumberFormatException.class);
            assertThatThrownBy(() -> message.getLongProperty("none"))
                    .isInstanceOf(NumberFormatException.class);
            assertThatThrownBy(() -> message.getFloatProperty("none"))
                    .isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> message.getDoubleProperty("none"))
                    .isInstanceOf(NullPointerException.class);
        }
    }

    @Test
    @Spec("PRP-7")
    void aNullPropertyExists() throws JMSException {
        JmsMessage message = Transit.plain();
        message.setStringProperty("a", null);
        message.setObjectProperty("b", null);

        JmsMessage received = Transit.deliver(message);

        assertThat(received.propertyExists("a")).isTrue();
        assertThat(received.propertyExists("b")).isTrue();
        assertThat(received.getObjectProperty("a")).isNull();
    }

    @Test
    @Spec({"PRP-10", "PRP-13", "PRP-17"})
    void namesListWhatIsThereAndNoHeaders() throws JMSException {
        JmsMessage message = Transit.plain();
        message.setJMSType("type");
        message.setIntProperty("a", 1);
        message.setStringProperty("JMSXGroupID", "group");
        message.setIntProperty("JMSXGroupSeq", 5);
        assertThat(Collections.list(message.getPropertyNames()))
                .containsExactlyInAnyOrder("a", "JMSXGroupID", "JMSXGroupSeq");

        JmsMessage received = Transit.deliver(message);

        assertThat(Collections.list(received.getPropertyNames()))
                .containsExactlyInAnyOrder("a", "JMSXGroupID", "JMSXGroupSeq", "JMSXDeliveryCount");
    }

    @Test
    @Spec("PRP-13")
    void theGroupIsTheKeyOfTheRecord() throws JMSException {
        JmsMessage message = Transit.plain();
        message.setStringProperty("JMSXGroupID", "group");
        message.setIntProperty("JMSXGroupSeq", 5);

        Record record = Transit.encode(message);

        assertThat(record.keyText()).contains("group");
        JmsMessage received = Transit.receive(record, 1);
        assertThat(received.getStringProperty("JMSXGroupID")).isEqualTo("group");
        assertThat(received.getObjectProperty("JMSXGroupSeq")).isEqualTo(5);
    }

    @Test
    @Spec("PRP-13")
    void groupPropertiesHaveTheirStandardTypes() {
        JmsMessage message = Transit.plain();
        assertThatThrownBy(() -> message.setIntProperty("JMSXGroupID", 1))
                .isInstanceOf(MessageFormatException.class);
        assertThatThrownBy(() -> message.setStringProperty("JMSXGroupSeq", "1"))
                .isInstanceOf(MessageFormatException.class);
    }

    @Test
    @Spec({"PRP-15", "PRP-16"})
    void theUserIsVisibleToSenderAndReceiver() throws JMSException {
        JmsMessage message = Transit.plain();
        Record record = Transit.encode(message, Transit.facts(), new Origin(1, "", "alice"));

        assertThat(message.getStringProperty("JMSXUserID")).isEqualTo("alice");
        assertThat(Transit.receive(record, 1).getStringProperty("JMSXUserID")).isEqualTo("alice");
    }

    @Test
    void nobodyCanPretendToBeAnotherUser() throws JMSException {
        JmsMessage message = Transit.plain();
        message.setStringProperty("JMSXUserID", "root");
        assertThat(Transit.deliver(message).propertyExists("JMSXUserID")).isFalse();
    }

    @Test
    @Spec({"PRP-17", "PRP-18", "HDR-6"})
    void countAndFlagAgree() throws JMSException {
        Record record = Transit.encode(Transit.plain());

        JmsMessage first = Transit.receive(record, 1);
        JmsMessage third = Transit.receive(record, 3);

        assertThat(first.getIntProperty("JMSXDeliveryCount")).isEqualTo(1);
        assertThat(first.getJMSRedelivered()).isFalse();
        assertThat(third.getIntProperty("JMSXDeliveryCount")).isEqualTo(3);
        assertThat(third.getJMSRedelivered()).isTrue();
    }

    @Test
    @Spec({"PRP-20", "HDR-6"})
    void countAndFlagOfAMessageSentOnAreNotCarried() throws JMSException {
        JmsMessage message = Transit.plain();
        message.setIntProperty("JMSXDeliveryCount", 9);
        JmsMessage redelivered = Transit.receive(Transit.encode(message), 4);

        JmsMessage sentOn = Transit.deliver(redelivered);

        assertThat(sentOn.getIntProperty("JMSXDeliveryCount")).isEqualTo(1);
        assertThat(sentOn.getJMSRedelivered()).isFalse();
    }
}
