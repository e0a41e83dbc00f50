package org.millrace.conformance.existing;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import jakarta.jms.Session;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.jms.JmsComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.messaginghub.pooled.jms.JmsPoolConnectionFactory;
import org.millrace.broker.Broker;
import org.millrace.jms.MillraceConnectionFactory;
import org.springframework.jms.connection.CachingConnectionFactory;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.jms.listener.DefaultMessageListenerContainer;

/** Libraries that people have around JMS, unmodified, on our factory over TCP. */
class ExistingCodeTest {
    private static final int MESSAGES = 50;

    private final Broker broker = Broker.builder().inMemory().host("127.0.0.1").port(0).build();
    private final CountDownLatch all = new CountDownLatch(MESSAGES);
    private final Set<String> received = ConcurrentHashMap.newKeySet();
    private ConnectionFactory factory;

    @BeforeEach
    void start() {
        broker.start();
        factory = new MillraceConnectionFactory("millrace://127.0.0.1:" + broker.port());
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    @Test
    void springListenerContainerRedeliversAfterAFailedLocalTransaction() throws Exception {
        AtomicInteger failures = new AtomicInteger();
        DefaultMessageListenerContainer container = container("spring.queue");
        container.setMessageListener(
                (MessageListener)
                        message -> {
                            if (!redelivered(message) && failures.getAndIncrement() % 5 == 0) {
                                throw new UnsupportedOperationException("rolled back on purpose");
                            }
                            note(message);
                        });
        run(container, "spring.queue");
        assertThat(failures.get()).isGreaterThan(MESSAGES / 5);
    }

    @Test
    void springListenerContainerOnASharedDurableSubscription() throws Exception {
        DefaultMessageListenerContainer container = container("spring.topic");
        container.setPubSubDomain(true);
        container.setSubscriptionDurable(true);
        container.setSubscriptionShared(true);
        container.setSubscriptionName("workers");
        container.setMessageListener((MessageListener) this::note);
        // The subscription has to exist before the first message.
        try (Connection connection = factory.createConnection()) {
            Session session = connection.createSession();
            session.createSharedDurableConsumer(session.createTopic("spring.topic"), "workers")
                    .close();
        }
        run(container, "spring.topic");
    }

    private DefaultMessageListenerContainer container(String destination) {
        DefaultMessageListenerContainer container = new DefaultMessageListenerContainer();
        container.setConnectionFactory(factory);
        container.setDestinationName(destination);
        container.setSessionTransacted(true);
        container.setConcurrentConsumers(3);
        container.setErrorHandler(expected -> {});
        return container;
    }

    private void run(DefaultMessageListenerContainer container, String destination)
            throws InterruptedException {
        container.afterPropertiesSet();
        container.start();
        CachingConnectionFactory cached = new CachingConnectionFactory(factory);
        try {
            JmsTemplate template = new JmsTemplate(cached);
            template.setPubSubDomain(container.isPubSubDomain());
            for (int i = 0; i < MESSAGES; i++) {
                template.convertAndSend(destination, "message " + i);
            }
            assertAllReceived();
        } finally {
            container.shutdown();
            cached.destroy();
        }
    }

    @Test
    void pooledConnectionsSendAndReceive() throws Exception {
        JmsPoolConnectionFactory pool = new JmsPoolConnectionFactory();
        pool.setConnectionFactory(factory);
        pool.setMaxConnections(2);
        try {
            for (int i = 0; i < MESSAGES; i++) {
                try (Connection connection = pool.createConnection()) {
                    Session session = connection.createSession();
                    session.createProducer(session.createQueue("pooled"))
                            .send(session.createTextMessage("message " + i));
                }
            }
            for (int i = 0; i < MESSAGES; i++) {
                try (Connection connection = pool.createConnection()) {
                    connection.start();
                    Session session = connection.createSession();
                    note(session.createConsumer(session.createQueue("pooled")).receive(10_000));
                    session.close();
                }
            }
            assertAllReceived();
        } finally {
            pool.stop();
        }
    }

    @Test
    void camelRoutesAndRequestsReplies() throws Exception {
        try (CamelContext camel = new DefaultCamelContext()) {
            camel.addComponent("jms", JmsComponent.jmsComponentAutoAcknowledge(factory));
            camel.addRoutes(
                    new RouteBuilder() {
                        @Override
                        public void configure() {
                            from("jms:queue:camel.in").to("jms:queue:camel.out");
                            from("jms:queue:camel.out")
                                    .process(
                                            exchange ->
                                                    note(exchange.getIn().getBody(String.class)));
                            from("jms:queue:camel.service").transform(body().append(" answered"));
                        }
                    });
            camel.start();
            ProducerTemplate template = camel.createProducerTemplate();
            for (int i = 0; i < MESSAGES; i++) {
                template.sendBody("jms:queue:camel.in", "message " + i);
            }
            assertThat(template.requestBody("jms:queue:camel.service", "question", String.class))
                    .isEqualTo("question answered");
            assertAllReceived();
        }
    }

    private void assertAllReceived() throws InterruptedException {
        assertThat(all.await(30, TimeUnit.SECONDS)).as("received %s", received).isTrue();
        assertThat(received).hasSize(MESSAGES);
    }

    private static boolean redelivered(Message message) {
        try {
            return message.getJMSRedelivered();
        } catch (JMSException broken) {
            throw new IllegalStateException(broken);
        }
    }

    private void note(Message message) {
        try {
            note(message.getBody(String.class));
        } catch (JMSException broken) {
            throw new IllegalStateException(broken);
        }
    }

    private void note(String text) {
        if (received.add(text)) {
            all.countDown();
        }
    }
}
