package org.millrace.benchmarks;

import jakarta.jms.BytesMessage;
import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.millrace.jms.MillraceConnectionFactory;

/**
 * Message-driven beans in WildFly, 16 at a time, that take persistent messages and insert a row
 * each in a container-managed XA transaction: our adapter against the Artemis adapter that the
 * server brings, in one server, each with a broker in a JVM of its own.
 *
 * <p>A round preloads a queue, starts deliveries, and ends with the last commit. Rounds are
 * interleaved, the order changes, the first two are not counted. Options: {@code --rounds 5
 * --messages 10000}; {@code --server} and {@code --rar} are where the unpacked WildFly and the
 * adapter are.
 */
public final class MdbBenchmark {
    private static final String WAR = "mdb.war";
    private static final String QUEUE = "bench.mdb";
    private static final int WARM_UP = 2;
    private static final int WINDOW = 1_000;
    private static final int ROUND_SECONDS = 300;

    private record Peer(String name, ConnectionFactory factory, ServerProcess broker) {}

    /**
     * What one round measured.
     *
     * @param serverMicros processor time of WildFly for each message; it is the same code of
     *     WildFly's, so the difference is the adapter's
     * @param brokerMicros likewise of the broker
     */
    private record Round(double perSecond, double serverMicros, double brokerMicros) {}

    private final List<Peer> peers;
    private final Map<String, List<Round>> rounds = new TreeMap<>();
    private final WildFly server;
    private final int messages;

    private MdbBenchmark(WildFly server, List<Peer> peers, int messages) {
        this.server = server;
        this.peers = peers;
        this.messages = messages;
    }

    public static void main(String[] args) throws Exception {
        Map<String, String> options = new HashMap<>(Map.of("--rounds", "5", "--messages", "10000"));
        for (int i = 0; i + 1 < args.length; i += 2) {
            options.put(args[i], args[i + 1]);
        }
        Path directory = Files.createTempDirectory("millrace-bench");
        try (ServerProcess millrace = broker(MillraceServer.class, directory.resolve("millrace"));
                ServerProcess artemis = broker(ArtemisServer.class, directory.resolve("artemis"));
                WildFly server =
                        new WildFly(
                                Path.of(options.get("--server")).toAbsolutePath(),
                                directory.resolve("wildfly"));
                ActiveMQConnectionFactory theirs =
                        new ActiveMQConnectionFactory("tcp://127.0.0.1:" + artemis.port())) {
            // What try does not see: Ctrl-C, a kill.
            Runtime.getRuntime().addShutdownHook(new Thread(() -> abandon(directory)));
            server.configure(
                    Map.of(
                            "rar", Path.of(options.get("--rar")).toAbsolutePath().toString(),
                            "millrace.port", String.valueOf(millrace.port()),
                            "artemis.port", String.valueOf(artemis.port())));
            server.deploy(WAR);
            server.start(WAR);
            List<Peer> peers =
                    List.of(
                            new Peer(
                                    "millrace",
                                    new MillraceConnectionFactory(
                                            "millrace://127.0.0.1:" + millrace.port()),
                                    millrace),
                            new Peer("artemis", theirs, artemis));
            new MdbBenchmark(server, peers, Integer.parseInt(options.get("--messages")))
                    .run(Integer.parseInt(options.get("--rounds")));
        } finally {
            delete(directory);
        }
    }

    private static ServerProcess broker(Class<?> main, Path directory) throws IOException {
        return ServerProcess.start(main, Files.createDirectories(directory));
    }

    private void run(int count) throws Exception {
        for (int number = 1 - WARM_UP; number <= count; number++) {
            System.err.printf("round %d of %d%n", number, count);
            List<Peer> order = new ArrayList<>(peers);
            if (number % 2 == 0) {
                Collections.reverse(order);
            }
            for (Peer peer : order) {
                Round round = round(peer);
                print(System.err, "  " + peer.name(), round);
                rounds.computeIfAbsent(peer.name(), key -> new ArrayList<>()).add(round);
            }
            if (number <= 0) {
                rounds.clear();
            }
        }
        System.out.printf(
                "%n16 beans, XA with a row each, %,d messages of 1 KiB, %d rounds, medians%n",
                messages, count);
        rounds.forEach(
                (who, all) ->
                        print(
                                System.out,
                                who,
                                new Round(
                                        median(all, Round::perSecond),
                                        median(all, Round::serverMicros),
                                        median(all, Round::brokerMicros))));
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ratios.add(
                    rounds.get("millrace").get(i).perSecond()
                            / rounds.get("artemis").get(i).perSecond());
        }
        System.out.printf(
                "rate, millrace / artemis: %.2f (from %.2f to %.2f)%n",
                median(ratios, each -> each), Collections.min(ratios), Collections.max(ratios));
    }

    private static void print(PrintStream out, String who, Round round) {
        out.printf(
                "%-12s %,8.0f/s   processor time for each: server %,6.0f us, broker %,6.0f us%n",
                who, round.perSecond(), round.serverMicros(), round.brokerMicros());
    }

    private static <T> double median(List<T> values, ToDoubleFunction<T> figure) {
        double[] sorted = values.stream().mapToDouble(figure).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    private Round round(Peer peer) throws Exception {
        String unused = server.get("/mdb/begin?messages=" + messages);
        preload(peer.factory());
        Duration serverBefore = server.processorTime();
        Duration brokerBefore = peer.broker().processorTime();
        deliver(peer.name(), "start-delivery");
        String[] found = server.get("/mdb/end?seconds=" + ROUND_SECONDS).split(" ", -1);
        Duration serverTime = server.processorTime().minus(serverBefore);
        Duration brokerTime = peer.broker().processorTime().minus(brokerBefore);
        deliver(peer.name(), "stop-delivery");
        long sum = (long) messages * (messages - 1) / 2;
        if (Long.parseLong(found[1]) != messages
                || Long.parseLong(found[2]) != messages
                || Long.parseLong(found[3]) != sum) {
            throw new IllegalStateException(
                    "%s: %s rows, %s different, sum %s; expected %d and sum %d"
                            .formatted(peer.name(), found[1], found[2], found[3], messages, sum));
        }
        return new Round(
                messages / (Long.parseLong(found[0]) / 1e9),
                serverTime.toNanos() / 1e3 / messages,
                brokerTime.toNanos() / 1e3 / messages);
    }

    private void deliver(String bean, String operation) throws Exception {
        server.manage(
                """
                {"operation": "%s", "address": [{"deployment": "%s"},
                    {"subsystem": "ejb3"}, {"message-driven-bean": "%s"}]}
                """
                        .formatted(operation, WAR, bean));
    }

    /** Persistent messages of 1 KiB that begin with their number. */
    private void preload(ConnectionFactory factory) throws Exception {
        Semaphore free = new Semaphore(WINDOW);
        AtomicReference<Exception> failure = new AtomicReference<>();
        CompletionListener confirmed =
                new CompletionListener() {
                    @Override
                    public void onCompletion(Message message) {
                        free.release();
                    }

                    @Override
                    public void onException(Message message, Exception exception) {
                        failure.compareAndSet(null, exception);
                        free.release();
                    }
                };
        try (Connection connection = factory.createConnection()) {
            Session session = connection.createSession();
            MessageProducer producer = session.createProducer(session.createQueue(QUEUE));
            for (int number = 0; number < messages; number++) {
                BytesMessage message = session.createBytesMessage();
                message.writeInt(number);
                message.writeBytes(new byte[JmsLoad.MESSAGE_BYTES - Integer.BYTES]);
                free.acquire();
                producer.send(message, confirmed);
            }
            free.acquire(WINDOW);
        }
        if (failure.get() != null) {
            throw failure.get();
        }
    }

    /** Ends what was started, if it still runs, and leaves nothing behind. */
    private static void abandon(Path directory) {
        ProcessHandle.current()
                .descendants()
                .forEach(
                        each -> {
                            boolean unused = each.destroyForcibly();
                            ProcessHandle unusedHandle = each.onExit().join();
                        });
        try {
            delete(directory);
        } catch (IOException left) {
            System.err.println("left behind: " + left);
        }
    }

    /** One at a time: what waits in {@code main} goes on when the processes have ended. */
    private static synchronized void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
