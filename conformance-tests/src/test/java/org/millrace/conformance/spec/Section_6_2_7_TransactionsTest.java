package org.millrace.conformance.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.IllegalStateException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.Spec;

/** §6.2.7: local transactions. */
class Section_6_2_7_TransactionsTest extends SpecTest {

    @Test
    @Spec({"TX-1", "TX-2", "TX-3", "ORD-6", "SES-4"})
    void commitPublishesAllSendsOnBothDomainsAtOnceAndInOrder() throws Exception {
        Session watcher = startedConnection().createSession();
        Queue queue = newQueue(watcher);
        Topic topic = newTopic(watcher);
        MessageConsumer ofQueue = watcher.createConsumer(queue);
        MessageConsumer ofTopic = watcher.createConsumer(topic);
        Session session = startedConnection().createSession(Session.SESSION_TRANSACTED);
        MessageProducer producer = session.createProducer(null);
        for (String text : List.of("1", "2", "3")) {
            producer.send(queue, session.createTextMessage(text));
            producer.send(topic, session.createTextMessage(text));
        }

        assertThat(ofQueue.receive(SILENCE_MILLIS)).isNull();
        assertThat(ofTopic.receiveNoWait()).isNull();
        session.commit();

        assertThat(drainTexts(ofQueue)).containsExactly("1", "2", "3");
        assertThat(drainTexts(ofTopic)).containsExactly("1", "2", "3");
    }

    @Test
    @Spec({"TX-3", "BRW-4"})
    void uncommittedSendsAreInvisibleToTheOwnSessionAndToBrowsers() throws Exception {
        Session session = startedConnection().createSession(Session.SESSION_TRANSACTED);
        Queue queue = newQueue(session);
        session.createProducer(queue).send(session.createTextMessage("held back"));

        assertThat(session.createConsumer(queue).receive(SILENCE_MILLIS)).isNull();
        try (QueueBrowser browser = startedConnection().createSession().createBrowser(queue)) {
            assertThat(browser.getEnumeration().hasMoreElements()).isFalse();
        }
        session.rollback();
    }

    @Test
    @Spec({"TX-4", "RCV-2", "CNS-5"})
    void rollbackForgetsSendsAndBringsReceivedMessagesAgain() throws Exception {
        Session session = startedConnection().createSession(Session.SESSION_TRANSACTED);
        Queue input = newQueue(session);
        Queue output = newQueue(session);
        MessageProducer producer = session.createProducer(null);
        producer.send(input, session.createTextMessage("a"));
        producer.send(input, session.createTextMessage("b"));
        session.commit();
        MessageConsumer consumer = session.createConsumer(input);
        assertThat(receiveText(consumer)).isEqualTo("a");
        producer.send(output, session.createTextMessage("never"));

        session.rollback();

        Message again = consumer.receive(PATIENCE_MILLIS);
        assertThat(again.getBody(String.class)).isEqualTo("a");
        assertThat(again.getJMSRedelivered()).isTrue();
        assertThat(again.getIntProperty("JMSXDeliveryCount")).isEqualTo(2);
        Message next = consumer.receive(PATIENCE_MILLIS);
        assertThat(next.getBody(String.class)).isEqualTo("b");
        assertThat(next.getJMSRedelivered()).isFalse();
        session.commit();
        assertThat(consumer.receive(SILENCE_MILLIS)).isNull();
        assertThat(session.createConsumer(output).receive(SILENCE_MILLIS)).isNull();
    }

    @Test
    @Spec({"TX-5", "EXC-17"})
    void commitAndRollbackNeedATransactedSession() throws Exception {
        Session session = connection().createSession();
        assertThatThrownBy(session::commit).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(session::rollback).isInstanceOf(IllegalStateException.class);
    }

    @Test
    @Spec("TX-11")
    void closingProducerAndConsumerBeforeCommitDropsNothing() throws Exception {
        Session session = startedConnection().createSession(Session.SESSION_TRANSACTED);
        Queue input = newQueue(session);
        Queue output = newQueue(session);
        MessageProducer feeder = session.createProducer(input);
        feeder.send(session.createTextMessage("in"));
        session.commit();
        MessageConsumer consumer = session.createConsumer(input);
        assertThat(receiveText(consumer)).isEqualTo("in");
        MessageProducer producer = session.createProducer(output);
        producer.send(session.createTextMessage("out"));
        consumer.close();
        producer.close();

        session.commit();

        Session other = startedConnection().createSession();
        assertThat(receiveText(other.createConsumer(output))).isEqualTo("out");
        assertThat(other.createConsumer(input).receive(SILENCE_MILLIS)).isNull();
    }

    @Test
    @Spec("TX-12")
    void aRequestInsideATransactionGetsNoReplyBeforeCommit() throws Exception {
        Session session = startedConnection().createSession(Session.SESSION_TRANSACTED);
        Queue requests = newQueue(session);
        session.createProducer(requests).send(session.createTextMessage("request"));
        Session server = startedConnection().createSession();

        assertThat(server.createConsumer(requests).receive(SILENCE_MILLIS)).isNull();
        session.rollback();
    }
}
