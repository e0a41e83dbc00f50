package org.millrace.conformance.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.Connection;
import jakarta.jms.InvalidSelectorException;
import jakarta.jms.InvalidSelectorRuntimeException;
import jakarta.jms.JMSContext;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.Spec;

/** §3.8: where selectors apply and what happens to what they leave. */
class Section_3_8_SelectorsTest extends SpecTest {

    @Test
    @Spec({"SEL-70", "ORD-9", "QUE-1"})
    void whatASelectiveConsumerLeavesStaysForOthersInOrder() throws Exception {
        Session session = startedConnection().createSession();
        Queue queue = newQueue(session);
        sendColoured(session, queue, "red", "blue", "red", "blue", "green");
        MessageConsumer blue = session.createConsumer(queue, "colour = 'blue'");
        assertThat(receiveText(blue)).isEqualTo("blue 1");
        assertThat(receiveText(blue)).isEqualTo("blue 3");
        assertThat(blue.receiveNoWait()).isNull();

        MessageConsumer rest = session.createConsumer(queue);
        for (String expected : List.of("red 0", "red 2", "green 4")) {
            TextMessage message = (TextMessage) rest.receive(PATIENCE_MILLIS);
            assertThat(message.getText()).isEqualTo(expected);
            assertThat(message.getJMSRedelivered()).isFalse();
            assertThat(message.getIntProperty("JMSXDeliveryCount")).isEqualTo(1);
        }
    }

    @Test
    @Spec({"SEL-70", "QUE-3"})
    void aSelectiveConsumerTakesWhatAnotherConsumerOnlyBuffered() throws Exception {
        Session session = startedConnection().createSession();
        Queue queue = newQueue(session);
        sendColoured(session, queue, "red", "blue", "red");
        MessageConsumer any = session.createConsumer(queue);
        assertThat(receiveText(any)).isEqualTo("red 0");

        MessageConsumer blue = session.createConsumer(queue, "colour = 'blue'");
        assertThat(receiveText(blue)).isEqualTo("blue 1");
        assertThat(receiveText(any)).isEqualTo("red 2");
    }

    @Test
    @Spec("SEL-73")
    void aMatchBehindManyOthersIsFound() throws Exception {
        Session session = startedConnection().createSession(Session.SESSION_TRANSACTED);
        Queue queue = newQueue(session);
        MessageProducer producer = session.createProducer(queue);
        for (int i = 0; i < 3_000; i++) {
            Message message = session.createMessage();
            message.setIntProperty("number", i);
            producer.send(message);
        }
        session.commit();

        Message last = session.createConsumer(queue, "number = 2999").receive(PATIENCE_MILLIS);
        assertThat(last.getIntProperty("number")).isEqualTo(2999);
        session.commit();
        Message first = session.createConsumer(queue).receive(PATIENCE_MILLIS);
        assertThat(first.getIntProperty("number")).isZero();
        session.commit();
    }

    @Test
    @Spec({"SEL-72", "ORD-8"})
    void aBrowserShowsOnlyMatchesInOrder() throws Exception {
        Session session = startedConnection().createSession();
        Queue queue = newQueue(session);
        sendColoured(session, queue, "red", "blue", "red");
        try (QueueBrowser browser = session.createBrowser(queue, "colour = 'red'")) {
            assertThat(browser.getMessageSelector()).isEqualTo("colour = 'red'");
            List<Object> shown = listOf(browser.getEnumeration());
            assertThat(shown).hasSize(2);
            assertThat(((TextMessage) shown.get(0)).getText()).isEqualTo("red 0");
            assertThat(((TextMessage) shown.get(1)).getText()).isEqualTo("red 2");
        }
    }

    @Test
    @Spec("SEL-6")
    void theBodyCannotBeSelectedOn() throws Exception {
        Session session = startedConnection().createSession();
        Queue queue = newQueue(session);
        MapMessage map = session.createMapMessage();
        map.setString("colour", "red");
        session.createProducer(queue).send(map);
        MessageConsumer byBody = session.createConsumer(queue, "colour = 'red'");
        MessageConsumer withoutProperty = session.createConsumer(queue, "colour IS NULL");
        assertThat(withoutProperty.receive(PATIENCE_MILLIS)).isInstanceOf(MapMessage.class);
        assertThat(byBody.receiveNoWait()).isNull();
    }

    @Test
    @Spec({"SEL-26", "SEL-15"})
    void datesAreLongMillisecondsAndHeadersCanBeSelectedOn() throws Exception {
        Session session = startedConnection().createSession();
        Queue queue = newQueue(session);
        long before = System.currentTimeMillis();
        TextMessage message = session.createTextMessage("found");
        message.setJMSType("kind");
        message.setJMSCorrelationID("c-1");
        message.setLongProperty("date", 1_700_000_000_000L);
        session.createProducer(queue).send(message);
        String selector =
                "JMSTimestamp >= "
                        + before
                        + " AND date = 1700000000000 AND JMSType = 'kind'"
                        + " AND JMSCorrelationID LIKE 'c-_' AND JMSPriority = 4"
                        + " AND JMSDeliveryMode = 'PERSISTENT' AND JMSMessageID = '"
                        + message.getJMSMessageID()
                        + "'";
        assertThat(receiveText(session.createConsumer(queue, selector))).isEqualTo("found");
        for (String literal : List.of("date = DATE '2026-01-01'", "date = {d '2026-01-01'}")) {
            assertThatThrownBy(() -> session.createConsumer(queue, literal))
                    .isInstanceOf(InvalidSelectorException.class);
        }
    }

    @Test
    @Spec({"SEL-3", "EXC-25"})
    void everyCallThatTakesASelectorChecksIt() throws Exception {
        Connection connection = startedConnection(uniqueName("client"));
        Session session = connection.createSession();
        Queue queue = newQueue(session);
        Topic topic = newTopic(session);
        for (String wrong : List.of("definitely not a message selector!", "a >", "x LIKE 7")) {
            for (Calls.Call creation :
                    List.<Calls.Call>of(
                            () -> session.createConsumer(queue, wrong),
                            () -> session.createConsumer(topic, wrong, true),
                            () -> session.createBrowser(queue, wrong),
                            () -> session.createDurableConsumer(topic, "s", wrong, false),
                            () -> session.createDurableSubscriber(topic, "s", wrong, false),
                            () -> session.createSharedConsumer(topic, "s", wrong),
                            () -> session.createSharedDurableConsumer(topic, "s", wrong))) {
                assertThatThrownBy(creation::run).isInstanceOf(InvalidSelectorException.class);
            }
        }
        JMSContext context = context();
        for (Calls.Call creation :
                List.<Calls.Call>of(
                        () -> context.createConsumer(queue, "a >"),
                        () -> context.createConsumer(topic, "a >", true),
                        () -> context.createBrowser(queue, "a >"),
                        () -> context.createSharedConsumer(topic, "s", "a >"),
                        () -> context.createSharedDurableConsumer(topic, "s", "a >"))) {
            assertThatThrownBy(creation::run).isInstanceOf(InvalidSelectorRuntimeException.class);
        }
    }

    @Test
    @Spec({"SEL-35", "SEL-36", "SEL-51", "SEL-52", "SEL-58", "EXC-25"})
    void whatCanNeverBeTrueIsRefusedAtCreation() throws Exception {
        Session session = connection().createSession();
        Queue queue = newQueue(session);
        for (String wrong :
                List.of(
                        "p > 'foo'",
                        "TRUE = 0",
                        "p BETWEEN 'a' AND 'b'",
                        "p LIKE 7",
                        "p IN (1, 2)",
                        "NULL = 0")) {
            assertThatThrownBy(() -> session.createConsumer(queue, wrong))
                    .as(wrong)
                    .isInstanceOf(InvalidSelectorException.class);
        }
    }

    @Test
    @Spec({"SEL-1", "SEL-2", "CNS-11"})
    void nullEmptyAndBlankMeanNoSelector() throws Exception {
        Session session = startedConnection().createSession();
        Queue queue = newQueue(session);
        for (String none : new String[] {null, "", "  \t"}) {
            try (MessageConsumer consumer = session.createConsumer(queue, none)) {
                assertThat(consumer.getMessageSelector()).isNull();
                send(session, queue, "all");
                assertThat(receiveText(consumer)).isEqualTo("all");
            }
        }
        try (MessageConsumer consumer = session.createConsumer(queue, "a = 1")) {
            assertThat(consumer.getMessageSelector()).isEqualTo("a = 1");
        }
    }

    @Test
    @Spec({"SEL-5", "SEL-16", "SEL-32", "SEL-60"})
    void onlyWhatIsTrueForTheTypeThatWasSetMatches() throws Exception {
        Session session = startedConnection().createSession();
        Topic topic = newTopic(session);
        MessageConsumer number = session.createConsumer(topic, "p > 1");
        MessageConsumer not = session.createConsumer(topic, "NOT (p > 1)");
        MessageConsumer last = session.createConsumer(topic, "p IS NOT NULL");
        MessageProducer producer = session.createProducer(topic);
        Message text = session.createTextMessage("text");
        text.setStringProperty("p", "2");
        Message absent = session.createTextMessage("absent");
        Message matching = session.createTextMessage("number");
        matching.setIntProperty("p", 2);
        producer.send(absent);
        producer.send(text);
        producer.send(matching);

        assertThat(receiveText(number)).isEqualTo("number");
        assertThat(receiveText(last)).isEqualTo("text");
        assertThat(receiveText(last)).isEqualTo("number");
        assertThat(receiveText(not)).isEqualTo("text");
        assertThat(not.receiveNoWait()).isNull();
    }

    private static void sendColoured(Session session, Queue queue, String... colours)
            throws Exception {
        try (MessageProducer producer = session.createProducer(queue)) {
            for (int i = 0; i < colours.length; i++) {
                TextMessage message = session.createTextMessage(colours[i] + " " + i);
                message.setStringProperty("colour", colours[i]);
                producer.send(message);
            }
        }
    }
}
