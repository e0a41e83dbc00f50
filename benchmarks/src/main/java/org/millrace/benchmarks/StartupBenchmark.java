package org.millrace.benchmarks;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * How long a test with a broker in its own process waits for its first message, counted from before
 * the JVM is started. Option: the number of runs, by default 11. Prints the median beside that of
 * an empty JVM.
 */
public final class StartupBenchmark {
    private StartupBenchmark() {}

    /** A JVM that does nothing, for comparison. */
    public static final class Nothing {
        private Nothing() {}

        public static void main(String[] args) {
            System.out.println("RECEIVED nothing");
        }
    }

    public static void main(String[] args) throws Exception {
        int runs = args.length > 0 ? Integer.parseInt(args[0]) : 11;
        long[] nothing = new long[runs];
        long[] first = new long[runs];
        for (int run = 0; run < runs; run++) {
            nothing[run] = millisToFirstLine(Nothing.class);
            first[run] = millisToFirstLine(FirstMessage.class);
        }
        System.out.printf("empty JVM: %d ms%n", median(nothing));
        System.out.printf("first message received through vm://: %d ms%n", median(first));
    }

    private static long millisToFirstLine(Class<?> main) throws Exception {
        long start = System.nanoTime();
        Process process =
                new ProcessBuilder(
                                List.of(
                                        Path.of(System.getProperty("java.home"), "bin", "java")
                                                .toString(),
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        main.getName()))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line = lines.readLine();
            long millis = (System.nanoTime() - start) / 1_000_000;
            if (line == null || !line.startsWith("RECEIVED")) {
                throw new IllegalStateException(main.getSimpleName() + " printed " + line);
            }
            process.waitFor();
            return millis;
        }
    }

    private static long median(long[] values) {
        long[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
