package org.millrace.samples;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.millrace.broker.Broker;
import org.millrace.broker.settings.AnonymousAccess;
import org.millrace.jms.MillraceConnectionFactory;
import org.millrace.samples.orders.OrdersSample;

/**
 * {@code ./millrace demo}: a broker with storage, the orders sample through it, and where the data
 * lies.
 */
public final class Demo {
    private Demo() {}

    /** Argument: the data directory, by default {@code data/demo}. */
    public static void main(String[] args) throws Exception {
        run(Path.of(args.length > 0 ? args[0] : "data/demo"), System.out);
    }

    static void run(Path directory, PrintStream out) throws Exception {
        Files.createDirectories(directory);
        out.println("Starting a broker on " + directory.toAbsolutePath().normalize());
        Broker broker =
                Broker.builder()
                        .directory(directory)
                        .host("127.0.0.1")
                        .port(0)
                        .anonymous(AnonymousAccess.ALLOW)
                        .build();
        broker.start();
        try {
            String uri = "millrace://127.0.0.1:" + broker.port();
            out.println("Sending orders through " + uri);
            new OrdersSample(new MillraceConnectionFactory(uri), out).run();
        } finally {
            broker.close();
        }
        out.println("The broker stopped cleanly. What it stored:");
        list(directory, out);
        out.println("Run it again: it starts from what is there. Next: ./millrace start");
    }

    private static void list(Path directory, PrintStream out) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                out.printf("  %,12d bytes  %s%n", Files.size(file), file);
            }
        }
    }
}
