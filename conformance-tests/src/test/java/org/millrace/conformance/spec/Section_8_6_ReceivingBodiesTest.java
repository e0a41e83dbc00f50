package org.millrace.conformance.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatRuntimeException;
import jakarta.jms.MessageListener;
import jakarta.jms.Queue;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.Spec;

/** §8.6: {@code JMSConsumer} and its bodies. */
class Section_8_6_ReceivingBodiesTest extends SpecTest {

    @Test
    @Spec({"JCO-1", "CNS-11"})
    void aSimplifiedConsumerReceivesAsAClassicOne() throws Exception {
        JMSContext context = context();
        Queue queue = context.createQueue(uniqueName("queue"));
        JMSConsumer consumer = context.createConsumer(queue, "p = 1");
        assertThat(consumer.getMessageSelector()).isEqualTo("p = 1");
        assertThat(consumer.getMessageListener()).isNull();
        assertThat(consumer.receiveNoWait()).isNull();
        assertThat(consumer.receive(1)).isNull();
        context.createProducer().send(queue, "unmatched").setProperty("p", 1).send(queue, "one");
        assertThat(consumer.receive(PATIENCE_MILLIS).getBody(String.class)).isEqualTo("one");

        CompletableFuture<String> heard = new CompletableFuture<>();
        MessageListener listener =
                message -> {
                    try {
                        heard.complete(message.getBody(String.class));
                    } catch (JMSException broken) {
                        heard.completeExceptionally(broken);
                    }
                };
        consumer.setMessageListener(listener);
        assertThat(consumer.getMessageListener()).isSameAs(listener);
        context().createProducer().setProperty("p", 1).send(queue, "two");
        assertThat(Calls.soon(heard)).isEqualTo("two");
        consumer.setMessageListener(null);
    }

    @Test
    @Spec("JCO-2")
    void bodiesComeAsTheirTypes() {
        JMSContext context = context();
        Queue queue = context.createQueue(uniqueName("queue"));
        JMSProducer producer = context.createProducer();
        JMSConsumer consumer = context.createConsumer(queue);
        producer.send(queue, "text").send(queue, "text").send(queue, "text");
        assertThat(consumer.receiveBody(String.class)).isEqualTo("text");
        assertThat(consumer.receiveBody(CharSequence.class, PATIENCE_MILLIS)).hasToString("text");
        assertThat(consumer.receiveBodyNoWait(Object.class)).isEqualTo("text");
        producer.send(queue, new byte[] {1});
        assertThat(consumer.receiveBody(byte[].class, PATIENCE_MILLIS)).containsExactly(1);
        producer.send(queue, Map.<String, Object>of("a", 1));
        Map<?, ?> body = consumer.receiveBody(Map.class, PATIENCE_MILLIS);
        assertThat(body).isEqualTo(Map.of("a", 1));
        producer.send(queue, (Serializable) 42);
        assertThat(consumer.receiveBody(Integer.class, PATIENCE_MILLIS)).isEqualTo(42);
        assertThat(consumer.receiveBody(String.class, 1)).isNull();
        assertThat(consumer.receiveBodyNoWait(String.class)).isNull();
    }

    @Test
    @Spec({"JCO-2", "CNS-2"})
    void aBlockedReceiveBodyReturnsNullOnClose() throws Exception {
        JMSContext context = context();
        JMSConsumer consumer = context.createConsumer(context.createQueue(uniqueName("queue")));
        CompletableFuture<Thread> runner = new CompletableFuture<>();
        CompletableFuture<String> blocked =
                Calls.later(
                        () -> {
                            runner.complete(Thread.currentThread());
                            return String.valueOf(consumer.receiveBody(String.class));
                        });
        Thread thread = Calls.soon(runner);
        await("it blocks", () -> thread.getState() != Thread.State.RUNNABLE);
        context.close();
        assertThat(Calls.soon(blocked)).isEqualTo("null");
    }

    @Test
    @Spec({"JCO-3", "JCO-4", "EXC-56"})
    void aBodyThatCannotBeGivenIsAnErrorAndTheMessageComesAgainAsIfNew() throws Exception {
        JMSContext context = context();
        Queue queue = context.createQueue(uniqueName("queue"));
        JMSProducer producer = context.createProducer();
        JMSConsumer consumer = context.createConsumer(queue);
        producer.send(queue, "text");
        producer.send(queue, "next");
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> consumer.receiveBody(Map.class, PATIENCE_MILLIS))
                    .isInstanceOf(MessageFormatRuntimeException.class);
            assertThatThrownBy(() -> consumer.receiveBodyNoWait(byte[].class))
                    .isInstanceOf(MessageFormatRuntimeException.class);
        }
        Message same = consumer.receive(PATIENCE_MILLIS);
        assertThat(same.getBody(String.class)).isEqualTo("text");
        assertThat(same.getJMSRedelivered()).isFalse();
        assertThat(same.getIntProperty("JMSXDeliveryCount")).isEqualTo(1);
        assertThat(consumer.receiveBody(String.class, PATIENCE_MILLIS)).isEqualTo("next");
    }

    @Test
    @Spec({"JCO-3", "EXC-56"})
    void messagesWithoutABodyHaveNoneToReceive() throws Exception {
        JMSContext context = context();
        Queue queue = context.createQueue(uniqueName("queue"));
        JMSProducer producer = context.createProducer();
        JMSConsumer consumer = context.createConsumer(queue);
        for (Message bodiless :
                List.of(
                        context.createMessage(),
                        context.createTextMessage(),
                        context.createStreamMessage(),
                        context.createObjectMessage())) {
            producer.send(queue, bodiless);
            assertThatThrownBy(() -> consumer.receiveBody(Object.class, PATIENCE_MILLIS))
                    .isInstanceOf(MessageFormatRuntimeException.class);
            assertThat(consumer.receive(PATIENCE_MILLIS)).isNotNull();
        }
    }

    @Test
    @Spec("JCO-5")
    void inClientAndTransactedModesAFailedBodyCountsAsDelivered() throws Exception {
        for (int mode : new int[] {JMSContext.CLIENT_ACKNOWLEDGE, JMSContext.SESSION_TRANSACTED}) {
            Queue queue = context().createQueue(uniqueName("queue"));
            context().createProducer().send(queue, "text").send(queue, "next");
            JMSContext context = context(mode);
            JMSConsumer consumer = context.createConsumer(queue);
            assertThatThrownBy(() -> consumer.receiveBody(Map.class, PATIENCE_MILLIS))
                    .isInstanceOf(MessageFormatRuntimeException.class);
            assertThat(consumer.receiveBody(String.class, PATIENCE_MILLIS)).isEqualTo("next");
            if (mode == JMSContext.CLIENT_ACKNOWLEDGE) {
                context.recover();
            } else {
                context.rollback();
            }
            Message again = consumer.receive(PATIENCE_MILLIS);
            assertThat(again.getBody(String.class)).isEqualTo("text");
            assertThat(again.getJMSRedelivered()).isTrue();
            assertThat(again.getIntProperty("JMSXDeliveryCount")).isEqualTo(2);
        }
    }
}
