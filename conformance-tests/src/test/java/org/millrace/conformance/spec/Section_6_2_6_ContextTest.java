package org.millrace.conformance.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.BytesMessage;
import jakarta.jms.IllegalStateException;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.InvalidDestinationRuntimeException;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.MessageEOFException;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.Topic;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.Spec;

/** The simplified API's {@code JMSContext} (§2.8, §6.2.6, §8.4). */
class Section_6_2_6_ContextTest extends SpecTest {

    @Test
    @Spec("CTX-1")
    void everyWayToAContextGivesTheModeThatItSays() {
        assertThat(context().getSessionMode()).isEqualTo(JMSContext.AUTO_ACKNOWLEDGE);
        assertThat(closedAfterwards(factory().createContext()).getSessionMode())
                .isEqualTo(JMSContext.AUTO_ACKNOWLEDGE);
        for (int mode = 0; mode <= 3; mode++) {
            JMSContext context = context(mode);
            assertThat(context.getSessionMode()).isEqualTo(mode);
            assertThat(context.getTransacted()).isEqualTo(mode == JMSContext.SESSION_TRANSACTED);
            JMSContext sibling = closedAfterwards(context().createContext(mode));
            assertThat(sibling.getSessionMode()).isEqualTo(mode);
            assertThat(sibling.getTransacted()).isEqualTo(mode == JMSContext.SESSION_TRANSACTED);
        }
    }

    @Test
    @Spec({"CTX-2", "CTX-3", "CTX-4", "CON-1"})
    void onlyAConsumerOfAnAutoStartingContextStartsTheSharedConnection() throws Exception {
        JMSContext context = context();
        assertThat(context.getAutoStart()).isTrue();
        Queue queue = context.createQueue(uniqueName("queue"));
        context.createProducer().send(queue, "m");
        JMSContext passive = closedAfterwards(context.createContext(JMSContext.AUTO_ACKNOWLEDGE));
        passive.setAutoStart(false);
        assertThat(passive.getAutoStart()).isFalse();
        assertThat(context.getAutoStart()).isTrue();
        try (QueueBrowser browser = context.createBrowser(queue)) {
            assertThat(browser.getEnumeration().hasMoreElements()).isTrue();
        }
        JMSConsumer consumer = passive.createConsumer(queue);
        assertThat(consumer.receive(SILENCE_MILLIS)).isNull();

        context.createConsumer(context.createTopic(uniqueName("topic")));

        assertThat(consumer.receiveBody(String.class, PATIENCE_MILLIS)).isEqualTo("m");
    }

    @Test
    @Spec("CTX-3")
    void everyKindOfConsumerStartsTheConnection() {
        JMSContext sender = context();
        Topic topic = sender.createTopic(uniqueName("topic"));
        for (int kind = 0; kind < 4; kind++) {
            JMSContext context = context();
            context.setClientID(uniqueName("client"));
            JMSConsumer consumer =
                    switch (kind) {
                        case 0 -> context.createConsumer(topic);
                        case 1 -> context.createDurableConsumer(topic, "s");
                        case 2 -> context.createSharedConsumer(topic, "s");
                        default -> context.createSharedDurableConsumer(topic, "s");
                    };
            sender.createProducer().send(topic, "m");
            assertThat(consumer.receiveBody(String.class, PATIENCE_MILLIS)).isEqualTo("m");
        }
    }

    @Test
    @Spec({"CTX-5", "CTX-9", "CON-12"})
    void stopHoldsForAllContextsOfTheConnectionUntilTheNextConsumer() {
        JMSContext context = context();
        JMSContext sibling = closedAfterwards(context.createContext(JMSContext.AUTO_ACKNOWLEDGE));
        Queue queue = context.createQueue(uniqueName("queue"));
        JMSConsumer consumer = sibling.createConsumer(queue);
        context.stop();
        context.createProducer().send(queue, "m");
        assertThat(consumer.receive(SILENCE_MILLIS)).isNull();

        context.createConsumer(context.createTopic(uniqueName("topic")));
        assertThat(consumer.receiveBody(String.class, PATIENCE_MILLIS)).isEqualTo("m");

        context.stop();
        context.createProducer().send(queue, "n");
        assertThat(consumer.receiveNoWait()).isNull();
        sibling.start();
        assertThat(consumer.receiveBody(String.class, PATIENCE_MILLIS)).isEqualTo("n");
    }

    @Test
    @Spec({"CTX-6", "CON-24", "TMP-1"})
    void theConnectionClosesWithItsLastContext() throws Exception {
        JMSContext context = context();
        JMSContext sibling = context.createContext(JMSContext.AUTO_ACKNOWLEDGE);
        TemporaryQueue queue = context.createTemporaryQueue();
        context.close();
        context.close();
        sibling.createProducer().send(queue, "still there");
        assertThat(sibling.createConsumer(queue).receiveBody(String.class, PATIENCE_MILLIS))
                .isEqualTo("still there");
        sibling.close();
        assertThatThrownBy(() -> context().createProducer().send(queue, "gone"))
                .isInstanceOf(InvalidDestinationRuntimeException.class);
    }

    @Test
    @Spec({"CTX-7", "MAK-1", "RCV-3"})
    void acknowledgeOfTheContextIsThatOfTheMessage() throws Exception {
        JMSContext context = context(JMSContext.CLIENT_ACKNOWLEDGE);
        Queue queue = context.createQueue(uniqueName("queue"));
        context.createProducer().send(queue, "a").send(queue, "b").send(queue, "c");
        JMSConsumer consumer = context.createConsumer(queue);
        consumer.receive(PATIENCE_MILLIS);
        consumer.receive(PATIENCE_MILLIS);
        context.acknowledge();
        Message third = consumer.receive(PATIENCE_MILLIS);
        context.recover();
        Message again = consumer.receive(PATIENCE_MILLIS);
        assertThat(again.getJMSMessageID()).isEqualTo(third.getJMSMessageID());
        assertThat(again.getIntProperty("JMSXDeliveryCount")).isEqualTo(2);
        context.acknowledge();
        context.recover();
        assertThat(consumer.receiveNoWait()).isNull();
        for (int other :
                new int[] {
                    JMSContext.AUTO_ACKNOWLEDGE,
                    JMSContext.DUPS_OK_ACKNOWLEDGE,
                    JMSContext.SESSION_TRANSACTED
                }) {
            context(other).acknowledge();
        }
        context.close();
        assertThatThrownBy(context::acknowledge).isInstanceOf(IllegalStateRuntimeException.class);
        assertThatThrownBy(again::acknowledge).isInstanceOf(IllegalStateException.class);
    }

    @Test
    @Spec({"CTX-8", "EXC-17", "EXC-18"})
    void commitRollbackAndRecoverNeedTheRightMode() {
        JMSContext plain = context();
        assertThatThrownBy(plain::commit).isInstanceOf(IllegalStateRuntimeException.class);
        assertThatThrownBy(plain::rollback).isInstanceOf(IllegalStateRuntimeException.class);
        JMSContext transacted = context(JMSContext.SESSION_TRANSACTED);
        assertThatThrownBy(transacted::recover).isInstanceOf(IllegalStateRuntimeException.class);
    }

    @Test
    @Spec({"CTX-8", "TX-2", "TX-4"})
    void aTransactedContextCommitsAndRollsBack() {
        JMSContext context = context(JMSContext.SESSION_TRANSACTED);
        Queue queue = context.createQueue(uniqueName("queue"));
        context.createProducer().send(queue, "rolled back");
        context.rollback();
        context.createProducer().send(queue, "committed");
        context.commit();
        JMSConsumer consumer = context.createConsumer(queue);
        assertThat(consumer.receiveBody(String.class, PATIENCE_MILLIS)).isEqualTo("committed");
        context.commit();
        assertThat(consumer.receiveNoWait()).isNull();
    }

    @Test
    @Spec({"CTX-9", "CID-2", "EXC-13"})
    void theClientIdentifierOfAContextFollowsTheRulesOfTheConnection() {
        JMSContext context = context();
        String clientId = uniqueName("client");
        context.setClientID(clientId);
        assertThat(context.getClientID()).isEqualTo(clientId);
        assertThatThrownBy(() -> context.setClientID(uniqueName("client")))
                .isInstanceOf(IllegalStateRuntimeException.class);
        JMSContext used = context();
        used.createConsumer(used.createQueue(uniqueName("queue")));
        assertThatThrownBy(() -> used.setClientID(uniqueName("client")))
                .isInstanceOf(IllegalStateRuntimeException.class);
    }

    @Test
    @Spec("CTX-11")
    void aContextMakesMessagesDestinationsAndBrowsers() throws Exception {
        JMSContext context = context();
        context.setClientID(uniqueName("client"));
        assertThat(context.createTextMessage("text").getText()).isEqualTo("text");
        assertThat(context.createTextMessage().getText()).isNull();
        assertThat(context.createObjectMessage("object").getObject()).isEqualTo("object");
        assertThat(context.createObjectMessage().getObject()).isNull();
        assertThat(context.createMessage().getJMSMessageID()).isNull();
        assertThat(context.createMapMessage().itemExists("x")).isFalse();
        context.createStreamMessage().writeInt(1);
        context.createBytesMessage().writeInt(1);
        assertThat(context.createTemporaryTopic().getTopicName()).isNotEmpty();
        Topic topic = context.createTopic(uniqueName("topic"));
        JMSConsumer durable = context.createDurableConsumer(topic, "s", "a = 1", true);
        assertThat(durable.getMessageSelector()).isEqualTo("a = 1");
        assertThatThrownBy(() -> context.unsubscribe("s"))
                .isInstanceOf(IllegalStateRuntimeException.class);
        durable.close();
        context.unsubscribe("s");
        for (Calls.Call refused :
                List.<Calls.Call>of(
                        () -> context.unsubscribe("s"),
                        () -> context.createConsumer(null),
                        () -> context.createBrowser(null),
                        () -> context.createDurableConsumer(null, "s"),
                        () -> context.createSharedConsumer(null, "s"),
                        () -> context.createSharedDurableConsumer(null, "s"))) {
            assertThatThrownBy(refused::run).isInstanceOf(InvalidDestinationRuntimeException.class);
        }
        JMSContext nameless = context();
        assertThatThrownBy(() -> nameless.createDurableConsumer(topic, "s"))
                .isInstanceOf(IllegalStateRuntimeException.class);
    }

    @Test
    @Spec({"MAP-1", "EXC-4"})
    void whatAContextHandsOutKeepsItsCheckedExceptions() throws Exception {
        JMSContext context = context();
        BytesMessage bytes = context.createBytesMessage();
        bytes.reset();
        assertThatThrownBy(bytes::readByte).isInstanceOf(MessageEOFException.class);
        QueueBrowser browser = context.createBrowser(context.createQueue(uniqueName("queue")));
        context.close();
        assertThatThrownBy(browser::getQueue).isInstanceOf(IllegalStateException.class);
    }

    @Test
    @Spec({"MAP-2", "EXC-1"})
    void uncheckedExceptionsCarryCodeMessageAndCauseOfTheChecked() throws Exception {
        JMSContext context = context();
        JMSRuntimeException unchecked =
                org.assertj.core.api.Assertions.catchThrowableOfType(
                        JMSRuntimeException.class, () -> context.unsubscribe("unknown"));
        assertThat(unchecked.getErrorCode()).isNotEmpty();
        assertThat(unchecked.getCause()).isInstanceOf(InvalidDestinationException.class);
        InvalidDestinationException checked = (InvalidDestinationException) unchecked.getCause();
        assertThat(unchecked.getErrorCode()).isEqualTo(checked.getErrorCode());
        assertThat(unchecked.getMessage()).isEqualTo(checked.getMessage());
    }

    @Test
    @Spec({"CON-16", "EXC-22", "EXC-21"})
    void stopAndCloseFromTheOwnListenerAreRefused() throws Exception {
        JMSContext context = context();
        Queue queue = context.createQueue(uniqueName("queue"));
        CompletableFuture<String> outcome = new CompletableFuture<>();
        context.createConsumer(queue)
                .setMessageListener(
                        message ->
                                outcome.complete(
                                        Calls.outcomeOf(context::stop)
                                                + " "
                                                + Calls.outcomeOf(context::close)));
        context().createProducer().send(queue, "m");
        assertThat(Calls.soon(outcome))
                .isEqualTo("IllegalStateRuntimeException IllegalStateRuntimeException");
    }
}
