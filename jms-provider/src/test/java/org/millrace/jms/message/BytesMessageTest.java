package org.millrace.jms.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.JMSException;
import jakarta.jms.MessageEOFException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotReadableException;
import jakarta.jms.MessageNotWriteableException;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.Spec;

/** §3.11: BytesMessage. */
class BytesMessageTest {
    private static List<ThrowingCallable> reads(JmsBytesMessage message) {
        return List.of(
                message::readBoolean,
                message::readByte,
                message::readUnsignedByte,
                message::readShort,
                message::readUnsignedShort,
                message::readChar,
                message::readInt,
                message::readLong,
                message::readFloat,
                message::readDouble,
                message::readUTF);
    }

    private static JmsBytesMessage holding(int... bytes) throws JMSException {
        JmsBytesMessage message = Transit.bytes();
        for (int each : bytes) {
            message.writeByte((byte) each);
        }
        return message;
    }

    @Test
    @Spec({"BDY-15", "BDY-18"})
    void bytesAreThoseOfDataOutput() throws JMSException, IOException {
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(expected);
        JmsBytesMessage message = Transit.bytes();
        out.writeBoolean(true);
        message.writeBoolean(true);
        out.writeByte(-7);
        message.writeByte((byte) -7);
        out.writeShort(-300);
        message.writeShort((short) -300);
        out.writeChar('ß');
        message.writeChar('ß');
        out.writeInt(0x12345678);
        message.writeInt(0x12345678);
        out.writeLong(Long.MIN_VALUE + 1);
        message.writeLong(Long.MIN_VALUE + 1);
        out.writeFloat(-1.25f);
        message.writeFloat(-1.25f);
        out.writeDouble(Math.PI);
        message.writeDouble(Math.PI);
        out.writeUTF("a\0ß€\uD83D\uDE00");
        message.writeUTF("a\0ß€\uD83D\uDE00");
        out.write(new byte[] {1, 2, 3, 4}, 1, 2);
        message.writeBytes(new byte[] {1, 2, 3, 4}, 1, 2);

        JmsBytesMessage received = Transit.deliver(message);

        assertThat(received.getBody(byte[].class)).isEqualTo(expected.toByteArray());
        assertThat(received.readBoolean()).isTrue();
        assertThat(received.readByte()).isEqualTo((byte) -7);
        assertThat(received.readShort()).isEqualTo((short) -300);
        assertThat(received.readChar()).isEqualTo('ß');
        assertThat(received.readInt()).isEqualTo(0x12345678);
        assertThat(received.readLong()).isEqualTo(Long.MIN_VALUE + 1);
        assertThat(received.readFloat()).isEqualTo(-1.25f);
        assertThat(received.readDouble()).isEqualTo(Math.PI);
        assertThat(received.readUTF()).isEqualTo("a\0ß€\uD83D\uDE00");
        assertThat(received.readByte()).isEqualTo((byte) 2);
        assertThat(received.readByte()).isEqualTo((byte) 3);
    }

    @Test
    @Spec("BDY-18")
    void objectsAreWrittenLikeTheirPrimitives() throws JMSException {
        JmsBytesMessage message = Transit.bytes();
        Stream<Object> values =
                Stream.of(
                        true,
                        (byte) 1,
                        (short) 2,
                        'c',
                        3,
                        4L,
                        5f,
                        6d,
                        "seven",
                        new byte[] {(byte) 200, 9});
        for (Object value : values.toList()) {
            message.writeObject(value);
        }
        message.reset();
        assertThat(message.readBoolean()).isTrue();
        assertThat(message.readByte()).isEqualTo((byte) 1);
        assertThat(message.readShort()).isEqualTo((short) 2);
        assertThat(message.readChar()).isEqualTo('c');
        assertThat(message.readInt()).isEqualTo(3);
        assertThat(message.readLong()).isEqualTo(4);
        assertThat(message.readFloat()).isEqualTo(5);
        assertThat(message.readDouble()).isEqualTo(6);
        assertThat(message.readUTF()).isEqualTo("seven");
        assertThat(message.readUnsignedByte()).isEqualTo(200);
        assertThat(message.readByte()).isEqualTo((byte) 9);
    }

    @Test
    @Spec({"BDY-18", "EXC-44", "EXC-52"})
    void nullAndOtherClassesAreRefused() {
        JmsBytesMessage message = Transit.bytes();
        assertThatThrownBy(() -> message.writeObject(null))
                .isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> message.writeUTF(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> message.writeBytes(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> message.writeBytes(null, 0, 0))
                .isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> message.writeObject(new BigDecimal("1")))
                .isInstanceOf(MessageFormatException.class);
    }

    @Test
    @Spec({"BDY-6", "EXC-49"})
    void aNewOrClearedMessageIsWriteOnly() throws JMSException {
        JmsBytesMessage received = Transit.deliver(holding(1));
        received.clearBody();
        for (JmsBytesMessage message : List.of(holding(1, 2), received)) {
            for (ThrowingCallable read : reads(message)) {
                assertThatThrownBy(read).isInstanceOf(MessageNotReadableException.class);
            }
            assertThatThrownBy(message::getBodyLength)
                    .isInstanceOf(MessageNotReadableException.class);
            assertThatThrownBy(() -> message.readBytes(new byte[1]))
                    .isInstanceOf(MessageNotReadableException.class);
        }
    }

    @Test
    @Spec({"BDY-7", "EXC-48"})
    void aReceivedOrResetMessageIsReadOnlyFromItsBeginning() throws JMSException {
        JmsBytesMessage reset = holding(1, 2);
        reset.reset();
        for (JmsBytesMessage message : List.of(reset, Transit.deliver(holding(1, 2)))) {
            assertThat(message.readByte()).isEqualTo((byte) 1);
            message.reset();
            assertThat(message.readByte()).isEqualTo((byte) 1);
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
                            () -> message.writeUTF("x"),
                            () -> message.writeBytes(new byte[1]),
                            () -> message.writeBytes(new byte[1], 0, 1),
                            () -> message.writeObject(1));
            for (ThrowingCallable write : writes) {
                assertThatThrownBy(write).isInstanceOf(MessageNotWriteableException.class);
            }
        }
    }

    @Test
    @Spec({"BDY-8", "BDY-19", "EXC-50"})
    void aReadThatWantsMoreThanIsLeftMovesNothing() throws JMSException {
        JmsBytesMessage message = Transit.deliver(holding(0, 9, 7));
        List<ThrowingCallable> tooLong =
                List.of(
                        message::readInt,
                        message::readLong,
                        message::readFloat,
                        message::readDouble,
                        message::readUTF);
        for (ThrowingCallable read : tooLong) {
            assertThatThrownBy(read).isInstanceOf(MessageEOFException.class);
        }
        assertThat(message.readShort()).isEqualTo((short) 9);
        assertThatThrownBy(message::readShort).isInstanceOf(MessageEOFException.class);
        assertThatThrownBy(message::readChar).isInstanceOf(MessageEOFException.class);
        assertThatThrownBy(message::readUTF).isInstanceOf(MessageEOFException.class);
        assertThat(message.readByte()).isEqualTo((byte) 7);
        for (ThrowingCallable read : reads(message)) {
            assertThatThrownBy(read).isInstanceOf(MessageEOFException.class);
        }
        assertThat(message.readBytes(new byte[1])).isEqualTo(-1);
    }

    @Test
    @Spec("BDY-4")
    void malformedTextCanBeReadAsBytes() throws JMSException {
        JmsBytesMessage message = Transit.deliver(holding(0, 1, 0xFF));
        assertThatThrownBy(message::readUTF).isInstanceOf(MessageFormatException.class);
        assertThat(message.readShort()).isEqualTo((short) 1);
    }

    @Test
    @Spec({"BDY-16", "EXC-53"})
    void readBytesFillsUpToTheLength() throws JMSException {
        JmsBytesMessage message = Transit.deliver(holding(1, 2, 3, 4, 5));
        byte[] buffer = new byte[3];
        assertThatThrownBy(() -> message.readBytes(buffer, -1))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> message.readBytes(buffer, 4))
                .isInstanceOf(IndexOutOfBoundsException.class);

        assertThat(message.readBytes(buffer, 2)).isEqualTo(2);
        assertThat(buffer).containsExactly(1, 2, 0);
        assertThat(message.readBytes(buffer)).isEqualTo(3);
        assertThat(buffer).containsExactly(3, 4, 5);
        assertThat(message.readBytes(buffer)).isEqualTo(-1);

        message.reset();
        assertThat(message.readBytes(new byte[9])).isEqualTo(5);
        assertThat(message.readBytes(new byte[9])).isEqualTo(-1);
    }

    @Test
    @Spec("BDY-17")
    void theLengthDoesNotDependOnThePosition() throws JMSException {
        JmsBytesMessage message = Transit.deliver(holding(1, 2, 3));
        message.readByte();
        assertThat(message.getBodyLength()).isEqualTo(3);
        assertThat(Transit.deliver(Transit.bytes()).getBodyLength()).isZero();
    }

    @Test
    @Spec({"BDY-9", "MSG-2"})
    void sendingDoesNotChangeTheModeAtTheSender() throws JMSException {
        JmsBytesMessage writing = holding(1);
        JmsBytesMessage first = Transit.deliver(writing);
        writing.writeByte((byte) 2);
        JmsBytesMessage second = Transit.deliver(writing);
        assertThat(first.getBody(byte[].class)).containsExactly(1);
        assertThat(second.getBody(byte[].class)).containsExactly(1, 2);

        JmsBytesMessage reading = holding(1, 2);
        reading.reset();
        reading.readByte();
        assertThat(Transit.deliver(reading).getBody(byte[].class)).containsExactly(1, 2);
        assertThat(reading.readByte()).isEqualTo((byte) 2);
    }

    @Test
    void manySmallWritesGrowTheBody() throws JMSException {
        JmsBytesMessage message = Transit.bytes();
        int count = 1_000_000;
        for (int i = 0; i < count; i++) {
            message.writeInt(i);
        }
        JmsBytesMessage received = Transit.deliver(message);
        assertThat(received.getBodyLength()).isEqualTo(4L * count);
        for (int i = 0; i < count; i++) {
            if (received.readInt() != i) {
                throw new AssertionError("int " + i + " differs");
            }
        }
    }

    @Test
    void textBeyondTwoBytesOfLengthIsRefused() {
        JmsBytesMessage message = Transit.bytes();
        assertThatThrownBy(() -> message.writeUTF("x".repeat(65_536)))
                .isInstanceOf(MessageFormatException.class);
        message.reset();
        assertThatThrownBy(message::readByte).isInstanceOf(MessageEOFException.class);
    }
}
