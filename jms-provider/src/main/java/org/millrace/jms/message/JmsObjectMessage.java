package org.millrace.jms.message;

import jakarta.jms.JMSException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.ObjectMessage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import org.millrace.wire.record.MessageKind;
import org.millrace.wire.record.Record;

/**
 * A serialised object (§3.11). It is serialised when it is set and deserialised each time it is
 * asked for, so that neither side can change what the message holds. Confined like its base.
 */
public final class JmsObjectMessage extends JmsMessage implements ObjectMessage {
    private final DeserializationPolicy policy;
    private byte[] serialised;

    public JmsObjectMessage(MessageOptions options) {
        super(options);
        policy = options.deserialization();
    }

    /**
     * Deserialises with the thread's context class loader, if its classes are trusted.
     *
     * @throws MessageFormatException when a class is not trusted, not found, or the bytes are not
     *     those of an object; the message stays as it is
     */
    @Override
    public Serializable getObject() throws JMSException {
        if (serialised == null) {
            return null;
        }
        DeserializationPolicy.Guard guard = policy.guard(serialised.length);
        try (var in = new TrustedObjectInput(new ByteArrayInputStream(serialised), guard)) {
            return (Serializable) in.readObject();
        } catch (IOException
                | ClassNotFoundException
                | RuntimeException
                | LinkageError
                | StackOverflowError broken) {
            throw Failures.format(
                    guard.refusal().isEmpty()
                            ? "the object of this message cannot be deserialised: " + broken
                            : "the object of this message is refused: it has " + guard.refusal(),
                    broken);
        }
    }

    @Override
    public void setObject(Serializable object) throws JMSException {
        checkBodyWritable();
        serialised = object == null ? null : serialise(object);
    }

    private static byte[] serialise(Serializable object) throws MessageFormatException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(object);
        } catch (IOException | RuntimeException | StackOverflowError broken) {
            throw Failures.format(
                    "object of class %s cannot be serialised: %s"
                            .formatted(object.getClass().getName(), broken),
                    broken);
        }
        return bytes.toByteArray();
    }

    @Override
    public void clearBody() throws JMSException {
        super.clearBody();
        serialised = null;
    }

    @Override
    MessageKind kind() {
        return MessageKind.OBJECT;
    }

    @Override
    ByteBuffer encodedBody() {
        return serialised == null ? null : ByteBuffer.wrap(serialised);
    }

    @Override
    void receiveBody(Record received) {
        serialised = received.value().map(JmsObjectMessage::toArray).orElse(null);
    }

    private static byte[] toArray(ByteBuffer body) {
        byte[] array = new byte[body.remaining()];
        body.get(body.position(), array);
        return array;
    }

    @Override
    boolean hasBody() {
        return serialised != null;
    }

    @Override
    public <T> T getBody(Class<T> wanted) throws JMSException {
        Serializable object = getObject();
        if (object != null && !wanted.isInstance(object)) {
            throw notAssignable(wanted);
        }
        return wanted.cast(object);
    }

    /** Has to deserialise to know; false when that fails. */
    @Override
    boolean bodyFits(Class<?> wanted) throws JMSException {
        try {
            return wanted.isInstance(getObject());
        } catch (MessageFormatException unreadable) {
            return false;
        }
    }
}
