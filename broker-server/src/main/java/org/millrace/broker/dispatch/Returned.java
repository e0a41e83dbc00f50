package org.millrace.broker.dispatch;

import java.time.Duration;
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
 * consumer, it is for anybody, too (ADR-0003).
 */
final class Returned {
    /** Who may take an offset that came back. */
    enum To {
        /** Those who have received nothing later. */
        THOSE_BEFORE,
        ANYBODY
    }

    static final long NONE = Long.MAX_VALUE;

    /** Offsets are looked through for those that waited long enough at most so often. */
    private static final long PROMOTION_MILLIS = 50;

    private final long delayMillis;
    private final TreeSet<Long> forAnybody = new TreeSet<>();

    /** With the time when it came back, in milliseconds since 1970. */
    private final TreeMap<Long, Long> forThoseBefore = new TreeMap<>();

    private long nextPromotionMillis = NONE;

    Returned(Duration takeoverDelay) {
        this.delayMillis = takeoverDelay.toMillis();
    }

    boolean isEmpty() {
        return forAnybody.isEmpty() && forThoseBefore.isEmpty();
    }

    /** Whether there is something that not everybody may take. */
    boolean isSelective() {
        return !forThoseBefore.isEmpty();
    }

    void add(long offset, To whom, long nowMillis) {
        if (whom == To.ANYBODY) {
            forThoseBefore.remove(offset);
            forAnybody.add(offset);
        } else {
            forAnybody.remove(offset);
            forThoseBefore.put(offset, nowMillis);
            nextPromotionMillis = Math.min(nextPromotionMillis, nowMillis + delayMillis);
        }
    }

    void remove(long offset) {
        if (!forAnybody.remove(offset)) {
            forThoseBefore.remove(offset);
        }
    }

    /** Lets go what has waited long enough; sees to it that the rest is looked at in time. */
    void promote(Budget budget) {
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
