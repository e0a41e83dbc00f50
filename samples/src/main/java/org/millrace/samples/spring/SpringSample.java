package org.millrace.samples.spring;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import jakarta.jms.Session;
import java.io.PrintStream;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.millrace.jms.MillraceConnectionFactory;
import org.springframework.jms.connection.CachingConnectionFactory;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.jms.listener.DefaultMessageListenerContainer;

/**
 * Plain existing JMS code: Spring's {@code JmsTemplate} and {@code
 * DefaultMessageListenerContainer}, unmodified, on our factory. Sends invoices to a queue; four
 * concurrent consumers in local transactions book them.
 */
public final class SpringSample {
    private static final int INVOICES = 200;

    private SpringSample() {}

    /** Runs against the broker at the URI given, by default a standalone broker on this machine. */
    public static void main(String[] args) throws Exception {
        String uri = args.length > 0 ? args[0] : "millrace://localhost:7272";
        run(new MillraceConnectionFactory(uri), System.out);
    }

    /** Returns the booked invoices by number. */
    public static Map<Integer, String> run(ConnectionFactory factory, PrintStream out)
            throws Exception {
        CachingConnectionFactory cached = new CachingConnectionFactory(factory);
        Map<Integer, String> booked = new ConcurrentHashMap<>();
        CountDownLatch allBooked = new CountDownLatch(INVOICES);

        DefaultMessageListenerContainer container = new DefaultMessageListenerContainer();
        container.setConnectionFactory(factory);
        container.setDestinationName("invoices");
        container.setSessionTransacted(true);
        container.setSessionAcknowledgeMode(Session.SESSION_TRANSACTED);
        container.setConcurrentConsumers(4);
        container.setMessageListener((MessageListener) message -> book(message, booked, allBooked));
        container.afterPropertiesSet();
        container.start();
        try {
            JmsTemplate template = new JmsTemplate(cached);
            for (int number = 0; number < INVOICES; number++) {
                int invoice = number;
                template.convertAndSend(
                        "invoices",
                        "invoice " + invoice,
                        message -> {
                            message.setIntProperty("number", invoice);
                            return message;
                        });
            }
            if (!allBooked.await(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException(
                        "only %d of %d invoices were booked".formatted(booked.size(), INVOICES));
            }
            out.printf("  %d invoices booked by Spring's listener container%n", booked.size());
            return booked;
        } finally {
            container.shutdown();
            cached.destroy();
        }
    }

    private static void book(
            Message message, Map<Integer, String> booked, CountDownLatch allBooked) {
        try {
            if (booked.putIfAbsent(message.getIntProperty("number"), message.getBody(String.class))
                    == null) {
                allBooked.countDown();
            }
        } catch (JMSException broken) {
            throw new IllegalStateException("cannot book " + message, broken);
        }
    }
}
