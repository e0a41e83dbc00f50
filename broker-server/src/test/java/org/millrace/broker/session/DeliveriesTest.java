package org.millrace.broker.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.millrace.broker.dispatch.Dispatched;
import org.millrace.wire.frame.Frame.DeliveryRange;

class DeliveriesTest {
    private static final long SEED = 20261121;
    private static final int STEPS = 200_000;

    private final Deliveries deliveries = new Deliveries();

    @Test
    void nothingComesAfterTheHighestId() {
        deliveries.add(delivery(1));
        assertThat(deliveries.after(Long.MAX_VALUE)).isEmpty();
        assertThat(deliveries.after(0)).extracting(InFlight::deliveryId).containsExactly(1L);
    }

    @Test
    void eachIsFoundOnceHoweverItIsNamed() {
        for (long id = 1; id <= 10; id++) {
            deliveries.add(delivery(id));
        }
        List<DeliveryRange> named =
                List.of(
                        new DeliveryRange(7, 8),
                        new DeliveryRange(2, 5),
                        new DeliveryRange(4, 4),
                        new DeliveryRange(5, 7),
                        new DeliveryRange(9, 3));
        assertThat(deliveries.within(named))
                .extracting(InFlight::deliveryId)
                .containsExactly(2L, 3L, 4L, 5L, 6L, 7L, 8L);
    }

    /** A straggler at the front, holes anywhere, ids with gaps. */
    @Test
    void behavesAsASortedMap() {
        SplittableRandom chance = new SplittableRandom(SEED);
        TreeMap<Long, InFlight> model = new TreeMap<>();
        long last = 0;
        for (int step = 0; step < STEPS; step++) {
            String where = "seed " + SEED + " step " + step;
            boolean grows = step / 5_000 % 2 == 0;
            if (chance.nextInt(10) < (grows ? 6 : 4)) {
                last += chance.nextInt(50) == 0 ? 3 : 1;
                InFlight next = delivery(last);
                model.put(last, next);
                deliveries.add(next);
            } else {
                long gone = near(chance, model, last);
                assertThat(deliveries.get(gone)).as(where).isSameAs(model.get(gone));
                assertThat(deliveries.remove(gone)).as(where).isSameAs(model.remove(gone));
            }
            assertThat(deliveries.size()).as(where).isEqualTo(model.size());
            if (step % 500 == 0) {
                long from = near(chance, model, last);
                long to = from + chance.nextInt(100);
                assertThat(deliveries.within(List.of(new DeliveryRange(from, to))))
                        .as(where)
                        .isEqualTo(List.copyOf(model.subMap(from, true, to, true).values()));
                assertThat(deliveries.all()).as(where).isEqualTo(List.copyOf(model.values()));
            }
        }
    }

    private static long near(SplittableRandom chance, TreeMap<Long, InFlight> model, long last) {
        long first = model.isEmpty() ? last : model.firstKey();
        return switch (chance.nextInt(3)) {
            case 0 -> first;
            case 1 -> first + chance.nextInt(20);
            default -> first + chance.nextLong(last - first + 2);
        };
    }

    private static InFlight delivery(long id) {
        return new InFlight(id, null, new Dispatched(null, null, null, false));
    }
}
