package org.millrace.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/** One command, run to its end without a terminal and without an environment. */
record CommandRun(int exit, String output, String errors) {
    static CommandRun of(String input, String... arguments) {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        Surroundings surroundings =
                new Surroundings(
                        new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                        output,
                        errors,
                        Map.of(),
                        Optional.empty(),
                        InstantSource.system(),
                        StopSignal.byHand());
        int exit = Millrace.run(surroundings, arguments);
        return new CommandRun(
                exit,
                output.toString(StandardCharsets.UTF_8),
                errors.toString(StandardCharsets.UTF_8));
    }
}
