package org.millrace.jms.client;

import jakarta.jms.BytesMessage;
import jakarta.jms.Destination;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageListener;
import jakarta.jms.MessageProducer;
import jakarta.jms.ObjectMessage;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import jakarta.jms.StreamMessage;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TemporaryTopic;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import jakarta.jms.TopicSubscriber;
import java.io.Serializable;
import java.util.Optional;
import java.util.function.Function;
import org.millrace.jms.MillraceDestination;
import org.millrace.jms.MillraceQueue;
import org.millrace.jms.MillraceTemporaryQueue;
import org.millrace.jms.MillraceTemporaryTopic;
import org.millrace.jms.MillraceTopic;
import org.millrace.jms.link.Failures;
import org.millrace.jms.link.Reply;
import org.millrace.jms.message.JmsBytesMessage;
import org.millrace.jms.message.JmsMapMessage;
import org.millrace.jms.message.JmsMessage;
import org.millrace.jms.message.JmsObjectMessage;
import org.millrace.jms.message.JmsStreamMessage;
import org.millrace.jms.message.JmsTextMessage;
import org.millrace.jms.message.MessageOptions;
import org.millrace.wire.Address;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.Done;

/** The face of a {@link SessionCore} as the specification wants it (§6.2). */
sealed class JmsSession implements Session permits JmsQueueSession, JmsTopicSession, JmsXaSession {
    private final SessionCore core;

    JmsSession(SessionCore core) {
        this.core = core;
    }

    final SessionCore core() {
        return core;
    }

    /** Domain sessions refuse the other domain here (LEG-3). */
    void checkDomain(MillraceDestination destination) throws JMSException {}

    private MessageOptions messages() throws JMSException {
        core.checkOpen();
        return core.options().messages();
    }

    // ---- messages

    @Override
    public Message createMessage() throws JMSException {
        return new JmsMessage(messages());
    }

    @Override
    public TextMessage createTextMessage() throws JMSException {
        return new JmsTextMessage(messages());
    }

    @Override
    public TextMessage createTextMessage(String text) throws JMSException {
        TextMessage message = createTextMessage();
        message.setText(text);
        return message;
    }

    @Override
    public BytesMessage createBytesMessage() throws JMSException {
        return new JmsBytesMessage(messages());
    }

    @Override
    public MapMessage createMapMessage() throws JMSException {
        return new JmsMapMessage(messages());
    }

    @Override
    public StreamMessage createStreamMessage() throws JMSException {
        return new JmsStreamMessage(messages());
    }

    @Override
    public ObjectMessage createObjectMessage() throws JMSException {
        return new JmsObjectMessage(messages());
    }

    @Override
    public ObjectMessage createObjectMessage(Serializable object) throws JMSException {
        ObjectMessage message = createObjectMessage();
        message.setObject(object);
        return message;
    }

    // ---- state and transactions

    @Override
    public boolean getTransacted() throws JMSException {
        core.checkOpen();
        return core.mode().isTransacted();
    }

    @Override
    public int getAcknowledgeMode() throws JMSException {
        core.checkOpen();
        return core.mode().jmsValue();
    }

    @Override
    public void commit() throws JMSException {
        core.commit();
    }

    @Override
    public void rollback() throws JMSException {
        core.rollback();
    }

    @Override
    public void recover() throws JMSException {
        core.recover();
    }

    @Override
    public void close() throws JMSException {
        core.close();
    }

    // ---- destinations

    @Override
    public Queue createQueue(String name) throws JMSException {
        core.checkOpen();
        return named(name, MillraceQueue::new);
    }

    @Override
    public Topic createTopic(String name) throws JMSException {
        core.checkOpen();
        return named(name, MillraceTopic::new);
    }

    private static <D> D named(String name, Function<String, D> destination) throws JMSException {
        try {
            return destination.apply(name);
        } catch (IllegalArgumentException wrong) {
            InvalidDestinationException refused =
                    new InvalidDestinationException(
                            wrong.getMessage(), ErrorCode.INVALID_DESTINATION.name());
            refused.initCause(wrong);
            throw refused;
        }
    }

    @Override
    public TemporaryQueue createTemporaryQueue() throws JMSException {
        core.checkOpen();
        JmsConnection connection = core.connection();
        return new MillraceTemporaryQueue(
                connection.createTemporary(Address.Kind.TEMPORARY_QUEUE),
                connection::deleteTemporary);
    }

    @Override
    public TemporaryTopic createTemporaryTopic() throws JMSException {
        core.checkOpen();
        JmsConnection connection = core.connection();
        return new MillraceTemporaryTopic(
                connection.createTemporary(Address.Kind.TEMPORARY_TOPIC),
                connection::deleteTemporary);
    }

    // ---- producers

    @Override
    public MessageProducer createProducer(Destination destination) throws JMSException {
        return new JmsMessageProducer(core, handleFor(destination));
    }

    /** Empty for an unidentified producer (§7.1). */
    final Optional<ProducerHandle> handleFor(Destination destination) throws JMSException {
        core.checkOpen();
        if (destination == null) {
            return Optional.empty();
        }
        MillraceDestination ours = MillraceDestination.from(destination);
        checkDomain(ours);
        return Optional.of(core.producers().open(ours));
    }

    // ---- consumers

    @Override
    public MessageConsumer createConsumer(Destination destination) throws JMSException {
        return createConsumer(destination, null, false);
    }

    @Override
    public MessageConsumer createConsumer(Destination destination, String selector)
            throws JMSException {
        return createConsumer(destination, selector, false);
    }

    @Override
    public MessageConsumer createConsumer(Destination destination, String selector, boolean noLocal)
            throws JMSException {
        core.checkOpen();
        return open(core.consumers().plain(destination, selector, noLocal));
    }

    @Override
    public MessageConsumer createSharedConsumer(Topic topic, String name) throws JMSException {
        return createSharedConsumer(topic, name, null);
    }

    @Override
    public MessageConsumer createSharedConsumer(Topic topic, String name, String selector)
            throws JMSException {
        core.checkOpen();
        return open(core.consumers().shared(topic, name, selector));
    }

    @Override
    public TopicSubscriber createDurableSubscriber(Topic topic, String name) throws JMSException {
        return createDurableSubscriber(topic, name, null, false);
    }

    @Override
    public TopicSubscriber createDurableSubscriber(
            Topic topic, String name, String selector, boolean noLocal) throws JMSException {
        core.checkOpen();
        return (TopicSubscriber) open(core.consumers().durable(topic, name, selector, noLocal));
    }

    @Override
    public MessageConsumer createDurableConsumer(Topic topic, String name) throws JMSException {
        return createDurableSubscriber(topic, name, null, false);
    }

    @Override
    public MessageConsumer createDurableConsumer(
            Topic topic, String name, String selector, boolean noLocal) throws JMSException {
        return createDurableSubscriber(topic, name, selector, noLocal);
    }

    @Override
    public MessageConsumer createSharedDurableConsumer(Topic topic, String name)
            throws JMSException {
        return createSharedDurableConsumer(topic, name, null);
    }

    @Override
    public MessageConsumer createSharedDurableConsumer(Topic topic, String name, String selector)
            throws JMSException {
        core.checkOpen();
        return open(core.consumers().sharedDurable(topic, name, selector));
    }

    final JmsMessageConsumer open(ConsumerSpec spec) throws JMSException {
        checkDomain(spec.destination());
        return core.consumers().open(spec);
    }

    @Override
    public void unsubscribe(String name) throws JMSException {
        core.checkOpen();
        Consumers.checkName(name);
        Reply reply = core.link().request(id -> new Frame.Unsubscribe(id, name));
        try {
            reply.await(Done.class, core.options().requestTimeout());
        } catch (InvalidDestinationException unknown) {
            if (!reply.wasAskedAgain()) {
                throw unknown;
            }
        } catch (JMSException refused) {
            if (ErrorCode.IN_USE.name().equals(refused.getErrorCode())) {
                throw Failures.causedBy(Failures.illegalState(refused.getMessage()), refused);
            }
            throw refused;
        }
    }

    // ---- browsers

    @Override
    public QueueBrowser createBrowser(Queue queue) throws JMSException {
        return createBrowser(queue, null);
    }

    @Override
    public QueueBrowser createBrowser(Queue queue, String selector) throws JMSException {
        return JmsQueueBrowser.open(core, queue, selector);
    }

    // ---- what is not offered (§11.1)

    @Override
    public MessageListener getMessageListener() throws JMSException {
        core.checkOpen();
        return null;
    }

    @Override
    public void setMessageListener(MessageListener listener) throws JMSException {
        core.checkOpen();
        throw Failures.unsupported("Session.setMessageListener (optional, §11.1)");
    }

    @Override
    public void run() {
        throw new JMSRuntimeException(
                "Session.run (optional, §11.1) is not supported by this provider",
                ErrorCode.UNSUPPORTED.name());
    }
}
