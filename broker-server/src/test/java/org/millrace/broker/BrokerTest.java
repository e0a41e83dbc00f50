package org.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.broker.settings.BrokerConfig;
import org.millrace.broker.settings.InvalidConfigException;

@Timeout(60)
class BrokerTest {
    @TempDir private Path directory;

    @Test
    void startsAndStopsInMemoryOverTcpAndInside() throws Exception {
        try (Broker broker = Broker.builder().name("one").port(0).vm("one").build().start()) {
            assertThat(broker.uri()).isEqualTo("millrace://localhost:" + broker.port());
            try (Socket socket = new Socket("localhost", broker.port())) {
                assertThat(socket.isConnected()).isTrue();
            }
            assertThatThrownBy(() -> Broker.builder().vm("one").build().start())
                    .isInstanceOf(BrokerStartException.class)
                    .hasMessageContaining("vm://one");
        }
        try (Broker again = Broker.builder().vm("one").build().start()) {
            assertThat(again.uri()).isEqualTo("vm://one");
        }
    }

    @Test
    void aFailedStartLeavesNothingRunning() {
        try (Broker first = Broker.builder().port(0).build().start()) {
            Broker second =
                    Broker.builder()
                            .name("second")
                            .directory(directory)
                            .vm("second")
                            .port(first.port())
                            .build();
            assertThatThrownBy(second::start)
                    .isInstanceOf(BrokerStartException.class)
                    .hasMessageContaining("cannot listen on localhost:" + first.port());
            assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .noneMatch(name -> name.contains("second") || name.equals("millrace-journal"));
            try (Broker third =
                    Broker.builder().vm("second").directory(directory).build().start()) {
                assertThat(third.uri()).isEqualTo("vm://second");
            }
        }
    }

    @Test
    void aDirectoryIsUsedByOneBrokerAtATime() {
        try (Broker first = Broker.builder().vm("first").directory(directory).build().start()) {
            assertThat(first.uri()).isEqualTo("vm://first");
            assertThatThrownBy(() -> Broker.builder().vm("b").directory(directory).build().start())
                    .isInstanceOf(BrokerStartException.class)
                    .hasMessageContaining(directory.toString());
        }
    }

    @Test
    void aDirectoryThatCannotBeCreatedIsExplained() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "not a directory");
        assertThatThrownBy(() -> Broker.builder().directory(file.resolve("data")).build().start())
                .isInstanceOf(BrokerStartException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("writable by the broker");
    }

    @Test
    void rubbishOnThePortClosesThatLinkOnly() throws Exception {
        try (Broker broker = Broker.builder().port(0).build().start();
                Socket rubbish = new Socket("localhost", broker.port())) {
            rubbish.getOutputStream()
                    .write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            InputStream in = rubbish.getInputStream();
            byte[] goodbye = in.readAllBytes();
            assertThat(new String(goodbye, StandardCharsets.ISO_8859_1)).contains("frame");
            try (Socket other = new Socket("localhost", broker.port())) {
                assertThat(other.isConnected()).isTrue();
            }
        }
    }

    @Test
    void configurationSaysWhatIsWrongAndWhere() throws IOException {
        Path file = Files.writeString(directory.resolve("broker.properties"), "port = 99999\n");
        assertThatThrownBy(() -> BrokerConfig.load(file, Map.of()))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageContaining("port is '99999', allowed is 0 to 65535")
                .hasMessageContaining(file.toString());
        Files.writeString(file, "prot = 1\n");
        assertThatThrownBy(() -> BrokerConfig.load(file, Map.of()))
                .hasMessageContaining("unknown keys [prot]");
        Files.writeString(file, "port = 1\nlink.idle-timeout = PT5S\n");
        BrokerConfig config = BrokerConfig.load(file, Map.of("MILLRACE_PORT", "2"));
        assertThat(config.get(BrokerConfig.PORT)).isEqualTo(2);
        assertThat(config.settings().idleTimeout()).hasSeconds(5);
    }

    @Test
    void settingsOfDestinationsAreGivenByNamePattern() throws IOException {
        Path file = directory.resolve("broker.properties");
        Files.writeString(
                file,
                """
                destination.*.retention=P1D
                destination.orders.*.retention=P7D
                destination.orders.*.retentionBytes=10GiB
                """);
        var destinations = BrokerConfig.load(file, Map.of()).settings().destinations();
        assertThat(destinations.of("news")).isEqualTo(Map.of("retention", "P1D"));
        assertThat(destinations.of("orders.eu"))
                .isEqualTo(Map.of("retention", "P7D", "retentionBytes", "10GiB"));

        Files.writeString(file, "destination.retention=P1D");
        assertThatThrownBy(() -> BrokerConfig.load(file, Map.of()))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageContaining("destination.<pattern>.<key>");
    }
}
