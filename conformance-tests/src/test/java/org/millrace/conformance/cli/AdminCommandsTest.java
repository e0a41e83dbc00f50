package org.millrace.conformance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.broker.Broker;
import org.millrace.broker.settings.BrokerConfig;
import org.millrace.cli.Millrace;
import org.millrace.cli.StopSignal;
import org.millrace.cli.Surroundings;
import org.millrace.jms.MillraceConnectionFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The commands that administer, against a broker on disk, as in a shell. */
class AdminCommandsTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir private Path directory;
    private Broker broker;

    private record Ran(int exit, String output, String errors) {
        List<JsonNode> objects() {
            return output.lines().map(JSON::readTree).toList();
        }
    }

    @BeforeEach
    void start() {
        broker = Broker.builder().directory(directory).host("127.0.0.1").port(0).build();
        broker.start();
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    private void restart() {
        stop();
        start();
    }

    private Ran run(String... arguments) {
        return run(Map.of(), arguments);
    }

    private Ran run(Map<String, String> environment, String... arguments) {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--url=" + broker.uri());
        Surroundings around =
                new Surroundings(
                        new ByteArrayInputStream(new byte[0]),
                        output,
                        errors,
                        environment,
                        Optional.empty(),
                        InstantSource.system(),
                        StopSignal.byHand());
        int exit = Millrace.run(around, all.toArray(String[]::new));
        return new Ran(
                exit,
                output.toString(StandardCharsets.UTF_8),
                errors.toString(StandardCharsets.UTF_8));
    }

    private String done(String... arguments) {
        Ran ran = run(arguments);
        assertThat(ran.exit()).as(ran.errors()).isZero();
        assertThat(ran.errors()).isEmpty();
        return ran.output();
    }

    private List<JsonNode> json(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--json");
        Ran ran = run(all.toArray(String[]::new));
        assertThat(ran.exit()).as(ran.errors()).isZero();
        return ran.objects();
    }

    private void failed(String because, String... arguments) {
        Ran ran = run(arguments);
        assertThat(ran.exit()).as(ran.output() + ran.errors()).isEqualTo(1);
        assertThat(ran.output()).isEmpty();
        assertThat(ran.errors().lines()).hasSize(1);
        assertThat(ran.errors()).contains(because);
    }

    private void wrongUsage(String because, String... arguments) {
        Ran ran = run(arguments);
        assertThat(ran.exit()).as(ran.output() + ran.errors()).isEqualTo(2);
        assertThat(ran.output()).isEmpty();
        assertThat(ran.errors().lines()).hasSize(1);
        assertThat(ran.errors()).contains(because);
    }

    private ConnectionFactory factory() {
        return new MillraceConnectionFactory(broker.uri());
    }

    private void send(String queue, String... texts) {
        try (JMSContext context = factory().createContext()) {
            for (String text : texts) {
                context.createProducer().send(context.createQueue(queue), text);
            }
        }
    }

    private List<String> receive(String queue) {
        List<String> texts = new ArrayList<>();
        try (JMSContext context = factory().createContext();
                JMSConsumer consumer = context.createConsumer(context.createQueue(queue))) {
            String text;
            while ((text = consumer.receiveBody(String.class, 300)) != null) {
                texts.add(text);
            }
        }
        return texts;
    }

    @Test
    void destinationsAreCreatedListedDescribedAlteredAndDeleted() {
        assertThat(done("destinations", "create", "queue://orders", "--partitions=3"))
                .contains("created queue://orders with 3 partitions");
        done("destinations", "create", "topic://prices?retention=P7D&partitions=2");
        done("destinations", "alter", "orders", "--set=maxDeliveries=5", "--partitions=4");
        restart();

        assertThat(done("destinations", "list"))
                .containsPattern("queue://orders +4")
                .containsPattern("topic://prices +2");
        assertThat(done("destinations", "describe", "orders"))
                .contains("4 partitions")
                .containsPattern("maxDeliveries +5 +destination")
                .containsPattern("retention +- +default");
        assertThat(json("destinations", "list", "pri*"))
                .hasSize(1)
                .allMatch(each -> each.get("name").asString().equals("prices"))
                .allMatch(each -> each.get("partitions").asInt() == 2);

        done("destinations", "alter", "orders", "--reset=maxDeliveries");
        assertThat(done("destinations", "describe", "orders"))
                .containsPattern("maxDeliveries +10 +default");
        done("destinations", "delete", "orders");
        restart();
        assertThat(json("destinations", "list")).hasSize(1);
    }

    @Test
    void patternsMaySayWhetherQueuesOrTopicsAreMeantAndWhatIsNotThereIsSaid() {
        done("destinations", "create", "queue://news");
        done("destinations", "create", "topic://news");
        assertThat(run("destinations", "list", "--json", "topic://n*").objects()).hasSize(1);
        assertThat(run("lag", "--json", "queue://news").objects()).hasSize(1);
        Ran nothing = run("lag", "queue://nes");
        assertThat(nothing.errors()).contains("nothing to show for 'queue://nes'");
        assertThat(nothing.exit()).isZero();
        assertThat(done("destinations", "alter", "news", "--set=partitions=3"))
                .contains("queue://news with 3 partitions");
        assertThat(done("destinations", "describe", "news"))
                .containsPattern("maxDeliveries +10 +default")
                .containsPattern("deadLetterQueue +DLQ.queue.news +default");
    }

    @Test
    void aRefusalSaysWhatWouldDo() {
        done("destinations", "create", "topic://news?retention=P7D");
        try (JMSContext context = factory().createContext()) {
            context.createProducer().send(context.createTopic("news"), "a");
        }
        failed("--force", "destinations", "delete", "topic://news");
        Ran refused = run("destinations", "delete", "topic://news", "--json");
        assertThat(JSON.readTree(refused.errors()).get("code").asString()).isEqualTo("IN_USE");
    }

    @Test
    void whatIsWrongIsOneLineAndCreatesNothing() {
        failed("does not exist", "destinations", "describe", "nothing");
        failed("does not exist", "purge", "nothing");
        failed("does not exist", "redrive", "nothing");
        failed("does not exist", "replay", "nothing", "--from=earliest");
        failed("5000", "destinations", "create", "orders", "--partitions=5000");
        failed("colour", "destinations", "create", "orders", "--set=colour=red");
        failed("colour", "destinations", "create", "orders?colour=red");
        wrongUsage("options", "purge", "orders?partitions=8");
        wrongUsage("--subscription is missing", "purge", "topic://news");
        wrongUsage("leave out", "purge", "orders", "--subscription=mine");
        wrongUsage("neither", "purge", "ftp://orders");
        wrongUsage("nothing is to be altered", "destinations", "alter", "orders");
        wrongUsage("--from", "replay", "orders");
        wrongUsage("--times", "lag", "--times=2");

        assertThat(json("destinations", "list")).isEmpty();
    }

    @Test
    void aBrokerThatIsNotThereIsSaid() {
        stop();
        Ran ran = run("lag");
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.errors().lines()).hasSize(1);
        start();
    }

    @Test
    void lagShowsWhoHoldsWhatAndPurgeTakesTheRest() throws JMSException {
        send("orders", "a", "b", "c", "d");
        try (JMSContext context = factory().createContext(JMSContext.CLIENT_ACKNOWLEDGE)) {
            context.setClientID("shop");
            JMSConsumer consumer = context.createConsumer(context.createQueue("orders"));
            assertThat(consumer.receiveBody(String.class, 5000)).isEqualTo("a");

            JsonNode lag = json("lag", "orders").get(0);
            assertThat(lag.get("messages").asLong()).isEqualTo(4);
            assertThat(lag.get("holders").get(0).get("clientId").asString()).isEqualTo("shop");
            assertThat(done("lag", "--consumers")).contains("shop").contains("queue://orders");
            assertThat(done("doctor")).contains("in flight").contains("client shop");
            failed("was not deleted", "destinations", "delete", "orders", "--force");
        }
        assertThat(done("purge", "orders")).contains("purged 4 messages");
        assertThat(json("lag").get(0).get("messages").asLong()).isZero();
        restart();
        assertThat(receive("orders")).isEmpty();
        send("orders", "e");
        assertThat(receive("orders")).containsExactly("e");
    }

    @Test
    void lagIsWatched() {
        send("orders", "a");

        assertThat(json("lag", "--watch", "orders", "--every=1", "--times=2")).hasSize(2);
    }

    @Test
    void subscriptionsAreListedDescribedReplayedAndDeleted() {
        done("destinations", "create", "topic://news?retention=P1D");
        try (JMSContext context = factory().createContext();
                JMSConsumer consumer =
                        context.createSharedDurableConsumer(
                                context.createTopic("news"), "readers")) {
            for (String text : List.of("a", "b", "c")) {
                context.createProducer().send(context.createTopic("news"), text);
                assertThat(consumer.receiveBody(String.class, 5000)).isEqualTo(text);
            }
        }
        assertThat(done("subscriptions", "list"))
                .containsPattern("topic://news +readers +- +shared durable");
        assertThat(done("subscriptions", "describe", "topic://news", "--subscription=readers"))
                .containsPattern("0 +normal +2 +0 +0 +0");
        assertThat(
                        done(
                                "replay",
                                "topic://news",
                                "--subscription=readers",
                                "--from=offset:1",
                                "--dry-run"))
                .contains("2 messages would be delivered; nothing was changed");
        done("replay", "topic://news", "--group=readers", "--from=offset:1");
        restart();
        assertThat(json("lag", "news").get(0).get("messages").asLong()).isEqualTo(2);
        try (JMSContext context = factory().createContext();
                JMSConsumer consumer =
                        context.createSharedDurableConsumer(
                                context.createTopic("news"), "readers")) {
            assertThat(consumer.receiveBody(String.class, 5000)).isEqualTo("b");
        }
        failed("offset 99", "replay", "topic://news", "--group=readers", "--from=offset:99");
        failed("yesterday", "replay", "topic://news", "--group=readers", "--from=yesterday");
        done("subscriptions", "delete", "topic://news", "--subscription=readers");
        failed("readers", "subscriptions", "delete", "topic://news", "--subscription=readers");
        assertThat(json("subscriptions", "list")).isEmpty();
    }

    @Test
    void deadLettersGoBack() {
        done("destinations", "create", "orders", "--set=maxDeliveries=1");
        send("orders", "a", "b");
        try (JMSContext context = factory().createContext(JMSContext.SESSION_TRANSACTED);
                JMSConsumer consumer = context.createConsumer(context.createQueue("orders"))) {
            for (int i = 0; i < 2; i++) {
                assertThat(consumer.receive(5000)).isNotNull();
                context.rollback();
            }
        }
        String letters = "queue://DLQ.queue.orders";
        assertThat(done("redrive", letters, "--dry-run")).contains("2 messages would go back");
        assertThat(json("redrive", letters, "--max=1").get(0).get("redriven").asLong())
                .isEqualTo(1);
        assertThat(done("redrive", letters)).contains("1 messages went back");
        failed("selector", "redrive", letters, "--selector=a =");
        assertThat(receive("orders")).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void theConfigurationIsShownWithItsOrigins() throws IOException {
        stop();
        Path file = directory.resolve("broker.properties");
        Files.writeString(file, "connection.resume-grace=PT7S\ndestination.log*.retention=P1D\n");
        broker =
                Broker.builder()
                        .config(BrokerConfig.load(file, Map.of()))
                        .directory(directory)
                        .host("127.0.0.1")
                        .port(0)
                        .build();
        broker.start();

        assertThat(done("config"))
                .containsPattern("connection.resume-grace +PT7S +" + file + " +PT30S")
                .containsPattern("port +0 +command line or program +7272")
                .containsPattern("transaction.max-bytes +268435456 +default")
                .contains("destination.log*.retention");
        assertThat(done("config", "--docs")).contains("TCP port for messaging");
        assertThat(json("config")).anyMatch(each -> each.get("key").asString().equals("host"));
    }

    @Test
    void onlyAdministratorsMay() {
        stop();
        broker =
                Broker.builder()
                        .inMemory()
                        .host("127.0.0.1")
                        .port(0)
                        .user("bob", "builder")
                        .administrator("ada", "lovelace")
                        .build();
        broker.start();

        Ran bob = run(Map.of("MILLRACE_USER", "bob", "MILLRACE_PASSWORD", "builder"), "lag");
        assertThat(bob.exit()).isEqualTo(1);
        assertThat(bob.errors()).contains("user 'bob' may not administer");
        Ran ada =
                run(
                        Map.of("MILLRACE_PASSWORD", "lovelace"),
                        "destinations",
                        "create",
                        "orders",
                        "--user=ada");
        assertThat(ada.exit()).as(ada.errors()).isZero();
        Ran nobody = run("lag");
        assertThat(nobody.exit()).isEqualTo(1);
    }

    @Test
    void usersHaveRolesThatAPasswordDoesNotChange() {
        String place = "--users=" + directory.resolve("users.properties");
        assertThat(users("ada\n", "add", "ada", "--admin", "--password-stdin", place)).isZero();
        assertThat(users("bob\n", "add", "bob", "--password-stdin", place)).isZero();
        assertThat(users("new\n", "passwd", "ada", "--password-stdin", place)).isZero();
        assertThat(allowed("ada", "new")).isTrue();
        assertThat(allowed("bob", "bob")).isFalse();

        assertThat(users("", "role", "bob", "admin", place)).isZero();
        assertThat(users("", "role", "ada", "user", place)).isZero();
        assertThat(allowed("ada", "new")).isFalse();
        assertThat(allowed("bob", "bob")).isTrue();
    }

    private boolean allowed(String user, String password) {
        Ran ran = run(Map.of("MILLRACE_USER", user, "MILLRACE_PASSWORD", password), "lag");
        assertThat(ran.exit() == 0 || ran.errors().contains("may not administer"))
                .as(ran.errors())
                .isTrue();
        return ran.exit() == 0;
    }

    private static int users(String input, String... arguments) {
        List<String> all = new ArrayList<>(List.of("users"));
        all.addAll(List.of(arguments));
        return Millrace.run(
                new Surroundings(
                        new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                        new ByteArrayOutputStream(),
                        new ByteArrayOutputStream(),
                        Map.of(),
                        Optional.empty(),
                        InstantSource.system(),
                        StopSignal.byHand()),
                all.toArray(String[]::new));
    }

    @Test
    void theDoctorNamesSegmentsAndRoom() {
        done("destinations", "create", "queue://orders?retention=P1D");
        send("orders", "a");

        assertThat(done("doctor"))
                .contains("room")
                .contains("journal")
                .contains("in doubt   0")
                .contains("retention: the destination keeps history")
                .contains("not consumed");
        List<JsonNode> findings = json("doctor");
        assertThat(findings.get(0).get("store").get("usableBytes").asLong()).isPositive();
        assertThat(findings).hasSize(2);
    }

    @Test
    void clientsGoOnWhileOthersAdminister() throws JMSRuntimeException {
        try (JMSContext context = factory().createContext();
                JMSConsumer consumer = context.createConsumer(context.createQueue("orders"))) {
            for (int i = 0; i < 20; i++) {
                context.createProducer().send(context.createQueue("orders"), "m" + i);
                done("lag");
                assertThat(consumer.receiveBody(String.class, 5000)).isEqualTo("m" + i);
            }
        }
    }
}
