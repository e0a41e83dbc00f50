package org.millrace.conformance.spec;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.InvalidDestinationRuntimeException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSProducer;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TextMessage;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.Spec;

/** §7.3: asynchronous sends that fail, and what goes on beside the callbacks. */
class Section_7_3_AsynchronousFailureTest extends SpecTest {

    /** What the send threw or the listener was told; exactly one of both. */
    private static Exception failureOf(Completions completions, Calls.Call send) throws Exception {
        try {
            send.run();
        } catch (Exception thrown) {
            assertThat(completions.heard()).isZero();
            return thrown;
        }
        await("a callback", () -> completions.heard() > 0);
        assertThat(completions.completed()).isEmpty();
        assertThat(completions.failed()).hasSize(1);
        return completions.failed().get(0);
    }

    @Test
    @Spec({"ASY-3", "ASY-4", "EXC-37", "PRD-10"})
    void aSendToWhatIsGoneFailsOnce() throws Exception {
        Connection owner = startedConnection();
        TemporaryQueue gone = owner.createSession().createTemporaryQueue();
        Session session = startedConnection().createSession();
        MessageProducer producer = session.createProducer(gone);
        owner.close();
        Completions completions = new Completions();
        Exception failure =
                failureOf(completions, () -> producer.send(session.createMessage(), completions));
        assertThat(failure).isInstanceOf(InvalidDestinationException.class);
        producer.close();
        assertThat(completions.heard()).isLessThanOrEqualTo(1);

        Queue queue = newQueue(session);
        send(session, queue, "the session goes on");
        assertThat(receiveText(session.createConsumer(queue))).isEqualTo("the session goes on");
    }

    @Test
    @Spec({"ASY-4", "EXC-38", "PRD-8", "ASY-16"})
    void anUnusableMessageIsAFormatErrorThrownOrTold() throws Exception {
        Session session = connection().createSession();
        MessageProducer producer = session.createProducer(newQueue(session));
        Completions completions = new Completions();
        assertThat(failureOf(completions, () -> producer.send(null, completions)))
                .isInstanceOf(MessageFormatException.class);
    }

    @Test
    @Spec({"ASY-16", "PRD-7", "JPR-2"})
    void theSimplifiedApiTellsUncheckedExceptions() throws Exception {
        Connection owner = startedConnection();
        TemporaryQueue gone = owner.createSession().createTemporaryQueue();
        owner.close();
        JMSContext context = context();
        Completions completions = new Completions();
        JMSProducer producer = context.createProducer().setAsync(completions);
        assertThat(producer.getAsync()).isSameAs(completions);
        assertThat(failureOf(completions, () -> producer.send(gone, "too late")))
                .isInstanceOf(InvalidDestinationRuntimeException.class);

        assertThat(producer.setAsync(null).getAsync()).isNull();
        Queue queue = context.createQueue(uniqueName("queue"));
        producer.send(queue, "synchronous again");
        assertThat(completions.heard()).isLessThanOrEqualTo(1);
        assertThat(context.createConsumer(queue).receiveBody(String.class, PATIENCE_MILLIS))
                .isEqualTo("synchronous again");
    }

    @Test
    @Spec({"ASY-3", "ASY-7", "ORD-1"})
    void failuresAndSuccessesAreToldInTheOrderOfTheSends() throws Exception {
        Connection owner = startedConnection();
        TemporaryQueue gone = owner.createSession().createTemporaryQueue();
        Session session = startedConnection().createSession();
        Queue queue = newQueue(session);
        MessageProducer good = session.createProducer(queue);
        MessageProducer bad = session.createProducer(gone);
        owner.close();
        List<String> told = new java.util.concurrent.CopyOnWriteArrayList<>();
        for (int i = 0; i < 10; i++) {
            TextMessage message = session.createTextMessage("m" + i);
            CompletionListener listener = telling(told, "m" + i);
            if (i % 3 == 1) {
                String outcome = Calls.outcomeOf(() -> bad.send(message, listener));
                if (!outcome.equals("done")) {
                    told.add("thrown");
                }
            } else {
                good.send(message, listener);
            }
        }
        await("all are told", () -> told.size() == 10);
        List<String> callbacks = told.stream().filter(line -> !line.equals("thrown")).toList();
        assertThat(callbacks).isSorted();
        assertThat(callbacks).filteredOn(line -> line.endsWith("sent")).hasSize(7);
    }

    private static CompletionListener telling(List<String> told, String text) {
        return new CompletionListener() {
            @Override
            public void onCompletion(Message message) {
                told.add(text + " sent");
            }

            @Override
            public void onException(Message message, Exception exception) {
                told.add(text + " failed");
            }
        };
    }

    /** A listener that stays in its first callback until released. */
    private static final class Blocking implements CompletionListener {
        final CompletableFuture<String> entered = new CompletableFuture<>();
        final CompletableFuture<String> release = new CompletableFuture<>();

        @Override
        public void onCompletion(Message message) {
            entered.complete("entered");
            release.join();
        }

        @Override
        public void onException(Message message, Exception exception) {
            entered.completeExceptionally(exception);
        }
    }

    @Test
    @Spec({"ASY-13", "ASY-6", "ASY-8"})
    void theApplicationGoesOnUsingTheSessionDuringACallback() throws Exception {
        Session session = startedConnection().createSession();
        Queue queue = newQueue(session);
        MessageProducer producer = session.createProducer(queue);
        Blocking blocking = new Blocking();
        producer.send(session.createTextMessage("1"), blocking);
        Calls.soon(blocking.entered);
        Completions next = new Completions();
        producer.send(session.createTextMessage("2"), next);
        send(session, queue, "3");
        MessageConsumer consumer = session.createConsumer(queue);
        for (String expected : List.of("1", "2", "3")) {
            assertThat(receiveText(consumer)).isEqualTo(expected);
        }
        assertThat(next.heard()).isZero();
        blocking.release.complete("go");
        await("the next callback", () -> next.completed().size() == 1);
    }

    @Test
    @Spec("ASY-14")
    void listenersRunBesideCallbacks() throws Exception {
        Connection connection = connection();
        Session session = connection.createSession();
        Queue queue = newQueue(session);
        CompletableFuture<String> heard = new CompletableFuture<>();
        session.createConsumer(queue).setMessageListener(message -> heard.complete("heard"));
        Blocking blocking = new Blocking();
        session.createProducer(queue).send(session.createMessage(), blocking);
        Calls.soon(blocking.entered);
        connection.start();
        assertThat(Calls.soon(heard)).isEqualTo("heard");
        blocking.release.complete("go");
    }

    @Test
    @Spec({"TX-8", "ASY-11"})
    void commitAndRollbackWaitForCallbacks() throws Exception {
        for (boolean commit : new boolean[] {true, false}) {
            Session session = startedConnection().createSession(Session.SESSION_TRANSACTED);
            Queue queue = newQueue(session);
            Blocking blocking = new Blocking();
            session.createProducer(queue).send(session.createTextMessage("m"), blocking);
            Calls.soon(blocking.entered);
            CompletableFuture<String> ended =
                    Calls.outcomeLater(commit ? session::commit : session::rollback);
            MessageConsumer consumer = startedConnection().createSession().createConsumer(queue);
            assertThat(consumer.receiveNoWait()).isNull();
            assertThat(ended).isNotDone();
            blocking.release.complete("go");
            assertThat(Calls.soon(ended)).isEqualTo("done");
            if (commit) {
                assertThat(receiveText(consumer)).isEqualTo("m");
            }
        }
    }

    @Test
    @Spec("ASY-12")
    void aCallbackMayCloseOthers() throws Exception {
        Connection connection = startedConnection();
        Session session = connection.createSession();
        Session other = connection.createSession();
        MessageProducer otherProducer = session.createProducer(newQueue(session));
        MessageConsumer consumer = session.createConsumer(newQueue(session));
        CompletableFuture<String> outcome = new CompletableFuture<>();
        MessageProducer producer = session.createProducer(newQueue(session));
        producer.send(
                session.createMessage(),
                new CompletionListener() {
                    @Override
                    public void onCompletion(Message message) {
                        outcome.complete(
                                Calls.outcomeOf(
                                        () -> {
                                            other.close();
                                            otherProducer.close();
                                            consumer.close();
                                        }));
                    }

                    @Override
                    public void onException(Message message, Exception exception) {
                        outcome.completeExceptionally(exception);
                    }
                });
        assertThat(Calls.soon(outcome)).isEqualTo("done");
    }

    @Test
    @Spec({"ASY-10", "MSG-2"})
    void whatIsChangedWhileASendIsPendingIsNotSent() throws Exception {
        Session session = startedConnection().createSession();
        Queue queue = newQueue(session);
        MessageProducer producer = session.createProducer(queue);
        Blocking blocking = new Blocking();
        producer.send(session.createTextMessage("first"), blocking);
        Calls.soon(blocking.entered);
        TextMessage pending = session.createTextMessage("as sent");
        producer.send(pending, new Completions());
        String changed = Calls.outcomeOf(() -> pending.setText("changed"));
        assertThat(changed).isIn("done", "JMSException");
        blocking.release.complete("go");
        MessageConsumer consumer = session.createConsumer(queue);
        assertThat(receiveText(consumer)).isEqualTo("first");
        assertThat(receiveText(consumer)).isEqualTo("as sent");
    }
}
