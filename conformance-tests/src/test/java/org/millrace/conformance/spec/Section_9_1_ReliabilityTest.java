package org.millrace.conformance.spec;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.foundation.Spec;

/** §9.1: what survives a restart of the broker. */
class Section_9_1_ReliabilityTest {
    @TempDir private Path directory;
    private RestartableBroker broker;
    private Connection connection;

    @BeforeEach
    void start() throws Exception {
        broker = new RestartableBroker(directory);
    }

    @AfterEach
    void stop() throws Exception {
        if (connection != null) {
            connection.close();
        }
        broker.close();
    }

    private Connection connect(String clientId) throws Exception {
        connection = broker.factory().createConnection();
        if (clientId != null) {
            connection.setClientID(clientId);
        }
        connection.start();
        return connection;
    }

    private void restart() throws Exception {
        connection.close();
        broker.restart();
    }

    @Test
    @Spec({"REL-1", "SND-1", "REL-10", "REL-13", "REL-4", "TX-9", "HDR-8", "HDR-15"})
    void whatWasSentAndCommittedIsThereAfterARestartInOrder() throws Exception {
        Session session = connect(null).createSession();
        Queue queue = session.createQueue("q");
        MessageProducer producer = session.createProducer(queue);
        Set<String> ids = new HashSet<>();
        TextMessage first = session.createTextMessage("sent");
        producer.send(first, DeliveryMode.PERSISTENT, 4, 600_000);
        ids.add(first.getJMSMessageID());
        Message brief = session.createTextMessage("expires meanwhile");
        producer.send(brief, DeliveryMode.PERSISTENT, 4, 1);
        Session transacted = connection.createSession(Session.SESSION_TRANSACTED);
        SpecTest.send(transacted, queue, "committed 1", "committed 2");
        transacted.commit();
        SpecTest.send(transacted, queue, "never committed");
        restart();

        Session after = connect(null).createSession(Session.SESSION_TRANSACTED);
        MessageConsumer consumer = after.createConsumer(queue);
        Message received = consumer.receive(SpecTest.PATIENCE_MILLIS);
        assertThat(received.getBody(String.class)).isEqualTo("sent");
        assertThat(received.getJMSMessageID()).isEqualTo(first.getJMSMessageID());
        assertThat(received.getJMSExpiration()).isEqualTo(first.getJMSExpiration());
        assertThat(received.getJMSDeliveryTime()).isEqualTo(first.getJMSDeliveryTime());
        assertThat(received.getJMSRedelivered()).isFalse();
        assertThat(SpecTest.receiveText(consumer)).isEqualTo("committed 1");
        assertThat(SpecTest.receiveText(consumer)).isEqualTo("committed 2");
        after.commit();
        for (int i = 0; i < 5; i++) {
            Message next = after.createMessage();
            after.createProducer(queue).send(next);
            assertThat(ids.add(next.getJMSMessageID())).isTrue();
        }
        after.commit();
        assertThat(consumer.receive(SpecTest.PATIENCE_MILLIS)).isNotInstanceOf(TextMessage.class);
        after.commit();
    }

    @Test
    @Spec({"REL-5", "REL-6", "RCV-7", "ACK-8", "PRP-18", "REL-15"})
    void whatWasAcknowledgedStaysAwayAndWhatWasNotComesFlagged() throws Exception {
        Connection before = connect(null);
        Session auto = before.createSession();
        Queue queue = auto.createQueue("q");
        SpecTest.send(auto, queue, "auto", "client", "transacted", "open", "untouched");
        MessageConsumer consumer = auto.createConsumer(queue);
        assertThat(SpecTest.receiveText(consumer)).isEqualTo("auto");
        auto.close();
        Session client = before.createSession(Session.CLIENT_ACKNOWLEDGE);
        MessageConsumer ofClient = client.createConsumer(queue);
        Message acknowledged = ofClient.receive(SpecTest.PATIENCE_MILLIS);
        assertThat(acknowledged.getBody(String.class)).isEqualTo("client");
        acknowledged.acknowledge();
        ofClient.close();
        Session transacted = before.createSession(Session.SESSION_TRANSACTED);
        MessageConsumer ofTransacted = transacted.createConsumer(queue);
        assertThat(SpecTest.receiveText(ofTransacted)).isEqualTo("transacted");
        transacted.commit();
        assertThat(SpecTest.receiveText(ofTransacted)).isEqualTo("open");
        broker.restart();
        Calls.outcomeOf(before::close);

        MessageConsumer after = connect(null).createSession().createConsumer(queue);
        Message open = after.receive(SpecTest.PATIENCE_MILLIS);
        assertThat(open.getBody(String.class)).isEqualTo("open");
        assertThat(open.getJMSRedelivered()).isTrue();
        assertThat(open.getIntProperty("JMSXDeliveryCount")).isGreaterThanOrEqualTo(2);
        assertThat(SpecTest.receiveText(after)).isEqualTo("untouched");
        assertThat(after.receiveNoWait()).isNull();
    }

    @Test
    @Spec({"REL-8", "SUB-11", "SUB-10", "SUB-21", "CID-7"})
    void durableSubscriptionsSurviveWithAllTheyAre() throws Exception {
        Session session = connect("client").createSession();
        Topic topic = session.createTopic("t");
        MessageConsumer plain = session.createDurableConsumer(topic, "plain");
        session.createDurableConsumer(topic, "selective", "p = 1", false).close();
        session.createDurableConsumer(topic, "remote", null, true).close();
        session.createSharedDurableConsumer(topic, "shared").close();
        session.createDurableConsumer(topic, "changed").close();
        SpecTest.send(session, topic, "1");
        assertThat(SpecTest.receiveText(plain)).isEqualTo("1");
        SpecTest.send(session, topic, "2");
        restart();

        Session after = connect("client").createSession();
        Message matching = after.createTextMessage("3");
        matching.setIntProperty("p", 1);
        after.createProducer(topic).send(matching);
        MessageConsumer resumed = after.createDurableConsumer(topic, "plain");
        assertThat(SpecTest.receiveText(resumed)).isEqualTo("2");
        assertThat(SpecTest.receiveText(resumed)).isEqualTo("3");
        assertThat(
                        SpecTest.receiveText(
                                after.createDurableConsumer(topic, "selective", "p = 1", false)))
                .isEqualTo("3");
        MessageConsumer remote = after.createDurableConsumer(topic, "remote", null, true);
        assertThat(remote.receiveNoWait()).isNull();
        assertThat(Calls.outcomeOf(() -> after.createDurableConsumer(topic, "shared")))
                .endsWith("Exception");
        MessageConsumer shared = after.createSharedDurableConsumer(topic, "shared");
        for (String expected : List.of("1", "2", "3")) {
            assertThat(SpecTest.receiveText(shared)).isEqualTo(expected);
        }
        MessageConsumer changed = after.createDurableConsumer(topic, "changed", "p = 1", false);
        assertThat(changed.receiveNoWait()).isNull();
    }

    @Test
    @Spec({"REL-2", "REL-11", "TMP-8", "SUB-22"})
    void whatIsNotPersistentOrNotDurableIsNeverDoubled() throws Exception {
        Session session = connect(null).createSession();
        Queue queue = session.createQueue("q");
        Topic topic = session.createTopic("t");
        MessageConsumer ofTopic = session.createSharedConsumer(topic, "s");
        MessageConsumer consumer = session.createConsumer(queue);
        MessageProducer producer = session.createProducer(null);
        for (int i = 0; i < 4; i++) {
            TextMessage message = session.createTextMessage("m" + i);
            producer.send(queue, message, DeliveryMode.NON_PERSISTENT, 4, 0);
            producer.send(topic, message, DeliveryMode.PERSISTENT, 4, 0);
        }
        assertThat(SpecTest.receiveText(consumer)).isEqualTo("m0");
        assertThat(SpecTest.receiveText(ofTopic)).isEqualTo("m0");
        var temporary = session.createTemporaryQueue();
        restart();

        Session after = connect(null).createSession();
        MessageConsumer again = after.createSharedConsumer(topic, "s");
        SpecTest.send(after, topic, "new");
        assertThat(SpecTest.receiveText(again)).isEqualTo("new");
        SpecTest.send(after, queue, "new");
        List<String> left = SpecTest.drainTexts(after.createConsumer(queue));
        assertThat(left).doesNotHaveDuplicates().doesNotContain("m0").endsWith("new");
        assertThat(Calls.outcomeOf(() -> SpecTest.send(after, temporary, "too late")))
                .isEqualTo("InvalidDestinationException");
    }

    @Test
    @Spec({"SND-6", "SND-5", "REL-13", "HDR-16"})
    void delayedMessagesSurviveAndAreNeverEarly() throws Exception {
        Session session = connect("client").createSession();
        Queue queue = session.createQueue("q");
        Topic topic = session.createTopic("t");
        session.createDurableConsumer(topic, "early").close();
        MessageProducer producer = session.createProducer(null);
        producer.setDeliveryDelay(3_000);
        Message sent = session.createTextMessage("delayed");
        producer.send(queue, sent);
        producer.send(topic, session.createTextMessage("delayed"));
        restart();

        Session after = connect("client").createSession();
        MessageConsumer late = after.createDurableConsumer(topic, "late");
        Message received = after.createConsumer(queue).receive(SpecTest.PATIENCE_MILLIS);
        assertThat(System.currentTimeMillis()).isGreaterThanOrEqualTo(sent.getJMSDeliveryTime());
        assertThat(received.getBody(String.class)).isEqualTo("delayed");
        assertThat(received.getJMSDeliveryTime()).isEqualTo(sent.getJMSDeliveryTime());
        assertThat(received.getJMSRedelivered()).isFalse();
        assertThat(SpecTest.receiveText(after.createDurableConsumer(topic, "early")))
                .isEqualTo("delayed");
        assertThat(late.receiveNoWait()).isNull();
    }
}
