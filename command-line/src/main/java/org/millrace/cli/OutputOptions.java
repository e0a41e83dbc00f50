package org.millrace.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Mixin of all commands that print: for people, or with {@code --json} for programs. As JSON, each
 * row, message or fact is one object on one line.
 */
final class OutputOptions {
    static final String JSON = "--json";
    private static final int BUFFER_BYTES = 64 * 1024;

    @Option(names = JSON, description = "Print JSON, one object on each line.")
    private boolean json;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    private OutputStream buffer;

    /** As part of another mixin: whose it is. */
    void belongsTo(CommandSpec actual) {
        command = actual;
    }

    /** Whether what is printed has to be {@link #object}s. */
    boolean isJson() {
        return json;
    }

    /**
     * One line for people; at once.
     *
     * @throws OutputClosedException when nobody reads it any more
     */
    void line(String text) {
        write(text + System.lineSeparator());
    }

    /**
     * One line for programs; at once.
     *
     * @param value a record, or a map in the order to be shown
     * @throws OutputClosedException when nobody reads it any more
     */
    void object(Object value) {
        write(Json.write(value) + "\n");
    }

    private void write(String text) {
        append(text.getBytes(StandardCharsets.UTF_8));
        flush();
    }

    /**
     * Bytes that may wait until {@link #flush}.
     *
     * @throws OutputClosedException when nobody reads it any more
     */
    void append(byte[] bytes) {
        try {
            buffer().write(bytes);
        } catch (IOException closed) {
            throw new OutputClosedException(closed);
        }
    }

    /**
     * After this, whoever reads the output has all of it.
     *
     * @throws OutputClosedException when nobody reads it any more
     */
    void flush() {
        try {
            buffer().flush();
        } catch (IOException closed) {
            throw new OutputClosedException(closed);
        }
    }

    private OutputStream buffer() {
        if (buffer == null) {
            buffer = new BufferedOutputStream(Millrace.surroundings(command).out(), BUFFER_BYTES);
        }
        return buffer;
    }
}
