package org.millrace.foundation;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.random.RandomGenerator;

/**
 * Many loops and a virtual clock on the one thread that calls {@link #step}: the same seed gives
 * the same run, event for event.
 *
 * <p>Each step runs the oldest task of a loop chosen by chance among those that have one. When none
 * has, virtual time jumps to the next timer. Confined to the thread that created it.
 */
public final class SeededScheduler {
    private record Due(
            long nanos, long order, SeededLoop loop, Runnable task, boolean[] cancelled) {}

    private final RandomGenerator chance;
    private final Thread owner = Thread.currentThread();
    private final List<SeededLoop> loops = new ArrayList<>();
    private final PriorityQueue<Due> timers =
            new PriorityQueue<>(
                    (a, b) ->
                            a.nanos() != b.nanos()
                                    ? Long.compare(a.nanos(), b.nanos())
                                    : Long.compare(a.order(), b.order()));
    private final Instant epoch;
    private long nowNanos;
    private long timersCreated;
    private SeededLoop running;

    public SeededScheduler(RandomGenerator chance, Instant epoch) {
        this.chance = chance;
        this.epoch = epoch;
    }

    /**
     * A new loop of this scheduler; its tasks run in order, interleaved by chance with those of the
     * other loops.
     */
    public Loop newLoop(String name) {
        SeededLoop loop = new SeededLoop(name);
        loops.add(loop);
        return loop;
    }

    /** Forgets the loop with all its tasks and timers, as a killed process would. */
    public void kill(Loop loop) {
        SeededLoop killed = (SeededLoop) loop;
        killed.alive = false;
        killed.tasks.clear();
        loops.remove(killed);
    }

    public InstantSource clock() {
        return () -> epoch.plusNanos(nowNanos);
    }

    public long nanoTime() {
        return nowNanos;
    }

    /**
     * Runs one task, letting time jump if nothing is due now. Returns false when there is neither
     * task nor timer.
     */
    public boolean step() {
        return step(Long.MAX_VALUE);
    }

    /** Lets virtual time pass, running everything that is due on the way and what that leads to. */
    public void advance(Duration duration) {
        long end = nowNanos + duration.toNanos();
        while (step(end)) {
            // Each step is one task; the loop ends when nothing is runnable before the end of the
            // period.
        }
        nowNanos = Math.max(nowNanos, end);
    }

    /** Runs tasks until none is runnable now; timers in the future stay. */
    public void runUntilIdle() {
        advance(Duration.ZERO);
    }

    private boolean step(long untilNanos) {
        Check.invariant(Thread.currentThread() == owner, "scheduler used off its thread");
        promoteDueTimers();
        List<SeededLoop> runnable = runnableLoops();
        if (runnable.isEmpty()) {
            dropCancelledTimers();
            Due next = timers.peek();
            if (next == null || next.nanos() > untilNanos) {
                return false;
            }
            nowNanos = Math.max(nowNanos, next.nanos());
            promoteDueTimers();
            runnable = runnableLoops();
        }
        runOne(runnable.get(chance.nextInt(runnable.size())));
        return true;
    }

    private List<SeededLoop> runnableLoops() {
        List<SeededLoop> runnable = new ArrayList<>(loops.size());
        for (SeededLoop loop : loops) {
            if (!loop.tasks.isEmpty()) {
                runnable.add(loop);
            }
        }
        return runnable;
    }

    private void runOne(SeededLoop loop) {
        SeededLoop outer = running;
        running = loop;
        try {
            loop.tasks.poll().run();
        } finally {
            running = outer;
        }
    }

    private void dropCancelledTimers() {
        while (!timers.isEmpty() && (timers.peek().cancelled()[0] || !timers.peek().loop().alive)) {
            timers.poll();
        }
    }

    private void promoteDueTimers() {
        dropCancelledTimers();
        while (!timers.isEmpty() && timers.peek().nanos() <= nowNanos) {
            Due due = timers.poll();
            due.loop()
                    .tasks
                    .add(
                            () -> {
                                if (!due.cancelled()[0]) {
                                    due.task().run();
                                }
                            });
            dropCancelledTimers();
        }
    }

    private final class SeededLoop implements Loop {
        private final String name;
        private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
        private boolean alive = true;

        SeededLoop(String name) {
            this.name = name;
        }

        @Override
        public void execute(Runnable task) {
            if (alive) {
                tasks.add(task);
            }
        }

        @Override
        public Timer after(Duration delay, Runnable task) {
            boolean[] cancelled = new boolean[1];
            timers.add(
                    new Due(
                            nowNanos + Math.max(0, delay.toNanos()),
                            timersCreated++,
                            this,
                            task,
                            cancelled));
            return () -> cancelled[0] = true;
        }

        @Override
        public boolean inLoop() {
            return running == this || running == null;
        }

        @Override
        public InstantSource clock() {
            return SeededScheduler.this.clock();
        }

        @Override
        public long nanoTime() {
            return nowNanos;
        }

        @Override
        public String toString() {
            return name;
        }
    }
}
