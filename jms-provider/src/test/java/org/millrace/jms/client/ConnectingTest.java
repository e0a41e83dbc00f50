package org.millrace.jms.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.Connection;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidClientIDException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.JMSSecurityRuntimeException;
import jakarta.jms.Session;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.Spec;
import org.millrace.jms.MillraceConnectionFactory;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame;

/** Connections against a scripted broker. */
class ConnectingTest {
    private final ScriptedBroker broker = ScriptedBroker.start();

    @AfterEach
    void close() {
        broker.close();
    }

    @Test
    void shakesHandsThenOpensTheConnection() throws Exception {
        try (Connection connection = broker.factory().createConnection()) {
            assertThat(broker.expect(Frame.Hello.class).lowestVersion()).isEqualTo(1);
            assertThat(broker.expect(Frame.Authenticate.class).mechanism()).isEqualTo("ANONYMOUS");
            assertThat(broker.expect(Frame.OpenConnection.class).clientId()).isEmpty();
        }
        broker.expect(Frame.CloseConnection.class);
    }

    @Test
    void userNameAndPasswordGoBySaslPlain() throws Exception {
        try (Connection connection = broker.factory().createConnection("alice", "secret")) {
            Frame.Authenticate asked = broker.expect(Frame.Authenticate.class);
            byte[] response = new byte[asked.response().remaining()];
            asked.response().get(response);
            assertThat(asked.mechanism()).isEqualTo("PLAIN");
            assertThat(new String(response, java.nio.charset.StandardCharsets.UTF_8))
                    .isEqualTo("\0alice\0secret");
        }
    }

    @Test
    @Spec({"CON-2", "EXC-10"})
    void wrongCredentialsAreASecurityException() {
        broker.on(
                Frame.Authenticate.class,
                ask -> new Frame.Failed(0, ErrorCode.SECURITY, "user alice: wrong password"));

        assertThatThrownBy(() -> broker.factory().createConnection("alice", "wrong"))
                .isInstanceOf(JMSSecurityException.class)
                .hasMessageContaining("alice");
        assertThatThrownBy(() -> broker.factory().createContext("alice", "wrong"))
                .isInstanceOf(JMSSecurityRuntimeException.class);
    }

    @Test
    void brokerThatTakesNobodyAnonymousRefusesThoseWithoutAName() {
        broker.on(Frame.Hello.class, ask -> ScriptedBroker.welcome("PLAIN"));

        assertThatThrownBy(() -> broker.factory().createConnection())
                .isInstanceOf(JMSSecurityException.class)
                .hasMessageContaining("anonymous");
    }

    @Test
    @Spec("EXC-11")
    void unreachableBrokerIsNamed() {
        assertThatThrownBy(
                        () ->
                                new MillraceConnectionFactory("millrace://localhost:1")
                                        .createConnection())
                .isInstanceOf(JMSException.class)
                .hasMessageContaining("localhost:1");
    }

    @Test
    void unknownOptionIsRefusedWhenTheFactoryIsMade() {
        assertThatThrownBy(() -> new MillraceConnectionFactory("vm://x?prefetsch=3"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("prefetsch")
                .hasMessageContaining("prefetch");
    }

    @Test
    @Spec({"CID-1", "EXC-13"})
    void administeredClientIdIsClaimedAtCreationAndCannotBeChanged() throws Exception {
        try (Connection connection = broker.factory("?clientId=cts").createConnection()) {
            assertThat(broker.expect(Frame.OpenConnection.class).clientId()).isEqualTo("cts");
            assertThat(connection.getClientID()).isEqualTo("cts");
            assertThatThrownBy(() -> connection.setClientID("other"))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    @Spec({"CID-2", "CID-3", "CID-8"})
    void clientIdIsForTheFirstActionOnly() throws Exception {
        try (Connection connection = broker.factory().createConnection()) {
            assertThat(connection.getClientID()).isNull();
            connection.setClientID("once");
            assertThat(connection.getClientID()).isEqualTo("once");
            assertThatThrownBy(() -> connection.setClientID("twice"))
                    .isInstanceOf(IllegalStateException.class);
        }
        try (Connection connection = broker.factory().createConnection()) {
            connection.start();
            assertThatThrownBy(() -> connection.setClientID("late"))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    @Spec({"CID-4", "EXC-14"})
    void clientIdThatIsTakenOrEmptyIsInvalid() throws Exception {
        broker.on(
                Frame.SetClientId.class,
                ask -> new Frame.Failed(ask.requestId(), ErrorCode.INVALID_CLIENT_ID, "taken"));
        try (Connection connection = broker.factory().createConnection()) {
            assertThatThrownBy(() -> connection.setClientID("taken"))
                    .isInstanceOf(InvalidClientIDException.class);
            assertThatThrownBy(() -> connection.setClientID(""))
                    .isInstanceOf(InvalidClientIDException.class);
        }
    }

    @Test
    @Spec("CTX-9")
    void contextTakesAClientIdWhileItIsUnused() {
        try (JMSContext context = broker.factory().createContext()) {
            context.setClientID("ctx");
            assertThat(context.getClientID()).isEqualTo("ctx");
        }
    }

    @Test
    @Spec({"CON-22", "CON-23", "SCL-3"})
    void closedObjectsRefuseEverythingButClose() throws Exception {
        Connection connection = broker.factory().createConnection();
        Session session = connection.createSession();
        connection.close();
        connection.close();
        session.close();

        assertThatThrownBy(connection::getClientID).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(connection::getMetaData).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(connection::start).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(connection::stop).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(connection::createSession).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(session::getTransacted).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(session::createTextMessage).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> session.createQueue("q"))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(session::recover).isInstanceOf(IllegalStateException.class);
    }

    @Test
    @Spec({"EXL-1", "EXL-4", "CON-26"})
    void lostLinkIsToldToTheExceptionListenerWhichMayClose() throws Exception {
        Connection connection = broker.factory("?reconnect=false").createConnection();
        BlockingQueue<JMSException> told = new ArrayBlockingQueue<>(4);
        BlockingQueue<String> closed = new ArrayBlockingQueue<>(4);
        connection.setExceptionListener(
                problem -> {
                    told.add(problem);
                    try {
                        connection.close();
                        closed.add("closed");
                    } catch (JMSException failed) {
                        closed.add(failed.getMessage());
                    }
                });

        broker.cut();

        JMSException problem = told.poll(10, TimeUnit.SECONDS);
        assertThat(problem.getErrorCode()).isEqualTo("LINK_LOST");
        assertThat(closed.poll(10, TimeUnit.SECONDS)).isEqualTo("closed");
    }

    @Test
    @Spec("CON-26")
    void afterALostLinkCallsFailAndCloseStaysClean() throws Exception {
        Connection connection = broker.factory("?reconnect=false").createConnection();
        Session session = connection.createSession();
        var consumer = session.createConsumer(session.createQueue("q"));
        connection.start();
        Background<?> receiver = Background.call(consumer::receive);
        receiver.awaitBlocked();

        broker.cut();

        assertThatThrownBy(receiver::result).isInstanceOf(JMSException.class);
        assertThatThrownBy(() -> session.createProducer(session.createQueue("q")))
                .isInstanceOf(JMSException.class)
                .extracting(thrown -> ((JMSException) thrown).getErrorCode())
                .isEqualTo("LINK_LOST");
        connection.close();
    }

    @Test
    @Spec({"CON-5", "EXC-12"})
    void unknownSessionModesAreRefused() throws Exception {
        assertThatThrownBy(() -> broker.factory().createContext(-1))
                .isInstanceOf(jakarta.jms.JMSRuntimeException.class);
        try (Connection connection = broker.factory().createConnection()) {
            assertThatThrownBy(() -> connection.createSession(17)).isInstanceOf(JMSException.class);
            assertThat(connection.createSession(true, 17).getAcknowledgeMode()).isZero();
        }
    }

    @Test
    @Spec("CTX-6")
    void connectionClosesWithItsLastContext() throws Exception {
        JMSContext first = broker.factory().createContext();
        JMSContext second = first.createContext(JMSContext.CLIENT_ACKNOWLEDGE);
        second.createProducer();
        broker.expect(Frame.OpenSession.class);

        first.close();
        first.close();
        assertThat(second.getSessionMode()).isEqualTo(JMSContext.CLIENT_ACKNOWLEDGE);
        assertThat(broker.waiting(Frame.CloseConnection.class)).isEmpty();

        second.close();
        broker.expect(Frame.CloseConnection.class);
    }
}
