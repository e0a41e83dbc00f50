package org.millrace.conformance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.millrace.broker.Broker;

/** The table of the README for those who know Kafka's console tools: each row runs as it stands. */
@Timeout(60)
class ConsoleToolsTest {
    private static final Pattern ROW =
            Pattern.compile("\\| `(kafka-|\\.\\.\\.).*` \\| `([^`]+)`.*");

    @Test
    void eachRowOfTheReadmeRunsAsItStands() throws IOException {
        List<String> commands = commands();
        assertThat(commands).hasSizeGreaterThan(10);
        try (Broker broker = Broker.builder().vm("console-tools").build()) {
            broker.start();
            Shell shell = new Shell("vm://console-tools");
            for (String command : commands) {
                List<String> words = new ArrayList<>(List.of(command.split(" ")));
                if (words.get(0).equals("consume")) {
                    words.addAll(List.of("--idle-exit", "50ms"));
                }
                Shell.Run run = shell.runWithInput("key:line\n", words.toArray(String[]::new));
                assertThat(run.errors()).as(command).isEmpty();
                assertThat(run.exit()).as(command).isZero();
            }
        }
    }

    private static List<String> commands() throws IOException {
        List<String> commands = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("..", "README.md"))) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                commands.add(row.group(2));
            }
        }
        return commands;
    }
}
