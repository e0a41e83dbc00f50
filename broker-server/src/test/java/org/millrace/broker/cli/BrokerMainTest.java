package org.millrace.broker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BrokerMainTest {
    private final PrintStream realErrors = System.err;
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

    @Test
    void aStartThatFailsIsOneMessageAndExitCodeOne() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            int exit =
                    runWithErrors(
                            "start",
                            "--in-memory",
                            "--host",
                            "0.0.0.0",
                            "--port",
                            Integer.toString(taken.getLocalPort()));
            assertThat(exit).isEqualTo(1);
            assertThat(errors.toString(StandardCharsets.UTF_8))
                    .contains("broker 'millrace' not started", "cannot listen on")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void wrongUsageIsExitCodeTwo() {
        assertThat(runWithErrors("start", "--nonsense")).isEqualTo(2);
        assertThat(runWithErrors()).isEqualTo(2);
    }

    private int runWithErrors(String... arguments) {
        System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
        try {
            return BrokerMain.run(arguments);
        } finally {
            System.setErr(realErrors);
        }
    }
}
