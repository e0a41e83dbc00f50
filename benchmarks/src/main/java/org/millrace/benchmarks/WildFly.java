package org.millrace.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * WildFly in a JVM of its own. What it writes is in a directory of its own; the unpacked
 * distribution stays as it is.
 */
final class WildFly implements AutoCloseable {
    private static final String BEANS = "org/millrace/benchmarks/mdb/";
    private static final int START_SECONDS = 120;

    private final Path home;
    private final Path base;
    private final int httpPort = FreePort.find();
    private final int managementPort = FreePort.find();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private Process process;

    WildFly(Path home, Path base) throws IOException {
        this.home = home;
        this.base = base;
    }

    /**
     * Configures a copy of the configuration with {@code configure.cli}.
     *
     * @param values of the names in it
     */
    void configure(Map<String, String> values) throws IOException, InterruptedException {
        copy(home.resolve("standalone"), base);
        Path script = base.resolve("configure.cli");
        String commands = resource("configure.cli");
        for (Map.Entry<String, String> each : values.entrySet()) {
            commands = commands.replace("${" + each.getKey() + "}", each.getValue());
        }
        Files.writeString(script, commands);
        Process cli = java(List.of(), "org.jboss.as.cli", List.of("--file=" + script));
        if (cli.waitFor() != 0) {
            throw new IOException("the server was not configured; see above");
        }
    }

    /** Packs the beans and what describes them. */
    void deploy(String name) throws IOException {
        Path deployments = base.resolve("deployments");
        try (OutputStream file = Files.newOutputStream(deployments.resolve(name));
                ZipOutputStream war = new ZipOutputStream(file)) {
            for (String each : List.of("ejb-jar.xml", "jboss-ejb3.xml")) {
                add(war, "WEB-INF/" + each, resource(each).getBytes(UTF_8));
            }
            for (String each : List.of("RowBean", "RowBean$Committed", "RowsServlet", "Tally")) {
                String path = BEANS + each + ".class";
                try (InputStream in = WildFly.class.getClassLoader().getResourceAsStream(path)) {
                    add(war, "WEB-INF/classes/" + path, in.readAllBytes());
                }
            }
        }
    }

    private static void add(ZipOutputStream war, String name, byte[] content) throws IOException {
        war.putNextEntry(new ZipEntry(name));
        war.write(content);
        war.closeEntry();
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = WildFly.class.getResourceAsStream("/mdb/" + name)) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path each : files.toList()) {
                Path target = to.resolve(from.relativize(each).toString());
                if (Files.isDirectory(each)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(each, target);
                }
            }
        }
    }

    /** Waits until it serves and everything is deployed. */
    void start(String application) throws IOException, InterruptedException {
        process =
                java(
                        List.of(
                                "-Xms1g",
                                "-Xmx1g",
                                "-Djboss.bind.address=127.0.0.1",
                                "-Djboss.bind.address.management=127.0.0.1",
                                "-Djboss.http.port=" + httpPort,
                                "-Djboss.https.port=" + FreePort.find(),
                                "-Djboss.management.http.port=" + managementPort,
                                "-Djboss.management.https.port=" + FreePort.find()),
                        "org.jboss.as.standalone",
                        List.of());
        Path marker = base.resolve("deployments").resolve(application + ".deployed");
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (!Files.exists(marker)) {
            if (process.waitFor(200, TimeUnit.MILLISECONDS) || System.nanoTime() > end) {
                throw new IOException(
                        "WildFly has not deployed %s within %d s; its log:%n%s"
                                .formatted(application, START_SECONDS, log()));
            }
        }
    }

    String log() throws IOException {
        List<String> lines = Files.readAllLines(base.resolve("log/server.log"));
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 100), lines.size()));
    }

    private Process java(List<String> options, String main, List<String> arguments)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        for (String opened :
                List.of(
                        "java.lang",
                        "java.lang.invoke",
                        "java.lang.reflect",
                        "java.io",
                        "java.net",
                        "java.security",
                        "java.util",
                        "java.util.concurrent")) {
            command.add("--add-opens=java.base/" + opened + "=ALL-UNNAMED");
        }
        command.add("--add-opens=java.management/javax.management=ALL-UNNAMED");
        command.add("--add-opens=java.naming/javax.naming=ALL-UNNAMED");
        command.add("-Djava.net.preferIPv4Stack=true");
        command.add("-Djboss.home.dir=" + home);
        command.add("-Djboss.server.base.dir=" + base);
        command.add("-Djboss.server.log.dir=" + base.resolve("log"));
        command.add(
                "-Dlogging.configuration="
                        + base.resolve("configuration/logging.properties").toUri());
        command.add("-Dorg.jboss.boot.log.file=" + base.resolve("log/server.log"));
        command.add("-jar");
        command.add(home.resolve("jboss-modules.jar").toString());
        command.add("-mp");
        command.add(home.resolve("modules").toString());
        command.add(main);
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).directory(base.toFile());
        builder.environment().put("JBOSS_HOME", home.toString());
        builder.redirectErrorStream(true);
        builder.redirectOutput(base.resolve(main + ".txt").toFile());
        return builder.start();
    }

    /** What the application answers. */
    String get(String path) throws IOException, InterruptedException {
        return send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + httpPort + path)).build());
    }

    /** An operation of the management interface. */
    void manage(String json) throws IOException, InterruptedException {
        String unused =
                send(
                        HttpRequest.newBuilder(
                                        URI.create(
                                                "http://127.0.0.1:"
                                                        + managementPort
                                                        + "/management"))
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString(json))
                                .build());
    }

    private String send(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException(
                    "%s: %d %s%n%s"
                            .formatted(
                                    request.uri(), response.statusCode(), response.body(), log()));
        }
        return response.body();
    }

    /** Processor time that it has used so far. */
    Duration processorTime() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    @Override
    public void close() throws InterruptedException {
        if (process != null) {
            process.destroy();
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                int unused = process.destroyForcibly().waitFor();
            }
        }
    }
}
