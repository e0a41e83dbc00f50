package org.millrace.broker.loop;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.millrace.foundation.Loop;

/**
 * What is put off to the end of the current turn of the broker loop, so that everything that
 * arrived together shares one unit of work, one dispatch run and one flush. Confined to the broker
 * loop.
 */
public final class Turn {
    /** In this order at the end of a turn. */
    public enum Phase {
        /** Acknowledgements gathered in this turn become one unit of work. */
        SETTLE,
        /** Dispatchers that have something new run, each bounded. */
        DISPATCH,
        /** Links that were written to are flushed. */
        FLUSH
    }

    private static final Duration SOON = Duration.ofMillis(100);

    private final Loop loop;
    private List<Runnable> soon = new ArrayList<>();
    private final List<List<Runnable>> due = new ArrayList<>();
    private boolean scheduled;

    public Turn(Loop loop) {
        this.loop = loop;
        for (int phase = 0; phase < Phase.values().length; phase++) {
            due.add(new ArrayList<>());
        }
    }

    /** The caller sees to it that it asks once per turn. */
    public void atEnd(Phase phase, Runnable work) {
        loop.assertInLoop();
        due.get(phase.ordinal()).add(work);
        schedule();
    }

    /**
     * Runs the work within {@link #SOON}, together with what else is put off so; at the latest at
     * {@link #runSoon}.
     */
    public void soon(Runnable work) {
        loop.assertInLoop();
        soon.add(work);
        if (soon.size() == 1) {
            loop.after(SOON, this::runSoon);
        }
    }

    /** Runs now what was put off with {@link #soon}: the broker stops. */
    public void runSoon() {
        List<Runnable> works = soon;
        soon = new ArrayList<>();
        works.forEach(Runnable::run);
    }

    private void schedule() {
        if (!scheduled) {
            scheduled = true;
            loop.execute(this::end);
        }
    }

    private void end() {
        for (int phase = 0; phase < due.size(); phase++) {
            List<Runnable> works = due.get(phase);
            if (!works.isEmpty()) {
                // What a work puts off again is for the next turn: no work can hold up the loop.
                due.set(phase, new ArrayList<>());
                works.forEach(Runnable::run);
            }
        }
        scheduled = false;
        for (List<Runnable> works : due) {
            if (!works.isEmpty()) {
                schedule();
            }
        }
    }
}
