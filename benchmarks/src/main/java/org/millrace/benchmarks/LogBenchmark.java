package org.millrace.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.millrace.jms.MillraceConnectionFactory;

/**
 * What a log promises: keyed dispatch against unkeyed, a group of eight against one consumer,
 * replay against a bare read of the same segments, sends to a topic with many subscriptions against
 * one with none. The broker in a JVM of its own; pairs are measured in turns.
 *
 * <p>Options: {@code --rounds 3 --backlog 200000 --keys 10000 --messages 1000000 --subscriptions
 * 10000 --seconds 3}. {@code --messages} is the length of the replayed log.
 */
public final class LogBenchmark {
    private static final int READ_BYTES = 1 << 20;

    private final Map<String, Integer> options;
    private final Map<String, List<Double>> rates = new LinkedHashMap<>();
    private int groups;

    private LogBenchmark(Map<String, Integer> options) {
        this.options = options;
    }

    public static void main(String[] args) throws Exception {
        Map<String, Integer> options = new LinkedHashMap<>();
        options.put("--rounds", 3);
        options.put("--backlog", 200_000);
        options.put("--keys", 10_000);
        options.put("--messages", 1_000_000);
        options.put("--subscriptions", 10_000);
        options.put("--seconds", 3);
        for (int i = 0; i + 1 < args.length; i += 2) {
            if (options.replace(args[i], Integer.parseInt(args[i + 1])) == null) {
                throw new IllegalArgumentException("unknown " + args[i] + ", known " + options);
            }
        }
        new LogBenchmark(options).run();
    }

    private void run() throws Exception {
        Path directory = Files.createTempDirectory("millrace-log-bench");
        try (ServerProcess server = ServerProcess.start(MillraceServer.class, directory)) {
            String uri = "millrace://127.0.0.1:" + server.port();
            LogLoad load = new LogLoad(new MillraceConnectionFactory(uri));
            for (int round = 0; round <= options.get("--rounds"); round++) {
                System.err.printf("round %d of %d%n", round, options.get("--rounds"));
                groups(load);
                sends(load, round);
                if (round == 0) {
                    // The first round warms the JVMs up and is not counted.
                    rates.clear();
                }
            }
            replay(load, directory);
        } finally {
            delete(directory);
        }
        print();
    }

    private void groups(LogLoad load) throws Exception {
        int backlog = options.get("--backlog");
        for (int consumers : new int[] {1, 8}) {
            for (int keys : new int[] {0, options.get("--keys")}) {
                String topic = "group" + ++groups;
                load.subscribe(topic, "g" + groups);
                load.fill(topic, backlog, keys);
                double rate =
                        load.read(
                                consumers,
                                backlog,
                                session ->
                                        session.createSharedDurableConsumer(
                                                session.createTopic(topic), "g" + groups));
                add((keys == 0 ? "unkeyed " : "keyed ") + consumers, rate);
            }
        }
    }

    private void sends(LogLoad load, int round) throws Exception {
        if (round == 0) {
            load.subscribe("few", "only");
            load.subscribeMany("many", options.get("--subscriptions"));
        }
        Duration duration = Duration.ofSeconds(options.get("--seconds"));
        for (String topic : List.of("few", "many")) {
            Sample sample = Load.run(1, duration, load.sends(topic));
            System.err.printf("  send to %s: median %.1f us%n", topic, sample.medianMicros());
            add("send " + topic, sample.perSecond());
        }
    }

    private void replay(LogLoad load, Path directory) throws Exception {
        int messages = options.get("--messages");
        load.fill("history?retention=P365D", messages, 0);
        for (int round = 0; round <= options.get("--rounds"); round++) {
            double rate =
                    load.read(
                            1,
                            messages,
                            session ->
                                    session.createConsumer(
                                            session.createTopic("history?from=earliest")));
            double share = readSegments(directory, messages);
            if (round > 0) {
                add("replay", rate);
                add("bare read of the log", share);
            }
        }
    }

    /** Messages a second of a sequential read of everything that lies in the largest log. */
    private static double readSegments(Path directory, int messages) throws IOException {
        Path largest = null;
        long largestBytes = -1;
        for (Path log : logs(directory)) {
            long bytes = 0;
            for (Path segment : segments(log)) {
                bytes += Files.size(segment);
            }
            if (bytes > largestBytes) {
                largest = log;
                largestBytes = bytes;
            }
        }
        ByteBuffer buffer = ByteBuffer.allocateDirect(READ_BYTES);
        long start = System.nanoTime();
        for (Path segment : segments(largest)) {
            try (FileChannel channel = FileChannel.open(segment)) {
                while (channel.read(buffer.clear()) >= 0) {
                    // Only read.
                }
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        System.err.printf("  %,d bytes in segments read in %.3f s%n", largestBytes, seconds);
        return messages / seconds;
    }

    private static List<Path> logs(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            return paths.filter(Files::isDirectory).toList();
        }
    }

    private static List<Path> segments(Path log) throws IOException {
        try (Stream<Path> files = Files.list(log)) {
            return files.filter(file -> file.toString().endsWith(".log")).sorted().toList();
        }
    }

    private void add(String what, double perSecond) {
        System.err.printf("  %-22s %,12.0f/s%n", what, perSecond);
        rates.computeIfAbsent(what, absent -> new ArrayList<>()).add(perSecond);
    }

    private double median(String what) {
        List<Double> sorted = rates.get(what).stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }

    private void print() {
        rates.keySet().forEach(what -> System.out.printf("%-22s %,12.0f/s%n", what, median(what)));
        ratio("keyed / unkeyed, 1 consumer (aim 0.8)", "keyed 1", "unkeyed 1");
        ratio("keyed / unkeyed, 8 consumers (aim 0.8)", "keyed 8", "unkeyed 8");
        ratio("8 consumers / 1 (aim 1)", "unkeyed 8", "unkeyed 1");
        ratio("replay / bare read", "replay", "bare read of the log");
        ratio("send, many subscriptions / one (aim 1)", "send many", "send few");
    }

    private void ratio(String what, String one, String other) {
        System.out.printf("%-40s %.2f%n", what, median(one) / median(other));
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
