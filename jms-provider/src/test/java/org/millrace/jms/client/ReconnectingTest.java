package org.millrace.jms.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.jms.TransactionRolledBackException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.millrace.foundation.Spec;
import org.millrace.jms.MillraceConnectionFactory;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame;

/** What calls do while the link is lost, against a scripted broker that forgets connections. */
@Timeout(60)
class ReconnectingTest {
    private static final String FAST =
            "?reconnectInitialDelayMillis=1&reconnectMaxDelayMillis=10&prefetch=0";

    private final ScriptedBroker broker = ScriptedBroker.start();
    private final LinkedBlockingQueue<JMSException> told = new LinkedBlockingQueue<>();

    @AfterEach
    void close() {
        broker.close();
    }

    private Connection connect(String moreOptions) throws JMSException {
        Connection connection = broker.factory(FAST + moreOptions).createConnection();
        connection.setExceptionListener(told::add);
        return connection;
    }

    private JMSException nextTold() throws InterruptedException {
        return told.poll(10, TimeUnit.SECONDS);
    }

    // ---- options

    @Test
    void optionsAreGivenByTheUriOrTheFactory() {
        MillraceConnectionFactory factory =
                new MillraceConnectionFactory("millrace://a,b?reconnect=false&prefetch=7");
        assertThat(factory.isReconnect()).isFalse();
        factory.setReconnect(true);
        factory.setReconnectInitialDelayMillis(20_000);
        factory.setReconnectAttempts(3);
        factory.setConnectAttempts(0);

        assertThat(factory.isReconnect()).isTrue();
        assertThat(factory.getReconnectMaxDelayMillis()).isEqualTo(20_000);
        assertThat(factory.getReconnectAttempts()).isEqualTo(3);
        assertThat(factory.getUri())
                .isEqualTo(
                        "millrace://a,b?prefetch=7&reconnect=true&reconnectInitialDelayMillis=20000"
                                + "&reconnectAttempts=3&connectAttempts=0");
        assertThatThrownBy(() -> factory.setReconnectAttempts(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("reconnectAttempts");
        assertThatThrownBy(() -> factory.setReconnectMaxDelayMillis(5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("reconnectMaxDelayMillis");
        assertThat(new MillraceConnectionFactory().isReconnect()).isTrue();
        assertThat(
                        new MillraceConnectionFactory("vm://x?reconnectMaxDelayMillis=5")
                                .getReconnectInitialDelayMillis())
                .isEqualTo(5);
    }

    // ---- what is restored

    @Test
    @Spec({"EXL-1", "EXL-3"})
    void sessionsProducersAndConsumersAreOpenedAgainAndTheLossIsToldOnce() throws Exception {
        try (Connection connection = connect("&clientId=me")) {
            Session session = connection.createSession();
            session.createProducer(session.createQueue("out"));
            session.createConsumer(session.createQueue("in"), "a = 1");
            Frame.OpenConsumer first = broker.expect(Frame.OpenConsumer.class);

            broker.cut();

            Frame.OpenConnection connectionAgain = broker.expect(Frame.OpenConnection.class);
            assertThat(connectionAgain.connectionId()).isEqualTo(7);
            assertThat(connectionAgain.clientId()).isEqualTo("me");
            assertThat(broker.expect(Frame.OpenSession.class).producerId()).isEqualTo(42);
            assertThat(broker.expect(Frame.OpenProducer.class).destination().name())
                    .isEqualTo("out");
            Frame.OpenConsumer again = broker.expect(Frame.OpenConsumer.class);
            assertThat(again.consumerId()).isEqualTo(first.consumerId());
            assertThat(again.selector()).isEqualTo("a = 1");
            assertThat(nextTold().getErrorCode()).isEqualTo("LINK_LOST");
            session.createProducer(session.createQueue("open again"));
            assertThat(told).isEmpty();
        }
    }

    @Test
    void aConsumerGoesOnWhereItWasNotWhereItBegan() throws Exception {
        try (Connection connection = connect("")) {
            Session session = connection.createSession();
            session.createConsumer(session.createTopic("t?from=earliest"));
            assertThat(broker.expect(Frame.OpenConsumer.class).destination().options())
                    .isEqualTo("from=earliest");

            broker.cut();

            assertThat(broker.expect(Frame.OpenConsumer.class).destination().options()).isEmpty();
        }
    }

    @Test
    void anUnconfirmedSendIsSentAgainAsItWas() throws Exception {
        try (Connection connection = connect("")) {
            Session session = connection.createSession();
            MessageProducer producer = session.createProducer(session.createQueue("q"));
            broker.hold(Frame.Send.class);
            Background<Void> sending =
                    Background.run(() -> producer.send(session.createTextMessage("a")));
            Frame.Send first = broker.expect(Frame.Send.class);

            broker.cut();

            Frame.Send again = broker.expect(Frame.Send.class);
            assertThat(again.batch().baseSequence()).isEqualTo(first.batch().baseSequence());
            assertThat(again.batch().producerId()).isEqualTo(first.batch().producerId());
            assertThat(sending.isDone()).isFalse();
            broker.done(again.requestId());
            sending.result();
        }
    }

    @Test
    void aConsumerThatTheBrokerDoesNotOpenAgainEndsAndIsTold() throws Exception {
        try (Connection connection = connect("")) {
            connection.start();
            Session session = connection.createSession();
            MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
            broker.on(
                    Frame.OpenConsumer.class,
                    ask ->
                            new Frame.Failed(
                                    ask.requestId(), ErrorCode.INVALID_DESTINATION, "gone"));
            Background<Message> receiving = Background.call(consumer::receive);
            receiving.awaitBlocked();

            broker.cut();

            assertThatThrownBy(receiving::result)
                    .isInstanceOf(JMSException.class)
                    .hasMessageContaining("gone");
            assertThat(nextTold().getErrorCode()).isEqualTo("LINK_LOST");
            assertThat(nextTold()).isInstanceOf(InvalidDestinationException.class);
        }
    }

    // ---- calls while there is no link

    @Test
    void receiveGoesOnWaitingAndGetsWhatComesAfterwards() throws Exception {
        try (Connection connection = connect("")) {
            connection.start();
            Session session = connection.createSession();
            MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
            Background<Message> receiving = Background.call(consumer::receive);
            int consumerId = broker.expect(Frame.Credit.class).consumerId();
            broker.vanish();
            assertThat(nextTold()).isNotNull();
            broker.comeBack();

            broker.expect(Frame.Credit.class);
            broker.deliver(consumerId, "late");

            assertThat(((TextMessage) receiving.result()).getText()).isEqualTo("late");
        }
    }

    @Test
    void callsWaitForTheLinkAtMostAsLongAsRequestTimeoutSays() throws Exception {
        try (Connection connection = connect("&requestTimeoutMillis=50")) {
            Session session = connection.createSession();
            MessageProducer producer = session.createProducer(session.createQueue("q"));
            broker.vanish();
            assertThat(nextTold()).isNotNull();

            assertThatThrownBy(() -> producer.send(session.createTextMessage("a")))
                    .isInstanceOf(JMSException.class)
                    .hasMessageContaining("requestTimeoutMillis");
            producer.setDeliveryMode(jakarta.jms.DeliveryMode.NON_PERSISTENT);
            assertThatThrownBy(() -> producer.send(session.createTextMessage("a")))
                    .isInstanceOf(JMSException.class)
                    .hasMessageContaining("requestTimeoutMillis");
        }
    }

    @Test
    void closeNeedsNoBroker() throws Exception {
        Connection connection = connect("");
        Session session = connection.createSession();
        MessageProducer producer = session.createProducer(session.createQueue("q"));
        connection.start();
        Background<Message> receiving =
                Background.call(session.createConsumer(session.createQueue("q"))::receive);
        receiving.awaitBlocked();
        broker.vanish();
        assertThat(nextTold()).isNotNull();
        LinkedBlockingQueue<String> outcome = new LinkedBlockingQueue<>();
        producer.send(session.createTextMessage("a"), logTo(outcome));

        Background.run(connection::close).result();

        assertThat(receiving.result()).isNull();
        assertThat(outcome.poll(10, TimeUnit.SECONDS)).isEqualTo("LINK_LOST");
        assertThat(outcome).isEmpty();
        assertThat(told).isEmpty();
    }

    private static CompletionListener logTo(LinkedBlockingQueue<String> outcome) {
        return new CompletionListener() {
            @Override
            public void onCompletion(Message message) {
                outcome.add("done");
            }

            @Override
            public void onException(Message message, Exception exception) {
                outcome.add(((JMSException) exception).getErrorCode());
            }
        };
    }

    // ---- giving up

    @Test
    @Spec({"CON-26", "ASY-15", "EXL-1"})
    void afterTheLastAttemptEverythingButCloseFails() throws Exception {
        Connection connection = connect("&reconnectAttempts=2");
        Session session = connection.createSession();
        MessageProducer producer = session.createProducer(session.createQueue("q"));
        broker.hold(Frame.Send.class);
        LinkedBlockingQueue<String> outcome = new LinkedBlockingQueue<>();
        producer.send(session.createTextMessage("a"), logTo(outcome));
        broker.expect(Frame.Send.class);

        broker.vanish();

        assertThat(outcome.poll(10, TimeUnit.SECONDS)).isEqualTo("LINK_LOST");
        assertThat(nextTold()).hasMessageContaining("opened again");
        assertThat(nextTold()).hasMessageContaining("could not be opened again");
        assertThatThrownBy(() -> session.createTextMessage()).isInstanceOf(JMSException.class);
        assertThatThrownBy(() -> producer.send(null)).isInstanceOf(JMSException.class);
        assertThatThrownBy(connection::start).isInstanceOf(JMSException.class);
        connection.close();
        assertThat(outcome).isEmpty();
        assertThat(told).isEmpty();
    }

    @Test
    @Spec({"CON-26", "ASY-15", "EXL-1"})
    void withoutReconnectingALossIsToldOnceAndFinal() throws Exception {
        Connection connection = connect("&reconnect=false");
        connection.start();
        Session session = connection.createSession();
        MessageProducer producer = session.createProducer(session.createQueue("q"));
        MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
        Background<Message> receiving = Background.call(consumer::receive);
        receiving.awaitBlocked();
        broker.hold(Frame.Send.class);
        LinkedBlockingQueue<String> outcome = new LinkedBlockingQueue<>();
        producer.send(session.createTextMessage("a"), logTo(outcome));
        Background<Void> sending =
                Background.run(() -> producer.send(session.createTextMessage("b")));
        broker.expect(Frame.Send.class);
        broker.expect(Frame.Send.class);

        broker.cut();

        assertThatThrownBy(receiving::result).isInstanceOf(JMSException.class);
        assertThatThrownBy(sending::result).isInstanceOf(JMSException.class);
        assertThat(outcome.poll(10, TimeUnit.SECONDS)).isEqualTo("LINK_LOST");
        assertThat(nextTold().getErrorCode()).isEqualTo("LINK_LOST");
        assertThatThrownBy(session::createTextMessage).isInstanceOf(JMSException.class);
        connection.close();
        assertThat(told).isEmpty();
        assertThat(outcome).isEmpty();
    }

    // ---- acknowledgements and transactions

    @Test
    @Spec("REL-5")
    void anAcknowledgementWhoseAnswerIsLostFailsAndTheNextCoversWhatCameAgain() throws Exception {
        try (Connection connection = connect("")) {
            connection.start();
            Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
            MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
            Background<Message> receiving = Background.call(consumer::receive);
            int consumerId = broker.expect(Frame.Credit.class).consumerId();
            broker.deliver(consumerId, "a");
            Message first = receiving.result();
            broker.hold(Frame.Acknowledge.class);
            Background<Void> acknowledging = Background.run(first::acknowledge);
            broker.expect(Frame.Acknowledge.class);

            broker.cut();

            assertThatThrownBy(acknowledging::result)
                    .isInstanceOf(JMSException.class)
                    .extracting(thrown -> ((JMSException) thrown).getErrorCode())
                    .isEqualTo("LINK_LOST");
            Background<Message> again = Background.call(consumer::receive);
            assertThat(broker.expect(Frame.OpenSession.class).deliveriesAfter()).isEqualTo(1);
            broker.expect(Frame.Credit.class);
            broker.deliverAgain(consumerId, 2, "a");
            assertThat(again.result().getJMSRedelivered()).isTrue();
            Background<Void> second = Background.run(first::acknowledge);
            Frame.Acknowledge covering = broker.expect(Frame.Acknowledge.class);
            assertThat(covering.deliveries()).containsExactly(new Frame.DeliveryRange(2, 2));
            broker.done(covering.requestId());
            second.result();
        }
    }

    @Test
    void acknowledgingWhatWasLostWithTheLinkSaysSo() throws Exception {
        try (Connection connection = connect("")) {
            connection.start();
            Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
            MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
            Background<Message> receiving = Background.call(consumer::receive);
            broker.deliver(broker.expect(Frame.Credit.class).consumerId(), "a");
            Message first = receiving.result();
            broker.cut();
            assertThat(nextTold()).isNotNull();

            assertThatThrownBy(first::acknowledge)
                    .isInstanceOf(JMSException.class)
                    .hasMessageContaining("come again");
        }
    }

    @Test
    @Spec("TX-10")
    void aCommitWhoseAnswerIsLostIsAskedAbout() throws Exception {
        assertThat(outcomeOfCommit(true)).isEqualTo("committed");
        assertThat(outcomeOfCommit(false)).isEqualTo("rolled back");
    }

    private String outcomeOfCommit(boolean happened) throws Exception {
        broker.hold(Frame.Commit.class);
        broker.on(Frame.AskCommit.class, ask -> new Frame.CommitOutcome(ask.requestId(), happened));
        try (Connection connection = connect("")) {
            Session session = connection.createSession(Session.SESSION_TRANSACTED);
            session.createProducer(session.createQueue("q")).send(session.createTextMessage("a"));
            Background<Void> committing = Background.run(session::commit);
            Frame.Commit commit = broker.expect(Frame.Commit.class);
            broker.cut();
            Frame.AskCommit asked = broker.expect(Frame.AskCommit.class);
            assertThat(asked.commitNumber()).isEqualTo(commit.commitNumber());
            committing.result();
            return "committed";
        } catch (TransactionRolledBackException rolledBack) {
            return "rolled back";
        }
    }

    @Test
    @Spec("TX-10")
    void anOpenTransactionIsRolledBackAtItsCommitAndTheNextOneIsFine() throws Exception {
        try (Connection connection = connect("")) {
            Session session = connection.createSession(Session.SESSION_TRANSACTED);
            MessageProducer producer = session.createProducer(session.createQueue("q"));
            producer.send(session.createTextMessage("a"));
            broker.expect(Frame.Send.class);
            broker.cut();
            assertThat(nextTold()).isNotNull();
            producer.send(session.createTextMessage("b"));

            assertThatThrownBy(session::commit).isInstanceOf(TransactionRolledBackException.class);

            producer.send(session.createTextMessage("c"));
            session.commit();
            assertThat(broker.waiting(Frame.Send.class)).hasSize(1);
        }
    }
}
