package org.millrace.conformance.spec;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.Connection;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import jakarta.jms.TopicSubscriber;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.Spec;
import org.millrace.jms.MillraceConnectionFactory;

/** §8.5 to §8.8: receiving, listeners that fail, closing consumers. */
class Section_8_5_ReceivingTest extends SpecTest {

    @Test
    @Spec("CNS-1")
    void receiveWithoutLimitWaitsUntilSomethingComes() throws Exception {
        Session session = startedConnection().createSession();
        Queue queue = newQueue(session);
        for (boolean zero : new boolean[] {true, false}) {
            MessageConsumer consumer = session.createConsumer(queue);
            CompletableFuture<Message> received =
                    Calls.later(() -> zero ? consumer.receive(0) : consumer.receive());
            assertThat(received).isNotDone();
            Session sender = startedConnection().createSession();
            send(sender, queue, "at last");
            assertThat(Calls.soon(received).getBody(String.class)).isEqualTo("at last");
            consumer.close();
        }
    }

    @Test
    @Spec({"CNS-1", "CNS-3"})
    void receiveWithALimitGivesUpAndNoWaitDoesNotWait() throws Exception {
        Session session = startedConnection().createSession();
        MessageConsumer consumer = session.createConsumer(newQueue(session));
        long start = System.nanoTime();
        assertThat(consumer.receive(100)).isNull();
        assertThat(System.nanoTime() - start).isGreaterThan(95_000_000L);
        start = System.nanoTime();
        assertThat(consumer.receiveNoWait()).isNull();
        assertThat(consumer.receive(-1)).isNull();
        assertThat(System.nanoTime() - start).isLessThan(PATIENCE_MILLIS * 1_000_000 / 2);
    }

    @Test
    @Spec("CNS-1")
    void receiveNoWaitFindsWhatIsAlreadyInTheQueue() throws Exception {
        Session sender = startedConnection().createSession();
        Queue queue = newQueue(sender);
        for (int i = 0; i < 10; i++) {
            send(sender, queue, "there");
            Session session = startedConnection().createSession();
            assertThat(session.createConsumer(queue).receiveNoWait()).isNotNull();
        }
    }

    @Test
    @Spec({"CNS-7", "ACK-2", "THR-8"})
    void aListenerMayCloseItsConsumerAndItsMessageIsAcknowledged() throws Exception {
        Connection connection = connection();
        Session session = connection.createSession();
        Queue queue = newQueue(session);
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        MessageConsumer consumer = session.createConsumer(queue);
        consumer.setMessageListener(message -> heard.add(Calls.outcomeOf(consumer::close)));
        Session other = startedConnection().createSession();
        send(other, queue, "1", "2");
        connection.start();
        assertThat(heard.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isEqualTo("done");
        connection.close();
        assertThat(heard).isEmpty();
        Message next = other.createConsumer(queue).receive(PATIENCE_MILLIS);
        assertThat(next.getBody(String.class)).isEqualTo("2");
        assertThat(next.getJMSRedelivered()).isFalse();
    }

    @Test
    @Spec("CNS-7")
    void closeWaitsForTheListenerThatRuns() throws Exception {
        Connection connection = connection();
        Session session = connection.createSession();
        Queue queue = newQueue(session);
        CompletableFuture<String> entered = new CompletableFuture<>();
        CompletableFuture<String> release = new CompletableFuture<>();
        CompletableFuture<String> left = new CompletableFuture<>();
        MessageConsumer consumer = session.createConsumer(queue);
        consumer.setMessageListener(
                message -> {
                    entered.complete("entered");
                    release.join();
                    left.complete("left");
                });
        connection.start();
        send(startedConnection().createSession(), queue, "m");
        Calls.soon(entered);
        CompletableFuture<Boolean> leftBeforeClosed =
                Calls.later(
                        () -> {
                            consumer.close();
                            return left.isDone();
                        });
        assertThat(leftBeforeClosed).isNotDone();
        release.complete("go");
        assertThat(Calls.soon(leftBeforeClosed)).isTrue();
    }

    @Test
    @Spec({"CNS-8", "CNS-10", "TX-11"})
    void closingAConsumerLeavesItsDeliveriesToTheSession() throws Exception {
        Connection connection = startedConnection();
        Session session = connection.createSession(Session.SESSION_TRANSACTED);
        Queue queue = newQueue(session);
        send(session, queue, "a");
        session.commit();
        MessageConsumer consumer = session.createConsumer(queue);
        assertThat(receiveText(consumer)).isEqualTo("a");
        consumer.close();
        session.rollback();
        MessageConsumer next = session.createConsumer(queue);
        Message again = next.receive(PATIENCE_MILLIS);
        assertThat(again.getJMSRedelivered()).isTrue();
        assertThat(again.getIntProperty("JMSXDeliveryCount")).isEqualTo(2);
        next.close();
        session.commit();
        assertThat(session.createConsumer(queue).receiveNoWait()).isNull();

        Session client = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        send(client, queue, "b");
        MessageConsumer closed = client.createConsumer(queue);
        Message message = closed.receive(PATIENCE_MILLIS);
        closed.close();
        message.acknowledge();
        client.close();
        assertThat(session.createConsumer(queue).receiveNoWait()).isNull();
    }

    @Test
    @Spec({"CNS-11", "LEG-10"})
    void aConsumerSaysWhatItWasMadeWith() throws Exception {
        Session session = startedConnection(uniqueName("client")).createSession();
        Topic topic = newTopic(session);
        TopicSubscriber local = session.createDurableSubscriber(topic, "one");
        assertThat(local.getTopic()).isEqualTo(topic);
        assertThat(local.getNoLocal()).isFalse();
        assertThat(local.getMessageSelector()).isNull();
        TopicSubscriber remote = session.createDurableSubscriber(topic, "two", "a = 1", true);
        assertThat(remote.getNoLocal()).isTrue();
        assertThat(remote.getMessageSelector()).isEqualTo("a = 1");
        assertThat(remote.getMessageListener()).isNull();
    }

    @Test
    @Spec("CNS-12")
    void noLocalMeansNothingOnAQueue() throws Exception {
        Session session = startedConnection().createSession();
        Queue queue = newQueue(session);
        MessageConsumer consumer = session.createConsumer(queue, null, true);
        send(session, queue, "own");
        assertThat(receiveText(consumer)).isEqualTo("own");
    }

    @Test
    @Spec({"ACK-5", "ACK-8"})
    void dupsOkAcknowledgesAtTheLatestWhenTheSessionCloses() throws Exception {
        Connection connection = startedConnection();
        Session session = connection.createSession(Session.DUPS_OK_ACKNOWLEDGE);
        Queue queue = newQueue(session);
        send(session, queue, "a", "b", "c");
        MessageConsumer consumer = session.createConsumer(queue);
        assertThat(receiveText(consumer)).isEqualTo("a");
        assertThat(receiveText(consumer)).isEqualTo("b");
        session.close();
        MessageConsumer next = connection.createSession().createConsumer(queue);
        Message third = next.receive(PATIENCE_MILLIS);
        assertThat(third.getBody(String.class)).isEqualTo("c");
        assertThat(third.getJMSRedelivered()).isFalse();
    }

    @Test
    @Spec({"LSE-4", "LSE-1"})
    void anErrorInAListenerDoesNotEndItsSession() throws Exception {
        Connection connection = connection();
        Session session = connection.createSession();
        Queue queue = newQueue(session);
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        session.createConsumer(queue)
                .setMessageListener(
                        message -> {
                            heard.add(
                                    Calls.outcomeOf(message::acknowledge)
                                            + flag(message)
                                            + text(message));
                            if (flag(message).equals(" false ")) {
                                throw new AssertionError("the listener fails on purpose");
                            }
                        });
        connection.start();
        send(startedConnection().createSession(), queue, "a");
        for (String expected : List.of("done false a", "done true a")) {
            assertThat(heard.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isEqualTo(expected);
        }
    }

    private static String flag(Message message) {
        try {
            return " " + message.getJMSRedelivered() + " ";
        } catch (jakarta.jms.JMSException broken) {
            return broken.toString();
        }
    }

    private static String text(Message message) {
        try {
            return message.getBody(String.class);
        } catch (jakarta.jms.JMSException broken) {
            return broken.toString();
        }
    }

    @Test
    @Spec({"SUB-22", "RCV-6"})
    void aNonDurableSubscriptionTakesItsMessagesWithIt() throws Exception {
        Session session = startedConnection().createSession(Session.CLIENT_ACKNOWLEDGE);
        Topic topic = newTopic(session);
        String name = uniqueName("sub");
        MessageConsumer shared = session.createSharedConsumer(topic, name);
        MessageConsumer unshared = session.createConsumer(topic);
        send(session, topic, "received", "buffered");
        assertThat(receiveText(shared)).isEqualTo("received");
        assertThat(receiveText(unshared)).isEqualTo("received");
        session.recover();
        Message again = unshared.receive(PATIENCE_MILLIS);
        assertThat(again.getJMSRedelivered()).isTrue();
        shared.close();
        unshared.close();
        session.close();

        Session next = startedConnection().createSession();
        MessageConsumer anew = next.createSharedConsumer(topic, name);
        send(next, topic, "new");
        assertThat(receiveText(anew)).isEqualTo("new");
    }

    @Test
    @Spec({"SUB-19", "SUB-24", "SUB-11"})
    void durableSubscriptionsComeAndGoWithTheApplication() throws Exception {
        Session session = startedConnection(uniqueName("client")).createSession();
        Topic topic = newTopic(session);
        session.createDurableConsumer(topic, "s", "", false).close();
        send(session, topic, "kept");
        MessageConsumer same =
                session.createDurableConsumer(
                        session.createTopic(topic.getTopicName()), "s", null, false);
        assertThat(receiveText(same)).isEqualTo("kept");
        same.close();
        session.unsubscribe("s");
        MessageConsumer anew = session.createDurableConsumer(topic, "s");
        send(session, topic, "new");
        assertThat(receiveText(anew)).isEqualTo("new");
    }

    @Test
    @Spec({"SUB-12", "SUB-14"})
    void aDurableSubscriptionThatASessionOwesSomethingStaysWithIt() throws Exception {
        Connection connection = startedConnection(uniqueName("client"));
        Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        Topic topic = newTopic(session);
        MessageConsumer consumer = session.createDurableConsumer(topic, "s");
        send(session, topic, "a");
        assertThat(receiveText(consumer)).isEqualTo("a");
        consumer.close();
        Session other = connection.createSession();
        assertThat(Calls.outcomeOf(() -> other.createDurableConsumer(topic, "s")))
                .endsWith("Exception");
        assertThat(Calls.outcomeOf(() -> other.unsubscribe("s")))
                .isEqualTo("IllegalStateException");
        session.close();
        Message again = other.createDurableConsumer(topic, "s").receive(PATIENCE_MILLIS);
        assertThat(again.getJMSRedelivered()).isTrue();
    }

    @Test
    @Spec({"QUE-3", "CNS-1"})
    void withoutPrefetchEveryMessageIsFetchedOnDemand() throws Exception {
        for (int prefetch = 0; prefetch < 2; prefetch++) {
            Connection connection =
                    closedAfterwards(
                            new MillraceConnectionFactory(uri() + "?prefetch=" + prefetch)
                                    .createConnection());
            connection.start();
            Session session = connection.createSession();
            Queue queue = newQueue(session);
            MessageConsumer consumer = session.createConsumer(queue);
            assertThat(consumer.receiveNoWait()).isNull();
            send(session, queue, "1", "2", "3", "4", "5", "6");
            assertThat(consumer.receiveNoWait()).isNotNull();
            assertThat(receiveText(consumer)).isEqualTo("2");
            MessageConsumer other = session.createConsumer(queue);
            assertThat(receiveText(other)).isEqualTo("3");
            other.close();
            assertThat(receiveText(consumer)).isEqualTo("4");
            consumer.close();
            BlockingQueue<String> heard = new LinkedBlockingQueue<>();
            session.createConsumer(queue).setMessageListener(message -> heard.add(text(message)));
            assertThat(heard.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isEqualTo("5");
            assertThat(heard.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isEqualTo("6");
        }
    }
}
