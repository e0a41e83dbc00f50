package org.millrace.benchmarks;

import jakarta.jms.BytesMessage;
import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** What only a log can do, in plain JMS: fill one, and read it with a number of consumers. */
final class LogLoad {
    static final int MESSAGE_BYTES = 100;
    private static final int WINDOW = 2_000;
    private static final long PATIENCE_MINUTES = 30;

    /** Opens one of the consumers that are measured. */
    interface Opening {
        MessageConsumer open(Session session) throws JMSException;
    }

    private final ConnectionFactory factory;

    LogLoad(ConnectionFactory factory) {
        this.factory = factory;
    }

    /** Sends so many persistent messages; {@code keys} of them take turns, 0 for none. */
    void fill(String topic, int messages, int keys) throws Exception {
        try (Connection connection = factory.createConnection()) {
            Session session = connection.createSession();
            MessageProducer producer = session.createProducer(session.createTopic(topic));
            Confirmed confirmed = new Confirmed();
            for (int i = 0; i < messages; i++) {
                BytesMessage message = session.createBytesMessage();
                message.writeBytes(new byte[MESSAGE_BYTES]);
                if (keys > 0) {
                    message.setStringProperty("JMSXGroupID", "key-" + i % keys);
                }
                confirmed.free.acquire();
                producer.send(message, confirmed);
            }
            confirmed.free.acquire(WINDOW);
            confirmed.check();
        }
    }

    void subscribe(String topic, String name) throws JMSException {
        try (Connection connection = factory.createConnection()) {
            Session session = connection.createSession();
            session.createSharedDurableConsumer(session.createTopic(topic), name).close();
        }
    }

    /** As {@link #subscribe}, so many, by one session. */
    void subscribeMany(String topic, int count) throws JMSException {
        try (Connection connection = factory.createConnection()) {
            Session session = connection.createSession();
            Topic subscribed = session.createTopic(topic);
            for (int i = 0; i < count; i++) {
                session.createSharedDurableConsumer(subscribed, "s" + i).close();
            }
        }
    }

    /** Messages a second over all consumers, from opening them to the last message. */
    double read(int consumers, int messages, Opening opening) throws Exception {
        CountDownLatch left = new CountDownLatch(messages);
        List<Connection> connections = new ArrayList<>();
        try {
            long start = System.nanoTime();
            for (int i = 0; i < consumers; i++) {
                Connection connection = factory.createConnection();
                connections.add(connection);
                Session session = connection.createSession(Session.DUPS_OK_ACKNOWLEDGE);
                opening.open(session).setMessageListener(message -> left.countDown());
                connection.start();
            }
            if (!left.await(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
                throw new IllegalStateException(left.getCount() + " messages never arrived");
            }
            return messages / ((System.nanoTime() - start) / 1e9);
        } finally {
            for (Connection connection : connections) {
                connection.close();
            }
        }
    }

    /** Makes the step of a synchronous persistent producer. */
    Load.StepFactory sends(String topic) {
        return number -> {
            Connection connection = factory.createConnection();
            Session session = connection.createSession();
            Destination destination = session.createTopic(topic);
            MessageProducer producer = session.createProducer(destination);
            BytesMessage message = session.createBytesMessage();
            message.writeBytes(new byte[MESSAGE_BYTES]);
            return new Load.Step() {
                @Override
                public void run() throws JMSException {
                    producer.send(message);
                }

                @Override
                public void close() throws JMSException {
                    connection.close();
                }
            };
        };
    }

    /** Bounds unconfirmed sends. */
    private static final class Confirmed implements CompletionListener {
        private final Semaphore free = new Semaphore(WINDOW);
        private final AtomicReference<Exception> failure = new AtomicReference<>();

        @Override
        public void onCompletion(Message message) {
            free.release();
        }

        @Override
        public void onException(Message message, Exception exception) {
            failure.compareAndSet(null, exception);
            free.release();
        }

        void check() throws Exception {
            if (failure.get() != null) {
                throw failure.get();
            }
        }
    }
}
