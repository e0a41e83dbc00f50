package org.millrace.persistence.state;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.millrace.persistence.OffsetRange;
import org.millrace.persistence.ProducerState;
import org.millrace.wire.record.RecordBatch;

/**
 * Stored sequences of one producer, as ranges. Confined like {@link DurableState}.
 *
 * <p>At most {@value #MAX_RANGES} ranges are kept: past that the lowest gap counts as stored. A
 * producer has far fewer unconfirmed sends than that, so nothing is asked about such an old gap.
 */
final class StoredProducer {
    static final int MAX_RANGES = 1024;

    /** First to last sequence of each range; ranges do not touch. */
    private final TreeMap<Long, Long> ranges = new TreeMap<>();

    private final long producerId;
    private short epoch;
    private long lastCommitNumber = -1;
    private long newestFirst = Long.MIN_VALUE;
    private long newestLast = Long.MIN_VALUE;

    StoredProducer(long producerId) {
        this.producerId = producerId;
    }

    StoredProducer(ProducerState state) {
        producerId = state.producerId();
        epoch = state.epoch();
        lastCommitNumber = state.lastCommitNumber();
        for (OffsetRange range : state.sequences()) {
            ranges.put(range.first(), range.last());
        }
    }

    /** Takes note of a stored batch that names this producer. A batch of an older epoch is late. */
    void stored(RecordBatch batch) {
        if (batch.producerEpoch() < epoch || batch.baseSequence() < 0) {
            return;
        }
        if (batch.producerEpoch() > epoch) {
            epoch = batch.producerEpoch();
            ranges.clear();
            newestFirst = Long.MIN_VALUE;
            newestLast = Long.MIN_VALUE;
        }
        long first = batch.baseSequence();
        long last = first + batch.lastOffsetDelta();
        // The usual case: the batch continues the newest range, which is kept outside the map.
        if (first == newestLast + 1 && newestFirst != Long.MIN_VALUE) {
            newestLast = last;
            return;
        }
        spillNewest();
        add(first, last);
        Map.Entry<Long, Long> newest = ranges.pollLastEntry();
        newestFirst = newest.getKey();
        newestLast = newest.getValue();
    }

    private void spillNewest() {
        if (newestFirst != Long.MIN_VALUE) {
            ranges.put(newestFirst, newestLast);
            newestFirst = Long.MIN_VALUE;
            newestLast = Long.MIN_VALUE;
        }
    }

    private void add(long first, long last) {
        long from = first;
        long to = last;
        Map.Entry<Long, Long> below = ranges.floorEntry(from);
        if (below != null && below.getValue() >= from - 1) {
            from = below.getKey();
            to = Math.max(to, below.getValue());
        }
        Map.Entry<Long, Long> above = ranges.ceilingEntry(from);
        while (above != null && above.getKey() <= to + 1) {
            to = Math.max(to, above.getValue());
            ranges.remove(above.getKey());
            above = ranges.ceilingEntry(from);
        }
        ranges.put(from, to);
        if (ranges.size() > MAX_RANGES) {
            Map.Entry<Long, Long> lowest = ranges.pollFirstEntry();
            Map.Entry<Long, Long> next = ranges.pollFirstEntry();
            ranges.put(lowest.getKey(), next.getValue());
        }
    }

    void committed(long commitNumber) {
        lastCommitNumber = Math.max(lastCommitNumber, commitNumber);
    }

    ProducerState state() {
        spillNewest();
        List<OffsetRange> stored = new ArrayList<>(ranges.size());
        ranges.forEach((first, last) -> stored.add(new OffsetRange(first, last)));
        return new ProducerState(producerId, epoch, stored, lastCommitNumber);
    }
}
