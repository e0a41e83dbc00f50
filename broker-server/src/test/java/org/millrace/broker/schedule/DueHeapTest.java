package org.millrace.broker.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class DueHeapTest {
    private static final long SEED = 41;

    @Test
    void agreesWithASortedSetOverRandomSteps() {
        SplittableRandom random = new SplittableRandom(SEED);
        DueHeap heap = new DueHeap();
        TreeSet<Map.Entry<Long, Long>> model =
                new TreeSet<>(
                        Map.Entry.<Long, Long>comparingByKey()
                                .thenComparing(Map.Entry.comparingByValue()));
        for (long step = 0; step < 300_000; step++) {
            // Grows over the edge of several blocks, then shrinks, again and again.
            boolean grows = step / 30_000 % 2 == 0;
            if (model.isEmpty() || random.nextInt(4) != 0 == grows) {
                long due = random.nextLong(1000);
                heap.add(due, step);
                model.add(Map.entry(due, step));
            } else {
                assertThat(heap.firstDueMillis()).isEqualTo(model.first().getKey());
                assertThat(heap.firstOffset())
                        .as("seed " + SEED)
                        .isEqualTo(model.first().getValue());
                heap.removeFirst();
                model.pollFirst();
            }
            assertThat(heap.size()).isEqualTo(model.size());
        }
    }

    @Test
    void aMillionEntriesTakeSixteenBytesEachAndAreGivenBack() {
        SplittableRandom random = new SplittableRandom(SEED);
        DueHeap heap = new DueHeap();
        for (int i = 0; i < 1_000_000; i++) {
            heap.add(random.nextLong(), i);
        }
        assertThat(heap.sizeBytes() / 1_000_000.0).isBetween(16.0, 16.2);

        while (!heap.isEmpty()) {
            heap.removeFirst();
        }
        assertThat(heap.sizeBytes()).isLessThan(200_000);
    }
}
