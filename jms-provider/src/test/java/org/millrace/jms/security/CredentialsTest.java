package org.millrace.jms.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.Connection;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.JMSSecurityRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.broker.Broker;
import org.millrace.broker.BrokerStartException;
import org.millrace.broker.settings.AnonymousAccess;
import org.millrace.foundation.Spec;
import org.millrace.jms.MillraceConnectionFactory;

/** User names and passwords, from the factory to a broker over TCP and inside the process. */
@Timeout(60)
class CredentialsTest {
    @TempDir private Path directory;

    private static Broker.Builder withAlice() {
        return Broker.builder().inMemory().port(0).user("alice", "wonder,land=ä");
    }

    private static MillraceConnectionFactory factory(Broker broker, String options) {
        return new MillraceConnectionFactory(broker.uri() + options);
    }

    private static void accepted(Broker broker, String user, String password) throws JMSException {
        factory(broker, "").createConnection(user, password).close();
        factory(broker, "").createContext(user, password).close();
    }

    private static void refused(Broker broker, String user, String password) {
        assertThatThrownBy(() -> factory(broker, "").createConnection(user, password))
                .isInstanceOfSatisfying(
                        JMSSecurityException.class,
                        refused -> {
                            assertThat(refused.getErrorCode()).isEqualTo("SECURITY");
                            assertThat(refused).hasMessageNotContaining("hidden");
                        });
        assertThatThrownBy(
                        () ->
                                factory(broker, "")
                                        .createContext(
                                                user, password, JMSContext.CLIENT_ACKNOWLEDGE))
                .isInstanceOfSatisfying(
                        JMSSecurityRuntimeException.class,
                        refused -> {
                            assertThat(refused.getErrorCode()).isEqualTo("SECURITY");
                            assertThat(refused).hasMessageNotContaining("hidden");
                        });
    }

    @Test
    @Spec({"CON-2", "EXC-10"})
    void rightCredentialsAreAcceptedAndWrongOnesRefused() throws Exception {
        try (Broker broker = withAlice().vm("guarded").build().start()) {
            accepted(broker, "alice", "wonder,land=ä");
            refused(broker, "alice", "hidden");
            refused(broker, "alice", "");
            refused(broker, "alice", null);
            refused(broker, "mallory", "hidden");
            refused(broker, "", "hidden");
            refused(broker, null, null);
            var inside = new MillraceConnectionFactory("vm://guarded");
            inside.createConnection("alice", "wonder,land=ä").close();
            assertThatThrownBy(() -> inside.createConnection("alice", "hidden"))
                    .isInstanceOf(JMSSecurityException.class);
            assertThatThrownBy(inside::createConnection).isInstanceOf(JMSSecurityException.class);
            assertThatThrownBy(() -> inside.createQueueConnection("alice", "hidden"))
                    .isInstanceOf(JMSSecurityException.class);
            assertThatThrownBy(() -> inside.createTopicConnection("alice", "hidden"))
                    .isInstanceOf(JMSSecurityException.class);
        }
    }

    @Test
    @Spec("CON-3")
    void withoutCredentialsThoseOfTheFactoryAreUsed() throws Exception {
        try (Broker broker = withAlice().build().start()) {
            MillraceConnectionFactory byProperty = factory(broker, "");
            byProperty.setUser("alice");
            byProperty.setPassword("wonder,land=ä");
            byProperty.createConnection().close();
            byProperty.createContext().close();

            MillraceConnectionFactory byOption =
                    factory(broker, "?user=alice&password=wonder,land%3D%C3%A4");
            assertThat(byOption.getUser()).isEqualTo("alice");
            assertThat(byOption.toString()).contains("alice").doesNotContain("wonder");
            byOption.createConnection().close();
            byOption.setUser("bob");
            assertThatThrownBy(byOption::createConnection).isInstanceOf(JMSSecurityException.class);
        }
    }

    @Test
    void anonymousAccessBesideUsersIsForThoseWithoutCredentialsOnly() throws Exception {
        try (Broker broker = withAlice().anonymous(AnonymousAccess.ALLOW).build().start()) {
            accepted(broker, null, null);
            accepted(broker, "alice", "wonder,land=ä");
            refused(broker, "alice", "hidden");
            refused(broker, "mallory", "hidden");
        }
    }

    @Test
    void withoutUsersEverybodyIsAnonymousUnlessThatIsRefused() throws Exception {
        try (Broker open = Broker.builder().inMemory().port(0).build().start()) {
            accepted(open, null, null);
            accepted(open, "anybody", "hidden");
        }
        try (Broker shut =
                Broker.builder()
                        .inMemory()
                        .port(0)
                        .anonymous(AnonymousAccess.REFUSE)
                        .build()
                        .start()) {
            refused(shut, null, null);
            refused(shut, "anybody", "hidden");
        }
    }

    @Test
    void theUsersFileOfTheDataDirectoryIsReadAgainWhenItChanges() throws Exception {
        Path users = directory.resolve("users.properties");
        Path copy = directory.resolve("copy");
        try (Broker broker = Broker.builder().directory(directory).port(0).build().start()) {
            accepted(broker, null, null);
            // RFC 7677: password of user is pencil.
            Files.writeString(
                    copy,
                    "user = scram-sha-256:4096:W22ZaJ0SNY7soEsUEjb6gQ==:"
                            + "WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:"
                            + "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=\n");
            Files.move(copy, users);
            refused(broker, null, null);
            accepted(broker, "user", "pencil");
            Files.writeString(users, "# nobody\n");
            refused(broker, "user", "pencil");
            Files.delete(users);
            refused(broker, null, null);
        }
        Files.writeString(users, "user = secret\n");
        assertThatThrownBy(() -> Broker.builder().directory(directory).port(0).build().start())
                .isInstanceOf(BrokerStartException.class)
                .hasMessageContaining(users + ", line 1")
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> Broker.builder().users(copy).port(0).build().start())
                .isInstanceOf(BrokerStartException.class)
                .hasMessageContaining("users file " + copy + " is not there");
    }

    @Test
    void messagesSayWhoSentThemOnlyWhenAsked() throws Exception {
        try (Broker broker = withAlice().build().start()) {
            assertThat(userIdOfAMessageSentBy(factory(broker, ""))).isNull();
            assertThat(userIdOfAMessageSentBy(factory(broker, "?populateUserId=true")))
                    .isEqualTo("alice");
        }
    }

    private static String userIdOfAMessageSentBy(MillraceConnectionFactory factory)
            throws JMSException {
        try (Connection connection = factory.createConnection("alice", "wonder,land=ä");
                var session = connection.createSession()) {
            Queue queue = session.createQueue("q");
            connection.start();
            session.createProducer(queue).send(session.createMessage());
            Message got = session.createConsumer(queue).receive(10_000);
            return got.getStringProperty("JMSXUserID");
        }
    }
}
