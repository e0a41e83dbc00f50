package org.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ServerSocket;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.millrace.jms.MillraceQueue;
import org.millrace.jms.MillraceTopic;
import picocli.CommandLine.TypeConversionException;

@Timeout(60)
class MillraceTest {
    @Test
    void aStartThatFailsIsOneLineAndExitCodeOne() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            String port = Integer.toString(taken.getLocalPort());
            String[] start = {"start", "--in-memory", "--host", "0.0.0.0", "--port", port};
            CommandRun run = CommandRun.of("", start);

            assertThat(run.exit()).isEqualTo(1);
            assertThat(run.errors().lines())
                    .singleElement()
                    .asString()
                    .contains("broker 'millrace' not started", "cannot listen on");
        }
    }

    @Test
    void theStackTraceIsForThoseWhoAsk() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            String port = Integer.toString(taken.getLocalPort());
            CommandRun run = CommandRun.of("", "start", "--in-memory", "--port", port, "--verbose");

            assertThat(run.exit()).isEqualTo(1);
            assertThat(run.errors()).contains("\tat ");
        }
    }

    @Test
    void forProgramsFailuresAreObjectsToo() {
        CommandRun failed =
                CommandRun.of("", "lag", "--json", "--url", "millrace://127.0.0.1:1?user=ada");
        assertThat(failed.exit()).isEqualTo(1);
        assertThat(failed.output()).isEmpty();
        assertThat(Json.readObject(failed.errors()))
                .containsEntry("exit", 1)
                .containsKey("code")
                .hasEntrySatisfying(
                        "error", text -> assertThat(text).asString().contains("cannot connect"));

        CommandRun wrong = CommandRun.of("", "lag", "--json", "--nonsense");
        assertThat(wrong.exit()).isEqualTo(2);
        assertThat(Json.readObject(wrong.errors()))
                .containsEntry("code", "USAGE")
                .containsEntry("exit", 2);
    }

    @Test
    void aNameThatIsAlmostRightIsSuggested() {
        assertThat(CommandRun.of("", "lags").errors()).contains("did you mean lag?");
        assertThat(CommandRun.of("", "destinations", "lst").errors())
                .contains("did you mean", "list");
    }

    @Test
    void aDirectoryIsNoFileToSend() {
        CommandRun run = CommandRun.of("", "produce", "orders", "--file", ".");
        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.errors()).contains(". is a directory; nothing was sent");
    }

    @Test
    void oneLongNameDoesNotPushATableOffTheScreen() {
        String name = "x".repeat(1024);
        assertThat(new Table("NAME", "SIZE").row(name, 1).row("short", 20).lines())
                .allSatisfy(line -> assertThat(line.length()).isLessThan(110))
                .anySatisfy(line -> assertThat(line).contains("xxx...     1"));
    }

    @Test
    void wrongUsageIsOneLineAndExitCodeTwo() {
        for (String[] wrong :
                List.of(
                        new String[] {"start", "--nonsense"},
                        new String[] {},
                        new String[] {"nonsense"},
                        new String[] {"start", "--port", "many"})) {
            CommandRun run = CommandRun.of("", wrong);
            assertThat(run.exit()).isEqualTo(2);
            assertThat(run.errors().lines()).singleElement().asString().contains("--help");
            assertThat(run.output()).isEmpty();
        }
    }

    @Test
    void saysItsVersionAndHowItIsUsed() {
        assertThat(CommandRun.of("", "--version").output()).startsWith("Millrace 0.");
        assertThat(CommandRun.of("", "--help").output()).contains("start", "users");
        assertThat(CommandRun.of("", "users", "add", "--help").output()).contains("--iterations");
    }

    @Test
    void completesCommandsAndOptionsInBashAndZsh() {
        for (String shell : List.of("bash", "zsh")) {
            assertThat(CommandRun.of("", "completion", shell).output())
                    .contains("ZSH_VERSION", "produce", "'--idle-exit'");
        }
        assertThat(CommandRun.of("", "completion", "fish").exit()).isEqualTo(2);
    }

    @Test
    void destinationsAreWrittenAsTheyAreShown() {
        assertThat(DestinationArgument.parse("orders")).isEqualTo(new MillraceQueue("orders"));
        assertThat(DestinationArgument.parse("queue://orders"))
                .isEqualTo(new MillraceQueue("orders"));
        assertThat(DestinationArgument.parse("topic://a/b?from=earliest"))
                .isEqualTo(new MillraceTopic("a/b?from=earliest"));
        for (String wrong : List.of("", "topic://", "stream://orders", "queue://?partitions=2")) {
            assertThatThrownBy(() -> DestinationArgument.parse(wrong))
                    .isInstanceOf(TypeConversionException.class);
        }
    }

    @Test
    void jsonIsWrittenOnOneLine() {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("text", "a \"b\" \n \u00e9 \ud83d\ude00");
        value.put("numbers", List.of(1, -2L, 0.5));
        value.put("none", null);
        value.put("at", Instant.EPOCH);
        assertThat(Json.write(value))
                .isEqualTo(
                        "{\"text\":\"a \\\"b\\\" \\n \u00e9 \ud83d\ude00\",\"numbers\":[1,-2,0.5],"
                                + "\"none\":null,\"at\":\"1970-01-01T00:00:00Z\"}");
    }
}
