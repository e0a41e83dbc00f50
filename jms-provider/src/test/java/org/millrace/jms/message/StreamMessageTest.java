package org.millrace.jms.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.JMSException;
import jakarta.jms.MessageEOFException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotReadableException;
import jakarta.jms.MessageNotWriteableException;
import java.math.BigDecimal;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.Spec;

/** §3.11: StreamMessage. */
class StreamMessageTest {
    private static List<ThrowingCallable> reads(JmsStreamMessage message) {
        return List.of(
                message::readBoolean,
                message::readByte,
                message::readShort,
                message::readChar,
                message::readInt,
                message::readLong,
                message::readFloat,
                message::readDouble,
                message::readString,
                message::readObject);
    }

    private static JmsStreamMessage holding(Object... values) throws JMSException {
        JmsStreamMessage message = Transit.stream();
        for (Object value : values) {
            message.writeObject(value);
        }
        return message;
    }

    @Test
    @Spec({"BDY-6", "EXC-49"})
    void aNewOrClearedMessageIsWriteOnly() throws JMSException {
        JmsStreamMessage received = Transit.deliver(holding(1));
        received.clearBody();
        for (JmsStreamMessage message : List.of(holding(1), received)) {
            for (ThrowingCallable read : reads(message)) {
                assertThatThrownBy(read).isInstanceOf(MessageNotReadableException.class);
            }
            assertThatThrownBy(() -> message.readBytes(new byte[1]))
                    .isInstanceOf(MessageNotReadableException.class);
        }
    }

    @Test
    @Spec({"BDY-7", "EXC-48"})
    void aReceivedOrResetMessageIsReadOnlyFromItsBeginning() throws JMSException {
        JmsStreamMessage reset = holding(1, 2);
        reset.reset();
        for (JmsStreamMessage message : List.of(reset, Transit.deliver(holding(1, 2)))) {
            assertThat(message.readInt()).isEqualTo(1);
            message.reset();
            assertThat(message.readInt()).isEqualTo(1);
            List<ThrowingCallable> writes =
                    List.of(
                            () -> message.writeBoolean(true),
                            () -> message.writeByte((byte) 1),
                            () -> message.writeShort((short) 1),
                            () -> message.writeChar('c'),
                            () -> message.writeInt(1),
                            () -> message.writeLong(1),
                            () -> message.writeFloat(1),
                            () -> message.writeDouble(1),
                            () -> message.writeString("x"),
                            () -> message.writeBytes(new byte[1]),
                            () -> message.writeBytes(new byte[1], 0, 1),
                            () -> message.writeObject(1));
            for (ThrowingCallable write : writes) {
                assertThatThrownBy(write).isInstanceOf(MessageNotWriteableException.class);
            }
        }
    }

    @Test
    @Spec({"BDY-8", "EXC-50"})
    void readingPastTheEndIsRefused() throws JMSException {
        JmsStreamMessage message = Transit.deliver(Transit.stream());
        for (ThrowingCallable read : reads(message)) {
            assertThatThrownBy(read).isInstanceOf(MessageEOFException.class);
        }
        assertThatThrownBy(() -> message.readBytes(new byte[1]))
                .isInstanceOf(MessageEOFException.class);
    }

    @Test
    @Spec({"BDY-9", "MSG-2"})
    void sendingDoesNotChangeTheModeAtTheSender() throws JMSException {
        JmsStreamMessage message = holding(1);
        JmsStreamMessage first = Transit.deliver(message);
        message.writeInt(2);
        JmsStreamMessage second = Transit.deliver(message);

        assertThat(first.readInt()).isEqualTo(1);
        assertThatThrownBy(first::readInt).isInstanceOf(MessageEOFException.class);
        assertThat(second.readInt()).isEqualTo(1);
        assertThat(second.readInt()).isEqualTo(2);
    }

    @Test
    @Spec("BDY-11")
    void aBufferThatIsLargerEndsTheField() throws JMSException {
        JmsStreamMessage message = Transit.deliver(holding(new byte[] {1, 2, 3}, "next"));
        byte[] buffer = new byte[4];
        assertThat(message.readBytes(buffer)).isEqualTo(3);
        assertThat(buffer).containsExactly(1, 2, 3, 0);
        assertThat(message.readString()).isEqualTo("next");
    }

    @Test
    @Spec({"BDY-11", "BDY-12", "EXC-51"})
    void aBufferThatFitsExactlyNeedsAnotherCall() throws JMSException {
        JmsStreamMessage message = Transit.deliver(holding(new byte[] {1, 2, 3}, "next"));
        assertThat(message.readBytes(new byte[3])).isEqualTo(3);
        for (ThrowingCallable read : reads(message)) {
            assertThatThrownBy(read).isInstanceOf(MessageFormatException.class);
        }
        assertThat(message.readBytes(new byte[3])).isEqualTo(-1);
        assertThat(message.readString()).isEqualTo("next");
    }

    @Test
    @Spec({"BDY-11", "BDY-12"})
    void aLongFieldIsReadInPieces() throws JMSException {
        JmsStreamMessage message = Transit.deliver(holding(new byte[] {1, 2, 3, 4, 5}, "next"));
        byte[] buffer = new byte[2];
        assertThat(message.readBytes(buffer)).isEqualTo(2);
        assertThat(message.readBytes(buffer)).isEqualTo(2);
        assertThat(buffer).containsExactly(3, 4);
        assertThatThrownBy(message::readObject).isInstanceOf(MessageFormatException.class);
        assertThat(message.readBytes(buffer)).isEqualTo(1);
        assertThat(buffer[0]).isEqualTo((byte) 5);
        assertThat(message.readString()).isEqualTo("next");
    }

    @Test
    @Spec("BDY-11")
    void nullAndEmptyFieldsAreToldApart() throws JMSException {
        JmsStreamMessage message = Transit.stream();
        message.writeBytes(null);
        message.writeBytes(new byte[0]);
        message.writeString("next");
        JmsStreamMessage received = Transit.deliver(message);
        assertThat(received.readBytes(new byte[4])).isEqualTo(-1);
        assertThat(received.readBytes(new byte[4])).isZero();
        assertThat(received.readString()).isEqualTo("next");
    }

    @Test
    @Spec("BDY-11")
    void resetForgetsAHalfReadField() throws JMSException {
        JmsStreamMessage message = Transit.deliver(holding(new byte[] {1, 2, 3}));
        message.readBytes(new byte[2]);
        message.reset();
        assertThat(message.readObject()).isEqualTo(new byte[] {1, 2, 3});
    }

    @Test
    @Spec({"BDY-4", "BDY-11", "EXC-45"})
    void readBytesOfAnotherTypeMovesNothing() throws JMSException {
        JmsStreamMessage message = Transit.deliver(holding("text"));
        assertThatThrownBy(() -> message.readBytes(new byte[4]))
                .isInstanceOf(MessageFormatException.class);
        assertThat(message.readString()).isEqualTo("text");
    }

    @Test
    @Spec("BDY-13")
    void twoWritesAreTwoFields() throws JMSException {
        JmsStreamMessage message = Transit.stream();
        message.writeBytes(new byte[] {1, 2});
        message.writeBytes(new byte[] {0, 3, 4, 0}, 1, 2);
        JmsStreamMessage received = Transit.deliver(message);
        assertThat(received.readBytes(new byte[10])).isEqualTo(2);
        assertThat(received.readObject()).isEqualTo(new byte[] {3, 4});
    }

    @Test
    @Spec({"BDY-14", "EXC-44", "MSG-9"})
    void objectsComeBackAsTheWrappersThatWereWritten() throws JMSException {
        byte[] bytes = {7};
        Object[] values = {true, (byte) 1, (short) 2, 'c', 3, 4L, 5f, 6d, "seven", null, bytes};
        JmsStreamMessage message = holding(values);
        bytes[0] = 99;
        assertThatThrownBy(() -> message.writeObject(new BigDecimal("1")))
                .isInstanceOf(MessageFormatException.class);

        JmsStreamMessage received = Transit.deliver(message);

        for (Object value : values) {
            Object expected = value == bytes ? new byte[] {7} : value;
            assertThat(received.readObject()).isEqualTo(expected);
        }
    }

    @Test
    @Spec("MSG-9")
    void arraysAreHandedOutAsCopies() throws JMSException {
        JmsStreamMessage message = Transit.deliver(holding(new byte[] {1}));
        ((byte[]) message.readObject())[0] = 99;
        message.reset();
        assertThat(message.readObject()).isEqualTo(new byte[] {1});
    }
}
