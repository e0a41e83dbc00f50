package org.millrace.conformance.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.Connection;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageNotWriteableException;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.Spec;

/** §4.1: queues, and browsers that look at them. */
class Section_4_1_QueuesAndBrowsersTest extends SpecTest {

    @Test
    @Spec({"QUE-1", "QUE-2", "ORD-9"})
    void everyMessageGoesToOneConsumerEvenIfSentBeforeThereWasAny() throws Exception {
        Session sender = connection().createSession();
        Queue queue = newQueue(sender);
        List<String> sent = numbered(40);
        send(sender, queue, sent.toArray(String[]::new));
        MessageConsumer one = startedConnection().createSession().createConsumer(queue);
        MessageConsumer two = startedConnection().createSession().createConsumer(queue);

        List<String> ofOne = new ArrayList<>();
        List<String> ofTwo = new ArrayList<>();
        while (ofOne.size() + ofTwo.size() < sent.size()) {
            take(one, ofOne);
            take(two, ofTwo);
        }
        assertThat(one.receiveNoWait()).isNull();
        assertThat(two.receiveNoWait()).isNull();
        List<String> all = new ArrayList<>(ofOne);
        all.addAll(ofTwo);
        assertThat(all).containsExactlyInAnyOrderElementsOf(sent);
        assertThat(ofOne).isSorted();
        assertThat(ofTwo).isSorted();
    }

    private static void take(MessageConsumer consumer, List<String> into) throws Exception {
        TextMessage message = (TextMessage) consumer.receiveNoWait();
        if (message != null) {
            into.add(message.getText());
        }
    }

    @Test
    @Spec({"ORD-9", "QUE-1"})
    void listenersOfOneQueueEachHearTheirShareInOrder() throws Exception {
        Session sender = startedConnection().createSession();
        Queue queue = newQueue(sender);
        List<List<String>> shares = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            List<String> share = new CopyOnWriteArrayList<>();
            shares.add(share);
            startedConnection()
                    .createSession()
                    .createConsumer(queue)
                    .setMessageListener(
                            message ->
                                    Calls.outcomeOf(
                                            () -> share.add(message.getBody(String.class))));
        }
        List<String> sent = numbered(300);
        send(sender, queue, sent.toArray(String[]::new));
        await("all are heard", () -> shares.stream().mapToInt(List::size).sum() == 300);
        List<String> all = new ArrayList<>();
        for (List<String> share : shares) {
            assertThat(share).isSorted();
            all.addAll(share);
        }
        assertThat(all).containsExactlyInAnyOrderElementsOf(sent);
    }

    @Test
    @Spec("QUE-3")
    void anIdleConsumerGetsWorkAlthoughAnotherHasBufferedAll() throws Exception {
        Connection connection = startedConnection();
        Session sender = connection.createSession();
        Queue queue = newQueue(sender);
        Session hoarder = startedConnection().createSession();
        MessageConsumer first = hoarder.createConsumer(queue);
        send(sender, queue, numbered(50).toArray(String[]::new));
        assertThat(receiveText(first)).isEqualTo("m0000");

        Message work =
                startedConnection().createSession().createConsumer(queue).receive(PATIENCE_MILLIS);
        assertThat(work).isNotNull();
        assertThat(work.getJMSRedelivered()).isFalse();
    }

    @Test
    @Spec({"BRW-1", "ORD-8", "BRW-3"})
    void aBrowserTakesNothingAndShowsTheOrderOfReceiving() throws Exception {
        Session session = startedConnection().createSession();
        Queue queue = newQueue(session);
        send(session, queue, "a", "b", "c");
        try (QueueBrowser browser = session.createBrowser(queue)) {
            assertThat(browser.getQueue()).isEqualTo(queue);
            assertThat(browser.getMessageSelector()).isNull();
            assertThat(textsOf(browser)).containsExactly("a", "b", "c");
            assertThat(textsOf(browser)).containsExactly("a", "b", "c");
        }
        MessageConsumer consumer = session.createConsumer(queue);
        for (String expected : List.of("a", "b", "c")) {
            TextMessage message = (TextMessage) consumer.receive(PATIENCE_MILLIS);
            assertThat(message.getText()).isEqualTo(expected);
            assertThat(message.getJMSRedelivered()).isFalse();
            assertThat(message.getIntProperty("JMSXDeliveryCount")).isEqualTo(1);
        }
        try (QueueBrowser browser = session.createBrowser(queue)) {
            assertThat(textsOf(browser)).isEmpty();
        }
    }

    @Test
    @Spec("BRW-1")
    void aConsumerReceivesWhileABrowserIsOpen() throws Exception {
        Session session = startedConnection().createSession();
        Queue queue = newQueue(session);
        send(session, queue, "a", "b");
        try (QueueBrowser browser = session.createBrowser(queue)) {
            Enumeration<?> messages = browser.getEnumeration();
            assertThat(messages.hasMoreElements()).isTrue();
            MessageConsumer consumer = session.createConsumer(queue);
            assertThat(receiveText(consumer)).isEqualTo("a");
            assertThat(receiveText(consumer)).isEqualTo("b");
        }
    }

    @Test
    @Spec("BRW-2")
    void browsingNeedsNoStart() throws Exception {
        Session session = connection().createSession();
        Queue queue = newQueue(session);
        send(session, queue, "a");
        try (QueueBrowser browser = session.createBrowser(queue)) {
            assertThat(textsOf(browser)).containsExactly("a");
        }
    }

    @Test
    @Spec("BRW-4")
    void aBrowserDoesNotShowWhatAConsumerHolds() throws Exception {
        Session session = startedConnection().createSession(Session.CLIENT_ACKNOWLEDGE);
        Queue queue = newQueue(session);
        send(session, queue, "held");
        MessageConsumer consumer = session.createConsumer(queue);
        assertThat(receiveText(consumer)).isEqualTo("held");
        consumer.close();
        send(session, queue, "shown");
        try (QueueBrowser browser = startedConnection().createSession().createBrowser(queue)) {
            assertThat(textsOf(browser)).containsExactly("shown");
        }
    }

    @Test
    @Spec("BRW-5")
    void anEnumerationEnds() throws Exception {
        Session session = startedConnection().createSession();
        Queue queue = newQueue(session);
        try (QueueBrowser browser = session.createBrowser(queue)) {
            Enumeration<?> nothing = browser.getEnumeration();
            assertThat(nothing.hasMoreElements()).isFalse();
            assertThatThrownBy(nothing::nextElement).isInstanceOf(NoSuchElementException.class);
            send(session, queue, "a");
            Enumeration<?> one = browser.getEnumeration();
            assertThat(((TextMessage) one.nextElement()).getText()).isEqualTo("a");
            assertThat(one.hasMoreElements()).isFalse();
            assertThatThrownBy(one::nextElement).isInstanceOf(NoSuchElementException.class);
        }
    }

    @Test
    @Spec({"BRW-5", "ORD-8"})
    void aBrowserShowsMoreThanFitsInOneAnswer() throws Exception {
        Session session = startedConnection().createSession(Session.SESSION_TRANSACTED);
        Queue queue = newQueue(session);
        List<String> sent = numbered(1_200);
        send(session, queue, sent.toArray(String[]::new));
        session.commit();
        try (QueueBrowser browser = session.createBrowser(queue)) {
            assertThat(textsOf(browser)).containsExactlyElementsOf(sent);
        }
    }

    @Test
    @Spec("BRW-6")
    void browsedMessagesAreReadOnlyAndAcknowledgingThemDoesNothing() throws Exception {
        Session session = startedConnection().createSession(Session.CLIENT_ACKNOWLEDGE);
        Queue queue = newQueue(session);
        send(session, queue, "a");
        try (QueueBrowser browser = session.createBrowser(queue)) {
            TextMessage shown = (TextMessage) browser.getEnumeration().nextElement();
            assertThatThrownBy(() -> shown.setText("b"))
                    .isInstanceOf(MessageNotWriteableException.class);
            assertThatThrownBy(() -> shown.setIntProperty("p", 1))
                    .isInstanceOf(MessageNotWriteableException.class);
            shown.acknowledge();
        }
        assertThat(receiveText(session.createConsumer(queue))).isEqualTo("a");
    }

    private static List<String> textsOf(QueueBrowser browser) throws Exception {
        List<String> texts = new ArrayList<>();
        for (Object message : listOf(browser.getEnumeration())) {
            texts.add(((TextMessage) message).getText());
        }
        return texts;
    }

    private static List<String> numbered(int count) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            texts.add("m%04d".formatted(i));
        }
        return texts;
    }
}
