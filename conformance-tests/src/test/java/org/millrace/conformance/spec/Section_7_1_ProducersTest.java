package org.millrace.conformance.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.DeliveryMode;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.Spec;

/** §7.1, §7.4, §7.7: producers, their defaults, and what they refuse. */
class Section_7_1_ProducersTest extends SpecTest {

    @Test
    @Spec("PRD-1")
    void theDefaultsAreThoseOfTheSpecification() throws Exception {
        Session session = connection().createSession();
        Queue queue = newQueue(session);
        MessageProducer producer = session.createProducer(queue);
        assertThat(producer.getDestination()).isEqualTo(queue);
        assertThat(producer.getDeliveryMode()).isEqualTo(DeliveryMode.PERSISTENT);
        assertThat(producer.getPriority()).isEqualTo(4);
        assertThat(producer.getTimeToLive()).isZero();
        assertThat(producer.getDeliveryDelay()).isZero();
        assertThat(producer.getDisableMessageID()).isFalse();
        assertThat(producer.getDisableMessageTimestamp()).isFalse();
    }

    @Test
    @Spec({"PRD-2", "HDR-2"})
    void theProducersValuesApplyUnlessTheSendOverridesThemForOneMessage() throws Exception {
        Session session = startedConnection().createSession();
        Queue queue = newQueue(session);
        MessageProducer producer = session.createProducer(queue);
        producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
        producer.setPriority(6);
        producer.setTimeToLive(60_000);
        assertThat(producer.getDeliveryMode()).isEqualTo(DeliveryMode.NON_PERSISTENT);
        assertThat(producer.getPriority()).isEqualTo(6);
        assertThat(producer.getTimeToLive()).isEqualTo(60_000);
        MessageConsumer consumer = session.createConsumer(queue);

        producer.send(session.createMessage());
        assertHeaders(consumer.receive(PATIENCE_MILLIS), DeliveryMode.NON_PERSISTENT, 6, 60_000);
        producer.send(session.createMessage(), DeliveryMode.PERSISTENT, 2, 0);
        assertHeaders(consumer.receive(PATIENCE_MILLIS), DeliveryMode.PERSISTENT, 2, 0);
        producer.send(session.createMessage(), new Completions());
        assertHeaders(consumer.receive(PATIENCE_MILLIS), DeliveryMode.NON_PERSISTENT, 6, 60_000);
        producer.send(
                session.createMessage(), DeliveryMode.PERSISTENT, 8, 120_000, new Completions());
        assertHeaders(consumer.receive(PATIENCE_MILLIS), DeliveryMode.PERSISTENT, 8, 120_000);
    }

    private static void assertHeaders(Message message, int mode, int priority, long timeToLive)
            throws JMSException {
        assertThat(message.getJMSDeliveryMode()).isEqualTo(mode);
        assertThat(message.getJMSPriority()).isEqualTo(priority);
        if (timeToLive == 0) {
            assertThat(message.getJMSExpiration()).isZero();
        } else {
            assertThat(message.getJMSExpiration() - message.getJMSTimestamp())
                    .isBetween(timeToLive - 1, timeToLive + 1);
        }
    }

    @Test
    @Spec({"PRD-3", "EXC-39", "HDR-25"})
    void valuesOutOfRangeAreRefused() throws Exception {
        Session session = connection().createSession();
        MessageProducer producer = session.createProducer(newQueue(session));
        Message message = session.createMessage();
        for (int mode : new int[] {-1, 0, 3}) {
            assertThatThrownBy(() -> producer.setDeliveryMode(mode))
                    .isInstanceOf(JMSException.class);
            assertThatThrownBy(() -> producer.send(message, mode, 4, 0))
                    .isInstanceOf(JMSException.class);
            assertRefusedOnce(producer, message, mode, 4);
        }
        for (int priority : new int[] {-1, 10}) {
            assertThatThrownBy(() -> producer.setPriority(priority))
                    .isInstanceOf(JMSException.class);
            assertThatThrownBy(() -> producer.send(message, 2, priority, 0))
                    .isInstanceOf(JMSException.class);
            assertRefusedOnce(producer, message, 2, priority);
        }
        assertThatThrownBy(() -> producer.setTimeToLive(-1)).isInstanceOf(JMSException.class);
        assertThatThrownBy(() -> producer.setDeliveryDelay(-1)).isInstanceOf(JMSException.class);
        assertThat(producer.getDeliveryMode()).isEqualTo(DeliveryMode.PERSISTENT);
        assertThat(producer.getPriority()).isEqualTo(4);
    }

    /** Thrown, or told to the listener. */
    private static void assertRefusedOnce(
            MessageProducer producer, Message message, int mode, int priority) throws Exception {
        Completions completions = new Completions();
        String outcome =
                Calls.outcomeOf(() -> producer.send(message, mode, priority, 0, completions));
        if (outcome.equals("done")) {
            await("a callback", () -> completions.heard() > 0);
            assertThat(completions.failed()).hasSize(1).allMatch(JMSException.class::isInstance);
        } else {
            assertThat(outcome).endsWith("Exception");
            assertThat(completions.heard()).isZero();
        }
    }

    @Test
    @Spec({"PRD-4", "PRD-5", "EXC-35", "LEG-5"})
    void anUnidentifiedProducerSendsWhereTheCallSays() throws Exception {
        Session session = startedConnection().createSession();
        Queue one = newQueue(session);
        Queue two = newQueue(session);
        MessageProducer producer = session.createProducer(null);
        assertThat(producer.getDestination()).isNull();
        producer.send(one, session.createTextMessage("1"));
        producer.send(two, session.createTextMessage("2"), new Completions());
        assertThat(receiveText(session.createConsumer(one))).isEqualTo("1");
        assertThat(receiveText(session.createConsumer(two))).isEqualTo("2");

        Message message = session.createMessage();
        Completions completions = new Completions();
        for (Calls.Call send :
                List.<Calls.Call>of(
                        () -> producer.send(message),
                        () -> producer.send(message, 2, 4, 0),
                        () -> producer.send(message, completions),
                        () -> producer.send(message, 2, 4, 0, completions))) {
            assertThatThrownBy(send::run).isInstanceOf(UnsupportedOperationException.class);
        }
        assertThat(completions.heard()).isZero();
    }

    @Test
    @Spec({"PRD-5", "EXC-36"})
    void aProducerWithADestinationSendsNowhereElse() throws Exception {
        Session session = connection().createSession();
        Queue queue = newQueue(session);
        MessageProducer producer = session.createProducer(queue);
        Message message = session.createMessage();
        Completions completions = new Completions();
        for (Calls.Call send :
                List.<Calls.Call>of(
                        () -> producer.send(queue, message),
                        () -> producer.send(queue, message, 2, 4, 0),
                        () -> producer.send(queue, message, completions),
                        () -> producer.send(queue, message, 2, 4, 0, completions),
                        () -> producer.send((Queue) null, message))) {
            assertThatThrownBy(send::run).isInstanceOf(UnsupportedOperationException.class);
        }
        assertThat(completions.heard()).isZero();
    }

    @Test
    @Spec({"PRD-6", "PRD-9", "EXC-37"})
    void anUnidentifiedProducerNeedsADestinationInTheCall() throws Exception {
        Session session = connection().createSession();
        MessageProducer producer = session.createProducer(null);
        Message message = session.createMessage();
        Completions completions = new Completions();
        for (Calls.Call send :
                List.<Calls.Call>of(
                        () -> producer.send(null, message),
                        () -> producer.send(null, message, 2, 4, 0),
                        () -> producer.send(null, message, completions),
                        () -> producer.send(null, message, 2, 4, 0, completions),
                        () -> producer.send((Queue) null, (Message) null))) {
            assertThatThrownBy(send::run).isInstanceOf(InvalidDestinationException.class);
        }
        assertThat(completions.heard()).isZero();
    }

    @Test
    @Spec({"PRD-8", "PRD-9", "EXC-38"})
    void aNullMessageIsAFormatError() throws Exception {
        Session session = connection().createSession();
        Queue queue = newQueue(session);
        MessageProducer producer = session.createProducer(queue);
        MessageProducer unidentified = session.createProducer(null);
        for (Calls.Call send :
                List.<Calls.Call>of(
                        () -> producer.send(null),
                        () -> producer.send(null, 7, 77, -7),
                        () -> unidentified.send(queue, (Message) null),
                        () -> unidentified.send(queue, null, 2, 4, 0))) {
            assertThatThrownBy(send::run).isInstanceOf(MessageFormatException.class);
        }
    }

    @Test
    @Spec({"REL-3", "SND-2"})
    void bothDeliveryModesMixOnOneDestination() throws Exception {
        Session session = startedConnection().createSession();
        Queue queue = newQueue(session);
        MessageProducer producer = session.createProducer(queue);
        producer.send(session.createTextMessage("p"), DeliveryMode.PERSISTENT, 4, 0);
        producer.send(session.createTextMessage("n"), DeliveryMode.NON_PERSISTENT, 4, 0);
        MessageConsumer consumer = session.createConsumer(queue);
        assertThat(List.of(receiveText(consumer), receiveText(consumer)))
                .containsExactlyInAnyOrder("p", "n");
    }
}
