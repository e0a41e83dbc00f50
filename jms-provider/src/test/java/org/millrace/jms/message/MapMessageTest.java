package org.millrace.jms.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.JMSException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotWriteableException;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.millrace.foundation.Spec;

/** §3.11: MapMessage. */
class MapMessageTest {
    interface Setter {
        void set(JmsMapMessage message, String name) throws JMSException;
    }

    static Stream<Setter> allSetters() {
        return Stream.of(
                (message, name) -> message.setBoolean(name, true),
                (message, name) -> message.setByte(name, (byte) 1),
                (message, name) -> message.setShort(name, (short) 1),
                (message, name) -> message.setChar(name, 'c'),
                (message, name) -> message.setInt(name, 1),
                (message, name) -> message.setLong(name, 1),
                (message, name) -> message.setFloat(name, 1),
                (message, name) -> message.setDouble(name, 1),
                (message, name) -> message.setString(name, "1"),
                (message, name) -> message.setBytes(name, new byte[1]),
                (message, name) -> message.setBytes(name, new byte[1], 0, 1),
                (message, name) -> message.setObject(name, 1));
    }

    @ParameterizedTest
    @MethodSource("allSetters")
    @Spec({"BDY-20", "EXC-43"})
    void nullAndEmptyNamesAreRefusedByAllSetters(Setter setter) {
        JmsMapMessage message = Transit.map();
        assertThatIllegalArgumentException().isThrownBy(() -> setter.set(message, null));
        assertThatIllegalArgumentException().isThrownBy(() -> setter.set(message, ""));
    }

    @ParameterizedTest
    @MethodSource("allSetters")
    @Spec({"BDY-23", "EXC-48"})
    void aReceivedMapIsReadOnlyUntilCleared(Setter setter) throws JMSException {
        JmsMapMessage sent = Transit.map();
        sent.setString("a", "b");
        JmsMapMessage received = Transit.deliver(sent);
        assertThatThrownBy(() -> setter.set(received, "n"))
                .isInstanceOf(MessageNotWriteableException.class);
        assertThat(received.getString("a")).isEqualTo("b");

        received.clearBody();

        assertThat(received.getMapNames().hasMoreElements()).isFalse();
        setter.set(received, "n");
        assertThat(received.itemExists("n")).isTrue();
    }

    @Test
    @Spec({"BDY-3", "BDY-21", "EXC-46", "EXC-47"})
    void anUnknownNameReadsLikeNull() throws JMSException {
        JmsMapMessage message = Transit.map();
        message.setString("null", null);
        JmsMapMessage received = Transit.deliver(message);
        assertThat(received.itemExists("null")).isTrue();
        assertThat(received.itemExists("none")).isFalse();
        assertThat(received.getBoolean("none")).isFalse();
        assertThat(received.getString("none")).isNull();
        assertThat(received.getBytes("none")).isNull();
        assertThat(received.getObject("none")).isNull();
        assertThatThrownBy(() -> received.getChar("none")).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> received.getInt("none")).isInstanceOf(NumberFormatException.class);
    }

    @Test
    @Spec({"BDY-22", "EXC-44"})
    void otherClassesAreRefused() {
        JmsMapMessage message = Transit.map();
        assertThatThrownBy(() -> message.setObject("n", List.of()))
                .isInstanceOf(MessageFormatException.class);
        assertThat(message.itemExists("n")).isFalse();
    }

    @Test
    @Spec({"BDY-22", "MSG-9"})
    void arraysAreCopiedOnTheirWayInAndOut() throws JMSException {
        byte[] bytes = {1, 2, 3};
        JmsMapMessage message = Transit.map();
        message.setBytes("whole", bytes);
        message.setBytes("part", bytes, 1, 2);
        bytes[1] = 99;
        message.getBytes("whole")[0] = 99;
        ((byte[]) message.getObject("whole"))[0] = 99;
        ((byte[]) message.getBody(java.util.Map.class).get("whole"))[0] = 99;

        JmsMapMessage received = Transit.deliver(message);

        assertThat(received.getBytes("whole")).containsExactly(1, 2, 3);
        assertThat(received.getBytes("part")).containsExactly(2, 3);
    }

    @Test
    @Spec("BDY-22")
    void namesAreListed() throws JMSException {
        JmsMapMessage message = Transit.map();
        message.setInt("a", 1);
        message.setString("b", null);
        assertThat(Collections.list(Transit.deliver(message).getMapNames()))
                .containsExactlyInAnyOrder("a", "b");
    }

    @Test
    @Spec("BDY-23")
    void anOwnMapIsReadableAndWritable() throws JMSException {
        JmsMapMessage message = Transit.map();
        message.setInt("a", 1);
        assertThat(message.getLong("a")).isEqualTo(1);
        message.setInt("a", 2);
        assertThat(message.getString("a")).isEqualTo("2");
    }
}
