package org.millrace.jms.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.millrace.foundation.Spec;

/** {@code getBody} and {@code isBodyAssignableTo}. */
class BodyAccessTest {
    private static final List<Class<?>> TARGETS =
            List.of(
                    Object.class,
                    String.class,
                    CharSequence.class,
                    Comparable.class,
                    Serializable.class,
                    Map.class,
                    HashMap.class,
                    byte[].class,
                    Integer.class,
                    ArrayList.class,
                    List.class);

    record Expectation(JmsMessage message, Class<?> target, boolean assignable) {}

    static Stream<Expectation> withBody() throws JMSException {
        JmsBytesMessage bytes = Transit.bytes();
        bytes.writeByte((byte) 1);
        JmsMapMessage map = Transit.map();
        map.setInt("a", 1);
        JmsObjectMessage object = Transit.object();
        object.setObject(new ArrayList<>(List.of(1)));
        JmsStreamMessage stream = Transit.stream();
        stream.writeInt(1);
        Map<JmsMessage, List<Class<?>>> allowed =
                Map.of(
                        Transit.text("text"),
                        List.of(
                                Object.class,
                                String.class,
                                CharSequence.class,
                                Comparable.class,
                                Serializable.class),
                        bytes,
                        List.of(Object.class, byte[].class),
                        map,
                        List.of(Object.class, Map.class),
                        object,
                        List.of(Object.class, Serializable.class, ArrayList.class, List.class),
                        stream,
                        List.of(),
                        Transit.stream(),
                        List.of());
        List<Expectation> all = new ArrayList<>();
        for (Map.Entry<JmsMessage, List<Class<?>>> each : allowed.entrySet()) {
            for (JmsMessage message : List.of(each.getKey(), Transit.deliver(each.getKey()))) {
                for (Class<?> target : TARGETS) {
                    all.add(new Expectation(message, target, each.getValue().contains(target)));
                }
            }
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("withBody")
    @Spec({"BDY-28", "BDY-29", "BDY-33", "EXC-55"})
    void aBodyCanBeHadAsWhatItIs(Expectation expected) throws JMSException {
        JmsMessage message = expected.message;
        assertThat(message.isBodyAssignableTo(expected.target)).isEqualTo(expected.assignable);
        if (expected.assignable) {
            Object body = message.getBody(expected.target);
            assertThat(body).isInstanceOf(expected.target);
        } else {
            assertThatThrownBy(() -> message.getBody(expected.target))
                    .isInstanceOf(MessageFormatException.class)
                    .hasMessageContaining(expected.target.getName());
        }
    }

    static Stream<Message> withoutBody() {
        return Stream.of(
                Transit.plain(),
                new JmsTextMessage(MessageOptions.DEFAULT),
                Transit.object(),
                Transit.map(),
                Transit.bytes());
    }

    @ParameterizedTest
    @MethodSource("withoutBody")
    @Spec({"BDY-30", "BDY-33"})
    void noBodyIsNullAsAnything(Message message) throws JMSException {
        for (Message each : List.of(message, Transit.deliver(message))) {
            for (Class<?> target : TARGETS) {
                assertThat(each.isBodyAssignableTo(target)).isTrue();
                assertThat((Object) each.getBody(target)).isNull();
            }
        }
    }

    @Test
    @Spec("BDY-32")
    void bytesAreResetBeforeAndAfter() throws JMSException {
        JmsBytesMessage writing = Transit.bytes();
        writing.writeShort((short) 258);
        assertThat(writing.getBody(byte[].class)).containsExactly(1, 2);
        assertThat(writing.readByte()).isEqualTo((byte) 1);
        assertThat(writing.getBody(byte[].class)).containsExactly(1, 2);
        assertThat(writing.readByte()).isEqualTo((byte) 1);

        JmsBytesMessage other = Transit.bytes();
        other.writeByte((byte) 1);
        assertThatThrownBy(() -> other.getBody(String.class))
                .isInstanceOf(MessageFormatException.class);
    }

    @Test
    @Spec({"BDY-34", "MSG-9"})
    void bodiesAreCopies() throws JMSException {
        JmsMapMessage map = Transit.map();
        map.setInt("a", 1);
        Map<String, Object> body = map.getBody(mapType());
        body.put("b", 2);
        assertThat(map.itemExists("b")).isFalse();

        JmsBytesMessage bytes = Transit.bytes();
        bytes.writeByte((byte) 1);
        bytes.getBody(byte[].class)[0] = 99;
        assertThat(bytes.getBody(byte[].class)).containsExactly(1);
    }

    @SuppressWarnings("unchecked")
    private static Class<Map<String, Object>> mapType() {
        return (Class<Map<String, Object>>) (Class<?>) Map.class;
    }
}
