package org.millrace.conformance.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.Connection;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageListener;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.Spec;

/** §6.2.5, §6.2.6, §6.2.13: threads and listeners of a session. */
class Section_6_2_5_ThreadsTest extends SpecTest {

    /** Notices when it is entered by two threads at once. */
    private static final class Counting implements MessageListener {
        final AtomicInteger inside = new AtomicInteger();
        final AtomicInteger most = new AtomicInteger();
        final AtomicInteger calls = new AtomicInteger();

        @Override
        public void onMessage(Message message) {
            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
            for (int i = 0; i < 50; i++) {
                Thread.yield();
            }
            inside.decrementAndGet();
            calls.incrementAndGet();
        }
    }

    @Test
    @Spec({"THR-1", "THR-2"})
    void aSessionRunsOneListenerAtATime() throws Exception {
        Connection connection = connection();
        Session session = connection.createSession();
        Counting listener = new Counting();
        Session sender = startedConnection().createSession();
        List<Queue> queues = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Queue queue = newQueue(session);
            queues.add(queue);
            session.createConsumer(queue).setMessageListener(listener);
        }
        connection.start();
        for (int i = 0; i < 20; i++) {
            for (Queue queue : queues) {
                send(sender, queue, "m");
            }
        }
        await("all are heard", () -> listener.calls.get() == 60);
        assertThat(listener.most).hasValue(1);
    }

    @Test
    @Spec("THR-4")
    void receiveBesideAListenerOfTheSameSessionIsRefused() throws Exception {
        Connection connection = startedConnection();
        Session session = connection.createSession();
        MessageConsumer listening = session.createConsumer(newQueue(session));
        listening.setMessageListener(message -> {});
        assertThatThrownBy(() -> listening.receive(1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(listening::receiveNoWait).isInstanceOf(IllegalStateException.class);
    }

    @Test
    @Spec("THR-6")
    void listenersCanBeAddedToAStartedContext() throws Exception {
        JMSContext context = context();
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        List<Queue> queues = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Queue queue = context.createQueue(uniqueName("queue"));
            queues.add(queue);
            context.createConsumer(queue)
                    .setMessageListener(
                            message -> heard.add(String.valueOf(queues.indexOf(queue))));
            JMSContext sender = context();
            for (Queue known : queues) {
                sender.createProducer().send(known, "m");
            }
        }
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            all.add(heard.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS));
        }
        assertThat(all).containsExactlyInAnyOrder("0", "0", "0", "1", "1", "2");
    }

    @Test
    @Spec("THR-6")
    void contextsCanBeMadeAndClosedByManyThreads() throws Exception {
        JMSContext context = context();
        Queue queue = context.createQueue(uniqueName("queue"));
        List<CompletableFuture<String>> outcomes = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            outcomes.add(
                    Calls.outcomeLater(
                            () -> {
                                JMSContext own = context.createContext(JMSContext.AUTO_ACKNOWLEDGE);
                                own.createProducer().send(queue, "m");
                                own.close();
                            }));
        }
        for (CompletableFuture<String> outcome : outcomes) {
            assertThat(Calls.soon(outcome)).isEqualTo("done");
        }
        JMSConsumer consumer = context.createConsumer(queue);
        for (int i = 0; i < 8; i++) {
            assertThat(consumer.receive(PATIENCE_MILLIS)).isNotNull();
        }
    }

    @Test
    @Spec({"THR-7", "CNS-11"})
    void aListenerCanBeTakenAwayAgain() throws Exception {
        Connection connection = startedConnection();
        Session session = connection.createSession();
        Queue queue = newQueue(session);
        MessageConsumer consumer = session.createConsumer(queue);
        assertThat(consumer.getMessageListener()).isNull();
        MessageListener listener = message -> {};
        consumer.setMessageListener(listener);
        assertThat(consumer.getMessageListener()).isSameAs(listener);
        consumer.setMessageListener(null);
        assertThat(consumer.getMessageListener()).isNull();
        Session sender = startedConnection().createSession();
        send(sender, queue, "received");
        assertThat(receiveText(consumer)).isEqualTo("received");
    }

    @Test
    @Spec({"THR-8", "TX-2"})
    void aListenerMayUseItsWholeSession() throws Exception {
        Connection connection = connection();
        Session session = connection.createSession(Session.SESSION_TRANSACTED);
        Queue input = newQueue(session);
        Queue output = newQueue(session);
        AtomicInteger attempts = new AtomicInteger();
        CompletableFuture<String> outcome = new CompletableFuture<>();
        session.createConsumer(input)
                .setMessageListener(
                        message -> {
                            String done =
                                    Calls.outcomeOf(
                                            () -> {
                                                MessageProducer producer =
                                                        session.createProducer(output);
                                                producer.send(
                                                        session.createTextMessage(
                                                                "reply "
                                                                        + attempts
                                                                                .incrementAndGet()));
                                                producer.close();
                                                if (attempts.get() == 1) {
                                                    session.rollback();
                                                } else {
                                                    session.commit();
                                                }
                                            });
                            if (attempts.get() > 1 || !done.equals("done")) {
                                outcome.complete(done);
                            }
                        });
        connection.start();
        Session other = startedConnection().createSession();
        send(other, input, "request");

        assertThat(Calls.soon(outcome)).isEqualTo("done");
        MessageConsumer consumer = other.createConsumer(output);
        assertThat(receiveText(consumer)).isEqualTo("reply 2");
        assertThat(consumer.receiveNoWait()).isNull();
    }

    @Test
    @Spec({"THR-8", "MAK-1"})
    void aListenerMayAcknowledgeAndRecover() throws Exception {
        Connection connection = connection();
        Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        Queue queue = newQueue(session);
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        session.createConsumer(queue)
                .setMessageListener(
                        message ->
                                heard.add(
                                        Calls.outcomeOf(
                                                () -> {
                                                    if (message.getJMSRedelivered()) {
                                                        message.acknowledge();
                                                    } else {
                                                        session.recover();
                                                    }
                                                })));
        connection.start();
        Connection other = startedConnection();
        Session sender = other.createSession();
        send(sender, queue, "m");
        assertThat(heard.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isEqualTo("done");
        assertThat(heard.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isEqualTo("done");
        connection.close();
        assertThat(heard).isEmpty();
        assertThat(sender.createConsumer(queue).receiveNoWait()).isNull();
    }

    @Test
    @Spec("THR-9")
    void listenersSeeTheClassLoaderOfWhoMadeTheConnection() throws Exception {
        Thread current = Thread.currentThread();
        ClassLoader before = current.getContextClassLoader();
        ClassLoader ofApplication = new ClassLoader(before) {};
        Connection connection;
        current.setContextClassLoader(ofApplication);
        try {
            connection = connection();
        } finally {
            current.setContextClassLoader(before);
        }
        Session session = connection.createSession();
        Queue queue = newQueue(session);
        CompletableFuture<ClassLoader> seen = new CompletableFuture<>();
        session.createConsumer(queue)
                .setMessageListener(
                        message -> seen.complete(Thread.currentThread().getContextClassLoader()));
        connection.start();
        send(startedConnection().createSession(), queue, "m");
        assertThat(Calls.soon(seen)).isSameAs(ofApplication);
    }
}
