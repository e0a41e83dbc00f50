package org.millrace.broker.dispatch;

import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The offsets that one walk has passed and that are free again. Confined to the loop of its
 * destination.
 *
 * <p>What was delivered before is for anybody. What nobody saw is for those who have received
 * nothing later of this log; when it has waited so for the takeover delay, or when there is no such
 * consumer, it is for anybody, too (ADR-0003). What rests until its redelivery costs nothing until
 * then, however much it is.
 */
final class Returned {
    /** Who may take an offset that came back. */
    enum To {
        /** Those who have received nothing later. */
        THOSE_BEFORE,
        ANYBODY
    }

    /**
     * @param notBeforeMillis until then it rests; then it is for anybody
     */
    record Place(To whom, long notBeforeMillis) {}

    static final long NONE = Long.MAX_VALUE;

    /** Offsets are looked through for those that waited long enough at most so often. */
    private static final long PROMOTION_MILLIS = 50;

    private final long delayMillis;
    private final TreeSet<Long> forAnybody = new TreeSet<>();

    /** An offset that is for anybody from a time on. */
    private record Resting(long untilMillis, long offset) implements Comparable<Resting> {
        @Override
        public int compareTo(Resting other) {
            int byTime = Long.compare(untilMillis, other.untilMillis);
            return byTime != 0 ? byTime : Long.compare(offset, other.offset);
        }
    }

    private final TreeSet<Resting> resting = new TreeSet<>();
    private final Map<Long, Resting> restingByOffset = new HashMap<>();

    /** With the time when it came back, in milliseconds since 1970. */
    private final TreeMap<Long, Long> forThoseBefore = new TreeMap<>();

    private long nextPromotionMillis = NONE;

    Returned(Duration takeoverDelay) {
        this.delayMillis = takeoverDelay.toMillis();
    }

    boolean isEmpty() {
        return forAnybody.isEmpty() && forThoseBefore.isEmpty() && resting.isEmpty();
    }

    /** Whether there is something that not everybody may take. */
    boolean isSelective() {
        return !forThoseBefore.isEmpty();
    }

    void add(long offset, Place place, long nowMillis) {
        remove(offset);
        if (place.notBeforeMillis() > nowMillis) {
            Resting rests = new Resting(place.notBeforeMillis(), offset);
            resting.add(rests);
            restingByOffset.put(offset, rests);
        } else if (place.whom() == To.ANYBODY) {
            forAnybody.add(offset);
        } else {
            forThoseBefore.put(offset, nowMillis);
            nextPromotionMillis = Math.min(nextPromotionMillis, nowMillis + delayMillis);
        }
    }

    void remove(long offset) {
        if (!forAnybody.remove(offset) && forThoseBefore.remove(offset) == null) {
            Resting rested = restingByOffset.remove(offset);
            if (rested != null) {
                resting.remove(rested);
            }
        }
    }

    private void wakeRested(Budget budget) {
        while (!resting.isEmpty() && resting.first().untilMillis() <= budget.nowMillis()) {
            Resting rested = resting.pollFirst();
            restingByOffset.remove(rested.offset());
            forAnybody.add(rested.offset());
        }
        if (!resting.isEmpty()) {
            budget.wakeAt(resting.first().untilMillis());
        }
    }

    /** Lets go what has waited long enough; sees to it that the rest is looked at in time. */
    void promote(Budget budget) {
        wakeRested(budget);
        if (forThoseBefore.isEmpty()) {
            return;
        }
        long now = budget.nowMillis();
        if (now >= nextPromotionMillis) {
            nextPromotionMillis = NONE;
            Iterator<Map.Entry<Long, Long>> entries = forThoseBefore.entrySet().iterator();
            while (entries.hasNext()) {
                Map.Entry<Long, Long> entry = entries.next();
                long due = entry.getValue() + delayMillis;
                if (due <= now) {
                    forAnybody.add(entry.getKey());
                    entries.remove();
                } else {
                    nextPromotionMillis = Math.min(nextPromotionMillis, due);
                }
            }
            nextPromotionMillis = Math.max(nextPromotionMillis, now + PROMOTION_MILLIS);
        }
        if (!forThoseBefore.isEmpty()) {
            budget.wakeAt(nextPromotionMillis);
        }
    }

    /**
     * Lowest offset at or above {@code from} for a consumer that has received {@code last}; {@link
     * #NONE} when there is none.
     *
     * @param lowestLast what the consumer furthest behind has received
     */
    long next(long from, long last, long lowestLast) {
        Long anybodys = forAnybody.ceiling(from);
        long found = anybodys == null ? NONE : anybodys;
        if (!forThoseBefore.isEmpty()) {
            Long beyondAll = forThoseBefore.ceilingKey(from);
            if (beyondAll != null && beyondAll <= lowestLast) {
                return Math.min(found, beyondAll);
            }
            Long later = forThoseBefore.ceilingKey(Math.max(from, last + 1));
            if (later != null) {
                return Math.min(found, later);
            }
        }
        return found;
    }
}
