package org.millrace.conformance.transactions;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.XAConnection;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.conformance.crash.BrokerProcess;
import org.millrace.foundation.Spec;
import org.millrace.jms.MillraceConnectionFactory;

/**
 * Transaction managers of other projects with two resources, a broker and a database, all in
 * processes that are killed between prepare and decision and between decision and commit: nothing
 * is lost, doubled or left in doubt.
 */
class TransactionManagersTest {
    private static final int MESSAGES = 12;

    @TempDir private Path directory;

    /** What is done when a point is reached so many times. */
    private enum Blow {
        NONE,
        BROKER,
        COORDINATOR,
        BOTH
    }

    private static Blow blowAt(int point) {
        return switch (point) {
            case 3, 12 -> Blow.BROKER;
            case 5, 8 -> Blow.COORDINATOR;
            case 14 -> Blow.BOTH;
            default -> Blow.NONE;
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"narayana", "atomikos"})
    @Timeout(180)
    @Spec({"XA-4", "XA-6", "XA-10", "XA-13", "REL-12"})
    void everyMessageIsMovedOnceWithItsRow(String manager) throws Exception {
        Files.createDirectories(directory.resolve("log"));
        try (Connection rows = Transfer.database(directory).getConnection();
                Statement statement = rows.createStatement()) {
            statement.execute("CREATE TABLE seen (text VARCHAR(100))");
        }
        try (BrokerProcess broker = new BrokerProcess(directory.resolve("broker"))) {
            broker.start();
            fill(broker.uri());

            transferThroughBlows(manager, broker);

            assertThat(received(broker.uri(), Transfer.OUTPUT))
                    .containsExactlyInAnyOrderElementsOf(texts());
            assertThat(received(broker.uri(), Transfer.INPUT)).isEmpty();
            assertNothingInDoubt(broker.uri());
        }
        assertThat(rows()).containsExactlyInAnyOrderElementsOf(texts());
    }

    private static List<String> texts() {
        return IntStream.range(0, MESSAGES).mapToObj(i -> "message " + i).toList();
    }

    private static void fill(String uri) throws Exception {
        try (jakarta.jms.Connection connection =
                new MillraceConnectionFactory(uri).createConnection()) {
            Session session = connection.createSession();
            MessageProducer producer = session.createProducer(session.createQueue(Transfer.INPUT));
            for (String text : texts()) {
                producer.send(session.createTextMessage(text));
            }
        }
    }

    private void transferThroughBlows(String manager, BrokerProcess broker) throws Exception {
        int points = 0;
        boolean done = false;
        while (!done) {
            Process coordinator = start(manager, broker.uri());
            try {
                BufferedReader said =
                        new BufferedReader(
                                new InputStreamReader(
                                        coordinator.getInputStream(), StandardCharsets.UTF_8));
                boolean alive = true;
                while (alive) {
                    String line = said.readLine();
                    System.out.println(manager + "> " + line);
                    assertThat(line).as("output of the coordinator").isNotNull();
                    if (line.equals("transfer: done")) {
                        done = true;
                        alive = false;
                    } else if (line.equals("transfer: prepared")
                            || line.equals("transfer: committing")) {
                        alive = strike(blowAt(++points), coordinator, broker);
                    }
                }
            } finally {
                coordinator.destroyForcibly().waitFor();
            }
        }
        assertThat(points).as("points reached").isGreaterThan(14);
    }

    /** Whether the coordinator lives on. */
    private static boolean strike(Blow blow, Process coordinator, BrokerProcess broker)
            throws Exception {
        if (blow == Blow.BROKER || blow == Blow.BOTH) {
            broker.kill();
        }
        boolean lives = blow == Blow.NONE || blow == Blow.BROKER;
        if (!lives) {
            coordinator.destroyForcibly().waitFor();
        }
        if (blow == Blow.BROKER || blow == Blow.BOTH) {
            broker.start();
        }
        if (lives) {
            OutputStream orders = coordinator.getOutputStream();
            orders.write('\n');
            orders.flush();
        }
        return lives;
    }

    private Process start(String manager, String uri) throws Exception {
        return new ProcessBuilder(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-Xmx256m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Transfer.class.getName(),
                                manager,
                                uri,
                                directory.toString()))
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
    }

    private static List<String> received(String uri, String queue) throws Exception {
        List<String> texts = new ArrayList<>();
        try (jakarta.jms.Connection connection =
                new MillraceConnectionFactory(uri).createConnection()) {
            connection.start();
            Session session = connection.createSession();
            MessageConsumer consumer = session.createConsumer(session.createQueue(queue));
            for (Message message = consumer.receive(1000);
                    message != null;
                    message = consumer.receive(200)) {
                texts.add(message.getBody(String.class));
            }
        }
        return texts;
    }

    private static void assertNothingInDoubt(String uri) throws Exception {
        try (XAConnection connection = new MillraceConnectionFactory(uri).createXAConnection()) {
            XAResource resource = connection.createXASession().getXAResource();
            assertThat(resource.recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN)).isEmpty();
        }
    }

    private List<String> rows() throws Exception {
        List<String> texts = new ArrayList<>();
        try (Connection connection = Transfer.database(directory).getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT text FROM seen")) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
        }
        return texts;
    }
}
