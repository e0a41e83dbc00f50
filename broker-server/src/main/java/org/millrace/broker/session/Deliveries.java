package org.millrace.broker.session;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.millrace.wire.frame.Frame.DeliveryRange;

/**
 * What one session was sent and has not finished, in the order of delivery. Confined to the broker
 * loop.
 *
 * <p>Ids ascend and most are finished in that order: a stretch of an array, with holes where
 * something was finished before its turn. When the array is full and half of it is holes, they are
 * pressed out, so that its length depends on what is held and not on how old the oldest is.
 */
final class Deliveries {
    private static final int FIRST_CAPACITY = 64;

    /** A larger array is given back when nothing is held any more. */
    private static final int KEPT_CAPACITY = 4096;

    private long[] ids = new long[FIRST_CAPACITY];
    private InFlight[] held = new InFlight[FIRST_CAPACITY];

    /** Of those from {@code head} on and below {@code tail} the first is no hole. */
    private int head;

    private int tail;
    private int size;

    int size() {
        return size;
    }

    /** Its id is above all before. */
    void add(InFlight delivery) {
        if (tail == held.length) {
            makeRoom();
        }
        ids[tail] = delivery.deliveryId();
        held[tail++] = delivery;
        size++;
    }

    private void makeRoom() {
        int capacity = size > held.length / 2 ? held.length * 2 : held.length;
        long[] nextIds = new long[capacity];
        InFlight[] next = new InFlight[capacity];
        int count = 0;
        for (int i = head; i < tail; i++) {
            if (held[i] != null) {
                nextIds[count] = ids[i];
                next[count++] = held[i];
            }
        }
        ids = nextIds;
        held = next;
        head = 0;
        tail = count;
    }

    /** Null when it is not there. */
    InFlight get(long deliveryId) {
        int at = indexOf(deliveryId);
        return at < tail && ids[at] == deliveryId ? held[at] : null;
    }

    /** Null when it was not there. */
    InFlight remove(long deliveryId) {
        int at = indexOf(deliveryId);
        if (at == tail || ids[at] != deliveryId || held[at] == null) {
            return null;
        }
        InFlight removed = held[at];
        held[at] = null;
        size--;
        if (size == 0) {
            clear();
        } else {
            while (held[head] == null) {
                head++;
            }
        }
        return removed;
    }

    private void clear() {
        head = 0;
        tail = 0;
        if (held.length > KEPT_CAPACITY) {
            ids = new long[FIRST_CAPACITY];
            held = new InFlight[FIRST_CAPACITY];
        }
    }

    /** Those in the ranges, each once, however the client names them; a copy. */
    List<InFlight> within(List<DeliveryRange> ranges) {
        List<InFlight> found = new ArrayList<>();
        List<DeliveryRange> ascending = ranges;
        if (ranges.size() > 1) {
            ascending = new ArrayList<>(ranges);
            ascending.sort(Comparator.comparingLong(DeliveryRange::first));
        }
        int at = head;
        for (DeliveryRange range : ascending) {
            at = Math.max(at, indexOf(range.first()));
            for (; at < tail && ids[at] <= range.last(); at++) {
                if (held[at] != null) {
                    found.add(held[at]);
                }
            }
        }
        return found;
    }

    /** Those with ids above this one; a copy. */
    List<InFlight> after(long deliveryId) {
        return deliveryId == Long.MAX_VALUE
                ? List.of()
                : within(List.of(new DeliveryRange(deliveryId + 1, Long.MAX_VALUE)));
    }

    /** All in their order; a copy. */
    List<InFlight> all() {
        return within(List.of(new DeliveryRange(Long.MIN_VALUE, Long.MAX_VALUE)));
    }

    /** Lowest index with this id or one above; {@code tail} when there is none. */
    private int indexOf(long deliveryId) {
        if (head == tail || deliveryId > ids[tail - 1]) {
            return tail;
        }
        // Ids without a gap up to the newest lie just so far before its end.
        long guess = tail - 1 - (ids[tail - 1] - deliveryId);
        int from = deliveryId <= ids[head] ? head : (int) Math.max(head, guess);
        if (ids[from] >= deliveryId) {
            return from;
        }
        int found = Arrays.binarySearch(ids, from, tail, deliveryId);
        return found >= 0 ? found : -found - 1;
    }
}
