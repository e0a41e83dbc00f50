package org.millrace.jms.client;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSConsumer;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageListener;
import jakarta.jms.ObjectMessage;
import jakarta.jms.TextMessage;
import org.millrace.wire.ErrorCode;

/** The simplified API's face of a consumer (§8.6). */
final class JmsConsumer implements JMSConsumer {
    private final JmsMessageConsumer consumer;

    JmsConsumer(JmsMessageConsumer consumer) {
        this.consumer = consumer;
    }

    @Override
    public String getMessageSelector() {
        return Unchecked.call(consumer::getMessageSelector);
    }

    @Override
    public MessageListener getMessageListener() {
        return Unchecked.call(consumer::getMessageListener);
    }

    @Override
    public void setMessageListener(MessageListener listener) {
        Unchecked.act(() -> consumer.setMessageListener(listener));
    }

    @Override
    public Message receive() {
        return Unchecked.call(consumer::receive);
    }

    @Override
    public Message receive(long timeoutMillis) {
        return Unchecked.call(() -> consumer.receive(timeoutMillis));
    }

    @Override
    public Message receiveNoWait() {
        return Unchecked.call(consumer::receiveNoWait);
    }

    @Override
    public <T> T receiveBody(Class<T> type) {
        return Unchecked.call(() -> consumer.take(body(type), Patience.forever()));
    }

    @Override
    public <T> T receiveBody(Class<T> type, long timeoutMillis) {
        return Unchecked.call(() -> consumer.take(body(type), timeoutMillis));
    }

    @Override
    public <T> T receiveBodyNoWait(Class<T> type) {
        return Unchecked.call(() -> consumer.takeNow(body(type)));
    }

    /** The body, where a message without one is an error, unlike with {@code getBody}. */
    private static <T> JmsMessageConsumer.Wanted<T> body(Class<T> type) {
        return message -> {
            T body = hasBodyToGive(message) ? message.getBody(type) : null;
            if (body == null) {
                throw new MessageFormatException(
                        "message %s has no body that can be had as %s"
                                .formatted(message.getJMSMessageID(), type.getName()),
                        ErrorCode.INVALID_ARGUMENT.name());
            }
            return body;
        };
    }

    private static boolean hasBodyToGive(Message message) {
        return message instanceof TextMessage
                || message instanceof ObjectMessage
                || message instanceof MapMessage
                || message instanceof BytesMessage;
    }

    @Override
    public void close() {
        Unchecked.act(consumer::close);
    }
}
