package org.millrace.conformance.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.broker.Broker;
import org.millrace.broker.BrokerStartException;
import org.millrace.broker.settings.BrokerConfig;
import org.millrace.jms.MillraceConnectionFactory;
import org.millrace.wire.link.TestCertificates;
import org.millrace.wire.link.TlsFiles;

/** {@code millraces://}: as a user configures it, on both ends. */
class TlsTest {
    private static final int PATIENCE_MILLIS = 20_000;

    @TempDir private static Path directory;
    private static TlsFiles broker;
    private static TlsFiles client;

    @BeforeAll
    static void createCertificates() throws Exception {
        broker = TestCertificates.create(directory, "broker", "dns:localhost");
        client = TestCertificates.create(directory, "client", "dns:client");
    }

    private static Broker start(TlsFiles files) {
        return Broker.builder().name("tls").inMemory().port(0).tls(files).build().start();
    }

    private static MillraceConnectionFactory factory(Broker running, String options) {
        return new MillraceConnectionFactory(running.uri() + "?" + options);
    }

    private static String trust() {
        return "tlsAuthorities=" + broker.certificate().orElseThrow();
    }

    @Test
    void messagesLargeAndSmallPassEncrypted() throws Exception {
        byte[] large = new byte[3_000_000];
        large[large.length - 1] = 7;
        try (Broker running = start(broker);
                Connection connection = factory(running, trust()).createConnection()) {
            assertThat(running.uri()).startsWith("millraces://localhost:");
            connection.start();
            Session session = connection.createSession();
            MessageProducer producer = session.createProducer(session.createQueue("q"));
            MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
            for (int i = 0; i < 300; i++) {
                producer.send(session.createTextMessage("m" + i));
            }
            BytesMessage sent = session.createBytesMessage();
            sent.writeBytes(large);
            producer.send(sent);

            for (int i = 0; i < 300; i++) {
                assertThat(consumer.receive(PATIENCE_MILLIS).getBody(String.class))
                        .isEqualTo("m" + i);
            }
            assertThat(consumer.receive(PATIENCE_MILLIS).getBody(byte[].class)).isEqualTo(large);
        }
    }

    @Test
    void aBrokerThatDemandsCertificatesOfClientsTakesNobodyElse() throws Exception {
        try (Broker running = start(TestCertificates.trusting(broker, client))) {
            String identity =
                    "&tlsCertificate=%s&tlsKey=%s"
                            .formatted(
                                    client.certificate().orElseThrow(), client.key().orElseThrow());
            factory(running, trust() + identity).createConnection().close();

            assertThatThrownBy(() -> factory(running, trust()).createConnection())
                    .isInstanceOf(JMSException.class);
        }
    }

    @Test
    void whoSpeaksWithoutTlsIsSentAwayAndTheOtherWayRound() throws Exception {
        try (Broker encrypted = start(broker);
                Broker plain = Broker.builder().name("plain").inMemory().port(0).build().start()) {
            assertThatThrownBy(
                            () ->
                                    new MillraceConnectionFactory(
                                                    encrypted
                                                            .uri()
                                                            .replace("millraces", "millrace"))
                                            .createConnection())
                    .isInstanceOf(JMSException.class);
            assertThatThrownBy(
                            () ->
                                    new MillraceConnectionFactory(
                                                    plain.uri().replace("millrace:", "millraces:"))
                                            .createConnection())
                    .isInstanceOf(JMSException.class)
                    .hasMessageContaining("TLS");
        }
    }

    @Test
    void theFileSaysWhatThePortIsEncryptedWith() throws Exception {
        Path config = directory.resolve("broker.properties");
        Files.writeString(
                config,
                "tls.certificate=%s%ntls.key=%s%n"
                        .formatted(broker.certificate().orElseThrow(), broker.key().orElseThrow()));
        TlsFiles configured = BrokerConfig.load(config, Map.of()).tls().orElseThrow();
        try (Broker running = start(configured)) {
            factory(running, trust()).createConnection().close();
        }
        Files.writeString(config, "tls.key=" + broker.key().orElseThrow());
        assertThatThrownBy(() -> BrokerConfig.load(config, Map.of()).tls())
                .hasMessageContaining("tls.certificate");
    }

    @Test
    void whatCannotBeUsedIsNamed() {
        assertThatThrownBy(() -> start(TestCertificates.nobody()))
                .isInstanceOf(BrokerStartException.class)
                .hasMessageContaining("a certificate");
        assertThatThrownBy(() -> new MillraceConnectionFactory("millrace://localhost?tlsKey=a.key"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tlsKey")
                .hasMessageContaining("millraces://");
        assertThatThrownBy(
                        () ->
                                new MillraceConnectionFactory(
                                                "millraces://localhost:1?tlsAuthorities=none.crt")
                                        .createConnection())
                .isInstanceOf(JMSException.class)
                .hasMessageContaining("none.crt");
    }
}
