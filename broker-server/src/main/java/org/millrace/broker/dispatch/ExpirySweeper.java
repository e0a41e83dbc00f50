package org.millrace.broker.dispatch;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.millrace.broker.loop.Storage;
import org.millrace.foundation.Loop;
import org.millrace.wire.record.JmsHeader;
import org.millrace.wire.record.Record;

/**
 * Settles expired messages that no consumer comes by, for all partitions of a broker. Confined to
 * the broker loop; reads a bounded number of records at a time, with pauses.
 *
 * <p>For each stretch of {@value #STRETCH} offsets that holds messages with an expiration it knows
 * the earliest one, so that it reads only where something has expired, and a partition at most once
 * in {@link #PERIOD}. What nobody has looked at since a start counts as expiring at once.
 *
 * <p>Jakarta Messaging 3.1 §3.4.9, §7.8.
 */
public final class ExpirySweeper {
    private static final int STRETCH = 1024;
    private static final int RECORDS_PER_STEP = 1024;
    private static final Duration PAUSE = Duration.ofMillis(5);
    private static final Duration PERIOD = Duration.ofSeconds(5);

    /** What looking at the next record came to. */
    private enum Step {
        NEXT,
        /** The end of the stretch, or a read is on its way. */
        END,
        /** Expired messages are on their way elsewhere, as many as may be. */
        PAUSE
    }

    /** What is known of one partition. */
    private static final class Sweep {
        private final Partition partition;
        private final ReadAhead ahead;

        /** Number of the stretch to its earliest expiration. */
        private final TreeMap<Long, Long> earliest = new TreeMap<>();

        /** Stretches to read in the current round. */
        private final ArrayDeque<Long> round = new ArrayDeque<>();

        private long position;
        private long foundEarliest;
        private long notBeforeMillis;
        private long nextAtMillis = Long.MAX_VALUE;

        Sweep(Partition partition, Storage storage, Runnable whenLoaded) {
            this.partition = partition;
            this.ahead = new ReadAhead(partition, storage, whenLoaded);
        }
    }

    private final Loop loop;
    private final Storage storage;
    private final Map<Partition, Sweep> sweeps = new LinkedHashMap<>();
    private final TreeSet<Sweep> byTime =
            new TreeSet<>(
                    Comparator.comparingLong((Sweep sweep) -> sweep.nextAtMillis)
                            .thenComparing(sweep -> sweep.partition.id()));
    private Sweep current;
    private Loop.Timer timer = () -> {};
    private long timerAtMillis = Long.MAX_VALUE;

    public ExpirySweeper(Loop loop, Storage storage) {
        this.loop = loop;
        this.storage = storage;
    }

    /** Records from {@code first} to {@code last} were appended; the earliest expires then. */
    public void appended(Partition partition, long first, long last, long expirationMillis) {
        Sweep sweep = sweepOf(partition);
        for (long stretch = first / STRETCH; stretch <= last / STRETCH; stretch++) {
            sweep.earliest.merge(stretch, expirationMillis, Math::min);
        }
        if (sweep != current && expirationMillis < sweep.nextAtMillis) {
            reschedule(sweep, expirationMillis);
        }
    }

    /** Nothing is known of what is there. */
    public void inspect(Partition partition, long start) {
        if (start < partition.end()) {
            appended(partition, start, partition.end() - 1, 0);
        }
    }

    public void forget(Partition partition) {
        Sweep gone = sweeps.remove(partition);
        if (gone != null) {
            byTime.remove(gone);
            if (gone == current) {
                current = null;
                setTimer();
            }
        }
    }

    private Sweep sweepOf(Partition partition) {
        return sweeps.computeIfAbsent(
                partition, absent -> new Sweep(absent, storage, this::stepOfCurrent));
    }

    private void reschedule(Sweep sweep, long atMillis) {
        byTime.remove(sweep);
        sweep.nextAtMillis = Math.max(atMillis, sweep.notBeforeMillis);
        byTime.add(sweep);
        setTimer();
    }

    private void setTimer() {
        if (current == null && !byTime.isEmpty() && byTime.first().nextAtMillis < timerAtMillis) {
            timer.cancel();
            timerAtMillis = byTime.first().nextAtMillis;
            long now = loop.clock().millis();
            // A day is far enough ahead: then it is looked at again.
            long millis = Math.min(Duration.ofDays(1).toMillis(), timerAtMillis - now);
            timer = loop.after(Duration.ofMillis(Math.max(1, millis)), this::beginDue);
        }
    }

    private void beginDue() {
        timerAtMillis = Long.MAX_VALUE;
        long now = loop.clock().millis();
        if (current == null && !byTime.isEmpty() && byTime.first().nextAtMillis <= now) {
            current = byTime.pollFirst();
            current.earliest.forEach(
                    (stretch, earliest) -> {
                        if (earliest <= now) {
                            current.round.add(stretch);
                        }
                    });
            begin(current);
            stepOfCurrent();
        } else {
            setTimer();
        }
    }

    private static void begin(Sweep sweep) {
        if (!sweep.round.isEmpty()) {
            sweep.position =
                    Math.max(sweep.round.peek() * STRETCH, sweep.partition.lowestFloor() + 1);
            sweep.foundEarliest = Long.MAX_VALUE;
            // What is appended from here on is merged again.
            sweep.earliest.put(sweep.round.peek(), Long.MAX_VALUE);
        }
    }

    private void stepOfCurrent() {
        Sweep sweep = current;
        if (sweep == null) {
            return;
        }
        long now = loop.clock().millis();
        for (int left = RECORDS_PER_STEP; !sweep.round.isEmpty(); left--) {
            if (left == 0) {
                loop.after(PAUSE, this::stepOfCurrent);
                return;
            }
            Step step = examineNext(sweep, now);
            if (step == Step.PAUSE) {
                loop.after(PAUSE, this::stepOfCurrent);
                return;
            }
            if (step == Step.END) {
                if (sweep.ahead.isLoading()) {
                    return;
                }
                endStretch(sweep);
            }
        }
        endRound(sweep, now);
    }

    private static Step examineNext(Sweep sweep, long now) {
        long end = (sweep.round.peek() + 1) * STRETCH;
        if (sweep.position >= Math.min(end, sweep.partition.end())) {
            return Step.END;
        }
        Record record = sweep.ahead.find(sweep.position);
        if (record == null || record.offset() >= end) {
            return Step.END;
        }
        JmsHeader header = JmsHeader.of(record);
        if (header.expiration() != 0) {
            Partition.Expiry expiry =
                    header.isExpiredAt(now)
                            ? sweep.partition.expire(record, header)
                            : Partition.Expiry.LATER;
            if (expiry == Partition.Expiry.SOON) {
                return Step.PAUSE;
            }
            if (expiry == Partition.Expiry.LATER) {
                sweep.foundEarliest = Math.min(sweep.foundEarliest, header.expiration());
            }
        }
        sweep.position = record.offset() + 1;
        return Step.NEXT;
    }

    private static void endStretch(Sweep sweep) {
        long stretch = sweep.round.poll();
        long earliest = Math.min(sweep.foundEarliest, sweep.earliest.get(stretch));
        if (earliest == Long.MAX_VALUE) {
            sweep.earliest.remove(stretch);
        } else {
            sweep.earliest.put(stretch, earliest);
        }
        begin(sweep);
    }

    private void endRound(Sweep sweep, long now) {
        current = null;
        sweep.notBeforeMillis = now + PERIOD.toMillis();
        if (sweep.earliest.isEmpty()) {
            sweeps.remove(sweep.partition);
            setTimer();
        } else {
            long next = Long.MAX_VALUE;
            for (long earliest : sweep.earliest.values()) {
                next = Math.min(next, earliest);
            }
            reschedule(sweep, next);
        }
    }
}
