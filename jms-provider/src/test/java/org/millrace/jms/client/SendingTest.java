package org.millrace.jms.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.ResourceAllocationException;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.jms.TransactionRolledBackException;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.Spec;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame;

/** Producers against a scripted broker. */
class SendingTest {
    private final ScriptedBroker broker = ScriptedBroker.start();
    private Connection connection;
    private Session session;
    private Queue queue;
    private MessageProducer producer;

    /** Writes down what it hears, as {@code "done a"} and {@code "failed a ..."}. */
    private static final class Log implements CompletionListener {
        final LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();

        @Override
        public void onCompletion(Message message) {
            heard.add("done " + text(message));
        }

        @Override
        public void onException(Message message, Exception exception) {
            heard.add("failed " + text(message) + " " + exception.getClass().getSimpleName());
        }

        private static String text(Message message) {
            try {
                return ((TextMessage) message).getText();
            } catch (JMSException impossible) {
                throw new AssertionError(impossible);
            }
        }

        String next() throws InterruptedException {
            return heard.poll(10, TimeUnit.SECONDS);
        }
    }

    @BeforeEach
    void open() throws Exception {
        connection = broker.factory("?reconnect=false").createConnection();
        session = connection.createSession();
        queue = session.createQueue("q");
        producer = session.createProducer(queue);
    }

    @AfterEach
    void close() throws Exception {
        connection.close();
        broker.close();
    }

    private TextMessage text(String text) throws JMSException {
        return session.createTextMessage(text);
    }

    @Test
    @Spec({"SND-1", "HDR-3"})
    void persistentSendReturnsWhenTheBrokerHasStored() throws Exception {
        broker.hold(Frame.Send.class);
        TextMessage message = text("a");
        Background<Void> sending = Background.run(() -> producer.send(message));

        Frame.Send send = broker.expect(Frame.Send.class);
        sending.awaitBlocked();
        assertThat(send.persistent()).isTrue();
        assertThat(send.batch().producerId()).isEqualTo(42);
        assertThat(send.batch().producerEpoch()).isEqualTo((short) 3);

        broker.done(send.requestId());
        sending.result();
        assertThat(message.getJMSMessageID()).startsWith("ID:");
        assertThat(message.getJMSDestination()).isEqualTo(queue);
        assertThat(message.getJMSDeliveryTime()).isEqualTo(message.getJMSTimestamp());
    }

    @Test
    @Spec({"ORD-1", "HDR-9"})
    void sequencesOfASessionAscendOverItsProducers() throws Exception {
        MessageProducer other = session.createProducer(session.createTopic("t"));
        TextMessage message = text("a");
        producer.send(message);
        String firstId = message.getJMSMessageID();
        other.send(message);

        assertThat(broker.expect(Frame.Send.class).batch().baseSequence()).isZero();
        assertThat(broker.expect(Frame.Send.class).batch().baseSequence()).isEqualTo(1);
        assertThat(message.getJMSMessageID()).isNotEqualTo(firstId);
    }

    @Test
    @Spec("SND-2")
    void nonPersistentSendDoesNotWait() throws Exception {
        producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
        producer.send(text("a"));

        Frame.Send send = broker.expect(Frame.Send.class);
        assertThat(send.requestId()).isEqualTo(Frame.NO_REPLY);
        assertThat(send.persistent()).isFalse();
    }

    @Test
    @Spec("PRD-10")
    void refusalIsThrownWithItsCode() throws Exception {
        broker.on(
                Frame.Send.class,
                ask -> new Frame.Failed(ask.requestId(), ErrorCode.RESOURCE_LIMIT, "q is full"));

        assertThatThrownBy(() -> producer.send(text("a")))
                .isInstanceOf(ResourceAllocationException.class)
                .hasMessage("q is full")
                .extracting(thrown -> ((JMSException) thrown).getErrorCode())
                .isEqualTo("RESOURCE_LIMIT");
    }

    @Test
    void interruptEndsTheWaitAndStaysSet() throws Exception {
        broker.hold(Frame.Send.class);
        Background<Boolean> sending =
                Background.call(
                        () -> {
                            assertThatThrownBy(() -> producer.send(text("a")))
                                    .isInstanceOf(JMSException.class)
                                    .hasMessageContaining("not known");
                            return Thread.currentThread().isInterrupted();
                        });
        broker.expect(Frame.Send.class);
        sending.awaitBlocked();

        sending.interrupt();

        assertThat(sending.result()).isTrue();
    }

    @Test
    void messageLargerThanAFrameIsRefusedAndTheConnectionGoesOn() throws Exception {
        var large = session.createBytesMessage();
        large.writeBytes(new byte[65 << 20]);

        assertThatThrownBy(() -> producer.send(large))
                .isInstanceOf(ResourceAllocationException.class);
        producer.send(text("a"));
        assertThat(broker.expect(Frame.Send.class).batch().baseSequence()).isZero();
    }

    @Test
    @Spec({"PRD-5", "PRD-6", "PRD-8", "EXC-35", "EXC-36", "EXC-37", "EXC-38", "EXC-40"})
    void destinationAndMessageRules() throws Exception {
        MessageProducer anyone = session.createProducer(null);

        assertThat(anyone.getDestination()).isNull();
        assertThatThrownBy(() -> anyone.send(text("a")))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> producer.send(queue, text("a")))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> anyone.send(null, text("a")))
                .isInstanceOf(InvalidDestinationException.class);
        assertThatThrownBy(() -> producer.send(null)).isInstanceOf(MessageFormatException.class);
        assertThatThrownBy(() -> producer.send(text("a"), (CompletionListener) null))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @Spec({"PRD-3", "EXC-39"})
    void valuesOutOfRangeAreRefused() {
        assertThatThrownBy(() -> producer.setPriority(10)).isInstanceOf(JMSException.class);
        assertThatThrownBy(() -> producer.setPriority(-1)).isInstanceOf(JMSException.class);
        assertThatThrownBy(() -> producer.setDeliveryMode(3)).isInstanceOf(JMSException.class);
        assertThatThrownBy(() -> producer.setTimeToLive(-1)).isInstanceOf(JMSException.class);
        assertThatThrownBy(() -> producer.setDeliveryDelay(-1)).isInstanceOf(JMSException.class);
        assertThatThrownBy(() -> producer.send(text("a"), 2, 10, 0))
                .isInstanceOf(JMSException.class);
    }

    @Test
    void unidentifiedProducerOpensEachDestinationOnce() throws Exception {
        MessageProducer anyone = session.createProducer(null);
        broker.expect(Frame.OpenProducer.class);
        anyone.send(queue, text("a"));
        anyone.send(queue, text("b"));

        int opened = broker.expect(Frame.OpenProducer.class).producerId();
        assertThat(broker.expect(Frame.Send.class).producerId()).isEqualTo(opened);
        assertThat(broker.expect(Frame.Send.class).producerId()).isEqualTo(opened);
    }

    @Test
    void producerWhoseDestinationWasDeletedSaysSo() throws Exception {
        Frame.OpenProducer opened = broker.expect(Frame.OpenProducer.class);
        broker.say(
                new Frame.EndpointClosed(
                        opened.producerId(), true, ErrorCode.INVALID_DESTINATION, "q was deleted"));
        session.createProducer(queue);

        assertThatThrownBy(() -> producer.send(text("a")))
                .isInstanceOf(InvalidDestinationException.class)
                .hasMessage("q was deleted");
    }

    @Test
    @Spec({"ASY-2", "ASY-3", "ASY-6", "ASY-7"})
    void completionsComeInTheOrderOfTheSendsWhateverTheOrderOfTheAnswers() throws Exception {
        broker.hold(Frame.Send.class);
        Log log = new Log();
        producer.send(text("a"), log);
        producer.send(text("b"), log);
        producer.send(text("c"), log);
        long a = broker.expect(Frame.Send.class).requestId();
        long b = broker.expect(Frame.Send.class).requestId();
        long c = broker.expect(Frame.Send.class).requestId();

        broker.done(c);
        broker.say(new Frame.Failed(b, ErrorCode.RESOURCE_LIMIT, "full"));
        broker.done(a);

        assertThat(List.of(log.next(), log.next(), log.next()))
                .containsExactly("done a", "failed b ResourceAllocationException", "done c");
    }

    @Test
    @Spec({"ASY-11", "ASY-15"})
    void closeWaitsForCallbacksAndALostLinkMakesThem() throws Exception {
        broker.hold(Frame.Send.class);
        Log log = new Log();
        producer.send(text("a"), log);
        broker.expect(Frame.Send.class);
        Background<Void> closing = Background.run(() -> session.close());
        closing.awaitBlocked();

        broker.cut();

        closing.result();
        assertThat(log.next()).startsWith("failed a");
    }

    @Test
    @Spec({"ASY-12", "EXC-21"})
    void closeAndCommitFromACallbackAreIllegal() throws Exception {
        LinkedBlockingQueue<Object> outcome = new LinkedBlockingQueue<>();
        Session other = connection.createSession();
        producer.send(
                text("a"),
                new CompletionListener() {
                    @Override
                    public void onCompletion(Message message) {
                        outcome.add(attempt(session::close));
                        outcome.add(attempt(producer::close));
                        outcome.add(attempt(connection::close));
                        outcome.add(attempt(other::close));
                    }

                    @Override
                    public void onException(Message message, Exception exception) {
                        outcome.add(exception);
                    }
                });

        assertThat(outcome.poll(10, TimeUnit.SECONDS)).isInstanceOf(IllegalStateException.class);
        assertThat(outcome.poll(10, TimeUnit.SECONDS)).isInstanceOf(IllegalStateException.class);
        assertThat(outcome.poll(10, TimeUnit.SECONDS)).isInstanceOf(IllegalStateException.class);
        assertThat(outcome.poll(10, TimeUnit.SECONDS)).isEqualTo("allowed");
    }

    private static Object attempt(Background.Action action) {
        try {
            action.run();
            return "allowed";
        } catch (Exception refused) {
            return refused;
        }
    }

    @Test
    @Spec({"TX-2", "SND-1"})
    void transactedSendsAreNotAwaitedUntilCommit() throws Exception {
        broker.hold(Frame.Send.class);
        Session transacted = connection.createSession(true, 0);
        MessageProducer sender = transacted.createProducer(queue);
        sender.send(text("a"));
        sender.send(text("b"));
        long a = broker.expect(Frame.Send.class).requestId();
        long b = broker.expect(Frame.Send.class).requestId();
        Background<Void> committing = Background.run(transacted::commit);
        committing.awaitBlocked();
        broker.done(a);
        broker.done(b);

        assertThat(broker.expect(Frame.Commit.class).commitNumber()).isZero();
        committing.result();
        transacted.commit();
        assertThat(broker.expect(Frame.Commit.class).commitNumber()).isEqualTo(1);
    }

    @Test
    @Spec({"TX-6", "EXC-20"})
    void commitAfterARefusedSendRollsBackAndTheNextTransactionIsFree() throws Exception {
        broker.on(
                Frame.Send.class,
                ask -> new Frame.Failed(ask.requestId(), ErrorCode.RESOURCE_LIMIT, "full"));
        Session transacted = connection.createSession(true, 0);
        transacted.createProducer(queue).send(text("a"));

        assertThatThrownBy(transacted::commit)
                .isInstanceOf(TransactionRolledBackException.class)
                .hasMessageContaining("full");
        broker.expect(Frame.Rollback.class);
        transacted.commit();
        broker.expect(Frame.Commit.class);
    }

    @Test
    @Spec({"TX-5", "EXC-17", "RCV-3", "EXC-18"})
    void commitRollbackAndRecoverNeedTheirKindOfSession() throws Exception {
        assertThatThrownBy(session::commit).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(session::rollback).isInstanceOf(IllegalStateException.class);
        Session transacted = connection.createSession(true, 0);
        assertThatThrownBy(transacted::recover).isInstanceOf(IllegalStateException.class);
    }

    @Test
    @Spec({"JPR-1", "JPR-3", "JPR-4", "JPR-8"})
    void simplifiedProducerPutsItsPropertiesAndHeadersOnMessages() throws Exception {
        try (JMSContext context = broker.factory().createContext()) {
            JMSProducer simple = context.createProducer();
            var names = simple.getPropertyNames();
            simple.setProperty("colour", "red").setJMSType("T").setPriority(7);
            TextMessage message = context.createTextMessage("a");
            message.setStringProperty("colour", "blue");
            message.setStringProperty("size", "big");

            simple.send(context.createQueue("q"), message);

            assertThat(names).containsExactly("colour");
            assertThat(message.getStringProperty("colour")).isEqualTo("red");
            assertThat(message.getStringProperty("size")).isEqualTo("big");
            assertThat(message.getJMSType()).isEqualTo("T");
            assertThat(broker.expect(Frame.Send.class).priority()).isEqualTo(7);
        }
    }

    @Test
    @Spec({"PRD-7", "JPR-9"})
    void simplifiedSendsNeedADestination() {
        try (JMSContext context = broker.factory().createContext()) {
            assertThatThrownBy(() -> context.createProducer().send(null, "a"))
                    .isInstanceOf(jakarta.jms.InvalidDestinationRuntimeException.class);
        }
    }
}
