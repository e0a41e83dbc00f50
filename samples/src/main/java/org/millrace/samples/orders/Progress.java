package org.millrace.samples.orders;

import java.io.PrintStream;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts steps from any thread and prints a line at each tenth of the way. */
final class Progress {
    private final PrintStream out;
    private final String what;
    private final int total;
    private final AtomicInteger done = new AtomicInteger();

    Progress(PrintStream out, String what, int total) {
        this.out = out;
        this.what = what;
        this.total = total;
    }

    void step() {
        int now = done.incrementAndGet();
        if (now * 10 / total != (now - 1) * 10 / total) {
            out.printf("%s %,6d of %,d  %s%n", what, now, total, "#".repeat(now * 20 / total));
        }
    }

    boolean isComplete() {
        return done.get() >= total;
    }
}
