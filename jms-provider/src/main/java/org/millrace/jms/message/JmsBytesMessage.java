package org.millrace.jms.message;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.function.Function;
import org.millrace.wire.record.MessageKind;
import org.millrace.wire.record.Record;

/**
 * Uninterpreted bytes, written or read (§3.11): numbers big-endian, text in modified UTF-8 with two
 * bytes of length. Confined like its base.
 *
 * <p>While writing, the buffer's position is the end of the body; while reading, its limit is. A
 * read that fails leaves the position where it was.
 */
public final class JmsBytesMessage extends JmsMessage implements BytesMessage {
    private static final int INITIAL_BYTES = 128;
    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);
    private static final int LARGEST_BODY = Integer.MAX_VALUE - 64;

    private ByteBuffer body = EMPTY;

    public JmsBytesMessage(MessageOptions options) {
        super(options);
    }

    @Override
    public void reset() {
        if (isBodyReadOnly()) {
            body.rewind();
        } else {
            body = body.duplicate().flip();
            setBodyReadOnly();
        }
    }

    @Override
    public void clearBody() throws JMSException {
        super.clearBody();
        body = EMPTY;
    }

    @Override
    public long getBodyLength() throws JMSException {
        checkReadable();
        return body.limit();
    }

    private void checkReadable() throws JMSException {
        if (!isBodyReadOnly()) {
            throw Failures.writeOnly();
        }
    }

    private <T> T read(Function<ByteBuffer, T> reading) throws JMSException {
        checkReadable();
        try {
            return reading.apply(body);
        } catch (BufferUnderflowException end) {
            throw Failures.endOfBody(body.position(), body.limit(), "bytes");
        }
    }

    @Override
    public boolean readBoolean() throws JMSException {
        return readByte() != 0;
    }

    @Override
    public byte readByte() throws JMSException {
        return read(ByteBuffer::get);
    }

    @Override
    public int readUnsignedByte() throws JMSException {
        return Byte.toUnsignedInt(readByte());
    }

    @Override
    public short readShort() throws JMSException {
        return read(ByteBuffer::getShort);
    }

    @Override
    public int readUnsignedShort() throws JMSException {
        return Short.toUnsignedInt(readShort());
    }

    @Override
    public char readChar() throws JMSException {
        return read(ByteBuffer::getChar);
    }

    @Override
    public int readInt() throws JMSException {
        return read(ByteBuffer::getInt);
    }

    @Override
    public long readLong() throws JMSException {
        return read(ByteBuffer::getLong);
    }

    @Override
    public float readFloat() throws JMSException {
        return read(ByteBuffer::getFloat);
    }

    @Override
    public double readDouble() throws JMSException {
        return read(ByteBuffer::getDouble);
    }

    @Override
    public String readUTF() throws JMSException {
        int length = read(in -> Short.toUnsignedInt(in.getShort(checkLeft(in, Short.BYTES))));
        byte[] encoded = new byte[Short.BYTES + length];
        read(in -> in.get(checkLeft(in, encoded.length), encoded));
        try {
            String text = new DataInputStream(new ByteArrayInputStream(encoded)).readUTF();
            body.position(body.position() + encoded.length);
            return text;
        } catch (IOException malformed) {
            throw Failures.format(
                    "no modified UTF-8 of %d bytes at %d".formatted(length, body.position()),
                    malformed);
        }
    }

    /** The position, for reading without moving it. */
    private static int checkLeft(ByteBuffer in, int count) {
        if (in.remaining() < count) {
            throw new BufferUnderflowException();
        }
        return in.position();
    }

    @Override
    public int readBytes(byte[] buffer) throws JMSException {
        return readBytes(buffer, buffer.length);
    }

    @Override
    public int readBytes(byte[] buffer, int length) throws JMSException {
        checkReadable();
        Objects.checkFromIndexSize(0, length, buffer.length);
        if (!body.hasRemaining()) {
            return -1;
        }
        int count = Math.min(length, body.remaining());
        body.get(buffer, 0, count);
        return count;
    }

    /** The buffer with room for so many bytes more, at least doubled when it has to grow. */
    private ByteBuffer room(int count) throws JMSException {
        checkBodyWritable();
        if (body.remaining() < count) {
            long needed = (long) body.position() + count;
            if (needed > LARGEST_BODY) {
                throw Failures.format("a BytesMessage cannot hold %d bytes".formatted(needed));
            }
            long wanted = Math.max(Math.max(needed, INITIAL_BYTES), body.capacity() * 2L);
            body = ByteBuffer.allocate((int) Math.min(wanted, LARGEST_BODY)).put(body.flip());
        }
        return body;
    }

    @Override
    public void writeBoolean(boolean value) throws JMSException {
        writeByte((byte) (value ? 1 : 0));
    }

    @Override
    public void writeByte(byte value) throws JMSException {
        room(Byte.BYTES).put(value);
    }

    @Override
    public void writeShort(short value) throws JMSException {
        room(Short.BYTES).putShort(value);
    }

    @Override
    public void writeChar(char value) throws JMSException {
        room(Character.BYTES).putChar(value);
    }

    @Override
    public void writeInt(int value) throws JMSException {
        room(Integer.BYTES).putInt(value);
    }

    @Override
    public void writeLong(long value) throws JMSException {
        room(Long.BYTES).putLong(value);
    }

    /** Any NaN is written as the one that {@code floatToIntBits} gives. */
    @Override
    public void writeFloat(float value) throws JMSException {
        writeInt(Float.floatToIntBits(value));
    }

    /** Any NaN is written as the one that {@code doubleToLongBits} gives. */
    @Override
    public void writeDouble(double value) throws JMSException {
        writeLong(Double.doubleToLongBits(value));
    }

    @Override
    public void writeUTF(String value) throws JMSException {
        checkBodyWritable();
        ByteArrayOutputStream encoded = new ByteArrayOutputStream(Short.BYTES + value.length());
        try {
            new DataOutputStream(encoded).writeUTF(value);
        } catch (IOException tooLong) {
            throw Failures.format(
                    "text of %d chars is too long for writeUTF, which takes 65535 bytes"
                            .formatted(value.length()),
                    tooLong);
        }
        writeBytes(encoded.toByteArray());
    }

    @Override
    public void writeBytes(byte[] value) throws JMSException {
        writeBytes(value, 0, value.length);
    }

    @Override
    public void writeBytes(byte[] value, int offset, int length) throws JMSException {
        Objects.checkFromIndexSize(offset, length, value.length);
        room(length).put(value, offset, length);
    }

    @Override
    public void writeObject(Object value) throws JMSException {
        checkBodyWritable();
        Objects.requireNonNull(value, "a BytesMessage has no null");
        if (value instanceof Boolean is) {
            writeBoolean(is);
        } else if (value instanceof Byte is) {
            writeByte(is);
        } else if (value instanceof Short is) {
            writeShort(is);
        } else if (value instanceof Character is) {
            writeChar(is);
        } else if (value instanceof Integer is) {
            writeInt(is);
        } else if (value instanceof Long is) {
            writeLong(is);
        } else if (value instanceof Float is) {
            writeFloat(is);
        } else if (value instanceof Double is) {
            writeDouble(is);
        } else if (value instanceof String is) {
            writeUTF(is);
        } else {
            writeBytes((byte[]) Conversion.bodyValue(value, "a value of a BytesMessage"));
        }
    }

    @Override
    MessageKind kind() {
        return MessageKind.BYTES;
    }

    @Override
    ByteBuffer encodedBody() {
        ByteBuffer whole = body.duplicate();
        return isBodyReadOnly() ? whole.rewind() : whole.flip();
    }

    @Override
    void receiveBody(Record received) {
        body = received.value().map(ByteBuffer::slice).orElse(EMPTY);
    }

    /** Zero bytes count as no body. */
    @Override
    boolean hasBody() {
        return encodedBody().hasRemaining();
    }

    @Override
    boolean bodyFits(Class<?> wanted) {
        return wanted == byte[].class || wanted == Object.class;
    }

    /** Leaves the message readable from its beginning, whatever it was before (jd: getBody). */
    @Override
    public <T> T getBody(Class<T> wanted) throws JMSException {
        reset();
        return super.getBody(wanted);
    }

    @Override
    Object copyOfBody() {
        byte[] copy = new byte[body.limit()];
        body.get(0, copy);
        return copy;
    }
}
