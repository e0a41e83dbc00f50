package org.millrace.ee;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;

/**
 * The broker that the server under test talks to, in a JVM of its own: it can be killed and started
 * again on the same port and directory. One for all tests of a JVM.
 */
final class ForkedBroker {
    private static final ForkedBroker INSTANCE = new ForkedBroker();

    private final int port = freePort();
    private final Path directory =
            Path.of(System.getProperty("millrace.work"), String.valueOf(port));
    private Process process;

    static ForkedBroker get() {
        return INSTANCE;
    }

    static int freePort() {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        } catch (IOException none) {
            throw new UncheckedIOException(none);
        }
    }

    String url() {
        return "millrace://127.0.0.1:" + port;
    }

    /** Returns when it accepts connections. */
    synchronized void start() throws IOException, InterruptedException {
        directory.toFile().mkdirs();
        File log = directory.resolve("broker.log").toFile();
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
                                        "org.millrace.cli.Millrace",
                                        "start",
                                        "--host",
                                        "127.0.0.1",
                                        "--port",
                                        Integer.toString(port),
                                        "--data",
                                        directory.toString()))
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                        .start();
        Waiting.until("the broker accepts connections, see " + log, this::accepts);
    }

    private boolean accepts() {
        if (!process.isAlive()) {
            throw new IllegalStateException("the broker ended with " + process.exitValue());
        }
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    /** SIGKILL: nothing of the process runs after this. */
    synchronized void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    synchronized boolean isRunning() {
        return process != null && process.isAlive();
    }
}
