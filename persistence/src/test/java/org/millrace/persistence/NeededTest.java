package org.millrace.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class NeededTest {
    /** Against a set. */
    @Test
    void knowsWhatIsNeeded() {
        for (int seed = 0; seed < 200; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            List<OffsetRange> ranges = new ArrayList<>();
            TreeSet<Long> model = new TreeSet<>();
            long before = 0;
            for (int i = random.nextInt(6); i > 0; i--) {
                long first = before + random.nextInt(4);
                long last = first + random.nextInt(5);
                ranges.add(new OffsetRange(first, last));
                before = last + 1 + random.nextInt(3);
            }
            ranges.forEach(
                    range -> {
                        for (long at = range.first(); at <= range.last(); at++) {
                            model.add(at);
                        }
                    });
            for (long at = before; at < 80; at++) {
                model.add(at);
            }
            Needed needed = new Needed(ranges, before);
            for (long from = 0; from < 70; from++) {
                assertThat(needed.has(from)).as("seed %d", seed).isEqualTo(model.contains(from));
                for (long to = from; to < 70; to++) {
                    assertThat(needed.countIn(from, to))
                            .as("seed %d, %d to %d, %s", seed, from, to, needed)
                            .isEqualTo(model.subSet(from, to).size());
                }
            }
        }
    }
}
