package org.millrace.cli;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/**
 * What is around a command: streams, environment, terminal, time. A test makes its own.
 *
 * @param out for what was asked for; failures of writing are thrown
 * @param err for everything else
 * @param terminal who can be asked for a password; empty when input or output is not a terminal
 */
public record Surroundings(
        InputStream in,
        OutputStream out,
        OutputStream err,
        Map<String, String> environment,
        Optional<Console> terminal,
        InstantSource clock,
        StopSignal stop) {
    public Surroundings {
        environment = Map.copyOf(environment);
    }

    /** Those of this process. */
    static Surroundings ofThisProcess() {
        return new Surroundings(
                System.in,
                new FileOutputStream(FileDescriptor.out),
                System.err,
                System.getenv(),
                Optional.ofNullable(System.console()),
                InstantSource.system(),
                StopSignal.ofThisProcess());
    }
}
