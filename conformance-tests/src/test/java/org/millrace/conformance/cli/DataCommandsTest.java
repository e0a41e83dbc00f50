package org.millrace.conformance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.StreamMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.broker.Broker;
import org.millrace.jms.MillraceConnectionFactory;

/** {@code produce}, {@code consume} and {@code browse}. */
@Timeout(60)
class DataCommandsTest {
    private static final long PATIENCE_MILLIS = 10_000;

    private final Broker broker = Broker.builder().vm("commands").build();
    private final Shell shell = new Shell("vm://commands");

    @BeforeEach
    void start() {
        broker.start();
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    private static JMSContext connect() {
        return new MillraceConnectionFactory("vm://commands").createContext();
    }

    @Test
    void linesGoThroughAQueueInOrder() {
        assertThat(shell.feed("one\n\nthree \u00e9\n", "produce", "orders").lines())
                .containsExactly("3 messages were sent to queue://orders");
        assertThat(shell.lines("browse", "orders")).containsExactly("one", "", "three \u00e9");
        assertThat(shell.lines("consume", "queue://orders", "--max", "2"))
                .containsExactly("one", "");
        assertThat(shell.lines("consume", "orders", "--idle-exit", "100ms"))
                .containsExactly("three \u00e9");
        assertThat(shell.lines("browse", "orders")).isEmpty();
    }

    @Test
    void optionsBecomeHeadersAndProperties() throws JMSException {
        shell.feed(
                "body\n",
                "produce",
                "orders",
                "--key",
                "k",
                "--type",
                "order",
                "--priority",
                "7",
                "--non-persistent",
                "--ttl",
                "1h",
                "--property",
                "n:long=5",
                "--property",
                "s=a=b");
        try (JMSContext context = connect();
                JMSConsumer consumer = context.createConsumer(context.createQueue("orders"))) {
            Message message = consumer.receive(PATIENCE_MILLIS);
            assertThat(message.getStringProperty("JMSXGroupID")).isEqualTo("k");
            assertThat(message.getJMSType()).isEqualTo("order");
            assertThat(message.getJMSPriority()).isEqualTo(7);
            assertThat(message.getJMSDeliveryMode()).isEqualTo(1);
            assertThat(message.getJMSExpiration())
                    .isEqualTo(message.getJMSTimestamp() + Duration.ofHours(1).toMillis());
            assertThat(message.getObjectProperty("n")).isEqualTo(5L);
            assertThat(message.getObjectProperty("s")).isEqualTo("a=b");
        }
    }

    @Test
    void keysMayStandInTheLinesAndLinesInAFile(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("lines"), "a:1:x\n\nb:2\n");
        shell.lines("produce", "orders", "--file", file.toString(), "--key-separator", ":");
        assertThat(shell.lines("browse", "orders", "--json"))
                .satisfiesExactly(
                        first -> assertThat(first).contains("\"key\":\"a\"", "\"body\":\"1:x\""),
                        second -> assertThat(second).contains("\"key\":\"b\"", "\"body\":\"2\""));
    }

    @Test
    void messagesAreMadeUpAndDelayed() {
        shell.lines("produce", "orders", "--count", "3", "--size", "20");
        shell.lines("produce", "orders", "--count", "3", "--delay", "PT1H");
        assertThat(shell.lines("browse", "orders"))
                .hasSize(3)
                .allSatisfy(line -> assertThat(line).hasSize(20).startsWith("message "));
    }

    @Test
    void selectorsChoose() {
        for (int n = 0; n < 4; n++) {
            shell.feed("m" + n + "\n", "produce", "orders", "--property", "n:int=" + n);
        }
        assertThat(shell.lines("browse", "orders", "--selector", "n > 1", "--max", "1"))
                .containsExactly("m2");
        String[] odd = {
            "consume", "orders", "--selector", "n = 1 or n = 3", "--idle-exit", "200ms"
        };
        assertThat(shell.lines(odd)).containsExactly("m1", "m3");
        assertThat(shell.lines("browse", "orders")).containsExactly("m0", "m2");
    }

    @Test
    void aTopicIsReadFromAnywhere() {
        shell.feed("a\nb\nc\n", "produce", "topic://news?retention=P7D");
        String later = Instant.now().plusMillis(1).toString();
        assertThat(fromNews("earliest")).containsExactly("a", "b", "c");
        assertThat(fromNews("offset:1")).containsExactly("b", "c");
        assertThat(fromNews("-PT2H")).containsExactly("a", "b", "c");
        assertThat(fromNews("latest")).isEmpty();
        assertThat(fromNews(later)).isEmpty();
    }

    private List<String> fromNews(String where) {
        return shell.lines("consume", "topic://news", "--from", where, "--idle-exit", "200ms");
    }

    @Test
    void groupsAndDurableSubscriptionsGoOnWhereTheyWere() {
        shell.feed("a\nb\nc\nd\n", "produce", "topic://news?retention=P7D");
        for (String kind : List.of("--group", "--durable")) {
            String[] first = {"consume", "topic://news", kind, "g", "--from=earliest", "--max=3"};
            assertThat(shell.lines(first)).containsExactly("a", "b", "c");
            String[] second = {"consume", "topic://news", kind, "g", "--idle-exit", "200ms"};
            assertThat(shell.lines(second)).containsExactly("d");
        }
    }

    @Test
    void whatConsumePrintsAsJsonProduceSendsAgain() throws JMSException {
        try (JMSContext context = connect()) {
            Queue from = context.createQueue("from");
            for (Message message : messagesOfAllKinds(context)) {
                message.setByteProperty("b", (byte) 1);
                message.setShortProperty("s", (short) -2);
                message.setIntProperty("i", 3);
                message.setLongProperty("l", 4);
                message.setLongProperty("large", 1L << 40);
                message.setFloatProperty("f", 1.5f);
                message.setDoubleProperty("d", Double.NaN);
                message.setBooleanProperty("t", true);
                message.setStringProperty("JMSXGroupID", "key");
                message.setJMSCorrelationID("correlation");
                message.setJMSReplyTo(context.createTopic("answers"));
                message.setJMSType("type \"quoted\"");
                context.createProducer().setPriority(6).send(from, message);
            }
            String printed = String.join("\n", shell.lines("consume", "from", "--json", "--max=5"));
            assertThat(shell.feed(printed, "produce", "to", "--json").lines())
                    .containsExactly("{\"destination\":\"queue://to\",\"sent\":5}");

            List<String> again = shell.lines("browse", "to", "--json");
            assertThat(again.stream().map(DataCommandsTest::withoutIdentity))
                    .containsExactlyElementsOf(
                            printed.lines().map(DataCommandsTest::withoutIdentity).toList());
            checkTypes(context.createConsumer(context.createQueue("to")));
        }
    }

    private static List<Message> messagesOfAllKinds(JMSContext context) throws JMSException {
        BytesMessage bytes = context.createBytesMessage();
        bytes.writeBytes(new byte[] {0, -1, 10});
        MapMessage map = context.createMapMessage();
        map.setLong("l", 7);
        map.setString("s", "text");
        map.setChar("c", '\u00e9');
        map.setBytes("bytes", new byte[] {1, 2});
        StreamMessage stream = context.createStreamMessage();
        stream.writeInt(1);
        stream.writeShort((short) 2);
        stream.writeString(null);
        return List.of(
                context.createTextMessage("line\n\"quoted\" \u00e9"),
                bytes,
                map,
                stream,
                context.createMessage());
    }

    private static String withoutIdentity(String json) {
        return json.replaceAll("\"(destination|id|timestamp|offset)\":(\"[^\"]*\"|\\d+),?", "");
    }

    private static void checkTypes(JMSConsumer consumer) throws JMSException {
        Message text = consumer.receive(PATIENCE_MILLIS);
        assertThat(text.getBody(String.class)).isEqualTo("line\n\"quoted\" \u00e9");
        assertThat(text.getObjectProperty("b")).isEqualTo((byte) 1);
        assertThat(text.getObjectProperty("s")).isEqualTo((short) -2);
        assertThat(text.getObjectProperty("i")).isEqualTo(3);
        assertThat(text.getObjectProperty("l")).isEqualTo(4L);
        assertThat(text.getObjectProperty("large")).isEqualTo(1L << 40);
        assertThat(text.getObjectProperty("f")).isEqualTo(1.5f);
        assertThat(text.getObjectProperty("d")).isEqualTo(Double.NaN);
        assertThat(text.getObjectProperty("t")).isEqualTo(true);
        assertThat(text.getJMSPriority()).isEqualTo(6);
        assertThat(text.getJMSReplyTo()).hasToString("topic://answers");
        assertThat(consumer.receiveBody(byte[].class, PATIENCE_MILLIS)).containsExactly(0, -1, 10);
        MapMessage map = (MapMessage) consumer.receive(PATIENCE_MILLIS);
        assertThat(map.getObject("l")).isEqualTo(7L);
        assertThat(map.getObject("c")).isEqualTo('\u00e9');
        assertThat(map.getObject("bytes")).isEqualTo(new byte[] {1, 2});
        StreamMessage stream = (StreamMessage) consumer.receive(PATIENCE_MILLIS);
        assertThat(stream.readObject()).isEqualTo(1);
        assertThat(stream.readObject()).isEqualTo((short) 2);
        assertThat(stream.readObject()).isNull();
        assertThat(consumer.receive(PATIENCE_MILLIS).getBody(String.class)).isNull();
    }

    @Test
    void headersAreShownToPeople() {
        shell.feed("body\n", "produce", "orders", "--key", "k", "--property", "n:int=5");
        assertThat(shell.lines("browse", "orders", "--headers"))
                .contains("destination: queue://orders", "partition: 0", "offset: 0", "key: k")
                .contains("property n: 5", "body")
                .endsWith("");
    }

    @Test
    void nothingIsAcknowledgedThatWasNotPrinted() {
        shell.lines("produce", "orders", "--count", "1500", "--size", "100");
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        Full full = new Full(70_000);
        assertThat(shell.runInto(full, errors, "", "consume", "orders")).isEqualTo(1);
        assertThat(errors.toString(StandardCharsets.UTF_8).lines())
                .containsExactly("millrace: cannot write to standard output: no room");

        List<String> rest = shell.lines("browse", "orders");
        assertThat(rest).hasSizeBetween(800, 1499);
        List<String> all = new ArrayList<>(full.lines());
        all.retainAll(rest);
        assertThat(full.lines().size() - all.size()).isEqualTo(1500 - rest.size());
    }

    /** Takes so many bytes and then none. */
    private static final class Full extends OutputStream {
        private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
        private final int most;

        Full(int most) {
            this.most = most;
        }

        @Override
        public void write(int b) throws IOException {
            if (taken.size() >= most) {
                throw new IOException("no room");
            }
            taken.write(b);
        }

        List<String> lines() {
            return taken.toString(StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.length() == 100)
                    .toList();
        }
    }

    @Test
    void aConsumerEndsInOrderWhenItIsAskedTo() throws Exception {
        shell.feed("a\n", "produce", "orders");
        CompletableFuture<Shell.Run> running =
                CompletableFuture.supplyAsync(() -> shell.run("consume", "orders"));
        try (JMSContext context = connect()) {
            // Whatever it takes: the message is gone when it is acknowledged.
            Queue orders = context.createQueue("orders");
            while (context.createBrowser(orders).getEnumeration().hasMoreElements()) {
                Thread.onSpinWait();
            }
        }
        shell.stop().raise();
        Shell.Run run = running.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        assertThat(run.exit()).isZero();
        assertThat(run.lines()).containsExactly("a");
    }

    @Test
    void theRateIsKept() {
        Instant start = Instant.now();
        shell.lines("produce", "orders", "--count", "4", "--rate", "20");
        shell.lines("consume", "orders", "--max", "4", "--rate", "20");
        assertThat(Duration.between(start, Instant.now())).isGreaterThan(Duration.ofMillis(300));
    }

    @Test
    void wrongUsageIsOneLineAndChangesNothing() {
        usage("Missing required parameter", "consume");
        usage("neither queue://NAME nor topic://NAME", "consume", "stream://orders");
        usage("only queues are browsed", "browse", "topic://news");
        usage("without --group", "consume", "orders", "--group", "g");
        usage("give one of them", "consume", "topic://t", "--group", "g", "--durable", "d");
        usage("--from is given twice", "consume", "topic://t?from=latest", "--from", "latest");
        usage("is not a duration", "consume", "orders", "--idle-exit", "soon");
        usage("is not a duration", "produce", "orders", "--ttl", "PT99999999999H");
        usage("--size is 0", "produce", "orders", "--count", "1", "--size", "0");
        usage("Invalid value for option '--max'", "consume", "orders", "--max", "many");
        usage("there is no type 'huge'", "produce", "orders", "--property", "n:huge=1");
        usage("'x' is no int", "produce", "orders", "--property", "n:int=x");
        usage("allowed are 0 to 9", "produce", "orders", "--priority", "10");
        usage("mutually exclusive", "produce", "orders", "--count", "1", "--file", "f");
        usage("--json goes neither", "produce", "orders", "--count", "1", "--json");
        usage("broker URI", "browse", "orders", "--url", "http://localhost");
        usage("--password needs --user", "browse", "orders", "--password");
    }

    private void usage(String because, String... arguments) {
        failure(2, because, shell.run(arguments));
    }

    @Test
    void whatFailsIsOneLine() {
        failure(1, "there is no file", shell.run("produce", "orders", "--file", "not/there"));
        failure(1, "from is 'x'", shell.run("consume", "topic://t", "--from", "x"));
        failure(1, "selector is not valid", shell.run("consume", "orders", "--selector", "a =="));
        failure(1, "partitions", shell.run("consume", "orders?partitions=none"));
        String[] elsewhere = {"browse", "orders", "--url", "millrace://localhost:1"};
        failure(1, "cannot connect to localhost:1", shell.run(elsewhere));
        String[] alice = {"browse", "orders", "--user", "alice"};
        failure(1, "there is no terminal", shell.run(alice));
        String[] json = {"produce", "orders", "--json"};
        failure(
                1,
                "line 3: there is no field bdy",
                shell.runWithInput("{\"body\":\"a\"}\n\n{\"bdy\":\"b\"}\n", json));
        failure(1, "not a JSON object", shell.runWithInput("[1]\n", json));
        failure(1, "line 1: the body is 5", shell.runWithInput("{\"body\":5}\n", json));
        failure(1, "priority is 12", shell.runWithInput("{\"priority\":12}\n", json));
        assertThat(shell.lines("browse", "orders")).containsExactly("a");
    }

    private static void failure(int exit, String because, Shell.Run run) {
        assertThat(run.errors().lines()).singleElement().asString().contains(because);
        assertThat(run.exit()).isEqualTo(exit);
        assertThat(run.output()).isEmpty();
    }
}
