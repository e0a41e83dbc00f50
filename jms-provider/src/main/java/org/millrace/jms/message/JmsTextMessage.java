package org.millrace.jms.message;

import jakarta.jms.JMSException;
import jakarta.jms.TextMessage;
import java.nio.ByteBuffer;
import org.millrace.wire.record.MessageKind;
import org.millrace.wire.record.Record;
import org.millrace.wire.record.Utf8;

/** Text, or null, which is not the same as the empty text (§3.11). Confined like its base. */
public final class JmsTextMessage extends JmsMessage implements TextMessage {
    private String text;
    private Record notDecoded;

    public JmsTextMessage(MessageOptions options) {
        super(options);
    }

    @Override
    public String getText() {
        if (notDecoded != null) {
            text = notDecoded.valueText().orElse(null);
            notDecoded = null;
        }
        return text;
    }

    @Override
    public void setText(String content) throws JMSException {
        checkBodyWritable();
        text = content;
    }

    @Override
    public void clearBody() throws JMSException {
        super.clearBody();
        text = null;
        notDecoded = null;
    }

    @Override
    MessageKind kind() {
        return MessageKind.TEXT;
    }

    @Override
    ByteBuffer encodedBody() {
        if (notDecoded != null) {
            return notDecoded.value().orElse(null);
        }
        return text == null ? null : ByteBuffer.wrap(Utf8.encode(text));
    }

    @Override
    void receiveBody(Record received) {
        notDecoded = received;
    }

    @Override
    boolean hasBody() {
        return getText() != null;
    }

    @Override
    boolean bodyFits(Class<?> wanted) {
        return wanted.isAssignableFrom(String.class);
    }

    @Override
    Object copyOfBody() {
        return getText();
    }
}
