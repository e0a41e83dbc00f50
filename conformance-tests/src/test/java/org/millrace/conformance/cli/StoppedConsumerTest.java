package org.millrace.conformance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.millrace.broker.Broker;

/** {@code consume} as a process of its own that is ended from outside while messages come. */
@Timeout(60)
class StoppedConsumerTest {
    private static final int MESSAGES = 50_000;

    private final Broker broker = Broker.builder().inMemory().host("127.0.0.1").port(0).build();
    private Shell shell;
    private Process consumer;

    @BeforeEach
    void start() throws IOException {
        broker.start();
        String url = "millrace://127.0.0.1:" + broker.port();
        shell = new Shell(url);
        shell.lines("produce", "orders", "--count", Integer.toString(MESSAGES));
        consumer =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "org.millrace.cli.Millrace",
                                "consume",
                                "orders",
                                "--url",
                                url)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
    }

    @AfterEach
    void stop() {
        consumer.destroyForcibly();
        broker.close();
    }

    /** What SIGTERM and Ctrl-C do. */
    @Test
    void whatItPrintedIsAcknowledgedAndNothingElse() throws Exception {
        List<String> printed = new ArrayList<>();
        try (BufferedReader lines = output()) {
            for (int i = 0; i < 1_000; i++) {
                printed.add(lines.readLine());
            }
            consumer.toHandle().destroy();
            lines.lines().forEach(printed::add);
        }
        assertThat(consumer.waitFor(30, TimeUnit.SECONDS)).isTrue();

        printed.addAll(shell.lines("browse", "orders"));
        assertThat(printed).hasSize(MESSAGES).doesNotHaveDuplicates();
    }

    /** What {@code | head} does. */
    @Test
    void aReaderThatGoesAwayEndsItAndLosesNothing() throws Exception {
        List<String> seen = new ArrayList<>();
        try (BufferedReader lines = output()) {
            for (int i = 0; i < 10; i++) {
                seen.add(lines.readLine());
            }
        }
        assertThat(consumer.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(consumer.exitValue()).isEqualTo(1);

        // A pipe holds some thousand lines at most, printed, and with nobody to read them.
        List<String> rest = shell.lines("browse", "orders");
        assertThat(rest).hasSizeGreaterThan(MESSAGES - 5_000).doesNotContainAnyElementsOf(seen);
    }

    private BufferedReader output() {
        return new BufferedReader(
                new InputStreamReader(consumer.getInputStream(), StandardCharsets.UTF_8));
    }
}
