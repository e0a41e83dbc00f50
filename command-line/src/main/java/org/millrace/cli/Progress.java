package org.millrace.cli;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;

/**
 * Shows on a terminal how far long work is: a bar where the end is known, else a count. Shows
 * nothing in the first second, and nothing at all when there is no terminal. Confined to the thread
 * of the command.
 */
final class Progress implements AutoCloseable {
    private static final Duration BETWEEN = Duration.ofMillis(200);
    private static final int BAR_CHARS = 30;
    private static final String ERASE = "\r\u001b[K";

    private final String what;
    private final OptionalLong total;
    private final Surroundings surroundings;
    private final PrintStream err;
    private final Instant start;
    private Instant nextShow;
    private boolean shown;

    /**
     * @param what is done, as in "messages sent"
     */
    Progress(String what, OptionalLong total, Surroundings surroundings) {
        this.what = what;
        this.total = total;
        this.surroundings = surroundings;
        this.err = new PrintStream(surroundings.err(), true, StandardCharsets.UTF_8);
        this.start = surroundings.clock().instant();
        this.nextShow = surroundings.terminal().isPresent() ? start.plusSeconds(1) : Instant.MAX;
    }

    void is(long done) {
        if (nextShow.equals(Instant.MAX)) {
            return;
        }
        Instant now = surroundings.clock().instant();
        if (!now.isBefore(nextShow)) {
            nextShow = now.plus(BETWEEN);
            shown = true;
            err.print(ERASE + text(done, Duration.between(start, now)));
            err.flush();
        }
    }

    private String text(long done, Duration since) {
        long perSecond = done * 1000 / Math.max(1, since.toMillis());
        String counted = "%,d %s, %,d/s".formatted(done, what, perSecond);
        if (total.isEmpty() || total.getAsLong() <= 0) {
            return counted;
        }
        double part = Math.min(1, (double) done / total.getAsLong());
        int filled = (int) (part * BAR_CHARS);
        return "[%s%s] %3.0f%%  %s"
                .formatted("#".repeat(filled), " ".repeat(BAR_CHARS - filled), part * 100, counted);
    }

    /** Takes the bar away again. */
    @Override
    public void close() {
        if (shown) {
            err.print(ERASE);
            err.flush();
        }
    }
}
