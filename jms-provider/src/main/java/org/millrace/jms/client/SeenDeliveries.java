package org.millrace.jms.client;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.millrace.wire.frame.Frame.DeliveryRange;

/**
 * Delivery ids that the application has seen and that are not settled. Not safe for threads: its
 * settlement guards it. Bounded by what the broker lets a session hold; 8 bytes each.
 */
final class SeenDeliveries {
    private static final int FIRST_CAPACITY = 16;

    private long[] ids = new long[FIRST_CAPACITY];
    private int count;

    void add(long deliveryId) {
        if (count == ids.length) {
            ids = Arrays.copyOf(ids, count * 2);
        }
        ids[count++] = deliveryId;
    }

    int count() {
        return count;
    }

    /** All ids as ranges in ascending order; none are left. */
    List<DeliveryRange> take() {
        Arrays.sort(ids, 0, count);
        List<DeliveryRange> ranges = ranges(ids, count);
        ids = count > FIRST_CAPACITY ? new long[FIRST_CAPACITY] : ids;
        count = 0;
        return ranges;
    }

    private static List<DeliveryRange> ranges(long[] sorted, int count) {
        List<DeliveryRange> ranges = new ArrayList<>();
        int start = 0;
        for (int i = 1; i <= count; i++) {
            if (i == count || sorted[i] != sorted[i - 1] + 1) {
                ranges.add(new DeliveryRange(sorted[start], sorted[i - 1]));
                start = i;
            }
        }
        return ranges;
    }
}
