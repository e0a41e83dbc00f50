package org.millrace.benchmarks;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.millrace.jms.MillraceConnectionFactory;

/**
 * Sends and transfers against Artemis and against the limit of the machine: each in a JVM of its
 * own, rounds interleaved, medians and ratios.
 *
 * <p>Options: {@code --rounds 5 --seconds 5 --peers artemis|none}. Prints a table; machines are
 * noisy, so look at the ratios.
 */
public final class SendBenchmark {
    private final Duration duration;
    private final int rounds;
    private final boolean withArtemis;
    private final Map<String, List<Sample>> samples = new LinkedHashMap<>();

    private SendBenchmark(Duration duration, int rounds, boolean withArtemis) {
        this.duration = duration;
        this.rounds = rounds;
        this.withArtemis = withArtemis;
    }

    public static void main(String[] args) throws Exception {
        Map<String, String> options =
                new LinkedHashMap<>(
                        Map.of("--rounds", "5", "--seconds", "5", "--peers", "artemis"));
        for (int i = 0; i + 1 < args.length; i += 2) {
            options.put(args[i], args[i + 1]);
        }
        new SendBenchmark(
                        Duration.ofSeconds(Long.parseLong(options.get("--seconds"))),
                        Integer.parseInt(options.get("--rounds")),
                        options.get("--peers").equals("artemis"))
                .run();
    }

    private void run() throws Exception {
        Path directory = Files.createTempDirectory("millrace-bench");
        try (ServerProcess limit = ServerProcess.start(LimitServer.class, sub(directory, "limit"));
                ServerProcess millrace =
                        ServerProcess.start(MillraceServer.class, sub(directory, "millrace"))) {
            ConnectionFactory ours =
                    new MillraceConnectionFactory("millrace://127.0.0.1:" + millrace.port());
            if (withArtemis) {
                try (ServerProcess artemis =
                                ServerProcess.start(
                                        ArtemisServer.class, sub(directory, "artemis"));
                        ActiveMQConnectionFactory theirs =
                                new ActiveMQConnectionFactory(
                                        "tcp://127.0.0.1:" + artemis.port())) {
                    rounds(directory, limit.port(), ours, theirs);
                }
            } else {
                rounds(directory, limit.port(), ours, null);
            }
        } finally {
            delete(directory);
        }
        print();
    }

    private void rounds(
            Path directory, int limitPort, ConnectionFactory ours, ConnectionFactory theirs)
            throws Exception {
        // The first round warms the JVMs up and is not counted.
        for (int round = 0; round <= rounds; round++) {
            System.err.printf("round %d of %d%n", round, rounds);
            samples.computeIfAbsent("force", key -> new ArrayList<>())
                    .add(LimitLoad.bareForce(directory, duration));
            for (int clients : new int[] {1, 16}) {
                add("limit", "sync " + clients, LimitLoad.send(limitPort, clients, duration));
            }
            measure("millrace", ours);
            if (theirs != null) {
                measure("artemis", theirs);
            }
            if (round == 0) {
                samples.clear();
            }
        }
    }

    private void measure(String who, ConnectionFactory factory) throws Exception {
        JmsLoad load = new JmsLoad(factory);
        add(who, "sync 1", load.synchronousSends(1, duration));
        add(who, "sync 16", load.synchronousSends(16, duration));
        add(who, "async", load.asynchronousSends(duration));
        add(who, "transfer auto", load.transfer(Session.AUTO_ACKNOWLEDGE, duration));
        add(who, "transfer dups", load.transfer(Session.DUPS_OK_ACKNOWLEDGE, duration));
    }

    private void add(String who, String scenario, Sample sample) {
        System.err.printf(
                "  %-10s %-13s %,10.0f/s %8.1f us%n",
                who, scenario, sample.perSecond(), sample.medianMicros());
        samples.computeIfAbsent(who + " " + scenario, key -> new ArrayList<>()).add(sample);
    }

    private void print() {
        System.out.printf(
                "%n1 KiB persistent, %d rounds of %d s, medians%n", rounds, duration.toSeconds());
        System.out.printf("%-28s %12s %12s %12s%n", "", "per second", "median us", "p99 us");
        for (Map.Entry<String, List<Sample>> entry : samples.entrySet()) {
            List<Sample> all = entry.getValue();
            System.out.printf(
                    "%-28s %,12.0f %12.1f %12.1f%n",
                    entry.getKey(),
                    median(all, Sample::perSecond),
                    median(all, Sample::medianMicros),
                    median(all, Sample::p99Micros));
        }
        ratio(
                "sync 1, median time, millrace / limit",
                "millrace sync 1",
                "limit sync 1",
                Sample::medianMicros);
        ratio(
                "sync 16, rate, millrace / limit",
                "millrace sync 16",
                "limit sync 16",
                Sample::perSecond);
        for (String scenario :
                List.of("sync 1", "sync 16", "async", "transfer auto", "transfer dups")) {
            ratio(
                    scenario + ", rate, millrace / artemis",
                    "millrace " + scenario,
                    "artemis " + scenario,
                    Sample::perSecond);
        }
    }

    private void ratio(String name, String ours, String theirs, ToDoubleFunction<Sample> figure) {
        if (samples.containsKey(ours) && samples.containsKey(theirs)) {
            List<Double> ratios = new ArrayList<>();
            for (int i = 0; i < samples.get(ours).size(); i++) {
                ratios.add(
                        figure.applyAsDouble(samples.get(ours).get(i))
                                / figure.applyAsDouble(samples.get(theirs).get(i)));
            }
            ratios.sort(Comparator.naturalOrder());
            System.out.printf("%-45s %6.2f%n", name, ratios.get(ratios.size() / 2));
        }
    }

    private static double median(List<Sample> samples, ToDoubleFunction<Sample> figure) {
        double[] sorted = samples.stream().mapToDouble(figure).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    private static Path sub(Path directory, String name) throws IOException {
        return Files.createDirectories(directory.resolve(name));
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
