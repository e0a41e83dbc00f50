package org.millrace.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs steps on a number of threads for a time and times each. */
final class Load {
    /** One operation; closed after the last. */
    interface Step extends AutoCloseable {
        void run() throws Exception;

        @Override
        default void close() throws Exception {}
    }

    /** Makes the step of one thread. */
    interface StepFactory {
        Step create(int number) throws Exception;
    }

    private static final int MAX_TIMINGS = 4_000_000;

    private Load() {}

    static Sample run(int threads, Duration duration, StepFactory factory) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        CyclicBarrier start = new CyclicBarrier(threads);
        try {
            List<Future<long[]>> running = new ArrayList<>();
            for (int number = 0; number < threads; number++) {
                Step step = factory.create(number);
                running.add(executor.submit(() -> loop(step, start, duration)));
            }
            long[] all = new long[0];
            for (Future<long[]> timings : running) {
                long[] more = timings.get();
                int before = all.length;
                all = Arrays.copyOf(all, before + more.length);
                System.arraycopy(more, 0, all, before, more.length);
            }
            Arrays.sort(all);
            double seconds = duration.toNanos() / 1e9;
            return new Sample(
                    all.length / seconds,
                    all[all.length / 2] / 1e3,
                    all[(int) (all.length * 0.99)] / 1e3);
        } finally {
            executor.shutdownNow();
        }
    }

    private static long[] loop(Step step, CyclicBarrier start, Duration duration) throws Exception {
        long[] timings = new long[1024];
        int count = 0;
        try (step) {
            start.await();
            long end = System.nanoTime() + duration.toNanos();
            long before = System.nanoTime();
            while (before < end && count < MAX_TIMINGS) {
                step.run();
                long after = System.nanoTime();
                if (count == timings.length) {
                    timings = Arrays.copyOf(timings, count * 2);
                }
                timings[count++] = after - before;
                before = after;
            }
        }
        return Arrays.copyOf(timings, count);
    }
}
