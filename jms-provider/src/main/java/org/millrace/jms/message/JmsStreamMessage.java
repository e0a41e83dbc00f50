package org.millrace.jms.message;

import jakarta.jms.JMSException;
import jakarta.jms.StreamMessage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.millrace.wire.record.BodyCodec;
import org.millrace.wire.record.MessageKind;
import org.millrace.wire.record.Record;

/**
 * Typed values one after another, written or read (§3.11). Confined like its base.
 *
 * <p>A read that fails leaves the position where it was. A byte[] value is read in pieces:
 *
 * <pre>
 *  pieceStart   readBytes(buffer)                         any other read
 *  NOT_BEGUN    null: -1 and on to the next value         the value, and on to the next
 *               buffer filled: begun
 *               not filled: on to the next value
 *  begun        nothing left: -1 and on to the next       MessageFormatException
 *               buffer filled: begun
 *               not filled: on to the next value
 * </pre>
 */
public final class JmsStreamMessage extends JmsMessage implements StreamMessage {
    private static final int NOT_BEGUN = -1;

    private List<Object> values = new ArrayList<>();
    private ByteBuffer notDecoded;
    private int next;
    private int pieceStart = NOT_BEGUN;

    public JmsStreamMessage(MessageOptions options) {
        super(options);
    }

    private List<Object> values() {
        if (notDecoded != null) {
            values = BodyCodec.decodeStream(notDecoded);
            notDecoded = null;
        }
        return values;
    }

    @Override
    public void reset() {
        setBodyReadOnly();
        next = 0;
        pieceStart = NOT_BEGUN;
    }

    @Override
    public void clearBody() throws JMSException {
        super.clearBody();
        values = new ArrayList<>();
        notDecoded = null;
        next = 0;
        pieceStart = NOT_BEGUN;
    }

    @Override
    public boolean readBoolean() throws JMSException {
        boolean value = Conversion.toBoolean(nextValue(), title());
        next++;
        return value;
    }

    @Override
    public byte readByte() throws JMSException {
        byte value = Conversion.toByte(nextValue(), title());
        next++;
        return value;
    }

    @Override
    public short readShort() throws JMSException {
        short value = Conversion.toShort(nextValue(), title());
        next++;
        return value;
    }

    @Override
    public char readChar() throws JMSException {
        char value = Conversion.toChar(nextValue(), title());
        next++;
        return value;
    }

    @Override
    public int readInt() throws JMSException {
        int value = Conversion.toInt(nextValue(), title());
        next++;
        return value;
    }

    @Override
    public long readLong() throws JMSException {
        long value = Conversion.toLong(nextValue(), title());
        next++;
        return value;
    }

    @Override
    public float readFloat() throws JMSException {
        float value = Conversion.toFloat(nextValue(), title());
        next++;
        return value;
    }

    @Override
    public double readDouble() throws JMSException {
        double value = Conversion.toDouble(nextValue(), title());
        next++;
        return value;
    }

    @Override
    public String readString() throws JMSException {
        String value = Conversion.toText(nextValue(), title());
        next++;
        return value;
    }

    @Override
    public Object readObject() throws JMSException {
        Object value = Conversion.copyOf(nextValue());
        next++;
        return value;
    }

    @Override
    public int readBytes(byte[] buffer) throws JMSException {
        Objects.requireNonNull(buffer, "buffer");
        byte[] value = Conversion.toBytes(valueAtPosition(), title());
        if (value == null || pieceStart == value.length) {
            endBytes();
            return -1;
        }
        int start = Math.max(0, pieceStart);
        int count = Math.min(buffer.length, value.length - start);
        System.arraycopy(value, start, buffer, 0, count);
        if (count < buffer.length) {
            endBytes();
        } else {
            pieceStart = start + count;
        }
        return count;
    }

    private void endBytes() {
        next++;
        pieceStart = NOT_BEGUN;
    }

    private Object nextValue() throws JMSException {
        if (pieceStart != NOT_BEGUN) {
            throw Failures.format(
                    title() + " is a byte[] that is not read to its end; go on with readBytes()");
        }
        return valueAtPosition();
    }

    private Object valueAtPosition() throws JMSException {
        if (!isBodyReadOnly()) {
            throw Failures.writeOnly();
        }
        if (next >= values().size()) {
            throw Failures.endOfBody(next, values().size(), "values");
        }
        return values().get(next);
    }

    private String title() {
        return "value " + next + " of the StreamMessage";
    }

    @Override
    public void writeBoolean(boolean value) throws JMSException {
        write(value);
    }

    @Override
    public void writeByte(byte value) throws JMSException {
        write(value);
    }

    @Override
    public void writeShort(short value) throws JMSException {
        write(value);
    }

    @Override
    public void writeChar(char value) throws JMSException {
        write(value);
    }

    @Override
    public void writeInt(int value) throws JMSException {
        write(value);
    }

    @Override
    public void writeLong(long value) throws JMSException {
        write(value);
    }

    @Override
    public void writeFloat(float value) throws JMSException {
        write(value);
    }

    @Override
    public void writeDouble(double value) throws JMSException {
        write(value);
    }

    @Override
    public void writeString(String value) throws JMSException {
        write(value);
    }

    @Override
    public void writeBytes(byte[] value) throws JMSException {
        writeObject(value);
    }

    @Override
    public void writeBytes(byte[] value, int offset, int length) throws JMSException {
        Objects.checkFromIndexSize(offset, length, value.length);
        write(Arrays.copyOfRange(value, offset, offset + length));
    }

    @Override
    public void writeObject(Object value) throws JMSException {
        checkBodyWritable();
        write(Conversion.bodyValue(value, "a value of a StreamMessage"));
    }

    private void write(Object value) throws JMSException {
        checkBodyWritable();
        values().add(value);
    }

    @Override
    MessageKind kind() {
        return MessageKind.STREAM;
    }

    @Override
    ByteBuffer encodedBody() {
        return notDecoded == null ? BodyCodec.encodeStream(values) : notDecoded;
    }

    @Override
    void receiveBody(Record received) {
        notDecoded = received.value().orElse(null);
    }

    /** Even without values: a StreamMessage's body can never be had in one piece (§3.11). */
    @Override
    boolean hasBody() {
        return true;
    }
}
