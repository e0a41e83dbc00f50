package org.millrace.broker.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LeasesTest {
    private static final long SEED = 20261121;
    private static final int STEPS = 400_000;

    @Test
    void behavesAsAMap() {
        SplittableRandom chance = new SplittableRandom(SEED);
        Leases<String> leases = new Leases<>();
        TreeMap<Long, Lease<String>> model = new TreeMap<>();
        long base = 0;
        for (int step = 0; step < STEPS; step++) {
            String where = "seed " + SEED + " step " + step;
            base += chance.nextInt(2);
            long offset = base + chance.nextInt(step / 20_000 % 2 == 0 ? 3_000 : 30);
            if (chance.nextBoolean()) {
                Lease<String> lease = new Lease<>(offset, "owner", 1, Past.NONE);
                leases.put(lease);
                model.put(offset, lease);
            } else {
                assertThat(leases.contains(offset)).as(where).isEqualTo(model.containsKey(offset));
                assertThat(leases.remove(offset)).as(where).isSameAs(model.remove(offset));
            }
            while (!model.isEmpty() && model.firstKey() < base - 100) {
                long lowest = model.firstKey();
                assertThat(leases.remove(lowest)).as(where).isSameAs(model.remove(lowest));
            }
            long asked = base + chance.nextInt(3_000);
            assertThat(leases.get(asked)).as(where).isSameAs(model.get(asked));
            assertThat(leases.size()).as(where).isEqualTo(model.size());
            if (step % 1_000 == 0) {
                assertThat(leases.offsets())
                        .as(where)
                        .containsExactly(
                                model.keySet().stream().mapToLong(Long::longValue).toArray());
            }
        }
    }
}
