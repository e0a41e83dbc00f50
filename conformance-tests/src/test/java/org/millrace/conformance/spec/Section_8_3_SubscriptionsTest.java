package org.millrace.conformance.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.Connection;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.Spec;

/** §8.3: the four kinds of topic subscriptions and their identity. */
class Section_8_3_SubscriptionsTest extends SpecTest {
    private final String name = uniqueName("sub");
    private final String clientId = uniqueName("client");

    @Test
    @Spec({"SUB-1", "SUB-2", "MSG-10", "SUB-25"})
    void everySubscriptionGetsItsOwnCopyOfWhatIsSentAfterItExists() throws Exception {
        Session session = startedConnection().createSession(Session.CLIENT_ACKNOWLEDGE);
        Topic topic = newTopic(session);
        send(session, topic, "before");
        MessageConsumer one = session.createConsumer(topic);
        MessageConsumer two = session.createSharedConsumer(topic, name);
        MessageConsumer three = session.createSharedDurableConsumer(topic, uniqueName("sub"));

        send(session, topic, "after");

        for (MessageConsumer consumer : List.of(one, two, three)) {
            assertThat(drainTexts(consumer)).containsExactly("after");
        }
    }

    @Test
    @Spec({"SUB-3", "SUB-1"})
    void aSharedSubscriptionGivesEachMessageToOneConsumer() throws Exception {
        Connection first = startedConnection();
        Connection second = startedConnection();
        Session sender = startedConnection().createSession();
        Topic topic = newTopic(sender);
        MessageConsumer one = first.createSession().createSharedConsumer(topic, name);
        MessageConsumer two = second.createSession().createSharedConsumer(topic, name);

        send(sender, topic, "a", "b", "c", "d");

        List<String> all = new ArrayList<>(drainTexts(one));
        all.addAll(drainTexts(two));
        assertThat(all).containsExactlyInAnyOrder("a", "b", "c", "d");
    }

    @Test
    @Spec("SUB-4")
    void sharedConsumersThatReceiveInTurnEachGetTheNextMessage() throws Exception {
        Session session = startedConnection().createSession();
        Topic topic = newTopic(session);
        MessageConsumer one = session.createSharedConsumer(topic, name);
        MessageConsumer two = session.createSharedConsumer(topic, name);

        send(session, topic, "first");
        assertThat(receiveText(one)).isEqualTo("first");
        send(session, topic, "second");
        assertThat(receiveText(two)).isEqualTo("second");
        assertThat(one.receive(SILENCE_MILLIS)).isNull();
    }

    @Test
    @Spec({"SUB-11", "SUB-15", "REL-8", "RCV-6"})
    void aDurableSubscriptionKeepsWhatIsSentWhileNobodyListens() throws Exception {
        Session sender = startedConnection().createSession();
        Topic topic = newTopic(sender);
        Connection connection = startedConnection(clientId);
        connection.createSession().createDurableConsumer(topic, name).close();
        connection.close();
        send(sender, topic, "kept", "too");

        Connection again = startedConnection(clientId);
        Session session = again.createSession(Session.CLIENT_ACKNOWLEDGE);
        MessageConsumer consumer = session.createDurableConsumer(topic, name);
        assertThat(receiveText(consumer)).isEqualTo("kept");
        again.close();

        Session last = startedConnection(clientId).createSession();
        MessageConsumer resumed = last.createDurableConsumer(topic, name);
        var first = resumed.receive(PATIENCE_MILLIS);
        assertThat(first.getBody(String.class)).isEqualTo("kept");
        assertThat(first.getJMSRedelivered()).isTrue();
        assertThat(receiveText(resumed)).isEqualTo("too");
        resumed.close();
        last.unsubscribe(name);
    }

    @Test
    @Spec({"SUB-6", "EXC-26"})
    void anUnsharedDurableSubscriptionNeedsAClientId() throws Exception {
        Session session = connection().createSession();
        Topic topic = newTopic(session);
        assertThatThrownBy(() -> session.createDurableConsumer(topic, name))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> session.createDurableConsumer(topic, name, null, true))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> session.createDurableSubscriber(topic, name))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    @Spec("SUB-5")
    void theSameNameWithAndWithoutClientIdIsTwoSubscriptions() throws Exception {
        Session anonymous = startedConnection().createSession();
        Session named = startedConnection(clientId).createSession();
        Topic topic = newTopic(anonymous);
        MessageConsumer one = anonymous.createSharedDurableConsumer(topic, name);
        MessageConsumer two = named.createSharedDurableConsumer(topic, name);

        send(anonymous, topic, "for both");

        assertThat(receiveText(one)).isEqualTo("for both");
        assertThat(receiveText(two)).isEqualTo("for both");
    }

    @Test
    @Spec({"SUB-7", "EXC-28"})
    void sharedAndUnsharedDurableOfOneIdentityCannotCoexist() throws Exception {
        Session session = startedConnection(clientId).createSession();
        Topic topic = newTopic(session);
        session.createDurableConsumer(topic, name).close();
        assertThatThrownBy(() -> session.createSharedDurableConsumer(topic, name))
                .isInstanceOf(JMSException.class);
        session.unsubscribe(name);
        session.createSharedDurableConsumer(topic, name).close();
        assertThatThrownBy(() -> session.createDurableConsumer(topic, name))
                .isInstanceOf(JMSException.class);
        session.unsubscribe(name);
    }

    @Test
    @Spec("SUB-8")
    void aDurableAndASharedNonDurableOfOneNameAreUnrelated() throws Exception {
        Session session = startedConnection(clientId).createSession();
        Topic topic = newTopic(session);
        MessageConsumer durable = session.createDurableConsumer(topic, name);
        MessageConsumer shared = session.createSharedConsumer(topic, name);

        send(session, topic, "for both");

        assertThat(receiveText(durable)).isEqualTo("for both");
        assertThat(receiveText(shared)).isEqualTo("for both");
    }

    @Test
    @Spec({"SUB-9", "EXC-27"})
    void aSecondConsumerOnAnActiveUnsharedDurableSubscriptionIsRefused() throws Exception {
        Session session = startedConnection(clientId).createSession();
        Topic topic = newTopic(session);
        session.createDurableConsumer(topic, name);
        assertThatThrownBy(() -> session.createDurableConsumer(topic, name))
                .isInstanceOf(JMSException.class);
        assertThatThrownBy(() -> session.createDurableConsumer(topic, name, "x = 1", false))
                .isInstanceOf(JMSException.class);
    }

    @Test
    @Spec({"SUB-10", "SEL-71"})
    void changingSelectorOrTopicOfAnInactiveDurableSubscriptionStartsItAnew() throws Exception {
        Session session = startedConnection(clientId).createSession();
        Topic topic = newTopic(session);
        session.createDurableConsumer(topic, name).close();
        send(session, topic, "old");

        MessageConsumer selective =
                session.createDurableConsumer(topic, name, "colour = 'red'", false);
        assertThat(selective.receive(SILENCE_MILLIS)).isNull();
        selective.close();
        send(session, topic, "not red");
        MessageConsumer everything = session.createDurableConsumer(topic, name);
        assertThat(everything.receive(SILENCE_MILLIS)).isNull();
        everything.close();
        send(session, topic, "kept");
        Topic elsewhere = newTopic(session);
        MessageConsumer moved = session.createDurableConsumer(elsewhere, name);
        send(session, elsewhere, "new topic");
        assertThat(drainTexts(moved)).containsExactly("new topic");
    }

    @Test
    @Spec({"SUB-1", "EXC-29"})
    void anActiveSharedSubscriptionRefusesAnotherSelectorOrTopic() throws Exception {
        Session session = startedConnection().createSession();
        Topic topic = newTopic(session);
        Topic elsewhere = newTopic(session);
        session.createSharedConsumer(topic, name);
        session.createSharedDurableConsumer(topic, name);
        assertThatThrownBy(() -> session.createSharedConsumer(topic, name, "x = 1"))
                .isInstanceOf(JMSException.class);
        assertThatThrownBy(() -> session.createSharedConsumer(elsewhere, name))
                .isInstanceOf(JMSException.class);
        assertThatThrownBy(() -> session.createSharedDurableConsumer(topic, name, "x = 1"))
                .isInstanceOf(JMSException.class);
        assertThatThrownBy(() -> session.createSharedDurableConsumer(elsewhere, name))
                .isInstanceOf(JMSException.class);
    }

    @Test
    @Spec({"SUB-13", "SUB-14", "SUB-16", "EXC-31", "EXC-32"})
    void unsubscribeDeletesWhatIsInactiveAndKnown() throws Exception {
        Session session = startedConnection(clientId).createSession();
        Topic topic = newTopic(session);
        MessageConsumer consumer = session.createDurableConsumer(topic, name);
        assertThatThrownBy(() -> session.unsubscribe(name))
                .isInstanceOf(IllegalStateException.class);
        consumer.close();
        send(session, topic, "lost with the subscription");
        session.unsubscribe(name);
        assertThatThrownBy(() -> session.unsubscribe(name))
                .isInstanceOf(InvalidDestinationException.class);
        assertThat(session.createDurableConsumer(topic, name).receive(SILENCE_MILLIS)).isNull();

        String shared = uniqueName("sub");
        session.createSharedConsumer(topic, shared);
        assertThatThrownBy(() -> session.unsubscribe(shared))
                .isInstanceOf(InvalidDestinationException.class);
    }

    @Test
    @Spec("SUB-17")
    void subscriptionNamesMayBeLongAndOfAnyLetters() throws Exception {
        Session session = startedConnection(clientId).createSession();
        Topic topic = newTopic(session);
        for (String strange : List.of("a".repeat(128), "Größe_1.2-x", "注文-" + name)) {
            session.createDurableConsumer(topic, strange).close();
            send(session, topic, strange);
            MessageConsumer again = session.createDurableConsumer(topic, strange);
            assertThat(receiveText(again)).isEqualTo(strange);
            again.close();
            session.unsubscribe(strange);
        }
    }

    @Test
    @Spec("SUB-18")
    void anEmptySubscriptionNameIsRefused() throws Exception {
        Session session = startedConnection(clientId).createSession();
        Topic topic = newTopic(session);
        for (String none : new String[] {null, ""}) {
            assertThatThrownBy(() -> session.createDurableConsumer(topic, none))
                    .isInstanceOf(JMSException.class);
            assertThatThrownBy(() -> session.createSharedConsumer(topic, none))
                    .isInstanceOf(JMSException.class);
            assertThatThrownBy(() -> session.createSharedDurableConsumer(topic, none))
                    .isInstanceOf(JMSException.class);
        }
    }

    @Test
    @Spec("SUB-20")
    void noLocalHidesWhatTheOwnConnectionSends() throws Exception {
        Connection connection = startedConnection();
        Session session = connection.createSession();
        Topic topic = newTopic(session);
        MessageConsumer consumer = session.createConsumer(topic, null, true);
        send(connection.createSession(), topic, "own");
        Session other = startedConnection().createSession();
        send(other, topic, "foreign");

        assertThat(drainTexts(consumer)).containsExactly("foreign");
    }

    @Test
    @Spec("SUB-21")
    void durableNoLocalHidesWhatTheSameClientIdSendsEvenWhileInactive() throws Exception {
        Connection connection = startedConnection(clientId);
        Session session = connection.createSession();
        Topic topic = newTopic(session);
        session.createDurableConsumer(topic, name, null, true).close();
        send(session, topic, "own");
        connection.close();
        Connection again = startedConnection(clientId);
        Session resumed = again.createSession();
        send(resumed, topic, "own, other connection");
        Session other = startedConnection().createSession();
        send(other, topic, "foreign");

        assertThat(drainTexts(resumed.createDurableConsumer(topic, name, null, true)))
                .containsExactly("foreign");
    }

    @Test
    @Spec({"TMP-7", "EXC-30"})
    void durableSubscriptionsOnTemporaryTopicsAreRefused() throws Exception {
        Session session = startedConnection(clientId).createSession();
        Topic temporary = session.createTemporaryTopic();
        assertThatThrownBy(() -> session.createDurableConsumer(temporary, name))
                .isInstanceOf(InvalidDestinationException.class);
        assertThatThrownBy(() -> session.createSharedDurableConsumer(temporary, name))
                .isInstanceOf(InvalidDestinationException.class);
    }

    @Test
    @Spec({"CNS-6", "EXC-24", "SUB-1"})
    void nullTopicsAreRefused() throws Exception {
        Session session = startedConnection(clientId).createSession();
        assertThatThrownBy(() -> session.createConsumer(null))
                .isInstanceOf(InvalidDestinationException.class);
        assertThatThrownBy(() -> session.createDurableConsumer(null, name))
                .isInstanceOf(InvalidDestinationException.class);
        assertThatThrownBy(() -> session.createDurableSubscriber(null, name))
                .isInstanceOf(InvalidDestinationException.class);
        assertThatThrownBy(() -> session.createSharedConsumer(null, name))
                .isInstanceOf(InvalidDestinationException.class);
        assertThatThrownBy(() -> session.createSharedDurableConsumer(null, name))
                .isInstanceOf(InvalidDestinationException.class);
        assertThatThrownBy(() -> session.createBrowser(null))
                .isInstanceOf(InvalidDestinationException.class);
    }

    private static void send(Session session, Topic topic, String... texts) throws JMSException {
        try (MessageProducer producer = session.createProducer(topic)) {
            for (String text : texts) {
                producer.send(session.createTextMessage(text));
            }
        }
    }
}
