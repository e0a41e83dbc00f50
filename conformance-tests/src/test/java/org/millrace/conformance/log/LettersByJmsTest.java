package org.millrace.conformance.log;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.millrace.broker.Broker;
import org.millrace.jms.MillraceConnectionFactory;

/** Redelivery, dead letters and expiry as an application sees them. */
@Timeout(60)
class LettersByJmsTest {
    private static final long PATIENCE_MILLIS = 10_000;

    private final Broker broker = Broker.builder().vm("letters").build();
    private JMSContext context;

    @BeforeEach
    void start() {
        broker.start();
        context = new MillraceConnectionFactory("vm://letters").createContext();
        context.setClientID("me");
    }

    @AfterEach
    void stop() {
        context.close();
        broker.close();
    }

    private JMSConsumer consumer(String queue) {
        return context.createConsumer(context.createQueue(queue));
    }

    @Test
    void aListenerThatThrowsLeavesItsReasonWithTheLetter() throws JMSException {
        String name = "orders?maxDeliveries=3&deadLetterQueue=poison";
        context.createProducer()
                .setProperty("customer", 4711)
                .send(context.createQueue(name), "bad");
        try (JMSContext listening = context.createContext(JMSContext.AUTO_ACKNOWLEDGE)) {
            List<Integer> counts = Collections.synchronizedList(new ArrayList<>());
            listening
                    .createConsumer(listening.createQueue(name))
                    .setMessageListener(
                            message -> {
                                counts.add(countOf(message));
                                throw new IllegalStateException(
                                        "order not booked", new ArithmeticException("/ by zero"));
                            });
            Message letter = consumer("poison").receive(PATIENCE_MILLIS);

            assertThat(letter.getBody(String.class)).isEqualTo("bad");
            assertThat(letter.getIntProperty("customer")).isEqualTo(4711);
            assertThat(letter.getStringProperty("JMS_Millrace_Cause"))
                    .isEqualTo(
                            "java.lang.IllegalStateException: order not booked;"
                                    + " caused by java.lang.ArithmeticException: / by zero");
            assertThat(letter.getStringProperty("JMS_Millrace_Origin")).isEqualTo("queue:orders");
            assertThat(letter.getIntProperty("JMS_Millrace_DeliveryCount")).isEqualTo(3);
            assertThat(letter.getLongProperty("JMS_Millrace_Offset")).isZero();
            assertThat(letter.getLongProperty("JMS_Millrace_LastDelivery"))
                    .isGreaterThanOrEqualTo(letter.getLongProperty("JMS_Millrace_FirstDelivery"));
            assertThat(counts).containsExactly(1, 2, 3);
        }
    }

    private static int countOf(Message message) {
        try {
            return message.getIntProperty("JMSXDeliveryCount");
        } catch (JMSException unreadable) {
            return -1;
        }
    }

    @Test
    void inATransactionTheReasonOfTheListenerIsKeptUntilItIsRolledBack() throws Exception {
        String name = "orders?maxDeliveries=1";
        context.createProducer().send(context.createQueue(name), "bad");
        try (JMSContext transacted = context.createContext(JMSContext.SESSION_TRANSACTED)) {
            LinkedBlockingQueue<Message> seen = new LinkedBlockingQueue<>();
            JMSConsumer consumer = transacted.createConsumer(transacted.createQueue(name));
            consumer.setMessageListener(
                    message -> {
                        seen.add(message);
                        throw new UnsupportedOperationException("not today");
                    });
            assertThat(seen.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isNotNull();
            transacted.stop();
            transacted.rollback();

            Message letter = consumer("DLQ.queue.orders").receive(PATIENCE_MILLIS);
            assertThat(letter.getStringProperty("JMS_Millrace_Cause"))
                    .isEqualTo("java.lang.UnsupportedOperationException: not today");
        }
    }

    @Test
    void othersPassWhileAMessageRests() {
        String name = "orders?redeliveryDelayMillis=400&redeliveryMultiplier=2";
        context.createProducer().send(context.createQueue(name), "bad");
        try (JMSContext transacted = context.createContext(JMSContext.SESSION_TRANSACTED)) {
            JMSConsumer consumer = transacted.createConsumer(transacted.createQueue(name));
            assertThat(consumer.receiveBody(String.class, PATIENCE_MILLIS)).isEqualTo("bad");
            long since = System.nanoTime();
            transacted.rollback();
            context.createProducer().send(context.createQueue(name), "good");

            assertThat(consumer.receiveBody(String.class, PATIENCE_MILLIS)).isEqualTo("good");
            assertThat(consumer.receiveBody(String.class, PATIENCE_MILLIS)).isEqualTo("bad");
            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since))
                    .isGreaterThanOrEqualTo(390);
            transacted.commit();
        }
    }

    @Test
    void whatExpiresInTheBufferOfItsConsumerGoesToTheExpiryQueue() throws JMSException {
        String name = "orders?expiryQueue=late";
        try (JMSContext reading = context.createContext(JMSContext.CLIENT_ACKNOWLEDGE)) {
            JMSConsumer consumer = reading.createConsumer(reading.createQueue(name));
            LinkedBlockingQueue<String> entered = new LinkedBlockingQueue<>();
            LinkedBlockingQueue<String> leave = new LinkedBlockingQueue<>();
            consumer.setMessageListener(
                    message -> {
                        entered.add("in");
                        await(leave);
                    });
            context.createProducer().send(context.createQueue(name), "first");
            await(entered);
            context.createProducer()
                    .setTimeToLive(50)
                    .setDeliveryMode(DeliveryMode.PERSISTENT)
                    .send(context.createQueue(name), "brief");
            long expired = System.currentTimeMillis() + 60;
            while (System.currentTimeMillis() < expired) {
                Thread.onSpinWait();
            }
            leave.add("go");

            Message letter = consumer("late").receive(PATIENCE_MILLIS);

            assertThat(letter.getBody(String.class)).isEqualTo("brief");
            assertThat(letter.getJMSExpiration()).isZero();
            assertThat(letter.getLongProperty("JMS_Millrace_Expiration")).isPositive();
            assertThat(letter.getStringProperty("JMS_Millrace_Cause")).isEqualTo("expired");
        }
    }

    private static void await(LinkedBlockingQueue<String> sign) {
        try {
            if (sign.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS) == null) {
                throw new AssertionError("nothing came");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }
}
