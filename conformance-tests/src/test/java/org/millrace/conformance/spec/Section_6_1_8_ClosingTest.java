package org.millrace.conformance.spec;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.Connection;
import jakarta.jms.JMSContext;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.Spec;

/** §6.1.8 and §6.2.15: closing connections and sessions while something is going on. */
class Section_6_1_8_ClosingTest extends SpecTest {

    @Test
    @Spec({"CON-19", "SCL-1"})
    void closeLetsARunningListenerFinishWithFullService() throws Exception {
        for (boolean wholeConnection : new boolean[] {true, false}) {
            Connection connection = connection();
            Session session = connection.createSession();
            Queue queue = newQueue(session);
            Queue output = newQueue(session);
            CompletableFuture<String> entered = new CompletableFuture<>();
            CompletableFuture<String> leave = new CompletableFuture<>();
            CompletableFuture<String> outcome = new CompletableFuture<>();
            session.createConsumer(queue)
                    .setMessageListener(
                            message -> {
                                entered.complete("entered");
                                leave.join();
                                outcome.complete(
                                        Calls.outcomeOf(
                                                () -> {
                                                    message.acknowledge();
                                                    send(session, output, "while closing");
                                                }));
                            });
            connection.start();
            Session other = startedConnection().createSession();
            send(other, queue, "m");
            Calls.soon(entered);
            CompletableFuture<String> closed =
                    Calls.outcomeLater(wholeConnection ? connection::close : session::close);
            assertThat(closed).isNotDone();
            leave.complete("go");
            assertThat(Calls.soon(closed)).isEqualTo("done");
            assertThat(outcome).isCompletedWithValue("done");
            assertThat(receiveText(other.createConsumer(output))).isEqualTo("while closing");
            assertThat(other.createConsumer(queue).receiveNoWait()).isNull();
        }
    }

    @Test
    @Spec({"CON-17", "CON-16"})
    void aMessageWhoseListenerTriedToCloseIsStillAcknowledged() throws Exception {
        Connection connection = connection();
        Session session = connection.createSession();
        Queue queue = newQueue(session);
        CompletableFuture<String> outcome = new CompletableFuture<>();
        session.createConsumer(queue)
                .setMessageListener(
                        message -> outcome.complete(Calls.outcomeOf(connection::close)));
        connection.start();
        Session other = startedConnection().createSession();
        send(other, queue, "m");
        assertThat(Calls.soon(outcome)).isEqualTo("IllegalStateException");
        connection.close();
        assertThat(other.createConsumer(queue).receiveNoWait()).isNull();
    }

    @Test
    @Spec({"CON-25", "CON-20"})
    void everythingThatHoldsResourcesIsAutoCloseable() throws Exception {
        Queue queue;
        try (Connection connection = connection();
                Session session = connection.createSession();
                MessageProducer producer = session.createProducer(null)) {
            queue = newQueue(session);
            try (MessageConsumer consumer = session.createConsumer(queue);
                    var browser = session.createBrowser(queue)) {
                connection.start();
                producer.send(queue, session.createMessage());
                assertThat(consumer.receive(PATIENCE_MILLIS)).isNotNull();
                assertThat(browser.getEnumeration().hasMoreElements()).isFalse();
            }
        }
        try (JMSContext context = context();
                var consumer = context.createConsumer(queue)) {
            assertThat(consumer.receiveNoWait()).isNull();
            assertThat(context.createProducer()).isNotInstanceOf(AutoCloseable.class);
        }
    }

    @Test
    @Spec({"SCL-2", "TX-9", "ACK-6", "ASY-11"})
    void closingASessionRollsBackAndAcknowledgesNothing() throws Exception {
        Connection connection = startedConnection();
        Session observer = startedConnection().createSession();
        Queue input = newQueue(observer);
        Queue output = newQueue(observer);
        send(observer, input, "input");
        Session transacted = connection.createSession(Session.SESSION_TRANSACTED);
        assertThat(receiveText(transacted.createConsumer(input))).isEqualTo("input");
        Completions completions = new Completions();
        MessageProducer producer = transacted.createProducer(output);
        for (int i = 0; i < 10; i++) {
            producer.send(transacted.createTextMessage("never"), completions);
        }
        transacted.close();
        assertThat(completions.heard()).isEqualTo(10);
        assertThat(completions.failed()).isEmpty();

        Session client = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        Message second = client.createConsumer(input).receive(PATIENCE_MILLIS);
        assertThat(second.getIntProperty("JMSXDeliveryCount")).isEqualTo(2);
        client.close();

        Message third = observer.createConsumer(input).receive(PATIENCE_MILLIS);
        assertThat(third.getIntProperty("JMSXDeliveryCount")).isEqualTo(3);
        assertThat(third.getJMSRedelivered()).isTrue();
        assertThat(observer.createConsumer(output).receiveNoWait()).isNull();
    }

    @Test
    @Spec({"SCL-4", "SCL-3", "CON-23"})
    void aClosedSessionStaysClosedAndItsTemporariesStay() throws Exception {
        Connection connection = startedConnection();
        Session session = connection.createSession();
        TemporaryQueue queue = session.createTemporaryQueue();
        send(session, queue, "kept");
        session.close();
        session.close();
        assertThat(Calls.outcomeOf(session::createMessage)).isEqualTo("IllegalStateException");
        assertThat(receiveText(connection.createSession().createConsumer(queue))).isEqualTo("kept");
    }

    @Test
    @Spec({"REL-9", "CNS-9", "ACK-3"})
    void closingAnythingLosesNoMessageThatWasOnlyBuffered() throws Exception {
        Session sender = startedConnection().createSession();
        Queue queue = newQueue(sender);
        send(sender, queue, "a", "b", "c", "d");
        Connection one = startedConnection();
        MessageConsumer consumer = one.createSession().createConsumer(queue);
        assertThat(receiveText(consumer)).isEqualTo("a");
        consumer.close();
        Session session = one.createSession();
        assertThat(receiveText(session.createConsumer(queue))).isEqualTo("b");
        session.close();
        assertThat(receiveText(one.createSession().createConsumer(queue))).isEqualTo("c");
        one.close();
        Message last = sender.createConsumer(queue).receive(PATIENCE_MILLIS);
        assertThat(last.getBody(String.class)).isEqualTo("d");
        assertThat(last.getJMSRedelivered()).isFalse();
    }
}
