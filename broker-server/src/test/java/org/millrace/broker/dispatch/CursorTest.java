package org.millrace.broker.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.Check;
import org.millrace.persistence.OffsetRange;

/** §6.2.10, §6.2.11, §3.5.11; RCV-2, PRP-18. */
class CursorTest {
    private static final long SEED = 20261101;
    private static final int STEPS = 1_000_000;
    private static final int SPAN = 400;

    private final Cursor<String> cursor = new Cursor<>(-1, Long.MAX_VALUE, 0);

    /** And it still knows each of them. */
    @Test
    void whatIsSettledBehindAStragglerTakesLittleMemory() {
        Cursor<String> cursor = new Cursor<>(-1, Long.MAX_VALUE, 0);
        for (long offset = 1; offset < 2_000_000; offset++) {
            cursor.settle(offset, offset);
        }
        assertThat(cursor.settledBytes()).isLessThan(20_000);
        assertThat(cursor.unsettled(2_000_010, 10))
                .containsExactly(OffsetRange.of(0), new OffsetRange(2_000_000, 2_000_009));
        assertThat(cursor.settledAboveCount()).isEqualTo(1_999_999);
        cursor.settle(0, 0);
        assertThat(cursor.floor()).isEqualTo(1_999_999);
    }

    @Test
    void floorJumpsOverWhatWasSettledOutOfOrder() {
        cursor.settle(1, 2);
        cursor.settle(4, 4);
        assertThat(cursor.floor()).isEqualTo(-1);

        cursor.settle(0, 0);
        assertThat(cursor.floor()).isEqualTo(2);
        cursor.settle(3, 3);
        assertThat(cursor.floor()).isEqualTo(4);
    }

    @Test
    void releasedOffsetCountsItsDeliveriesAndGivenBackOneDoesNot() {
        Lease<String> first = cursor.lease(0, "a");
        assertThat(first.deliveryCount()).isEqualTo(1);
        cursor.giveBack(first);
        Lease<String> second = cursor.lease(0, "b");
        assertThat(second.deliveryCount()).isEqualTo(1);
        cursor.release(second, 77, "");
        assertThat(cursor.notBeforeMillis(0)).isEqualTo(77);
        assertThat(cursor.lease(0, "a").deliveryCount()).isEqualTo(2);
    }

    @Test
    void whatMayHaveBeenDeliveredBeforeAnUncleanStopCountsAsDeliveredOnce() {
        Cursor<String> recovered = new Cursor<>(9, 1024, 20);
        recovered.restoreDeliveries(12, 4, 0);

        assertThat(recovered.lease(11, "a").deliveryCount()).isEqualTo(2);
        assertThat(recovered.lease(12, "a").deliveryCount()).isEqualTo(5);
        assertThat(recovered.lease(20, "a").deliveryCount()).isEqualTo(1);
    }

    @Test
    void nothingIsLeasedTwiceOrBeyondTheHorizon() {
        Cursor<String> narrow = new Cursor<>(-1, 1, 0);
        Lease<String> lease = narrow.lease(0, "a");
        assertThatThrownBy(() -> narrow.lease(0, "b"))
                .isInstanceOf(Check.InvariantViolation.class)
                .hasMessageContaining("offset 0 is not free");
        assertThatThrownBy(() -> narrow.lease(1, "b")).hasMessageContaining("beyond horizon 1");
        narrow.settle(0, 0);
        assertThatThrownBy(() -> narrow.release(lease, 0, ""))
                .hasMessageContaining("not leased so");
    }

    @Test
    void settledBitsFollowAFloorThatIsFarFromZero() {
        Cursor<String> far = new Cursor<>(5_000_000_000L, Long.MAX_VALUE, 0);
        for (long offset = 5_000_000_002L; offset < 5_000_400_000L; offset += 2) {
            far.settle(offset, offset);
        }
        for (long offset = 5_000_000_001L; offset < 5_000_399_999L; offset += 2) {
            assertThat(far.nextFree(0)).isEqualTo(offset);
            far.settle(offset, offset);
            assertThat(far.floor()).isEqualTo(offset + 1);
        }
        assertThat(far.canReach(5_000_000_000L + (1L << 32))).isFalse();
    }

    @Test
    void behavesAsASimpleModelForAMillionRandomSteps() {
        SplittableRandom chance = new SplittableRandom(SEED);
        Model model = new Model();
        for (int step = 0; step < STEPS; step++) {
            long near = Math.max(0, cursor.floor() - 2) + chance.nextInt(SPAN);
            model.step(chance.nextInt(10), near, 1 + chance.nextInt(4));
            assertThat(cursor.floor()).as("seed %d step %d", SEED, step).isEqualTo(model.floor());
            model.compareAt(near, "seed " + SEED + " step " + step);
        }
        assertThat(cursor.floor()).isGreaterThan(10_000);
    }

    /** Sets and maps, obvious and slow; drives the cursor beside itself. */
    private final class Model {
        private final TreeSet<Long> settledAbove = new TreeSet<>();
        private final Map<Long, Lease<String>> leased = new HashMap<>();
        private final Map<Long, Integer> deliveries = new HashMap<>();
        private long floor = -1;

        void step(int act, long offset, int length) {
            if (act < 4) {
                lease(cursor.nextFree(offset));
            } else if (act < 6) {
                giveBackOrRelease(offset, act == 4);
            } else if (act < 7) {
                settle(floor + 1, floor + length);
            } else {
                settle(offset, offset + (act < 9 ? 0 : length));
            }
        }

        private void lease(long offset) {
            Lease<String> lease = cursor.lease(offset, "owner");
            assertThat(lease.deliveryCount()).isEqualTo(deliveries.getOrDefault(offset, 0) + 1);
            leased.put(offset, lease);
        }

        private void giveBackOrRelease(long offset, boolean counted) {
            Lease<String> lease = leased.remove(offset);
            if (lease == null) {
                return;
            }
            if (counted) {
                cursor.release(lease, 0, "");
                deliveries.merge(offset, 1, Integer::sum);
            } else {
                cursor.giveBack(lease);
            }
        }

        private void settle(long first, long last) {
            cursor.settle(first, last);
            for (long offset = Math.max(first, floor + 1); offset <= last; offset++) {
                settledAbove.add(offset);
                leased.remove(offset);
                deliveries.remove(offset);
            }
            while (settledAbove.remove(floor + 1)) {
                floor++;
            }
        }

        long floor() {
            return floor;
        }

        void compareAt(long offset, String where) {
            boolean settled = offset <= floor || settledAbove.contains(offset);
            assertThat(cursor.isSettled(offset)).as(where).isEqualTo(settled);
            assertThat(cursor.isLeased(offset)).as(where).isEqualTo(leased.containsKey(offset));
            assertThat(cursor.leaseCount()).as(where).isEqualTo(leased.size());
            List<Long> unsettled = new ArrayList<>();
            cursor.unsettled(offset, Integer.MAX_VALUE)
                    .forEach(
                            range -> {
                                for (long at = range.first(); at <= range.last(); at++) {
                                    unsettled.add(at);
                                }
                            });
            List<Long> expected = new ArrayList<>();
            for (long at = floor + 1; at < offset; at++) {
                if (!settledAbove.contains(at)) {
                    expected.add(at);
                }
            }
            assertThat(unsettled).as(where).isEqualTo(expected);
            assertThat(cursor.settledEnd())
                    .as(where)
                    .isEqualTo(settledAbove.isEmpty() ? floor + 1 : settledAbove.last() + 1);
            List<Long> taken = new ArrayList<>();
            long free = cursor.nextFree(offset);
            for (long skipped = Math.max(offset, floor + 1); skipped < free; skipped++) {
                taken.add(skipped);
            }
            assertThat(taken)
                    .as(where)
                    .allMatch(o -> settledAbove.contains(o) || leased.containsKey(o));
            assertThat(settledAbove.contains(free) || leased.containsKey(free)).isFalse();
        }
    }
}
