package org.millrace.conformance.crash;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A standalone broker in a JVM of its own that can be killed without warning and started again on
 * the same directory.
 */
public final class BrokerProcess implements AutoCloseable {
    private static final String MAIN = "org.millrace.cli.Millrace";
    private static final String READY = "ready";

    private final Path directory;
    private final int port;
    private Process process;

    public BrokerProcess(Path directory) throws IOException {
        this.directory = directory;
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            this.port = probe.getLocalPort();
        }
    }

    public String uri() {
        return "millrace://127.0.0.1:" + port;
    }

    /** Starts the broker and returns when it says that it is ready. */
    public void start() throws IOException, InterruptedException {
        process =
                new ProcessBuilder(
                                List.of(
                                        Path.of(System.getProperty("java.home"), "bin", "java")
                                                .toString(),
                                        "-Xmx512m",
                                        "-XX:+UseSerialGC",
                                        "-XX:TieredStopAtLevel=1",
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        MAIN,
                                        "start",
                                        "--host",
                                        "127.0.0.1",
                                        "--port",
                                        Integer.toString(port),
                                        "--data",
                                        directory.toString()))
                        .redirectErrorStream(true)
                        .start();
        CountDownLatch ready = new CountDownLatch(1);
        Thread output = new Thread(() -> read(process, ready), "broker-output");
        output.setDaemon(true);
        output.start();
        if (!ready.await(60, TimeUnit.SECONDS)) {
            kill();
            throw new IOException("the broker on " + directory + " was not ready within 60 s");
        }
        if (!process.isAlive()) {
            throw new IOException(
                    "the broker on " + directory + " ended with " + process.exitValue());
        }
    }

    private static void read(Process process, CountDownLatch ready) {
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line;
            while ((line = lines.readLine()) != null) {
                System.out.println("broker> " + line);
                if (line.contains(READY)) {
                    ready.countDown();
                }
            }
        } catch (IOException killed) {
            System.out.println("broker> output ended: " + killed.getMessage());
        } finally {
            ready.countDown();
        }
    }

    /** SIGKILL: nothing of the process runs after this. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** SIGTERM: a clean stop. */
    @Override
    public void close() throws InterruptedException {
        if (process == null || !process.isAlive()) {
            return;
        }
        process.destroy();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            kill();
        }
    }
}
