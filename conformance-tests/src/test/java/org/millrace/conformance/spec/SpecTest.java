package org.millrace.conformance.spec;

import jakarta.jms.Connection;
import jakarta.jms.Destination;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Enumeration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.millrace.jms.MillraceConnectionFactory;

/**
 * What specification tests share: a broker by each transport, connections that are closed after the
 * test, destinations that no other test uses.
 */
@ExtendWith(SpecBrokers.class)
@ParameterizedClass(name = "{0}")
@EnumSource(Transport.class)
public abstract class SpecTest {
    /** How long a test waits for a message that must come. */
    protected static final long PATIENCE_MILLIS = 10_000;

    /** How long a test listens for a message that must not come. */
    protected static final long SILENCE_MILLIS = 200;

    private static final AtomicInteger NAMES = new AtomicInteger();

    @Parameter protected Transport transport;

    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    protected final MillraceConnectionFactory factory() {
        return new MillraceConnectionFactory(SpecBrokers.uri(transport));
    }

    protected final String uri() {
        return SpecBrokers.uri(transport);
    }

    /** A connection that is not started; closed after the test. */
    protected final Connection connection() throws JMSException {
        return closedAfterwards(factory().createConnection());
    }

    protected final Connection startedConnection() throws JMSException {
        Connection connection = connection();
        connection.start();
        return connection;
    }

    protected final Connection startedConnection(String clientId) throws JMSException {
        Connection connection = connection();
        connection.setClientID(clientId);
        connection.start();
        return connection;
    }

    protected final JMSContext context() {
        return context(JMSContext.AUTO_ACKNOWLEDGE);
    }

    protected final JMSContext context(int mode) {
        return closedAfterwards(factory().createContext(mode));
    }

    protected final <T extends AutoCloseable> T closedAfterwards(T resource) {
        open.push(resource);
        return resource;
    }

    @AfterEach
    void closeWhatIsOpen() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }

    /** A name that no other test uses. */
    protected static String uniqueName(String prefix) {
        return prefix + "-" + NAMES.incrementAndGet();
    }

    protected static Queue newQueue(Session session) throws JMSException {
        return session.createQueue(uniqueName("queue"));
    }

    protected static Topic newTopic(Session session) throws JMSException {
        return session.createTopic(uniqueName("topic"));
    }

    /** Sends these texts, each in its own message. */
    protected static void send(Session session, Destination destination, String... texts)
            throws JMSException {
        try (MessageProducer producer = session.createProducer(destination)) {
            for (String text : texts) {
                producer.send(session.createTextMessage(text));
            }
        }
    }

    /** The next text message's text; null when none comes in time. */
    protected static String receiveText(MessageConsumer consumer) throws JMSException {
        TextMessage message = (TextMessage) consumer.receive(PATIENCE_MILLIS);
        return message == null ? null : message.getText();
    }

    /** Texts of all messages that are there. */
    protected static List<String> drainTexts(MessageConsumer consumer) throws JMSException {
        List<String> texts = new ArrayList<>();
        for (Message message = consumer.receive(SILENCE_MILLIS * 3);
                message != null;
                message = consumer.receive(SILENCE_MILLIS)) {
            texts.add(((TextMessage) message).getText());
        }
        return texts;
    }

    /** What an enumeration of the API gives. */
    protected static List<Object> listOf(Enumeration<?> enumeration) {
        List<Object> elements = new ArrayList<>();
        while (enumeration.hasMoreElements()) {
            elements.add(enumeration.nextElement());
        }
        return elements;
    }

    /** Waits until the condition holds; fails the test after {@link #PATIENCE_MILLIS}. */
    protected static void await(String what, BooleanSupplier condition)
            throws InterruptedException {
        long end = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within " + PATIENCE_MILLIS + " ms: " + what);
            }
            Thread.onSpinWait();
            java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
        }
    }
}
