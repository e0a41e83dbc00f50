package org.millrace.wire.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameQueueTest {
    @Test
    void eachThreadsItemsComeOutOnceAndInOrder() throws InterruptedException {
        int threads = 3;
        int each = 50_000;
        FrameQueue<Integer> queue = new FrameQueue<>();
        List<Thread> writers = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            int base = t * each;
            Thread writer =
                    new Thread(
                            () -> {
                                for (int i = 0; i < each; i++) {
                                    queue.add(base + i, 1);
                                }
                            });
            writers.add(writer);
            writer.start();
        }
        int[] next = new int[threads];
        int taken = 0;
        while (taken < threads * each) {
            for (var node = queue.takeAll(); node != null; node = node.next()) {
                int thread = node.item / each;
                assertThat(node.item % each).isEqualTo(next[thread]++);
                taken++;
            }
        }
        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.takeAll()).isNull();
        for (Thread writer : writers) {
            writer.join();
        }
    }
}
