package org.millrace.conformance.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.BytesMessage;
import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.Spec;

/** §7.3: asynchronous sends. */
class Section_7_3_AsynchronousSendTest extends SpecTest {

    /** Writes down what it hears; runs an action in the first callback. */
    private static class Recorder implements CompletionListener {
        final List<String> completed = Collections.synchronizedList(new ArrayList<>());
        final CompletableFuture<Thread> thread = new CompletableFuture<>();

        @Override
        public void onCompletion(Message message) {
            try {
                thread.complete(Thread.currentThread());
                completed.add(message.getBody(String.class));
            } catch (JMSException broken) {
                completed.add(broken.toString());
            }
        }

        @Override
        public void onException(Message message, Exception exception) {
            completed.add(exception.toString());
        }
    }

    @Test
    @Spec({"ASY-1", "EXC-40"})
    void aNullListenerIsAnIllegalArgument() throws Exception {
        Session session = connection().createSession();
        MessageProducer producer = session.createProducer(newQueue(session));
        MessageProducer unidentified = session.createProducer(null);
        Message message = session.createMessage();
        Queue queue = newQueue(session);
        assertThatThrownBy(() -> producer.send(message, null))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> producer.send(message, 2, 4, 0, null))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> unidentified.send(queue, message, null))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> unidentified.send(queue, message, 2, 4, 0, null))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @Spec({"ASY-2", "ASY-5", "ASY-7", "ASY-8", "ORD-1", "ORD-3"})
    void everySendIsCompletedOnceInOrderOnAnotherThread() throws Exception {
        Session session = startedConnection().createSession();
        Queue queue = newQueue(session);
        MessageProducer producer = session.createProducer(queue);
        Recorder recorder = new Recorder();
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            sent.add("m" + i);
            TextMessage message = session.createTextMessage("m" + i);
            if (i % 10 == 9) {
                producer.send(message);
                recorder.completed.add("m" + i);
            } else {
                producer.send(message, recorder);
            }
        }
        await("all completed", () -> recorder.completed.size() == 200);

        assertThat(recorder.thread.get()).isNotSameAs(Thread.currentThread());
        assertThat(new ArrayList<>(recorder.completed)).containsExactlyInAnyOrderElementsOf(sent);
        assertThat(drainTexts(session.createConsumer(queue))).containsExactlyElementsOf(sent);
    }

    @Test
    @Spec({"ASY-9", "HDR-4", "BDY-10"})
    void theListenerGetsTheMessageThatWasSentWithItsHeadersFilled() throws Exception {
        Session session = connection().createSession();
        MessageProducer producer = session.createProducer(newQueue(session));
        BytesMessage sent = session.createBytesMessage();
        sent.writeInt(42);
        CompletableFuture<Message> completed = new CompletableFuture<>();
        producer.send(sent, completing(completed));

        Message message = completed.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        assertThat(message).isSameAs(sent);
        assertThat(message.getJMSMessageID()).startsWith("ID:");
        assertThat(((BytesMessage) message).readInt()).isEqualTo(42);
    }

    @Test
    @Spec("ASY-11")
    void closeAndCommitWaitForCallbacks() throws Exception {
        for (int what = 0; what < 4; what++) {
            Connection connection = startedConnection();
            Session session =
                    connection.createSession(
                            what == 3 ? Session.SESSION_TRANSACTED : Session.AUTO_ACKNOWLEDGE);
            MessageProducer producer = session.createProducer(newQueue(session));
            AtomicInteger returned = new AtomicInteger();
            CountDownLatch slow = new CountDownLatch(1);
            for (int i = 0; i < 20; i++) {
                producer.send(
                        session.createMessage(),
                        new CompletionListener() {
                            @Override
                            public void onCompletion(Message message) {
                                try {
                                    slow.await(5, TimeUnit.MILLISECONDS);
                                } catch (InterruptedException interrupted) {
                                    Thread.currentThread().interrupt();
                                }
                                returned.incrementAndGet();
                            }

                            @Override
                            public void onException(Message message, Exception exception) {
                                returned.addAndGet(-1000);
                            }
                        });
            }
            switch (what) {
                case 0 -> producer.close();
                case 1 -> session.close();
                case 2 -> connection.close();
                default -> session.commit();
            }
            assertThat(returned).hasValue(20);
        }
    }

    @Test
    @Spec({"ASY-12", "EXC-21"})
    void closingOrCommittingFromTheOwnCallbackIsRefused() throws Exception {
        Connection connection = startedConnection();
        Session session = connection.createSession(Session.SESSION_TRANSACTED);
        MessageProducer producer = session.createProducer(newQueue(session));
        CompletableFuture<List<String>> outcomes = new CompletableFuture<>();
        producer.send(
                session.createMessage(),
                new CompletionListener() {
                    @Override
                    public void onCompletion(Message message) {
                        outcomes.complete(
                                List.of(
                                        outcomeOf(producer::close),
                                        outcomeOf(session::close),
                                        outcomeOf(connection::close),
                                        outcomeOf(session::commit),
                                        outcomeOf(session::rollback)));
                    }

                    @Override
                    public void onException(Message message, Exception exception) {
                        outcomes.completeExceptionally(exception);
                    }
                });
        assertThat(outcomes.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS))
                .containsOnly("IllegalStateException")
                .hasSize(5);
    }

    @Test
    @Spec({"ASY-12", "ASY-7"})
    void aContextRefusesItsOwnCloseFromACallbackButMayStop() throws Exception {
        JMSContext context = context(JMSContext.SESSION_TRANSACTED);
        Queue queue = context.createQueue(uniqueName("queue"));
        CompletableFuture<List<String>> outcomes = new CompletableFuture<>();
        context.createProducer()
                .setAsync(
                        new CompletionListener() {
                            @Override
                            public void onCompletion(Message message) {
                                outcomes.complete(
                                        List.of(
                                                outcomeOf(context::close),
                                                outcomeOf(context::commit),
                                                outcomeOf(context::rollback),
                                                outcomeOf(context::stop)));
                            }

                            @Override
                            public void onException(Message message, Exception exception) {
                                outcomes.completeExceptionally(exception);
                            }
                        })
                .send(queue, "hello");
        assertThat(outcomes.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS))
                .containsExactly(
                        "IllegalStateRuntimeException",
                        "IllegalStateRuntimeException",
                        "IllegalStateRuntimeException",
                        "done");
    }

    @Test
    @Spec({"ASY-17", "ASY-6"})
    void aCallbackThatThrowsDoesNotStopTheOthers() throws Exception {
        Session session = connection().createSession();
        MessageProducer producer = session.createProducer(newQueue(session));
        AtomicInteger called = new AtomicInteger();
        for (int i = 0; i < 3; i++) {
            producer.send(
                    session.createMessage(),
                    new CompletionListener() {
                        @Override
                        public void onCompletion(Message message) {
                            called.incrementAndGet();
                            throw new UnsupportedOperationException(
                                    "the callback fails on purpose");
                        }

                        @Override
                        public void onException(Message message, Exception exception) {
                            called.addAndGet(-1000);
                        }
                    });
        }
        await("three callbacks", () -> called.get() == 3);
    }

    private static CompletionListener completing(CompletableFuture<Message> future) {
        return new CompletionListener() {
            @Override
            public void onCompletion(Message message) {
                future.complete(message);
            }

            @Override
            public void onException(Message message, Exception exception) {
                future.completeExceptionally(exception);
            }
        };
    }

    private interface Call {
        void run() throws Exception;
    }

    private static String outcomeOf(Call call) {
        try {
            call.run();
            return "done";
        } catch (Exception refused) {
            return refused.getClass().getSimpleName();
        }
    }
}
