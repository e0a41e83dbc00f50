package org.millrace.conformance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.cli.Millrace;
import org.millrace.cli.StopSignal;
import org.millrace.cli.Surroundings;

/** Runs commands in this process, without a terminal, with MILLRACE_URL set. */
final class Shell {
    private final Map<String, String> environment;
    private final StopSignal stop = StopSignal.byHand();

    Shell(String url) {
        environment = Map.of("MILLRACE_URL", url);
    }

    /** What a command left behind. */
    record Run(int exit, String output, String errors) {
        List<String> lines() {
            return output.lines().toList();
        }
    }

    StopSignal stop() {
        return stop;
    }

    Run run(String... arguments) {
        return runWithInput("", arguments);
    }

    /** Its output lines; fails unless the command succeeded. */
    List<String> lines(String... arguments) {
        return succeeded(run(arguments)).lines();
    }

    Run feed(String input, String... arguments) {
        return succeeded(runWithInput(input, arguments));
    }

    private static Run succeeded(Run run) {
        assertThat(run.errors()).isEmpty();
        assertThat(run.exit()).isZero();
        return run;
    }

    Run runWithInput(String input, String... arguments) {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        int exit = runInto(output, errors, input, arguments);
        return new Run(
                exit,
                output.toString(StandardCharsets.UTF_8),
                errors.toString(StandardCharsets.UTF_8));
    }

    int runInto(OutputStream output, OutputStream errors, String input, String... arguments) {
        return Millrace.run(
                new Surroundings(
                        new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                        output,
                        errors,
                        environment,
                        Optional.empty(),
                        InstantSource.system(),
                        stop),
                arguments);
    }
}
