package org.millrace.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints what a shell needs to complete commands and options. */
@Command(
        name = "completion",
        description = {
            "Prints a script that completes commands and options.",
            "In the shell itself: source <(millrace completion bash)"
        })
final class CompletionCommand implements Callable<Integer> {
    /** The shells that can. */
    enum Shell {
        BASH,
        ZSH
    }

    @Parameters(paramLabel = "SHELL", description = "${COMPLETION-CANDIDATES}.")
    private Shell shell;

    @Spec private CommandSpec command;

    @Override
    public Integer call() {
        CommandSpec top = command.root();
        PrintWriter out = command.commandLine().getOut();
        out.println(
                "# source <(millrace completion %s)"
                        .formatted(shell.name().toLowerCase(Locale.ROOT)));
        // The same script for both: it asks which shell it is in.
        out.println(AutoComplete.bash(top.name(), top.commandLine()));
        return Millrace.OK;
    }
}
