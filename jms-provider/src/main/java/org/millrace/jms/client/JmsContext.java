package org.millrace.jms.client;

import jakarta.jms.BytesMessage;
import jakarta.jms.ConnectionMetaData;
import jakarta.jms.Destination;
import jakarta.jms.ExceptionListener;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.ObjectMessage;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.StreamMessage;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TemporaryTopic;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.io.Serializable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.millrace.jms.link.Credentials;
import org.millrace.jms.link.Failures;
import org.millrace.wire.MillraceUri;

/**
 * The simplified API's face of a connection and one session (§6.2.6, §7.10, §8.6). The session is
 * opened when it is first needed, so that the client identifier can be set before.
 */
public sealed class JmsContext implements JMSContext permits JmsXaContext {
    private final SharedConnection shared;
    private final AckMode mode;
    private final AtomicBoolean closing = new AtomicBoolean();
    private JmsSession session;
    private volatile boolean autoStart = true;
    private volatile boolean closed;

    JmsContext(SharedConnection shared, AckMode mode) throws JMSException {
        shared.join();
        this.shared = shared;
        this.mode = mode;
    }

    /** A context on a connection of its own. */
    public static JmsContext connect(
            MillraceUri uri, ConnectionOptions options, Credentials credentials, int sessionMode) {
        return Unchecked.call(
                () -> {
                    AckMode mode = AckMode.of(sessionMode);
                    JmsConnection connection = new JmsConnection(uri, options, credentials);
                    connection.open();
                    return new JmsContext(new SharedConnection(connection), mode);
                });
    }

    /** A context whose session is open already; whoever opened it closes it, too. */
    static JmsContext over(JmsSession session) throws JMSException {
        SessionCore core = session.core();
        JmsContext context = new JmsContext(new SharedConnection(core.connection()), core.mode());
        context.session = session;
        return context;
    }

    @Override
    public JMSContext createContext(int sessionMode) {
        return Unchecked.call(
                () -> {
                    checkOpen();
                    connection().use();
                    return new JmsContext(shared, AckMode.of(sessionMode));
                });
    }

    final JmsConnection connection() {
        return shared.connection();
    }

    private void checkOpen() throws JMSException {
        if (closed) {
            throw Failures.closed("context");
        }
    }

    /** The session of this context, opened on first use. */
    final JmsSession session() throws JMSException {
        synchronized (this) {
            checkOpen();
            if (session == null) {
                session = newSession();
            }
            return session;
        }
    }

    JmsSession newSession() throws JMSException {
        return new JmsSession(connection().openSession(mode));
    }

    // ---- producers and messages

    @Override
    public JMSProducer createProducer() {
        return Unchecked.call(() -> new JmsProducer(session()));
    }

    @Override
    public Message createMessage() {
        return Unchecked.call(() -> session().createMessage());
    }

    @Override
    public TextMessage createTextMessage() {
        return Unchecked.call(() -> session().createTextMessage());
    }

    @Override
    public TextMessage createTextMessage(String text) {
        return Unchecked.call(() -> session().createTextMessage(text));
    }

    @Override
    public BytesMessage createBytesMessage() {
        return Unchecked.call(() -> session().createBytesMessage());
    }

    @Override
    public MapMessage createMapMessage() {
        return Unchecked.call(() -> session().createMapMessage());
    }

    @Override
    public StreamMessage createStreamMessage() {
        return Unchecked.call(() -> session().createStreamMessage());
    }

    @Override
    public ObjectMessage createObjectMessage() {
        return Unchecked.call(() -> session().createObjectMessage());
    }

    @Override
    public ObjectMessage createObjectMessage(Serializable object) {
        return Unchecked.call(() -> session().createObjectMessage(object));
    }

    // ---- destinations

    @Override
    public Queue createQueue(String name) {
        return Unchecked.call(() -> session().createQueue(name));
    }

    @Override
    public Topic createTopic(String name) {
        return Unchecked.call(() -> session().createTopic(name));
    }

    @Override
    public TemporaryQueue createTemporaryQueue() {
        return Unchecked.call(() -> session().createTemporaryQueue());
    }

    @Override
    public TemporaryTopic createTemporaryTopic() {
        return Unchecked.call(() -> session().createTemporaryTopic());
    }

    // ---- consumers and browsers

    private JMSConsumer consumer(Unchecked.Call<MessageConsumer> creation) {
        return Unchecked.call(
                () -> {
                    JmsMessageConsumer consumer = (JmsMessageConsumer) creation.run();
                    if (autoStart) {
                        connection().start();
                    }
                    return new JmsConsumer(consumer);
                });
    }

    @Override
    public JMSConsumer createConsumer(Destination destination) {
        return consumer(() -> session().createConsumer(destination));
    }

    @Override
    public JMSConsumer createConsumer(Destination destination, String selector) {
        return consumer(() -> session().createConsumer(destination, selector));
    }

    @Override
    public JMSConsumer createConsumer(Destination destination, String selector, boolean noLocal) {
        return consumer(() -> session().createConsumer(destination, selector, noLocal));
    }

    @Override
    public JMSConsumer createDurableConsumer(Topic topic, String name) {
        return consumer(() -> session().createDurableConsumer(topic, name));
    }

    @Override
    public JMSConsumer createDurableConsumer(
            Topic topic, String name, String selector, boolean noLocal) {
        return consumer(() -> session().createDurableConsumer(topic, name, selector, noLocal));
    }

    @Override
    public JMSConsumer createSharedDurableConsumer(Topic topic, String name) {
        return consumer(() -> session().createSharedDurableConsumer(topic, name));
    }

    @Override
    public JMSConsumer createSharedDurableConsumer(Topic topic, String name, String selector) {
        return consumer(() -> session().createSharedDurableConsumer(topic, name, selector));
    }

    @Override
    public JMSConsumer createSharedConsumer(Topic topic, String name) {
        return consumer(() -> session().createSharedConsumer(topic, name));
    }

    @Override
    public JMSConsumer createSharedConsumer(Topic topic, String name, String selector) {
        return consumer(() -> session().createSharedConsumer(topic, name, selector));
    }

    @Override
    public QueueBrowser createBrowser(Queue queue) {
        return Unchecked.call(() -> session().createBrowser(queue));
    }

    @Override
    public QueueBrowser createBrowser(Queue queue, String selector) {
        return Unchecked.call(() -> session().createBrowser(queue, selector));
    }

    @Override
    public void unsubscribe(String name) {
        Unchecked.act(() -> session().unsubscribe(name));
    }

    // ---- the session

    @Override
    public int getSessionMode() {
        Unchecked.act(this::checkOpen);
        return mode.jmsValue();
    }

    @Override
    public boolean getTransacted() {
        Unchecked.act(this::checkOpen);
        return mode.isTransacted();
    }

    @Override
    public void acknowledge() {
        Unchecked.act(() -> session().core().acknowledgeFromMessage());
    }

    @Override
    public void commit() {
        Unchecked.act(() -> session().commit());
    }

    @Override
    public void rollback() {
        Unchecked.act(() -> session().rollback());
    }

    @Override
    public void recover() {
        Unchecked.act(() -> session().recover());
    }

    // ---- the connection

    @Override
    public String getClientID() {
        return Unchecked.call(
                () -> {
                    checkOpen();
                    return connection().getClientID();
                });
    }

    @Override
    public void setClientID(String clientId) {
        Unchecked.act(
                () -> {
                    checkOpen();
                    connection().setClientID(clientId);
                });
    }

    @Override
    public ConnectionMetaData getMetaData() {
        return Unchecked.call(
                () -> {
                    checkOpen();
                    return connection().getMetaData();
                });
    }

    @Override
    public ExceptionListener getExceptionListener() {
        return Unchecked.call(
                () -> {
                    checkOpen();
                    return connection().getExceptionListener();
                });
    }

    @Override
    public void setExceptionListener(ExceptionListener listener) {
        Unchecked.act(
                () -> {
                    checkOpen();
                    connection().setExceptionListener(listener);
                });
    }

    @Override
    public void setAutoStart(boolean automatically) {
        Unchecked.act(this::checkOpen);
        autoStart = automatically;
    }

    @Override
    public boolean getAutoStart() {
        Unchecked.act(this::checkOpen);
        return autoStart;
    }

    @Override
    public void start() {
        Unchecked.act(
                () -> {
                    checkOpen();
                    connection().start();
                });
    }

    @Override
    public void stop() {
        Unchecked.act(
                () -> {
                    checkOpen();
                    connection().stop();
                });
    }

    /** Closes the session, and the connection with its last context; any number of times. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        Unchecked.act(
                () -> {
                    JmsSession mine;
                    synchronized (this) {
                        mine = session;
                    }
                    if (mine != null) {
                        mine.close();
                    }
                    if (closing.compareAndSet(false, true)) {
                        synchronized (this) {
                            closed = true;
                        }
                        if (shared.leave()) {
                            connection().close();
                        }
                    }
                });
    }
}
