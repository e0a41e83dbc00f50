package org.millrace.conformance.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.Connection;
import jakarta.jms.IllegalStateException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.Spec;

/** §6.1.4 and §6.1.5: a connection delivers between start and stop, and sends always. */
class Section_6_1_4_ConnectionStartStopTest extends SpecTest {

    @Test
    @Spec({"CON-1", "CON-11", "PRD-13", "CON-12"})
    void aNewConnectionIsStoppedButSends() throws Exception {
        Connection connection = connection();
        Session session = connection.createSession();
        Queue queue = newQueue(session);
        MessageConsumer consumer = session.createConsumer(queue);

        session.createProducer(queue).send(session.createTextMessage("early"));

        assertThat(consumer.receive(SILENCE_MILLIS)).isNull();
        assertThat(consumer.receiveNoWait()).isNull();
        connection.start();
        assertThat(receiveText(consumer)).isEqualTo("early");
    }

    @Test
    @Spec("CON-10")
    void startTwiceAndStopTwiceAreIgnored() throws Exception {
        Connection connection = connection();
        connection.start();
        connection.start();
        connection.stop();
        connection.stop();
        connection.start();
    }

    @Test
    @Spec({"CON-12", "CON-14"})
    void whatArrivedBeforeStopComesAfterRestartInOrder() throws Exception {
        Connection connection = startedConnection();
        Session session = connection.createSession();
        Queue queue = newQueue(session);
        MessageConsumer consumer = session.createConsumer(queue);
        MessageProducer producer = session.createProducer(queue);
        for (String text : new String[] {"a", "b", "c"}) {
            producer.send(session.createTextMessage(text));
        }
        assertThat(receiveText(consumer)).isEqualTo("a");

        connection.stop();
        assertThat(consumer.receive(SILENCE_MILLIS)).isNull();
        assertThat(consumer.receiveNoWait()).isNull();
        connection.start();

        assertThat(receiveText(consumer)).isEqualTo("b");
        assertThat(receiveText(consumer)).isEqualTo("c");
    }

    @Test
    @Spec("CON-15")
    void aConsumerThatWasNeverStartedWithholdsNothing() throws Exception {
        Connection idle = connection();
        Connection busy = startedConnection();
        Session idleSession = idle.createSession();
        Session session = busy.createSession();
        Queue queue = newQueue(session);
        MessageConsumer idleConsumer = idleSession.createConsumer(queue);
        session.createProducer(queue).send(session.createTextMessage("for whoever is awake"));

        assertThat(receiveText(session.createConsumer(queue))).isEqualTo("for whoever is awake");
        assertThat(idleConsumer.receive(SILENCE_MILLIS)).isNull();
    }

    @Test
    @Spec("CON-13")
    void stopWaitsForARunningListenerWhichMayUseTheApi() throws Exception {
        Connection connection = connection();
        Session session = connection.createSession();
        Queue queue = newQueue(session);
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        AtomicBoolean left = new AtomicBoolean();
        AtomicReference<Exception> failure = new AtomicReference<>();
        Queue other = newQueue(session);
        session.createConsumer(queue)
                .setMessageListener(
                        message -> {
                            entered.countDown();
                            try {
                                leave.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
                                session.createProducer(other)
                                        .send(session.createTextMessage("from the listener"));
                            } catch (Exception broken) {
                                failure.set(broken);
                            }
                            left.set(true);
                        });
        connection.start();
        Session sender = startedConnection().createSession();
        sender.createProducer(queue).send(sender.createMessage());
        assertThat(entered.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isTrue();

        CompletableFuture<Boolean> stopped =
                CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                connection.stop();
                            } catch (Exception broken) {
                                failure.set(broken);
                            }
                            return left.get();
                        });
        assertThat(stopped).isNotDone();
        leave.countDown();

        assertThat(stopped.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
        assertThat(failure.get()).isNull();
    }

    @Test
    @Spec({"CON-16", "EXC-22"})
    void stopAndCloseFromTheOwnListenerAreRefused() throws Exception {
        Connection connection = connection();
        Session session = connection.createSession();
        Queue queue = newQueue(session);
        CompletableFuture<String> outcome = new CompletableFuture<>();
        session.createConsumer(queue)
                .setMessageListener(
                        message ->
                                outcome.complete(
                                        outcomeOf(connection::stop)
                                                + outcomeOf(connection::close)
                                                + outcomeOf(session::close)));
        connection.start();
        Session sender = startedConnection().createSession();
        sender.createProducer(queue).send(sender.createMessage());

        assertThat(outcome.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS))
                .isEqualTo("IllegalStateException;".repeat(3));
    }

    @Test
    @Spec("CON-18")
    void closingAnotherConnectionFromAListenerIsAnOrdinaryCall() throws Exception {
        Connection connection = connection();
        Connection other = startedConnection();
        Session session = connection.createSession();
        Queue queue = newQueue(session);
        CompletableFuture<String> outcome = new CompletableFuture<>();
        session.createConsumer(queue)
                .setMessageListener(
                        message ->
                                outcome.complete(outcomeOf(other::stop) + outcomeOf(other::close)));
        connection.start();
        Session sender = startedConnection().createSession();
        sender.createProducer(queue).send(sender.createMessage());

        assertThat(outcome.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isEqualTo("done;done;");
    }

    @Test
    @Spec({"CON-20", "CON-22", "CON-23", "EXC-15", "SCL-3", "PRD-14"})
    void afterCloseEveryCallButCloseIsRefused() throws Exception {
        Connection connection = startedConnection();
        Session session = connection.createSession();
        Queue queue = newQueue(session);
        MessageConsumer consumer = session.createConsumer(queue);
        MessageProducer producer = session.createProducer(queue);
        connection.close();
        connection.close();
        session.close();
        consumer.close();
        producer.close();

        assertThatThrownBy(connection::getClientID).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(connection::getMetaData).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(connection::getExceptionListener)
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(connection::start).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(connection::stop).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(connection::createSession).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(session::getTransacted).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(session::getAcknowledgeMode).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(session::createMessage).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(session::recover).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> session.createQueue("q"))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(consumer::getMessageSelector).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(consumer::getMessageListener).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(consumer::receiveNoWait).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> consumer.receive(1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(producer::getDeliveryMode).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(producer::getDestination).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> producer.setPriority(1)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    @Spec({"CON-21", "TX-9", "TX-4", "RCV-2"})
    void closeRollsBackAndDoesNotAcknowledge() throws Exception {
        Session sender = startedConnection().createSession();
        Queue queue = newQueue(sender);
        Queue output = newQueue(sender);
        sender.createProducer(queue).send(sender.createTextMessage("input"));

        Connection connection = startedConnection();
        Session transacted = connection.createSession(Session.SESSION_TRANSACTED);
        assertThat(receiveText(transacted.createConsumer(queue))).isEqualTo("input");
        transacted.createProducer(output).send(transacted.createTextMessage("never committed"));
        connection.close();

        Connection client = startedConnection();
        Session unacknowledging = client.createSession(Session.CLIENT_ACKNOWLEDGE);
        assertThat(receiveText(unacknowledging.createConsumer(queue))).isEqualTo("input");
        client.close();

        MessageConsumer last = sender.createConsumer(queue);
        Message again = last.receive(PATIENCE_MILLIS);
        assertThat(again.getJMSRedelivered()).isTrue();
        assertThat(again.getIntProperty("JMSXDeliveryCount")).isEqualTo(3);
        assertThat(sender.createConsumer(output).receive(SILENCE_MILLIS)).isNull();
    }

    @Test
    @Spec({"CNS-2", "SCL-1"})
    void aBlockedReceiveReturnsNullWhenConsumerSessionOrConnectionCloses() throws Exception {
        for (int what = 0; what < 3; what++) {
            Connection connection = startedConnection();
            Session session = connection.createSession();
            MessageConsumer consumer = session.createConsumer(newQueue(session));
            CompletableFuture<Object> received = new CompletableFuture<>();
            Thread receiver =
                    new Thread(
                            () -> {
                                try {
                                    received.complete(String.valueOf(consumer.receive()));
                                } catch (Exception broken) {
                                    received.complete(broken);
                                }
                            });
            receiver.start();
            await(
                    "receive blocks",
                    () -> receiver.getState() != Thread.State.RUNNABLE && receiver.isAlive());
            AutoCloseable closed = what == 0 ? consumer : what == 1 ? session : connection;
            closed.close();
            assertThat(received.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isEqualTo("null");
        }
    }

    private interface Call {
        void run() throws Exception;
    }

    private static String outcomeOf(Call call) {
        try {
            call.run();
            return "done;";
        } catch (Exception refused) {
            return refused.getClass().getSimpleName() + ";";
        }
    }
}
