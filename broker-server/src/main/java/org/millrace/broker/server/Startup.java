package org.millrace.broker.server;

import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A start as a checklist: each step logs what it did and how long it took; when one fails, those
 * before it are undone, last first. Confined to the starting thread; {@link #undoAll} may be called
 * later by the one that stops.
 */
public final class Startup {
    /** What one step does or undoes. */
    @FunctionalInterface
    public interface Act {
        void run() throws Exception;
    }

    private record Done(String name, Act undo) {}

    private static final Logger LOG = LoggerFactory.getLogger(Startup.class);

    private final String subject;
    private final InstantSource clock;
    private final Deque<Done> done = new ArrayDeque<>();

    public Startup(String subject, InstantSource clock) {
        this.subject = subject;
        this.clock = clock;
    }

    /**
     * @throws Exception what the step threw, when everything before it is undone
     */
    public void step(String name, Act act, Act undo) throws Exception {
        long startMillis = clock.millis();
        try {
            act.run();
        } catch (Exception | Error failed) {
            LOG.debug("{}: {} failed: {}", subject, name, failed.getMessage());
            undoAll();
            throw failed;
        }
        done.push(new Done(name, undo));
        LOG.debug("{}: {} ({} ms)", subject, name, clock.millis() - startMillis);
    }

    /** Undoes what was done, last first; a failure does not keep the others from being undone. */
    public void undoAll() {
        while (!done.isEmpty()) {
            Done last = done.pop();
            try {
                last.undo().run();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                LOG.warn("{}: interrupted while undoing '{}'", subject, last.name());
            } catch (Exception failed) {
                LOG.warn("{}: undoing '{}' failed", subject, last.name(), failed);
            }
        }
    }
}
