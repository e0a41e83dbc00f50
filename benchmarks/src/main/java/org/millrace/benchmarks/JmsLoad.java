package org.millrace.benchmarks;

import jakarta.jms.BytesMessage;
import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** The scenarios, in plain JMS: the same code for every broker. */
final class JmsLoad {
    static final int MESSAGE_BYTES = 1024;
    private static final int ASYNC_WINDOW = 2_000;
    private static final int BACKLOG = 20_000;

    private final ConnectionFactory factory;

    JmsLoad(ConnectionFactory factory) {
        this.factory = factory;
    }

    /** Synchronous persistent sends: each returns when the broker has stored the message. */
    Sample synchronousSends(int producers, Duration duration) throws Exception {
        Sample sample = Load.run(producers, duration, this::synchronousProducer);
        drain("bench.sync");
        return sample;
    }

    private Load.Step synchronousProducer(int number) throws JMSException {
        Connection connection = factory.createConnection();
        Session session = connection.createSession();
        MessageProducer producer = session.createProducer(session.createQueue("bench.sync"));
        producer.setDeliveryMode(DeliveryMode.PERSISTENT);
        BytesMessage message = message(session);
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
    }

    /** Asynchronous persistent sends by one producer: counted when the broker confirmed them. */
    Sample asynchronousSends(Duration duration) throws Exception {
        try (Connection connection = factory.createConnection()) {
            Session session = connection.createSession();
            MessageProducer producer = session.createProducer(session.createQueue("bench.async"));
            Window window = new Window();
            long start = System.nanoTime();
            long end = start + duration.toNanos();
            while (System.nanoTime() < end) {
                window.free.acquire();
                producer.send(message(session), window);
            }
            window.free.acquire(ASYNC_WINDOW);
            double seconds = (System.nanoTime() - start) / 1e9;
            window.check();
            drain("bench.async");
            return new Sample(window.completed.get() / seconds, 0, 0);
        }
    }

    /**
     * End to end: one asynchronous persistent producer and one consumer with a listener on one
     * queue, at the same time.
     *
     * @param acknowledgeMode with {@code AUTO_ACKNOWLEDGE} a broker that keeps to §6.2.11 forces
     *     each acknowledgement before it hands out the next message; {@code DUPS_OK_ACKNOWLEDGE}
     *     lets it acknowledge many at once
     */
    Sample transfer(int acknowledgeMode, Duration duration) throws Exception {
        AtomicLong received = new AtomicLong();
        // A bounded backlog, so that the rate is that of the slower half.
        Semaphore backlog = new Semaphore(BACKLOG);
        try (Connection connection = factory.createConnection()) {
            Session receiving = connection.createSession(acknowledgeMode);
            MessageConsumer consumer =
                    receiving.createConsumer(receiving.createQueue("bench.transfer"));
            consumer.setMessageListener(
                    message -> {
                        received.incrementAndGet();
                        backlog.release();
                    });
            connection.start();
            Session session = connection.createSession();
            MessageProducer producer =
                    session.createProducer(session.createQueue("bench.transfer"));
            Window window = new Window();
            long start = System.nanoTime();
            long end = start + duration.toNanos();
            while (System.nanoTime() < end) {
                backlog.acquire();
                window.free.acquire();
                producer.send(message(session), window);
            }
            window.free.acquire(ASYNC_WINDOW);
            window.check();
            if (!backlog.tryAcquire(BACKLOG, 60, TimeUnit.SECONDS)) {
                throw new IllegalStateException(
                        "%d messages never arrived"
                                .formatted(BACKLOG - backlog.availablePermits()));
            }
            return new Sample(received.get() / ((System.nanoTime() - start) / 1e9), 0, 0);
        }
    }

    private void drain(String queueName) throws JMSException {
        try (Connection connection = factory.createConnection()) {
            Session session = connection.createSession(Session.DUPS_OK_ACKNOWLEDGE);
            Queue queue = session.createQueue(queueName);
            MessageConsumer consumer = session.createConsumer(queue);
            connection.start();
            while (consumer.receive(500) != null) {
                // Emptied so that the next round starts alike.
            }
        }
    }

    private static BytesMessage message(Session session) throws JMSException {
        BytesMessage message = session.createBytesMessage();
        message.writeBytes(new byte[MESSAGE_BYTES]);
        return message;
    }

    /** Bounds unconfirmed sends and counts confirmed ones. */
    private static final class Window implements CompletionListener {
        private final Semaphore free = new Semaphore(ASYNC_WINDOW);
        private final AtomicLong completed = new AtomicLong();
        private final AtomicReference<Exception> failure = new AtomicReference<>();

        @Override
        public void onCompletion(Message message) {
            completed.incrementAndGet();
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
