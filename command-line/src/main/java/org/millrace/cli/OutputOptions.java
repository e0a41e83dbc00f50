package org.millrace.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Mixin of all commands that print: for people, or with {@code --json} for programs. As JSON, each
 * row, message or fact is one object on one line.
 *
 * <p>Written lines are not kept back: after a method returns, whoever reads the output has them.
 */
final class OutputOptions {
    @Option(names = "--json", description = "Print JSON, one object on each line.")
    private boolean json;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    /** Whether what is printed has to be {@link #object}s. */
    boolean isJson() {
        return json;
    }

    /**
     * One line for people.
     *
     * @throws OutputClosedException when nobody reads it any more
     */
    void line(String text) {
        write(text + System.lineSeparator());
    }

    /**
     * One line for programs.
     *
     * @param value a record, or a map in the order to be shown
     * @throws OutputClosedException when nobody reads it any more
     */
    void object(Object value) {
        write(Json.write(value) + "\n");
    }

    private void write(String text) {
        try {
            OutputStream out = Millrace.surroundings(command).out();
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
        } catch (IOException closed) {
            throw new OutputClosedException(closed);
        }
    }
}
