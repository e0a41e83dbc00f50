package org.millrace.cli;

import java.io.IOException;

/** Nothing more can be written to standard output: its reader went away, or its disk is full. */
final class OutputClosedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OutputClosedException(IOException cause) {
        super("cannot write to standard output: " + cause.getMessage(), cause);
    }

    /** The reader had enough, as {@code head} has: nothing to complain about. */
    boolean byItsReader() {
        return String.valueOf(getCause().getMessage()).contains("Broken pipe");
    }
}
