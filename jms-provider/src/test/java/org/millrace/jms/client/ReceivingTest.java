package org.millrace.jms.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.Connection;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.Spec;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.DeliveryRange;

/** Consumers against a scripted broker. */
class ReceivingTest {
    private final ScriptedBroker broker = ScriptedBroker.start();
    private Connection connection;

    @BeforeEach
    void open() throws Exception {
        connection = broker.factory().createConnection();
    }

    @AfterEach
    void close() throws Exception {
        connection.close();
        broker.close();
    }

    private MessageConsumer consumer(Session session) throws Exception {
        return session.createConsumer(session.createQueue("q"));
    }

    private static String text(Message message) throws Exception {
        return message == null ? null : ((TextMessage) message).getText();
    }

    @Test
    @Spec({"CON-1", "CON-15", "CON-12"})
    void nothingIsAskedForBeforeStart() throws Exception {
        MessageConsumer consumer = consumer(connection.createSession());
        int id = broker.expect(Frame.OpenConsumer.class).consumerId();
        assertThat(consumer.receiveNoWait()).isNull();
        assertThat(consumer.receive(1)).isNull();
        assertThat(broker.waiting(Frame.Credit.class)).isEmpty();

        connection.start();
        Background<Message> receiving = Background.call(consumer::receive);
        assertThat(broker.expect(Frame.Credit.class)).isEqualTo(new Frame.Credit(id, 1));
        broker.deliver(id, "a");
        assertThat(text(receiving.result())).isEqualTo("a");
    }

    @Test
    void creditGrowsOnlyWhenItWasUsedUp() throws Exception {
        MessageConsumer consumer = consumer(connection.createSession());
        int id = broker.expect(Frame.OpenConsumer.class).consumerId();
        connection.start();
        broker.on(
                Frame.Credit.class,
                credit -> {
                    deliver(id, credit.messages());
                    return null;
                });
        for (int i = 0; i < 7; i++) {
            assertThat(consumer.receive()).isNotNull();
        }
        assertThat(broker.waiting(Frame.Credit.class))
                .extracting(Frame.Credit::messages)
                .containsExactly(1, 2, 4);
    }

    private void deliver(int consumerId, int messages) {
        try {
            String[] texts = new String[messages];
            java.util.Arrays.fill(texts, "x");
            broker.deliver(consumerId, texts);
        } catch (Exception impossible) {
            throw new AssertionError(impossible);
        }
    }

    @Test
    @Spec({"ACK-1", "ACK-3", "ACK-4"})
    void autoAcknowledgesEachMessageAndWaitsForThatBeforeTheNext() throws Exception {
        broker.hold(Frame.Acknowledge.class);
        MessageConsumer consumer = consumer(connection.createSession());
        int id = broker.expect(Frame.OpenConsumer.class).consumerId();
        connection.start();
        broker.deliver(id, "a", "b");

        assertThat(text(consumer.receive())).isEqualTo("a");
        Frame.Acknowledge first = broker.expect(Frame.Acknowledge.class);
        assertThat(first.deliveries()).containsExactly(new DeliveryRange(1, 1));
        Background<Message> second = Background.call(consumer::receive);
        second.awaitBlocked();
        assertThat(broker.waiting(Frame.Acknowledge.class)).isEmpty();

        broker.done(first.requestId());
        assertThat(text(second.result())).isEqualTo("b");
        broker.done(broker.expect(Frame.Acknowledge.class).requestId());
    }

    @Test
    @Spec({"MAK-1", "ACK-6"})
    void clientAcknowledgesAllThatTheSessionHasSeen() throws Exception {
        Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        MessageConsumer consumer = consumer(session);
        int id = broker.expect(Frame.OpenConsumer.class).consumerId();
        connection.start();
        broker.deliver(id, "a", "b", "c", "d");
        consumer.receive();
        Message second = consumer.receive();
        consumer.receive();
        assertThat(broker.waiting(Frame.Acknowledge.class)).isEmpty();

        second.acknowledge();

        assertThat(broker.expect(Frame.Acknowledge.class).deliveries())
                .containsExactly(new DeliveryRange(1, 3));
        session.close();
        assertThatThrownBy(second::acknowledge).isInstanceOf(IllegalStateException.class);
    }

    @Test
    @Spec("ACK-5")
    void dupsOkAcknowledgesLazilyAndAtClose() throws Exception {
        Session session = connection.createSession(Session.DUPS_OK_ACKNOWLEDGE);
        MessageConsumer consumer = consumer(session);
        int id = broker.expect(Frame.OpenConsumer.class).consumerId();
        connection.start();
        broker.deliver(id, "a", "b");
        consumer.receive();
        assertThat(broker.expect(Frame.Acknowledge.class).deliveries())
                .as("after some time without another message")
                .containsExactly(new DeliveryRange(1, 1));
        consumer.receive();
        session.close();
        assertThat(broker.expect(Frame.Acknowledge.class).deliveries())
                .containsExactly(new DeliveryRange(2, 2));
        broker.expect(Frame.CloseSession.class);
    }

    @Test
    @Spec({"TX-2", "TX-4", "RCV-2"})
    void transactedAcknowledgesWithTheCommitAndGivesBackAtRollback() throws Exception {
        Session session = connection.createSession(true, 0);
        MessageConsumer consumer = consumer(session);
        int id = broker.expect(Frame.OpenConsumer.class).consumerId();
        connection.start();
        broker.deliver(id, "a", "b", "c");
        consumer.receive();
        session.commit();
        Frame.Acknowledge taken = broker.expect(Frame.Acknowledge.class);
        assertThat(taken.requestId()).isEqualTo(Frame.NO_REPLY);
        assertThat(taken.deliveries()).containsExactly(new DeliveryRange(1, 1));
        broker.expect(Frame.Commit.class);

        consumer.receive();
        session.rollback();
        assertThat(broker.expect(Frame.Rollback.class).failed())
                .containsExactly(new DeliveryRange(2, 2));
        broker.deliverAgain(id, 2, "b");
        Message again = consumer.receive();
        assertThat(text(again)).isEqualTo("b");
        assertThat(again.getJMSRedelivered()).isTrue();
        assertThat(again.getIntProperty("JMSXDeliveryCount")).isEqualTo(2);
    }

    @Test
    @Spec({"RCV-1", "RCV-4"})
    void recoverDropsWhatTheBrokerTookBack() throws Exception {
        Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        MessageConsumer consumer = consumer(session);
        int id = broker.expect(Frame.OpenConsumer.class).consumerId();
        connection.start();
        broker.deliver(id, "a", "b");
        assertThat(text(consumer.receive())).isEqualTo("a");
        broker.hold(Frame.Recover.class);
        Background<Void> recovering = Background.run(session::recover);
        Frame.Recover asked = broker.expect(Frame.Recover.class);
        assertThat(asked.failed()).containsExactly(new DeliveryRange(1, 1));

        broker.deliver(id, "of the old epoch");
        broker.epoch.set(1);
        broker.say(new Frame.SessionReset(asked.requestId(), 1));
        recovering.result();

        assertThat(consumer.receive(1)).isNull();
        broker.deliverAgain(id, 2, "a");
        broker.deliver(id, "b");
        assertThat(text(consumer.receive())).isEqualTo("a");
        assertThat(text(consumer.receive())).isEqualTo("b");
    }

    @Test
    @Spec("CNS-1")
    void receiveNoWaitAsksTheBrokerOnce() throws Exception {
        MessageConsumer consumer = consumer(connection.createSession());
        int id = broker.expect(Frame.OpenConsumer.class).consumerId();
        connection.start();
        assertThat(consumer.receiveNoWait()).isNull();
        broker.expect(Frame.Drain.class);

        broker.hold(Frame.Drain.class);
        Background<Message> receiving = Background.call(consumer::receiveNoWait);
        Frame.Drain drain = broker.expect(Frame.Drain.class);
        broker.deliver(id, "a");
        broker.done(drain.requestId());
        assertThat(text(receiving.result())).isEqualTo("a");
    }

    @Test
    @Spec({"QUE-3", "SUB-4"})
    void reclaimGivesBackWhatIsNotSeen() throws Exception {
        Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        MessageConsumer consumer = consumer(session);
        int id = broker.expect(Frame.OpenConsumer.class).consumerId();
        connection.start();
        broker.deliver(id, "a", "b", "c");
        consumer.receive();

        broker.say(new Frame.Reclaim(id));
        assertThat(broker.expect(Frame.Release.class).deliveries())
                .containsExactly(new DeliveryRange(2, 3));
        assertThat(consumer.receive(1)).isNull();

        broker.say(new Frame.Reclaim(id));
        assertThat(broker.expect(Frame.Release.class).deliveries()).isEmpty();
    }

    @Test
    @Spec({"CNS-8", "CNS-9", "CNS-7"})
    void closeTellsWhatWasSeen() throws Exception {
        Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        MessageConsumer consumer = consumer(session);
        int id = broker.expect(Frame.OpenConsumer.class).consumerId();
        connection.start();
        broker.deliver(id, "a", "b", "c");
        Message seen = consumer.receive();
        consumer.close();
        consumer.close();

        assertThat(broker.expect(Frame.CloseConsumer.class).lastSeenDeliveryId()).isEqualTo(1);
        assertThatThrownBy(consumer::receive).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(consumer::getMessageListener).isInstanceOf(IllegalStateException.class);
        seen.acknowledge();
        broker.expect(Frame.Acknowledge.class);
    }

    @Test
    @Spec({"CNS-2", "SCL-1"})
    void blockedReceiveReturnsNullWhenTheConsumerOrTheSessionIsClosed() throws Exception {
        Session session = connection.createSession();
        MessageConsumer first = consumer(session);
        connection.start();
        Background<Message> receiving = Background.call(first::receive);
        receiving.awaitBlocked();
        first.close();
        assertThat(receiving.result()).isNull();

        MessageConsumer second = consumer(session);
        Background<Message> again = Background.call(second::receive);
        again.awaitBlocked();
        session.close();
        assertThat(again.result()).isNull();
    }

    @Test
    @Spec({"CON-12", "CON-14"})
    void whatArrivedWaitsWhileTheConnectionIsStopped() throws Exception {
        MessageConsumer consumer = consumer(connection.createSession());
        int id = broker.expect(Frame.OpenConsumer.class).consumerId();
        connection.start();
        broker.deliver(id, "a", "b");
        assertThat(text(consumer.receive())).isEqualTo("a");
        connection.stop();
        assertThat(consumer.receive(1)).isNull();
        assertThat(consumer.receiveNoWait()).isNull();
        connection.start();
        assertThat(text(consumer.receive())).isEqualTo("b");
    }

    @Test
    @Spec("HDR-17")
    void expiredMessageIsSettledUnseen() throws Exception {
        MessageConsumer consumer = consumer(connection.createSession());
        int id = broker.expect(Frame.OpenConsumer.class).consumerId();
        connection.start();
        broker.deliverExpired(id, "late");
        broker.deliver(id, "fresh");

        assertThat(text(consumer.receive())).isEqualTo("fresh");
        assertThat(broker.expect(Frame.Acknowledge.class).deliveries())
                .containsExactly(new DeliveryRange(1, 1));
    }

    // ---- listeners

    @Test
    @Spec({"ACK-2", "THR-1", "THR-9"})
    void listenerIsCalledInOrderOnADaemonThreadAndAcknowledgesAfterwards() throws Exception {
        Session session = connection.createSession();
        MessageConsumer consumer = consumer(session);
        int id = broker.expect(Frame.OpenConsumer.class).consumerId();
        LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
        CountDownLatch mayReturn = new CountDownLatch(1);
        consumer.setMessageListener(
                message -> {
                    try {
                        heard.add(text(message) + " " + Thread.currentThread().isDaemon());
                        mayReturn.await();
                    } catch (Exception failed) {
                        heard.add(failed.toString());
                    }
                });
        connection.start();
        assertThat(broker.expect(Frame.Credit.class)).isEqualTo(new Frame.Credit(id, 500));
        broker.deliver(id, "a", "b");
        assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("a true");
        assertThat(broker.waiting(Frame.Acknowledge.class)).isEmpty();
        mayReturn.countDown();
        assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("b true");
        assertThat(broker.expect(Frame.Acknowledge.class).deliveries())
                .containsExactly(new DeliveryRange(1, 1));
        assertThatThrownBy(consumer::receive).isInstanceOf(IllegalStateException.class);
    }

    @Test
    @Spec({"LSE-1"})
    void messageOfAListenerThatThrowsComesAgain() throws Exception {
        MessageConsumer consumer = consumer(connection.createSession());
        int id = broker.expect(Frame.OpenConsumer.class).consumerId();
        LinkedBlockingQueue<Boolean> redelivered = new LinkedBlockingQueue<>();
        consumer.setMessageListener(
                message -> {
                    try {
                        redelivered.add(message.getJMSRedelivered());
                        if (!message.getJMSRedelivered()) {
                            throw new java.lang.IllegalStateException("for the test");
                        }
                    } catch (jakarta.jms.JMSException impossible) {
                        throw new AssertionError(impossible);
                    }
                });
        connection.start();
        broker.expect(Frame.Credit.class);
        broker.deliver(id, "a");
        assertThat(broker.expect(Frame.Recover.class).failed())
                .containsExactly(new DeliveryRange(1, 1));
        assertThat(broker.expect(Frame.Credit.class).messages()).isEqualTo(500);
        broker.deliverAgain(id, 2, "a");
        assertThat(broker.expect(Frame.Acknowledge.class).deliveries())
                .containsExactly(new DeliveryRange(2, 2));
        assertThat(redelivered).containsExactly(false, true);
    }

    @Test
    @Spec({"CON-16", "CNS-7", "EXC-22"})
    void fromItsListenerOnlyTheConsumerMayBeClosed() throws Exception {
        Session session = connection.createSession();
        MessageConsumer consumer = consumer(session);
        int id = broker.expect(Frame.OpenConsumer.class).consumerId();
        LinkedBlockingQueue<Object> outcome = new LinkedBlockingQueue<>();
        consumer.setMessageListener(
                message -> {
                    outcome.add(attempt(session::close));
                    outcome.add(attempt(connection::close));
                    outcome.add(attempt(connection::stop));
                    outcome.add(attempt(consumer::close));
                });
        connection.start();
        broker.deliver(id, "a");

        assertThat(outcome.poll(10, TimeUnit.SECONDS)).isInstanceOf(IllegalStateException.class);
        assertThat(outcome.poll(10, TimeUnit.SECONDS)).isInstanceOf(IllegalStateException.class);
        assertThat(outcome.poll(10, TimeUnit.SECONDS)).isInstanceOf(IllegalStateException.class);
        assertThat(outcome.poll(10, TimeUnit.SECONDS)).isEqualTo("allowed");
        assertThat(broker.expect(Frame.CloseConsumer.class).lastSeenDeliveryId()).isEqualTo(1);
        assertThat(broker.expect(Frame.Acknowledge.class).deliveries())
                .containsExactly(new DeliveryRange(1, 1));
    }

    private static Object attempt(Background.Action action) {
        try {
            action.run();
            return "allowed";
        } catch (Exception refused) {
            return refused;
        }
    }

    @Test
    @Spec({"CON-13", "CON-19"})
    void stopAndCloseWaitForTheListener() throws Exception {
        Session session = connection.createSession();
        MessageConsumer consumer = consumer(session);
        int id = broker.expect(Frame.OpenConsumer.class).consumerId();
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch mayReturn = new CountDownLatch(1);
        LinkedBlockingQueue<Object> outcome = new LinkedBlockingQueue<>();
        consumer.setMessageListener(
                message -> {
                    entered.countDown();
                    outcome.add(
                            attempt(
                                    () -> {
                                        mayReturn.await();
                                        session.createProducer(session.createQueue("other"))
                                                .send(session.createMessage());
                                    }));
                });
        connection.start();
        broker.deliver(id, "a", "b");
        entered.await();
        Background<Void> stopping = Background.run(connection::stop);
        stopping.awaitBlocked();
        Background<Void> closing = Background.run(connection::close);
        closing.awaitBlocked();

        mayReturn.countDown();

        stopping.result();
        closing.result();
        assertThat(outcome).containsExactly("allowed");
    }

    // ---- simplified API

    @Test
    @Spec({"JCO-3", "JCO-4"})
    void receiveBodyThatDoesNotFitLeavesTheMessageNext() throws Exception {
        try (JMSContext context = broker.factory().createContext()) {
            JMSConsumer consumer = context.createConsumer(context.createQueue("q"));
            int id = broker.expect(Frame.OpenConsumer.class).consumerId();
            broker.deliver(id, "a", "b");
            assertThatThrownBy(() -> consumer.receiveBody(byte[].class))
                    .isInstanceOf(jakarta.jms.MessageFormatRuntimeException.class);
            assertThat(consumer.receiveBody(String.class)).isEqualTo("a");
            assertThat(consumer.receiveBody(String.class, 1000)).isEqualTo("b");
            assertThat(consumer.receiveBodyNoWait(String.class)).isNull();
        }
    }

    @Test
    @Spec({"CTX-3", "CTX-4"})
    void contextStartsWithItsFirstConsumer() throws Exception {
        try (JMSContext context = broker.factory().createContext()) {
            context.setAutoStart(false);
            JMSConsumer consumer = context.createConsumer(context.createQueue("q"));
            assertThat(consumer.receiveNoWait()).isNull();
            assertThat(broker.waiting(Frame.Drain.class)).isEmpty();
            context.setAutoStart(true);
            context.createConsumer(context.createQueue("q2"));
            assertThat(consumer.receiveNoWait()).isNull();
            broker.expect(Frame.Drain.class);
        }
    }
}
